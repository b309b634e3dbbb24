//! The laws of a transcript, for any text at all.

use postcall::transcript::{self, Turn};
use postcall::vocabulary::Speaker;
use postcall::{Options, validate};
use serde_json::json;

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

/// Asserts that the summary counts what the turns hold, and that the rules between fields hear the same speakers.
pub(crate) fn is_counted(text: &str) {
    let payload = |status: &str| {
        json!({"status": status, "call": {"status": status, "call_id": "a", "transcript": text}}).to_string()
    };
    let talk = postcall::summarize(payload("completed").as_bytes()).unwrap().talk;
    let turns = reproduces(text);
    for (part, speaker) in [(talk.bot, Speaker::Bot), (talk.human, Speaker::Human)] {
        let own = || turns.iter().filter(|turn| turn.speaker == Some(speaker));
        let lines = || own().flat_map(|turn| &turn.lines);
        let words = lines().map(|line| line.text.split_whitespace().count()).sum();
        let counts = [part.turns, part.lines, part.words].map(|count| usize::try_from(count).unwrap());
        assert_eq!(counts, [own().count(), lines().count(), words], "{speaker}");
        assert!((0.0..=1.0).contains(&part.share));
    }
    assert_eq!(talk.turns, talk.bot.turns + talk.human.turns);
    assert_eq!(talk.lines, talk.bot.lines + talk.human.lines);
    assert_eq!(talk.words, talk.bot.words + talk.human.words);
    let shares = talk.bot.share + talk.human.share;
    assert_eq!(shares.to_bits(), if talk.words > 0 { 1.0_f64 } else { 0.0 }.to_bits());
    let speakers: Vec<_> = turns.iter().filter_map(|turn| turn.speaker).collect();
    assert_eq!((talk.first, talk.last), (speakers.first().copied(), speakers.last().copied()));

    let breaks = |status: &str, rule: &str| {
        let payload = payload(status);
        let issues = validate(payload.as_bytes(), &Options::default()).issues();
        issues.iter().any(|issue| issue.expected.as_deref() == Some(rule))
    };
    assert_eq!(breaks("completed", "silent_connected"), !text.is_empty() && talk.human.lines == 0);
    assert_eq!(breaks("busy", "speech_when_unreached"), talk.human.lines > 0);
}
