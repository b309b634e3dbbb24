//! The kinds of time stamp in the payload, read to milliseconds and written in UTC. No clock.

/// A point in time, and how it was spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down.
    pub milliseconds: i64,
    /// The spelling.
    pub spelling: Spelling,
}

/// How a point in time is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Date and time with an offset (RFC 3339).
    Offset,
    /// Date and time without a zone, read as UTC.
    Naive,
    /// Unix time in digits.
    Digits,
}

const DAY: i64 = 86_400_000;

/// Reads the text of a time stamp: a date and time of RFC 3339, with or without an offset (UTC then), or, as some
/// interfaces of the platform spell it, Unix time in digits: 13 of them are milliseconds, 10 are seconds.
#[must_use]
pub fn read(text: &str) -> Option<Instant> {
    read_bytes(text.as_bytes())
}

/// As [`read`], for text that is not known to be Unicode.
pub(crate) fn read_bytes(text: &[u8]) -> Option<Instant> {
    let (number, length) = leading(text);
    if length == text.len() {
        let milliseconds = match length {
            13 => number?,
            10 => number? * 1_000,
            _ => return None,
        };
        return Some(Instant { milliseconds, spelling: Spelling::Digits });
    }
    let (date, rest) = text.split_at_checked(10)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return None;
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2] = clock else {
        return None;
    };
    let year = pair(*y1, *y2)? * 100 + pair(*y3, *y4)?;
    let (month, day) = (pair(*m1, *m2)?, pair(*d1, *d2)?);
    let (hour, minute, second) = (pair(*h1, *h2)?, pair(*n1, *n2)?, pair(*s1, *s2)?);
    // 60 is a leap second: the first instant of the next minute on a clock that does not have it.
    if day == 0 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let seconds = (hour * 60 + minute) * 60 + second;
    let local = days_to(year, month, day) * DAY + i64::from(seconds) * 1_000 + i64::from(fraction);
    Some(Instant {
        milliseconds: local - i64::from(offset.unwrap_or(0)) * 60_000,
        spelling: if offset.is_some() { Spelling::Offset } else { Spelling::Naive },
    })
}

/// Reads Unix seconds with or without a fraction, rounded down to milliseconds. 13 digits are milliseconds already.
pub(crate) fn read_stamp_bytes(text: &[u8]) -> Option<i64> {
    let (sign, text) = text.strip_prefix(b"-").map_or((1, text), |text| (-1, text));
    let (number, length) = leading(text);
    let (thousandths, rest) = fraction(text.get(length..)?)?;
    if length == 0 || !rest.is_empty() {
        return None;
    }
    let milliseconds = match length {
        13 => number?,
        ..=15 => number? * 1_000 + i64::from(thousandths),
        // Behind every calendar, as far as milliseconds reach.
        _ => i64::MAX,
    };
    Some(milliseconds * sign)
}

/// Milliseconds of a fraction of a second, and what stands behind it.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.', digits @ ..] = rest else {
        return Some((0, rest));
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at_checked(length)?;
    let digit = |place: usize| digits.get(place).map_or(0, |&digit| u32::from(digit - b'0'));
    (length > 0).then_some(((digit(0) * 10 + digit(1)) * 10 + digit(2), rest))
}

/// Minutes east of UTC, nothing where no offset is given; no reading for anything else.
#[expect(clippy::option_option, reason = "no reading is not the same as no offset")]
fn offset(rest: &[u8]) -> Option<Option<i32>> {
    match rest {
        [] => Some(None),
        [b'Z' | b'z'] => Some(Some(0)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (pair(*h1, *h2)?, pair(*m1, *m2)?);
            let east = (hours * 60 + minutes).cast_signed();
            (hours <= 23 && minutes <= 59).then_some(Some(if *sign == b'-' { -east } else { east }))
        }
        _ => None,
    }
}

/// The number that the digits at the beginning spell, if they are 18 at most, and how many there are. What is checked here
/// needs no check behind it: WebAssembly has no multiplication that tells of its overflow.
#[inline]
fn leading(text: &[u8]) -> (Option<i64>, usize) {
    let (mut number, mut length) = (0_i64, 0);
    while let Some(digit) = text.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit <= 9) {
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
        length += 1;
    }
    ((length <= 18).then_some(number), length)
}

/// The number that two digits spell.
fn pair(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

/// How many days a month has, none if there is no such month.
const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, for years 0 to 9999. Years are counted from
/// March, so that the day which not every year has is the last one, and from 400 years before, so that none is negative.
fn days_to(year: u32, month: u32, day: u32) -> i64 {
    let year = if month > 2 { year + 400 } else { year + 399 };
    let months = (month + 9) % 12;
    i64::from(year * 365 + year / 4 - year / 100 + year / 400 + (months * 153 + 2) / 5 + day) - (719_469 + 146_097)
}

/// Year, month and day of a number of days since 1970-01-01.
const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (month, day) = (if month < 10 { month + 3 } else { month - 9 }, of_year - (153 * month + 2) / 5 + 1);
    (year + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

/// An instant in UTC with milliseconds (RFC 3339), for years 0000 to 9999.
#[must_use]
pub fn write(milliseconds: i64) -> Option<String> {
    let days = milliseconds.div_euclid(DAY);
    let clock = milliseconds.rem_euclid(DAY);
    let (year, month, day) = date_of(days);
    if !(0..=9_999).contains(&year) {
        return None;
    }
    let [year, month, day, clock] = [year, month, day, clock].map(|part| u32::try_from(part).unwrap_or(0));
    let (seconds, thousandths) = (clock / 1_000, clock % 1_000);
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    // Each number from its last digit on.
    let ends =
        [(year, 4), (month, 7), (day, 10), (hours, 13), (minutes % 60, 16), (seconds % 60, 19), (thousandths, 23)];
    for (mut number, end) in ends {
        for digit in text.get_mut(..end).unwrap_or_default().iter_mut().rev() {
            if number == 0 {
                break;
            }
            *digit += u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}
