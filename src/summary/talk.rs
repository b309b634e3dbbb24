//! Who said how much.

use super::shape::Talk;
use crate::escape::{Spelling, unescape};
use crate::transcript;
use crate::vocabulary::Speaker;

/// Counts turns, lines and words of a transcript as its JSON string spells it.
pub(super) fn talk(transcript: &[u8]) -> Talk {
    let mut talk = Talk::default();
    let mut before = None;
    let mut last_text = &[][..];
    for line in transcript::spoken(transcript, Spelling::Escaped) {
        let turn = u32::from(before != Some(line.speaker));
        before = Some(line.speaker);
        last_text = transcript.get(line.text..line.end).unwrap_or_default();
        let Some(speaker) = line.speaker else { continue };
        talk.first = talk.first.or(Some(speaker));
        talk.last = Some(speaker);
        let part = match speaker {
            Speaker::Bot => &mut talk.bot,
            Speaker::Human => &mut talk.human,
        };
        part.turns += turn;
        part.lines += 1;
        part.words += line.words;
    }
    talk.turns = talk.bot.turns + talk.human.turns;
    talk.lines = talk.bot.lines + talk.human.lines;
    talk.words = talk.bot.words + talk.human.words;
    // Most sentences end in one of these, which no escape does.
    let is_whole = matches!(last_text.trim_ascii_end(), [.., b'.' | b'!' | b'?']);
    if talk.lines > 0 && !is_whole {
        let mut text = Vec::with_capacity(last_text.len());
        unescape(last_text, &mut text);
        talk.truncated = transcript::looks_truncated(&String::from_utf8_lossy(&text));
    }
    if talk.words > 0 {
        talk.bot.share = f64::from(talk.bot.words) / f64::from(talk.words);
        talk.human.share = 1.0 - talk.bot.share;
    }
    talk
}
