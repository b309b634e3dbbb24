//! Filters: which calls a list shows, from the query of a request.

use serde_json::Value;

use super::cursor::{self, Place};
use super::key;
use super::problem::Problem;
use crate::time;
use crate::vocabulary::{CallStatus, alike};

/// The longest text to search for, in characters.
const LONGEST_SEARCH: usize = 200;
/// How many rows an answer has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Where the query does not say.
    pub(crate) usual: usize,
    /// What it may ask for.
    pub(crate) most: usize,
}

/// The rows of a page of a list.
pub(crate) const PAGE_LIMITS: Limits = Limits { usual: 50, most: 100 };

/// What a list shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Rows of a page.
    pub(crate) limit: usize,
    /// Where the page begins, still signed.
    pub(crate) cursor: Option<String>,
    status: Option<String>,
    outcome: Option<String>,
    /// The earliest time, included.
    from: Option<i64>,
    /// The latest time, not included.
    to: Option<i64>,
    /// Text to search for, in lower case.
    search: Option<String>,
}

impl Filter {
    /// Reads the parameters of a query.
    ///
    /// # Errors
    /// `BadParameter` names the parameter.
    pub(crate) fn read(pairs: Vec<(&'static str, String)>, limits: Limits) -> Result<Self, Problem> {
        let mut filter = Self { limit: limits.usual, ..Self::default() };
        for (name, value) in pairs {
            let bad = Problem::BadParameter(name);
            match name {
                "limit" => filter.limit = limit(&value, limits.most).ok_or(bad)?,
                "cursor" => filter.cursor = Some(value),
                "status" => filter.status = Some(value),
                "outcome" => filter.outcome = Some(value),
                "from" => filter.from = Some(moment(&value).ok_or(bad)?),
                "to" => filter.to = Some(moment(&value).ok_or(bad)?),
                _ if value.chars().count() > LONGEST_SEARCH => return Err(bad),
                _ => filter.search = Some(lower_case(&value)),
            }
        }
        Ok(filter)
    }

    /// The list that a cursor of this filter is good for. The number of rows may change from page to page.
    fn scope(&self, list: &str) -> String {
        let Self { limit: _, cursor: _, status, outcome, from, to, search } = self;
        // Debug text of options of texts and numbers is unambiguous: texts stand quoted and escaped.
        format!("{list} {status:?} {outcome:?} {from:?} {to:?} {search:?}")
    }

    /// The place where the rows begin.
    ///
    /// # Errors
    /// `BadCursor` where the cursor is not of this list and this filter.
    pub(crate) fn place(&self, list: &str, tokens: &[String]) -> Result<Place, Problem> {
        match &self.cursor {
            Some(cursor) => cursor::read(cursor, &self.scope(list), tokens),
            None => Ok(Place::default()),
        }
    }

    /// The cursor of a place in this list with this filter.
    pub(crate) fn cursor(&self, place: Option<Place>, list: &str, tokens: &[String]) -> Option<String> {
        cursor::write(&place?, &self.scope(list), tokens)
    }

    /// The address of the rows behind a cursor; `base` has a query already. For lists that are filtered by time alone.
    pub(crate) fn address(&self, base: &str, cursor: &str) -> String {
        let time = |name: &str, at: Option<i64>| at.map(|at| format!("&{name}={at}")).unwrap_or_default();
        let (from, to) = (time("from", self.from), time("to", self.to));
        format!("{base}{from}{to}&limit={}&cursor={cursor}", self.limit)
    }

    /// Whether rows are to be looked at, beyond their order.
    pub(crate) const fn selects(&self) -> bool {
        self.status.is_some() || self.outcome.is_some() || self.to.is_some() || self.search.is_some()
    }

    /// Whether no time lies in the range.
    pub(crate) fn is_empty_range(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from >= to)
    }

    /// What all keys of the range begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("{}{}", key::TIME, self.shared_digits())
    }

    /// The leading digits that all keys of the range share.
    fn shared_digits(&self) -> String {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return String::new();
        };
        let oldest = key::inverted(from);
        let newest = key::inverted(to.saturating_sub(1));
        oldest.chars().zip(newest.chars()).take_while(|(a, b)| a == b).map(|(digit, _)| digit).collect()
    }

    /// Whether a time, and with it every one that follows in the list, is before the range.
    pub(crate) fn is_past(&self, at: i64) -> bool {
        self.from.is_some_and(|from| at < from)
    }

    /// Whether a time is not after the range.
    pub(crate) fn is_early(&self, at: i64) -> bool {
        self.to.is_none_or(|to| at < to)
    }

    /// Whether a row is to be shown.
    pub(crate) fn admits(&self, at: i64, row: &Value) -> bool {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_status = self.status.as_ref().is_none_or(|status| is_one_status(text("status"), status));
        let is_outcome = self.outcome.as_ref().is_none_or(|outcome| text("outcome") == outcome);
        let is_found = self.search.as_ref().is_none_or(|search| {
            let fields = ["call_id", "lead_name", "headline", "status", "end_call_reason"];
            lower_case(&fields.map(text).join(BETWEEN)).contains(search)
        });
        is_status && is_outcome && self.is_early(at) && is_found
    }
}

/// Whether two texts are one status: that which both mean, or a word that nobody knows.
fn is_one_status(one: &str, other: &str) -> bool {
    match (CallStatus::read(one), CallStatus::read(other)) {
        (None, None) => alike(one.trim().as_bytes(), other.trim().as_bytes()),
        (one, other) => one == other,
    }
}

/// What stands between the texts of a row that is searched: nothing that a search would look for.
const BETWEEN: &str = "\u{1}\u{2}\u{1}";

/// A text without regard to case.
#[cfg(not(target_arch = "wasm32"))]
fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// A text without regard to case, by the runtime's tables: they would be a thirtieth of the module.
#[cfg(target_arch = "wasm32")]
fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// A number of rows from 1 to the most, in digits alone.
fn limit(text: &str, most: usize) -> Option<usize> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok()).flatten()?;
    (1..=most).contains(&number).then_some(number)
}

/// A point in time: RFC 3339, a date alone (its midnight in UTC), or milliseconds since 1970.
fn moment(text: &str) -> Option<i64> {
    if !text.is_empty() && text.len() <= 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let midnight = format!("{text}T00:00:00Z");
    let read = if text.len() == "2026-01-31".len() { time::read(&midnight) } else { time::read(text) };
    read.map(|instant| key::clamp(instant.milliseconds))
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use crate::edge::route::{Route, read_query};

    fn read(query: &str) -> Result<Filter, Problem> {
        Filter::read(read_query(query, Route::Calls.parameters())?, PAGE_LIMITS)
    }

    #[test]
    fn a_limit_is_a_number_from_1_to_100() {
        assert_eq!(read("").map(|filter| filter.limit), Ok(50));
        assert_eq!(read("limit=1").map(|filter| filter.limit), Ok(1));
        assert_eq!(read("limit=100").map(|filter| filter.limit), Ok(100));
        for bad in ["0", "-1", "1e9", "1.5", "10abc", "", "101", "1001", "%2B5", "99999999999999999999"] {
            assert_eq!(read(&format!("limit={bad}")), Err(Problem::BadParameter("limit")), "{bad}");
        }
        assert_eq!(read("limit=5&limit=5"), Err(Problem::BadParameter("limit")));
    }

    #[test]
    fn an_unknown_parameter_is_refused() {
        assert_eq!(read("colour=red"), Err(Problem::UnknownParameter));
        assert!(matches!(read("q=%zz"), Err(Problem::BadRequest(_))));
        for letter in ["a", "%C3%A4"] {
            assert!(read(&format!("q={}", letter.repeat(200))).is_ok());
            assert_eq!(read(&format!("q={}", letter.repeat(201))), Err(Problem::BadParameter("q")));
        }
    }

    #[test]
    fn times_are_dates_times_or_milliseconds() {
        let table = [
            ("2026-05-28", Some(1_779_926_400_000)),
            ("2026-05-28T00:00:00Z", Some(1_779_926_400_000)),
            ("2026-05-28T02:00:00+02:00", Some(1_779_926_400_000)),
            ("1779926400000", Some(1_779_926_400_000)),
            ("0", Some(0)),
            ("2026-02-30", None),
            ("2026-13-01", None),
            ("yesterday", None),
            ("1' OR '1'='1", None),
            ("{\"$gt\":0}", None),
            ("", None),
            ("-1", None),
        ];
        for (text, moment) in table {
            assert_eq!(super::moment(text), moment, "{text}");
        }
    }

    #[test]
    fn a_range_is_narrowed_by_the_digits_its_keys_share() {
        let filter = read("from=2026-05-20&to=2026-05-21").expect("a filter");
        let shared = filter.shared_digits();
        assert!(shared.len() >= 4);
        for at in [1_779_235_200_000, 1_779_235_200_000 + 86_399_999] {
            assert!(key::inverted(at).starts_with(&shared));
        }
        assert!(read("from=2026-05-29&to=2026-05-28").expect("a filter").is_empty_range());
        assert_eq!(read("from=2026-05-28").expect("a filter").shared_digits(), "");
    }

    #[test]
    fn rows_are_let_through_by_word_time_and_text() {
        let row = serde_json::json!({"call_id": "c-1", "status": "no-answer", "outcome": "not_reached", "headline": "Not reached (a+)+$"});
        let admits = |query: &str| read(query).expect("a filter").admits(1_000, &row);
        for yes in [
            "",
            "status=no_answer",
            "status=No-Answer",
            "outcome=not_reached",
            "q=NOT+reached",
            "q=C-1",
            "to=1001",
            "from=1000",
            "q=(a%2B)%2B$",
        ] {
            assert!(admits(yes), "{yes}");
        }
        for no in ["status=busy", "status=", "status=teleported", "outcome=NOT", "q=.*", "to=1000"] {
            assert!(!admits(no), "{no}");
        }
    }

    #[test]
    fn a_status_is_one_by_what_it_means_and_a_word_that_nobody_knows_by_its_letters() {
        let table = [
            ("canceled", "cancelled", true),
            ("Cancelled ", "CANCELED", true),
            ("no_answer", "No Answer", true),
            ("tele-ported", " Tele_Ported", true),
            ("teleported", "canceled", false),
            ("busy", "failed", false),
            ("", "canceled", false),
        ];
        for (one, other, is_one) in table {
            assert_eq!(is_one_status(one, other), is_one, "{one:?} {other:?}");
            assert_eq!(is_one_status(other, one), is_one, "{other:?} {one:?}");
        }
    }

    #[test]
    fn an_address_has_the_filter_and_the_cursor() {
        let filter = read("from=2026-05-28&to=2026-05-29&limit=7").expect("a filter");
        let address = filter.address("/x?y=z", "c.d");
        assert_eq!(address, "/x?y=z&from=1779926400000&to=1780012800000&limit=7&cursor=c.d");
        let query = address.split_once("y=z&").map_or("", |(_, query)| query);
        assert_eq!(read(query).expect("a filter").scope("x"), filter.scope("x"));
        assert_eq!(read("from=1969-12-31").expect("a filter").address("", "c"), "&from=0&limit=50&cursor=c");
    }

    #[test]
    fn a_scope_tells_filters_apart_and_ignores_the_page_size() {
        let scope = |query: &str| read(query).expect("a filter").scope("calls");
        assert_eq!(scope("limit=5"), scope("limit=50"));
        assert_ne!(scope("status=a"), scope("outcome=a"));
        assert_ne!(scope("status=a"), scope("status=b"));
        assert_ne!(scope("q=a"), scope("q=b"));
        assert_ne!(read("").expect("a filter").scope("stats"), scope(""));
    }
}
