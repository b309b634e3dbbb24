//! Walking along the calls of a range, newest first, over as many pages as one request may read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cursor::Place;
use super::filter::Filter;
use super::key;
use super::problem::Problem;
use super::store::{MOST_KEYS, Page, Store};

/// The most lists of one walk: far below the 1,000 calls that the storage allows a request, and at 30 ms each what its
/// time allows.
const MOST_LISTS: usize = 40;
/// One call on the way.
pub(crate) struct Step {
    /// The time in its key.
    pub(crate) at: i64,
    /// Its id.
    pub(crate) call_id: String,
    /// The metadata of its row, whatever it is.
    pub(crate) metadata: Option<Value>,
}

/// Shows the calls of a filter's range to `visit`, `filter.limit` at most, until there are no more, `visit` wants no
/// more (it has not taken the one it was shown), or the request has read as much as it may. Gives the place to go on.
///
/// # Errors
/// `StorageUnavailable`.
pub(crate) async fn walk(
    store: &Store,
    filter: &Filter,
    place: Place,
    visit: &mut dyn FnMut(Step) -> bool,
) -> Result<Option<Place>, Problem> {
    if filter.is_empty_range() {
        return Ok(None);
    }
    let mut walk = Walk { filter, left: filter.limit, shown: BTreeSet::new(), visit };
    let mut place = place;
    for lists in 0..MOST_LISTS {
        if lists > 0 && !store.has_time() {
            break;
        }
        let page = store.list(&filter.prefix(), place.page.as_deref(), MOST_KEYS).await?;
        match walk.page(place, page) {
            Pace::On(next) => place = next,
            Pace::Halt(place) => return Ok(Some(place)),
            Pace::End => return Ok(None),
        }
    }
    Ok(Some(place))
}

/// How it goes after a page.
#[derive(Debug, PartialEq, Eq)]
enum Pace {
    /// On with the page at this place.
    On(Place),
    /// Not any further in this request.
    Halt(Place),
    /// There are no more calls.
    End,
}

struct Walk<'a> {
    filter: &'a Filter,
    /// How many calls may still be shown.
    left: usize,
    /// The ids that were shown: a call can have two rows, by deliveries that were stored at once.
    shown: BTreeSet<String>,
    visit: &'a mut dyn FnMut(Step) -> bool,
}

impl Walk<'_> {
    fn page(&mut self, mut place: Place, page: Page) -> Pace {
        for (key, metadata) in page.keys {
            if place.after.as_ref().is_some_and(|after| key <= *after) {
                continue;
            }
            let Some((at, call_id)) = key::read_time_key(&key) else {
                continue;
            };
            if self.filter.is_past(at) {
                return Pace::End;
            }
            if self.filter.is_early(at) && !self.shown.contains(&call_id) {
                if self.left == 0 || !(self.visit)(Step { at, call_id: call_id.clone(), metadata }) {
                    return Pace::Halt(place);
                }
                self.shown.insert(call_id);
                self.left = self.left.saturating_sub(1);
            }
            place.after = Some(key);
        }
        match page.next {
            // The place stays: calls that came meanwhile can have pushed what was shown already onto the next page.
            Some(next) => Pace::On(Place { page: Some(next), after: place.after }),
            None => Pace::End,
        }
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use crate::edge::filter::Limits;

    fn filter(query: &[(&'static str, &str)]) -> Filter {
        let pairs = query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Filter::read(pairs, Limits { usual: 10, most: 10 }).expect("a filter")
    }

    fn page(calls: &[(i64, &str)], next: Option<&str>) -> Page {
        let keys = calls.iter().map(|(at, id)| (key::time_key(*at, id), None)).collect();
        Page { keys, next: next.map(str::to_owned) }
    }

    /// The ids that are shown of a page, at most `takes` of them, and how it goes on.
    fn shown(query: &[(&'static str, &str)], place: Place, page: Page, takes: usize) -> (String, Pace) {
        let filter = filter(query);
        let mut ids = String::new();
        let mut visit = |step: Step| {
            let takes = ids.len() < takes;
            if takes {
                ids.push_str(&step.call_id);
            }
            takes
        };
        let mut walk = Walk { filter: &filter, left: filter.limit, shown: BTreeSet::new(), visit: &mut visit };
        let after = walk.page(place, page);
        (ids, after)
    }

    const CALLS: [(i64, &str); 5] = [(50, "a"), (40, "b"), (39, "a"), (30, "c"), (20, "d")];

    fn after(at: i64, id: &str) -> Place {
        Place { page: None, after: Some(key::time_key(at, id)) }
    }

    #[test]
    fn every_call_of_the_range_is_shown_once() {
        let next = || Place { page: Some("n".into()), ..after(20, "d") };
        assert_eq!(shown(&[], Place::default(), page(&CALLS, Some("n")), 9), ("abcd".into(), Pace::On(next())));
        assert_eq!(shown(&[], Place::default(), page(&CALLS, None), 9), ("abcd".into(), Pace::End));
        assert_eq!(shown(&[("to", "40")], Place::default(), page(&CALLS, None), 9).0, "acd");
        assert_eq!(shown(&[("from", "30")], Place::default(), page(&CALLS, Some("n")), 9), ("abc".into(), Pace::End));
    }

    #[test]
    fn a_second_row_of_a_call_is_found_however_far_behind_it_stands() {
        let between: Vec<_> = (0..30).map(|at| (90 - at, format!("{at}"))).collect();
        let calls: Vec<_> =
            [(99, "a")].into_iter().chain(between.iter().map(|(at, id)| (*at, &**id))).chain([(5, "a")]).collect();
        let mut count = 0;
        let filter = Filter::read(Vec::new(), Limits { usual: 99, most: 99 }).expect("a filter");
        let mut visit = |_: Step| {
            count += 1;
            true
        };
        Walk { filter: &filter, left: filter.limit, shown: BTreeSet::new(), visit: &mut visit }
            .page(Place::default(), page(&calls, None));
        assert_eq!(count, 31);
    }

    #[test]
    fn where_it_halts_it_goes_on_with_the_first_that_was_not_taken() {
        let limited = shown(&[("limit", "2")], Place::default(), page(&CALLS, None), 9);
        assert_eq!(limited, ("ab".into(), Pace::Halt(after(39, "a"))));
        assert_eq!(shown(&[], after(39, "a"), page(&CALLS, None), 9), ("cd".into(), Pace::End));
        assert_eq!(shown(&[], Place::default(), page(&CALLS, None), 1), ("a".into(), Pace::Halt(after(50, "a"))));
        assert_eq!(shown(&[], Place::default(), page(&CALLS, None), 0), (String::new(), Pace::Halt(Place::default())));
    }

    #[test]
    fn what_newer_calls_pushed_onto_the_next_page_is_not_shown_again() {
        let next = || Place { page: Some("n".into()), ..after(20, "d") };
        assert_eq!(
            shown(&[], after(20, "d"), page(&[(90, "x"), (50, "a")], Some("n")), 9),
            (String::new(), Pace::On(next()))
        );
        assert_eq!(shown(&[], next(), page(&[(30, "c"), (20, "d"), (10, "e")], None), 9), ("e".into(), Pace::End));
    }

    #[test]
    fn a_page_that_is_taken_whole_is_the_end_where_no_other_follows() {
        assert_eq!(shown(&[("limit", "4")], Place::default(), page(&CALLS, None), 9), ("abcd".into(), Pace::End));
    }
}
