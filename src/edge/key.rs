//! Keys: where everything is kept, and how ids become part of them.
//!
//! | key | value | metadata |
//! |---|---|---|
//! | `call/<encoded id>` | the body, byte for byte | a digest |
//! | `time/<inverted start>/<encoded id>` | empty | the same digest; listing it gives calls newest first |
//! | `conflict/<encoded id>/<hash>` | another body for a call that is already final | a note on its arrival |
//! | `quarantine/<hash>` | an authenticated body that is no valid payload | a note on its arrival |
//!
//! The same delivery gives the same keys, so that writing it twice changes nothing.

use sha2::{Digest as _, Sha256};

use super::route::decode;

/// The latest time that a key can hold; times are cut to 0 and this.
pub(crate) const LATEST: i64 = 9_999_999_999_999;
/// Prefix of the bodies.
const CALL: &str = "call/";
/// Prefix of the index by time.
pub(crate) const TIME: &str = "time/";
/// Prefix of the bodies that came too late.
pub(crate) const CONFLICT: &str = "conflict/";
/// Prefix of the bodies that are no valid payload.
pub(crate) const QUARANTINE: &str = "quarantine/";

/// Milliseconds since 1970 as keys hold them.
pub(crate) const fn clamp(milliseconds: i64) -> i64 {
    match milliseconds {
        ..0 => 0,
        0..=LATEST => milliseconds,
        _ => LATEST,
    }
}

/// The digits that sort newest first.
pub(crate) fn inverted(milliseconds: i64) -> String {
    format!("{:013}", LATEST.saturating_sub(clamp(milliseconds)))
}

/// Where the body of a call is.
pub(crate) fn call_key(call_id: &str) -> String {
    format!("{CALL}{}", encode(call_id))
}

/// Where the index row of a call is.
pub(crate) fn time_key(milliseconds: i64, call_id: &str) -> String {
    format!("{TIME}{}/{}", inverted(milliseconds), encode(call_id))
}

/// What the keys of all index rows of a call end in, and of no other.
pub(crate) fn row_ending(call_id: &str) -> String {
    format!("/{}", encode(call_id))
}

/// The time and the id in the key of an index row.
pub(crate) fn read_time_key(key: &str) -> Option<(i64, String)> {
    let (digits, id) = key.strip_prefix(TIME)?.split_once('/')?;
    let inverted: i64 = digits.parse().ok()?;
    Some((clamp(LATEST.saturating_sub(inverted)), decode(id)?))
}

/// Where the conflicting bodies of a call are.
pub(crate) fn conflict_prefix(call_id: &str) -> String {
    format!("{CONFLICT}{}/", encode(call_id))
}

/// The name of a conflicting body: the hash of its bytes and the encoded id, in one segment.
pub(crate) fn conflict_name(key: &str) -> Option<String> {
    let (id, hash) = key.strip_prefix(CONFLICT)?.split_once('/')?;
    Some(format!("{hash}~{id}"))
}

/// The call id and the key of a conflicting body by its name.
pub(crate) fn read_conflict_name(name: &str) -> Option<(String, String)> {
    let (hash, id) = name.split_once('~')?;
    let call_id = decode(id)?;
    (is_hash(hash) && encode(&call_id) == id).then(|| (format!("{CONFLICT}{id}/{hash}"), call_id))
}

/// Where a quarantined body is; `None` where the name is no hash.
pub(crate) fn quarantine_key(hash: &str) -> Option<String> {
    is_hash(hash).then(|| format!("{QUARANTINE}{hash}"))
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The name of a call in logs: enough to find it again, not enough to tell its id.
pub(crate) fn log_name(call_id: &str) -> String {
    hex(Sha256::digest(call_id.as_bytes()).get(..8).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// An id as keys hold it: every byte but letters, digits, `-`, `_`, `.` and `~` percent-encoded.
///
/// INVARIANT: injective, never holds `/`, and at most three bytes for one of the id's.
pub(crate) fn encode(call_id: &str) -> String {
    let mut text = String::with_capacity(call_id.len());
    for byte in call_id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(char::from(byte)),
            _ => {
                text.push('%');
                text.push_str(&hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
    text
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn keys_are_injective_and_stay_in_their_namespace() {
        let ids =
            ["a/b", "a%2Fb", "../../x", "\0", "\n", "?", "#", "😀", "é", "e\u{301}", "call/x", "time/0/x", "~.-_"];
        for id in ids {
            let encoded = encode(id);
            assert!(!encoded.contains('/'), "{id:?}");
            assert_eq!(decode(&encoded).as_deref(), Some(id));
            assert_eq!(read_time_key(&time_key(5, id)), Some((5, id.to_owned())));
            for other in ids {
                assert_eq!(time_key(5, other).ends_with(&row_ending(id)), other == id, "{other:?} {id:?}");
            }
        }
        for (at, id) in ids.iter().enumerate() {
            assert!(ids.iter().skip(at + 1).all(|other| call_key(id) != call_key(other)));
        }
    }

    #[test]
    fn the_longest_key_fits() {
        let id = "\0".repeat(128);
        assert!(format!("{}{}", conflict_prefix(&id), hash(b"")).len() <= 512);
        assert!(time_key(0, &id).len() <= 512);
    }

    #[test]
    fn later_calls_sort_first_and_odd_times_are_clamped() {
        assert!(time_key(2_000, "a") < time_key(1_000, "a"));
        assert_eq!(inverted(0), "9999999999999");
        assert_eq!(inverted(i64::MAX), "0000000000000");
        assert_eq!(inverted(-5), inverted(0));
    }

    #[test]
    fn a_conflict_is_named_by_one_segment() {
        let key = format!("{}{}", conflict_prefix("a/b"), hash(b"x"));
        let name = conflict_name(&key).expect("a name");
        assert_eq!(read_conflict_name(&name), Some((key, "a/b".into())));
        for wrong in ["", "~", "abc~x", &format!("{}~a/b", hash(b"x")), &format!("{}~%61", hash(b"x"))] {
            assert_eq!(read_conflict_name(wrong), None, "{wrong}");
        }
        assert_eq!(quarantine_key("../call/x"), None);
    }
}
