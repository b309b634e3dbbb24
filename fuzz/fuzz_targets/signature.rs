//! Signatures: one spelling with its padding and one without, for one id and one secret. Three lines of text: id,
//! secret, signature.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postcall::signature::{sign, verify};

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let (id, secret, other) = (lines.next().unwrap(), lines.next().unwrap_or(""), lines.next().unwrap_or(""));
    let right = sign(id, secret);
    let bare = right.trim_end_matches('=');
    assert!(verify(id, &right, &[secret]) && verify(id, bare, &["another", secret]));
    assert_eq!(verify(id, other, &[secret]), other == right || other == bare);
    assert!(!verify(id, other, &[]));
});
