//! CSV: one row for each call, as RFC 4180 spells it, with nothing in it that a spreadsheet would run.

use std::fmt::Write as _;

use super::shown::ShownSummary;
use crate::json::Text;

/// The names of the columns, in their order.
pub(crate) const COLUMNS: [&str; 31] = [
    "call_id",
    "received_at",
    "started_at",
    "timezone",
    "status",
    "outcome",
    "end_call_reason",
    "custom_end_call_reason",
    "duration_seconds",
    "lead_name",
    "lead_phone_number",
    "turns",
    "lines",
    "words",
    "bot_words",
    "human_words",
    "human_share",
    "answers",
    "actions",
    "failed_actions",
    "passed",
    "partial",
    "failed",
    "not_applicable",
    "findings",
    "overview",
    "headline",
    "recording_url",
    "external_id",
    "model_id",
    "issues",
];

/// The row of names.
pub(crate) fn head() -> Vec<u8> {
    let mut row = COLUMNS.join(",");
    row.push_str("\r\n");
    row.into_bytes()
}

/// The row of a call. One that cannot be read has its id, the time when it arrived, and its issues.
pub(crate) fn row(
    call_id: &str,
    received_at: Option<&str>,
    summary: Option<&ShownSummary<'_>>,
    issues: usize,
) -> Vec<u8> {
    let mut row = Row(String::new());
    row.cell(call_id);
    row.cell(received_at.unwrap_or_default());
    match summary {
        Some(summary) => row.summary(summary),
        None => (3..COLUMNS.len()).for_each(|_| row.cell("")),
    }
    row.number(&issues);
    row.0.pop();
    row.0.push_str("\r\n");
    row.0.into_bytes()
}

/// A row that grows; each cell ends in a comma.
struct Row(String);

impl Row {
    fn summary(&mut self, summary: &ShownSummary<'_>) {
        self.cell(summary.started_at.as_deref().unwrap_or_default());
        self.text(summary.timezone.as_ref());
        self.text(summary.status.as_ref());
        self.cell(summary.outcome.kind.word());
        self.text(summary.end_call_reason.as_ref());
        self.text(summary.custom_end_call_reason.as_ref());
        self.json(&summary.duration_seconds);
        self.text(summary.lead.name.as_ref());
        self.text(summary.lead.phone_number.as_ref());
        let talk = &summary.talk;
        for number in [talk.turns, talk.lines, talk.words, talk.bot.words, talk.human.words] {
            self.number(&number);
        }
        self.json(&(talk.words > 0).then_some(talk.human.share));
        self.json(&(!summary.answers.is_empty()).then_some(&summary.answers));
        self.number(&summary.actions.total);
        self.number(&summary.actions.failed.len());
        let counts = summary.analysis.as_ref().map(|all| [all.passed, all.partial, all.failed, all.not_applicable]);
        for place in 0..4 {
            self.json(&counts.and_then(|counts| counts.get(place).copied()));
        }
        let mut findings = String::new();
        for finding in summary.analysis.iter().flat_map(|analysis| &analysis.findings) {
            let separator = if findings.is_empty() { "" } else { "; " };
            // Writing to a string has no way to fail.
            let _ = write!(findings, "{separator}{}: {}", finding.criterion.text(), finding.verdict.word());
        }
        self.cell(&findings);
        self.text(summary.analysis.as_ref().and_then(|analysis| analysis.overview.as_ref()));
        self.cell(&summary.headline);
        self.text(summary.recording_url.as_ref());
        self.text(summary.external_id.as_ref());
        self.text(summary.model_id.as_ref());
    }

    fn text(&mut self, text: Option<&Text<'_>>) {
        self.cell(&text.map(Text::text).unwrap_or_default());
    }

    fn number(&mut self, number: &impl ToString) {
        self.cell(&number.to_string());
    }

    /// A value as JSON has it; nothing for `null`.
    fn json(&mut self, value: &impl serde::Serialize) {
        let json = serde_json::to_string(value).unwrap_or_default();
        // Whole numbers are written without a fraction, as everywhere else.
        self.cell(if json == "null" { "" } else { json.strip_suffix(".0").unwrap_or(&json) });
    }

    fn cell(&mut self, text: &str) {
        let guard = if is_run(text) { "'" } else { "" };
        if text.contains(['"', ',', '\r', '\n']) || text.trim().len() < text.len() {
            self.0.push('"');
            self.0.push_str(guard);
            self.0.push_str(&text.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(guard);
            self.0.push_str(text);
        }
        self.0.push(',');
    }
}

/// What does not show beside white space and control characters: what Unicode calls ignorable, fillers, and marks of the
/// layout.
const BLANK: [(char, char); 19] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d159}', '\u{1d159}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a spreadsheet might take a cell for a formula: by its first character, in half or full width, behind
/// anything that does not show. Phone numbers and numbers begin alike, and are none.
fn is_run(text: &str) -> bool {
    let unseen = |character: char| {
        let is_blank = character.is_whitespace() || character.is_control();
        is_blank || BLANK.iter().any(|(first, last)| (*first..=*last).contains(&character))
    };
    let starts = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start_matches(unseen).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    starts && !is_phone_number(text) && !is_json_number(text)
}

/// Whether a text is a number in E.164: a plus and up to 15 digits, the first of which is no zero.
fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    matches!(digits.len(), 1..=15) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number in JSON, as RFC 8259 spells it.
fn is_json_number(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_zero_in_front = whole.len() > 1 && whole.starts_with('0');
    [whole, fraction, exponent].into_iter().all(is_number) && !has_zero_in_front
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use crate::edge::shown::shown;
    use crate::report::{Options, validate};

    fn cell(text: &str) -> String {
        let mut row = Row(String::new());
        row.cell(text);
        row.0
    }

    #[test]
    fn a_cell_is_quoted_where_it_has_to_be() {
        for (text, expected) in [
            ("plain", "plain,"),
            ("a,b", "\"a,b\","),
            ("say \"x\"", "\"say \"\"x\"\"\","),
            ("two\nlines", "\"two\nlines\","),
            (" padded ", "\" padded \","),
            ("", ","),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn a_formula_is_text_and_a_number_is_a_number() {
        for text in [
            "=1+1",
            "@SUM(A1)",
            "+1+1",
            "-1-1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "+",
            "-",
            "=",
            "+49 30 1",
            "-3+cmd|' /C calc'!A0",
            "+0123",
            "--1",
            "-",
            "-.5",
            "-1.",
            "-1e",
            "-01",
            "-1e5e5",
            "+1234567890123456",
        ] {
            assert_eq!(cell(text), format!("'{text},"), "{text}");
        }
        for text in [" =1", "\t=1", "\r=1", "\n=1", "\tx", "\u{a0}=1"] {
            assert_eq!(cell(text), format!("\"'{text}\","), "{text:?}");
        }
        for text in ["\0=1", "\u{feff}=1", "\u{200b}=1"] {
            assert_eq!(cell(text), format!("'{text},"), "{text:?}");
        }
        for unseen in "\u{61c}\u{180e}\u{34f}\u{3164}\u{115f}\u{1160}\u{fe00}\u{fe0f}\u{2800}\u{fff9}\u{fffb}\u{ffa0}\u{e0001}\u{e0fff}\u{17b4}\u{17b5}\u{180b}\u{1d173}".chars() {
            let text = format!("{unseen}=1");
            assert_eq!(cell(&text), format!("'{text},"), "{text:?}");
        }
        assert_eq!(cell("x\u{61c}=1"), "x\u{61c}=1,");
        for text in ["+15550100", "+4915112345678", "-3", "-3.5", "-1e5", "5", "a=b", "a-b", "1+1"] {
            assert_eq!(cell(text), format!("{text},"), "{text}");
        }
    }

    #[test]
    fn every_row_has_every_column() {
        let body =
            br#"{"lead":{"name":"=HYPERLINK(1)","phone_number":"+12025550131"},"call":{"call_id":"1","duration":5}}"#;
        let report = validate(body, &Options::default());
        let row = String::from_utf8(row("1", Some("2026-01-01"), report.summary().map(shown).as_ref(), 2)).unwrap();
        assert_eq!(row.matches(',').count(), COLUMNS.len() - 1, "{row}");
        assert!(row.contains(",'=HYPERLINK(1),+12025550131,"), "{row}");
        assert!(row.ends_with(",2\r\n"), "{row}");
        let unread = String::from_utf8(super::row("1", None, None, 7)).unwrap();
        assert_eq!(unread, format!("1{}7\r\n", ",".repeat(COLUMNS.len() - 1)));
    }
}
