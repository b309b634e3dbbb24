//! Statistics: counts over the calls of a range, from the rows of the index alone.
//!
//! What a row does not say, its metadata holds as a [`Tally`]; so 1,000 calls take one storage call, and no body is read.

use serde::Serialize;
use serde_json::Value;

use super::answer::Answer;
use super::filter::{Filter, Limits};
use super::problem::{Problem, Status};
use super::record::Tally;
use super::settings::Settings;
use super::store::Store;
use super::walk::{Step, walk};
use crate::fields::{self, Fields};
use crate::payload::{Id, envelope};
use crate::report::Report;
use crate::summary::View;
use crate::time;
use crate::vocabulary::{CallStatus, EndCallReason, Verdict};

/// What a cursor of the statistics is signed for.
const LIST: &str = "stats";
/// How many calls one answer counts.
const LIMITS: Limits = Limits { usual: 10_000, most: 10_000 };
/// The most words that are counted one by one; those beyond are counted together.
const MOST_WORDS: usize = 100;
/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

/// The criteria in the order of their letters in a tally. What is stored depends on this order: new ones go to the end.
const CRITERIA: [&str; 15] = [
    "persona",
    "style",
    "steps",
    "no_repetition",
    "objections",
    "objection_not_defined",
    "knowledge",
    "goal",
    "appointment",
    "user_sentiment",
    "agent_sentiment",
    "call_completion",
    "answered_by_human",
    "opted_in",
    "no_opt_out",
];

/// What statistics need of a call and its row does not say.
pub(crate) fn tally(report: &Report<'_>, view: &View<'_>, size: usize) -> Tally {
    let talk = (view.talk.turns, view.talk.bot.words, view.talk.human.words);
    let verdicts = view.analysis.as_ref().map(|_| {
        let document = report.json().document;
        let analysis = Fields::of(document, Some(0), Id::PostCall).object(envelope::analysis, Id::Analysis);
        let verdict = |place| fields::verdict(document, analysis.get(place)?);
        fields::CRITERIA.map(|place| letter(verdict(place))).collect()
    });
    Tally { talk, verdicts, size }
}

/// The letter of a verdict in a tally.
const fn letter(verdict: Option<Verdict>) -> char {
    match verdict {
        Some(Verdict::True) => 't',
        Some(Verdict::Partial) => 'p',
        Some(Verdict::False) => 'f',
        Some(Verdict::NotApplicable) => 'n',
        None => '-',
    }
}

/// Counts the calls of a range, newest first, as far as one request may read.
///
/// # Errors
/// `BadParameter`, `BadCursor`, `StorageUnavailable`.
pub(crate) async fn show(
    store: &Store,
    settings: &Settings,
    query: Vec<(&'static str, String)>,
) -> Result<Answer, Problem> {
    let filter = Filter::read(query, LIMITS)?;
    let place = filter.place(LIST, &settings.api_tokens)?;
    let mut stats = Stats::default();
    let next = walk(store, &filter, place, &mut |step| {
        stats.add(&step);
        true
    })
    .await?;
    stats.finish(filter.cursor(next, LIST, &settings.api_tokens));
    Answer::json(Status::OK, &stats)
}

/// The answer.
#[derive(Debug, Serialize)]
struct Stats {
    /// Calls that were counted.
    calls: u32,
    /// Calls whose row cannot be read; they are counted by day alone.
    unread: u32,
    /// Whether these are all calls of the range.
    complete: bool,
    /// Where to go on where they are not.
    cursor: Option<String>,
    day: Vec<PerDay>,
    status: Words,
    outcome: Words,
    end_call_reason: Words,
    criterion: [PerCriterion; CRITERIA.len()],
    duration_seconds: Histogram<9>,
    talk: Talk,
}

/// The calls of a day in UTC.
#[derive(Debug, Serialize)]
struct PerDay {
    day: String,
    calls: u32,
    #[serde(skip)]
    number: i64,
}

/// Calls by a word.
#[derive(Debug, Default, Serialize)]
struct Words {
    /// Most frequent first.
    counts: Vec<Word>,
    /// Calls without a word.
    none: u32,
    /// Calls with a word beyond those that are counted one by one.
    other: u32,
}

#[derive(Debug, Serialize)]
struct Word {
    word: String,
    calls: u32,
}

/// Calls by the verdict on a criterion.
#[derive(Debug, Clone, Copy, Serialize)]
struct PerCriterion {
    criterion: &'static str,
    passed: u32,
    partial: u32,
    failed: u32,
    not_applicable: u32,
}

/// Who said how much.
#[derive(Debug, Serialize)]
struct Talk {
    turns: Histogram<6>,
    words: Histogram<7>,
    /// Of calls in which anyone spoke.
    human_share: Histogram<5>,
}

/// Calls by a number.
#[derive(Debug, Clone, Copy, Serialize)]
struct Histogram<const BINS: usize> {
    #[serde(serialize_with = "as_list")]
    bins: [Bin; BINS],
    /// Calls that do not have the number.
    none: u32,
    sum: f64,
}

/// The calls from one number, included, to the next, not included; `null` is no bound.
#[derive(Debug, Clone, Copy, Serialize)]
struct Bin {
    from: f64,
    to: Option<f64>,
    calls: u32,
}

/// A list of any length; serde writes arrays of a generic length in no way.
fn as_list<S: serde::Serializer, const BINS: usize>(bins: &[Bin; BINS], serializer: S) -> Result<S::Ok, S::Error> {
    bins.as_slice().serialize(serializer)
}

impl<const BINS: usize> Histogram<BINS> {
    fn new(from: [f64; BINS]) -> Self {
        let mut to = from.into_iter().skip(1);
        Self { bins: from.map(|from| Bin { from, to: to.next(), calls: 0 }), none: 0, sum: 0.0 }
    }

    fn add(&mut self, number: Option<f64>) {
        // What is below the first bound is counted with it: there are no negative lengths.
        let bin = |number: f64| self.bins.iter().rposition(|bin| bin.from <= number).unwrap_or(0);
        let Some((number, place)) = number.map(|number| (number, bin(number))) else {
            self.none += 1;
            return;
        };
        // JSON has no number beyond.
        self.sum = (self.sum + number).min(f64::MAX);
        if let Some(bin) = self.bins.get_mut(place) {
            bin.calls += 1;
        }
    }
}

impl Words {
    fn add(&mut self, word: Option<&str>) {
        let Some(word) = word else {
            self.none += 1;
            return;
        };
        let is_full = self.counts.len() == MOST_WORDS;
        match self.counts.iter_mut().find(|known| known.word == word) {
            Some(known) => known.calls += 1,
            None if is_full => self.other += 1,
            None => self.counts.push(Word { word: word.to_owned(), calls: 1 }),
        }
    }

    /// Most frequent first; among equals in the order in which they were met. An insertion sort: there are a few.
    fn sort(&mut self) {
        for end in 1..self.counts.len() {
            let mut at = end;
            while let Some(before) = at.checked_sub(1) {
                let calls = |place: usize| self.counts.get(place).map_or(0, |word| word.calls);
                if calls(before) >= calls(at) {
                    break;
                }
                self.counts.swap(before, at);
                at = before;
            }
        }
    }
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            calls: 0,
            unread: 0,
            complete: false,
            cursor: None,
            day: Vec::new(),
            status: Words::default(),
            outcome: Words::default(),
            end_call_reason: Words::default(),
            criterion: CRITERIA.map(|criterion| PerCriterion {
                criterion,
                passed: 0,
                partial: 0,
                failed: 0,
                not_applicable: 0,
            }),
            duration_seconds: Histogram::new([0.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0]),
            talk: Talk {
                turns: Histogram::new([0.0, 1.0, 5.0, 10.0, 20.0, 50.0]),
                words: Histogram::new([0.0, 1.0, 50.0, 100.0, 200.0, 500.0, 1_000.0]),
                human_share: Histogram::new([0.0, 0.2, 0.4, 0.6, 0.8]),
            },
        }
    }
}

impl Stats {
    fn add(&mut self, step: &Step) {
        self.calls += 1;
        self.add_day(step.at);
        let row = step.metadata.as_ref();
        let Some(outcome) = row.and_then(|row| row.get("outcome")).and_then(Value::as_str) else {
            self.unread += 1;
            return;
        };
        let text = |name: &str| row.and_then(|row| row.get(name)).and_then(Value::as_str);
        self.outcome.add(Some(outcome));
        // Spellings of one word are one word, a word that nobody knows is itself.
        let status = text("status");
        self.status.add(status.and_then(CallStatus::read).map(CallStatus::word).or(status));
        let reason = text("end_call_reason");
        self.end_call_reason.add(reason.and_then(EndCallReason::read).map(EndCallReason::word).or(reason));
        self.duration_seconds.add(row.and_then(|row| row.get("duration_seconds")).and_then(Value::as_f64));
        let tally = row.and_then(|row| row.get("tally"));
        self.add_talk(tally.and_then(|tally| tally.get("talk")));
        if let Some(letters) = tally.and_then(|tally| tally.get("verdicts")).and_then(Value::as_str) {
            self.add_verdicts(letters);
        }
    }

    /// Rows come newest first, so that the rows of a day stand together.
    fn add_day(&mut self, at: i64) {
        let number = at.div_euclid(DAY);
        match self.day.last_mut() {
            Some(day) if day.number == number => day.calls += 1,
            _ => {
                let mut day = time::write(at).unwrap_or_default();
                day.truncate("2026-01-31".len());
                self.day.push(PerDay { day, calls: 1, number });
            }
        }
    }

    fn add_talk(&mut self, talk: Option<&Value>) {
        let number = |place: usize| talk.and_then(|talk| talk.get(place)).and_then(Value::as_f64);
        let (bot, human) = (number(1), number(2));
        let words = bot.zip(human).map(|(bot, human)| bot + human);
        self.talk.turns.add(number(0));
        self.talk.words.add(words);
        let spoken = words.filter(|words| *words > 0.0);
        self.talk.human_share.add(human.zip(spoken).map(|(human, words)| human / words));
    }

    fn add_verdicts(&mut self, letters: &str) {
        for (criterion, letter) in self.criterion.iter_mut().zip(letters.chars()) {
            match letter {
                't' => criterion.passed += 1,
                'p' => criterion.partial += 1,
                'f' => criterion.failed += 1,
                'n' => criterion.not_applicable += 1,
                _ => {}
            }
        }
    }

    fn finish(&mut self, cursor: Option<String>) {
        self.complete = cursor.is_none();
        self.cursor = cursor;
        self.day.reverse();
        for words in [&mut self.status, &mut self.outcome, &mut self.end_call_reason] {
            words.sort();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{Options, validate};

    fn stats(rows: &[(i64, Value)]) -> Value {
        let mut stats = Stats::default();
        for (at, metadata) in rows {
            stats.add(&Step { at: *at, call_id: String::new(), metadata: Some(metadata.clone()) });
        }
        stats.finish(None);
        serde_json::to_value(stats).unwrap()
    }

    /// The bins of a histogram that have calls: where they begin, and how many.
    fn filled(histogram: &Value) -> Vec<(f64, u64)> {
        let bins = histogram.get("bins").unwrap().as_array().unwrap().iter();
        let bins = bins.map(|bin| (bin["from"].as_f64().unwrap(), bin["calls"].as_u64().unwrap()));
        bins.filter(|(_, calls)| *calls > 0).collect()
    }

    #[test]
    fn the_letters_of_a_tally_are_those_of_the_declared_criteria() {
        let declared = Id::Analysis.object().fields.get(fields::CRITERIA).unwrap().iter().map(|field| field.name);
        assert_eq!(declared.collect::<Vec<_>>(), CRITERIA);
    }

    #[test]
    fn a_tally_says_who_spoke_and_each_verdict() {
        let body = br#"{"call":{"call_id":"1","transcript":"bot: one two\nhuman: three\n"},
            "analysis":{"style":"partial","goal":false,"persona":"true","opted_in":null,"no_opt_out":"what?"}}"#;
        let report = validate(body, &Options::default());
        let tally = tally(&report, &report.summary().unwrap(), body.len());
        assert_eq!(tally.talk, (2, 2, 1));
        assert_eq!(tally.verdicts.as_deref(), Some("tp-----f-----n-"));
        let report = validate(br#"{"call":{"call_id":"1"}}"#, &Options::default());
        assert_eq!(super::tally(&report, &report.summary().unwrap(), 0), Tally::default());
    }

    #[test]
    fn spellings_of_a_word_are_one_word_and_unknown_words_are_themselves() {
        let row = |status: &str| (0, json!({"outcome": "connected", "status": status}));
        let stats = stats(&[row("teleported"), row("no-answer"), row("No_Answer"), (0, json!({"outcome": "failed"}))]);
        let word = |word: &str, calls: u32| json!({"word": word, "calls": calls});
        let expected = json!({"counts": [word("no-answer", 2), word("teleported", 1)], "none": 1, "other": 0});
        assert_eq!(stats["status"], expected);
        assert_eq!(stats["outcome"]["counts"], json!([word("connected", 3), word("failed", 1)]));
        assert_eq!(stats["end_call_reason"], json!({"counts": [], "none": 4, "other": 0}));
    }

    #[test]
    fn words_without_end_are_counted_together() {
        let rows: Vec<_> =
            (0..150).map(|n| (0, json!({"outcome": "unknown", "status": format!("word {n}")}))).collect();
        let stats = stats(&rows);
        assert_eq!(stats["status"]["counts"].as_array().unwrap().len(), 100);
        assert_eq!(stats["status"]["other"], 50);
    }

    #[test]
    fn days_are_those_of_utc_and_stand_in_their_order() {
        let row = || json!({"outcome": "connected"});
        let stats = stats(&[(2 * DAY, row()), (2 * DAY - 1, row()), (DAY, row()), (0, Value::Null)]);
        let expected = json!([
            {"day": "1970-01-01", "calls": 1}, {"day": "1970-01-02", "calls": 2}, {"day": "1970-01-03", "calls": 1},
        ]);
        assert_eq!(stats["day"], expected);
        assert_eq!((&stats["calls"], &stats["unread"]), (&json!(4), &json!(1)));
    }

    #[test]
    fn a_number_belongs_to_the_bin_that_it_begins() {
        let row = |seconds: Value, talk: Value| {
            (0, json!({"outcome": "connected", "duration_seconds": seconds, "tally": {"talk": talk}}))
        };
        let stats = stats(&[
            row(json!(0), json!([0, 0, 0])),
            row(json!(9.9), json!([2, 3, 1])),
            row(json!(10), json!([60, 500, 500])),
            row(json!(99_999), json!(null)),
            row(json!(null), json!("?")),
        ]);
        assert_eq!(filled(&stats["duration_seconds"]), [(0.0, 2), (10.0, 1), (3_600.0, 1)]);
        assert_eq!(stats["duration_seconds"]["none"], 1);
        assert_eq!(stats["duration_seconds"]["sum"], 100_018.9);
        assert_eq!(filled(&stats["talk"]["turns"]), [(0.0, 1), (1.0, 1), (50.0, 1)]);
        assert_eq!(filled(&stats["talk"]["words"]), [(0.0, 1), (1.0, 1), (1_000.0, 1)]);
        assert_eq!(filled(&stats["talk"]["human_share"]), [(0.2, 1), (0.4, 1)]);
        assert_eq!(stats["talk"]["human_share"]["none"], 3);
        let longest = self::stats(&[row(json!(f64::MAX), json!(null)), row(json!(f64::MAX), json!(null))]);
        assert_eq!(longest["duration_seconds"]["sum"], f64::MAX);
    }

    #[test]
    fn verdicts_are_counted_by_criterion() {
        let row = |letters: &str| (0, json!({"outcome": "connected", "tally": {"verdicts": letters}}));
        let stats = stats(&[row("tpfn-"), row("tt"), row("")]);
        let verdicts = |place: usize| {
            let criterion = &stats["criterion"][place];
            ["passed", "partial", "failed", "not_applicable"].map(|name| criterion[name].as_u64().unwrap())
        };
        assert_eq!([verdicts(0), verdicts(1)], [[2, 0, 0, 0], [1, 1, 0, 0]]);
        assert_eq!([verdicts(2), verdicts(3), verdicts(4)], [[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]);
        assert_eq!(stats["criterion"][7]["criterion"], "goal");
    }
}
