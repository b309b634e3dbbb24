//! The laws of a transcript, for any text at all.

use postcall::transcript::{self, Turn};
use postcall::vocabulary::Speaker;

/// Asserts everything that holds of every transcript, and returns its turns.
pub(crate) fn reproduces(text: &str) -> Vec<Turn<'_>> {
    let turns: Vec<_> = transcript::parse(text).collect();
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut at = 0;
    for line in turns.iter().flat_map(|turn| &turn.lines) {
        let (start, end) = (usize::try_from(line.start).unwrap(), usize::try_from(line.end).unwrap());
        assert_eq!(start, at, "spans follow one another");
        let span = String::from_utf16(&units[start..end]).unwrap();
        assert!(span.contains(line.text), "{:?} is not in {span:?}", line.text);
        at = end;
    }
    assert!(at == units.len() || (turns.is_empty() && text.trim().is_empty()), "{at} of {} units", units.len());
    assert!(turns.iter().all(|turn| !turn.lines.is_empty()), "a turn without a line");
    assert!(turns.windows(2).all(|pair| pair[0].speaker != pair[1].speaker), "two turns by one speaker");
    let lines = turns.iter().flat_map(|turn| turn.lines.iter().map(|line| (turn.speaker, line.text.to_owned())));
    assert_eq!(lines.collect::<Vec<_>>(), slowly(text));
    turns
}

/// The lines of a transcript, by the definition: line by line of text, each labelled or a continuation.
fn slowly(text: &str) -> Vec<(Option<Speaker>, String)> {
    let mut lines: Vec<(Option<Speaker>, String)> = Vec::new();
    if text.trim().is_empty() {
        return lines;
    }
    for part in text.split_inclusive('\n') {
        let is_empty = part.ends_with('\n') && part.trim_matches(['\r', '\n']).is_empty();
        match (label(part), lines.last_mut()) {
            (Some((speaker, spoken)), _) => lines.push((Some(speaker), spoken.to_owned())),
            (None, Some((_, before))) => before.push_str(part),
            // An empty line before all others is the beginning of the next one.
            (None, None) if is_empty => {}
            (None, None) => lines.push((None, part.to_owned())),
        }
    }
    for (_, spoken) in &mut lines {
        if let Some(line) = spoken.strip_suffix('\n') {
            spoken.truncate(line.strip_suffix('\r').unwrap_or(line).len());
        }
    }
    lines
}

/// The speaker of a labelled line and what is said in it, without the one space behind the label.
fn label(part: &str) -> Option<(Speaker, &str)> {
    let labels = [("bot:", Speaker::Bot), ("assistant:", Speaker::Bot), ("human:", Speaker::Human)];
    let (speaker, spoken) = labels.iter().find_map(|&(label, speaker)| Some((speaker, part.strip_prefix(label)?)))?;
    Some((speaker, spoken.strip_prefix(' ').unwrap_or(spoken)))
}
