//! Who said how much.

use super::shape::Talk;
use crate::escape::{Spelling, unescaped};
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
    talk.truncated = talk.lines > 0 && is_truncated(last_text);
    if talk.words > 0 {
        talk.bot.share = f64::from(talk.bot.words) / f64::from(talk.words);
        talk.human.share = 1.0 - talk.bot.share;
    }
    talk
}

/// Whether the text of a line looks cut off, as its JSON string spells it.
fn is_truncated(text: &[u8]) -> bool {
    let end = text.trim_ascii_end();
    // No escape reaches further back.
    let tail = end.get(end.len().saturating_sub(6)..).unwrap_or_default();
    match tail.last() {
        // What ends most sentences ends no escape.
        Some(b'.' | b'!' | b'?') => false,
        Some(b',' | b'a'..=b'z') if tail.iter().all(|&byte| byte != b'\\') => true,
        _ => transcript::looks_truncated(&String::from_utf8_lossy(&unescaped(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::is_truncated;
    use crate::transcript::looks_truncated;

    #[test]
    fn the_end_of_a_text_is_judged_alike_however_it_is_spelled() {
        let ends = [
            "",
            "and",
            "and,",
            "Bye.",
            "Why?",
            "No!",
            "he said \"yes.\"",
            "so \"",
            "é",
            "so é",
            "。",
            "7",
            "Z",
            " ",
            "n\\",
        ];
        for end in
            ends.iter().flat_map(|end| ["", "a long beginning, ", "\u{1}", "\n"].map(|before| format!("{before}{end}")))
        {
            for behind in ["", " ", "\n", " \t ", "\u{1f600}", "\u{200d}"] {
                let text = format!("{end}{behind}");
                let spelled = serde_json::to_string(&text).unwrap_or_default();
                let escaped = text.chars().flat_map(|it| it.encode_utf16(&mut [0; 2]).to_vec());
                let escaped: String = escaped.fold(String::new(), |all, unit| format!("{all}\\u{unit:04x}"));
                for raw in [spelled.get(1..spelled.len() - 1).unwrap_or_default().to_owned(), escaped] {
                    assert_eq!(is_truncated(raw.as_bytes()), looks_truncated(&text), "{raw}");
                }
            }
        }
    }
}
