//! Timing two works against each other.

use crate::job::Work;

/// A clock: seconds since some moment.
pub type Clock<'c> = &'c dyn Fn() -> f64;

/// The shortest burst, in seconds: long beside the clock's own steps.
const BURST: f64 = 200e-6;
/// About how long a round takes, in seconds, where five bursts of each do not take longer.
const ROUND: f64 = 20e-3;

/// Two works that take turns.
#[derive(Debug)]
pub struct Pair {
    works: [Work; 2],
    /// How often each runs in one burst.
    runs: [u32; 2],
    /// How many bursts of each make a round.
    bursts: usize,
}

impl Pair {
    /// Warms both up for so many seconds, and finds how often they have to run.
    #[must_use]
    pub fn new(works: [Work; 2], warm_up: f64, clock: Clock<'_>) -> Self {
        let mut pair = Self { works, runs: [1; 2], bursts: 5 };
        let time = pair.works.each_mut().map(|work| warm(work, warm_up, clock));
        pair.runs = time.map(|time| runs(BURST, time));
        let burst: f64 = time.iter().zip(pair.runs).map(|(time, runs)| time * f64::from(runs)).sum();
        pair.bursts = usize::try_from(runs(ROUND, burst)).unwrap_or(usize::MAX).max(5);
        pair
    }

    /// One round: the seconds that one run of each takes, at the 20th percentile of bursts in turn.
    pub fn round(&mut self, clock: Clock<'_>) -> [f64; 2] {
        let mut times = [(); 2].map(|()| Vec::with_capacity(self.bursts));
        for _ in 0..self.bursts {
            for ((work, runs), times) in self.works.iter_mut().zip(self.runs).zip(&mut times) {
                let began = clock();
                (0..runs).for_each(|_| work.run());
                times.push((clock() - began) / f64::from(runs));
            }
        }
        times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 5).copied().unwrap_or(f64::NAN)
        })
    }

    /// The bytes that each reads.
    #[must_use]
    pub fn lengths(&self) -> [usize; 2] {
        self.works.each_ref().map(Work::length)
    }
}

/// Runs a work for so many seconds, at least once. The seconds that its fastest run took.
fn warm(work: &mut Work, seconds: f64, clock: Clock<'_>) -> f64 {
    let (began, mut fastest) = (clock(), f64::INFINITY);
    loop {
        let start = clock();
        work.run();
        let end = clock();
        fastest = fastest.min(end - start);
        if end - began >= seconds {
            return fastest;
        }
    }
}

/// How often something that takes so long fills a time.
fn runs(time: f64, one: f64) -> u32 {
    (1..10_000).find(|&runs| f64::from(runs) * one >= time).unwrap_or(10_000)
}
