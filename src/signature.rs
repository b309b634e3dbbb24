//! The platform's signature: HMAC-SHA256 of the call's id in standard base64.
//!
//! It covers the id and nothing else. One captured pair is good for ever and for any body, so a signature says who
//! knows the secret and never that a payload is what was sent.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Signs an id as the platform does. The key is the bytes of the secret's text.
#[must_use]
pub fn sign(call_id: &str, secret: &str) -> String {
    mac(call_id, secret).map_or_else(String::new, |mac| STANDARD.encode(mac.finalize().into_bytes()))
}

/// Whether one of the secrets made the signature. Takes the same time whichever holds, and whether any does.
///
/// The signature is standard base64, padded or not, in its one canonical form; white space round it is not part of it
/// and must be gone.
#[must_use]
pub fn verify(call_id: &str, signature: &str, secrets: &[&str]) -> bool {
    let decoded = STANDARD.decode(signature).or_else(|_| STANDARD_NO_PAD.decode(signature)).unwrap_or_default();
    secrets.iter().fold(false, |is_one_right, secret| {
        let is_right = mac(call_id, secret).is_some_and(|mac| mac.verify_slice(&decoded).is_ok());
        is_one_right | is_right
    })
}

/// The MAC of an id. HMAC takes keys of any length, so there always is one.
fn mac(call_id: &str, secret: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(call_id.as_bytes());
    Some(mac)
}
