//! Who said how much.

use super::shape::Talk;
use crate::transcript;
use crate::vocabulary::Speaker;

/// Counts turns, lines and words.
pub(super) fn talk(transcript: &str) -> Talk {
    let mut talk = Talk::default();
    let mut before = None;
    let mut last_text = "";
    for (speaker, line) in transcript::lines(transcript) {
        let turn = u32::from(before != Some(speaker));
        before = Some(speaker);
        last_text = line.text;
        let Some(speaker) = speaker else { continue };
        talk.first = talk.first.or(Some(speaker));
        talk.last = Some(speaker);
        let words = transcript::words(line.text);
        let part = match speaker {
            Speaker::Bot => &mut talk.bot,
            Speaker::Human => &mut talk.human,
        };
        part.turns += turn;
        part.lines += 1;
        part.words += words;
    }
    talk.turns = talk.bot.turns + talk.human.turns;
    talk.lines = talk.bot.lines + talk.human.lines;
    talk.words = talk.bot.words + talk.human.words;
    talk.truncated = talk.lines > 0 && transcript::looks_truncated(last_text);
    if talk.words > 0 {
        talk.bot.share = f64::from(talk.bot.words) / f64::from(talk.words);
        talk.human.share = 1.0 - talk.bot.share;
    }
    talk
}
