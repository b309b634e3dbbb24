//! Bodies: reading what a client sends, counted and against the clock.
//!
//! `Content-Length` may only refuse early. Beside a chunked body a runtime may hand it on although it is wrong, so there,
//! and where there is none, the bytes themselves are counted as they come. A client that stops sending is not waited for.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys::Request;

use super::host::{self, Head};
use super::problem::Problem;
use super::reply::Reply;

/// How long a client may take to send a body, in milliseconds.
const DEADLINE: u32 = 10_000;
/// The bytes that are set aside where nothing holds a body to a length.
const USUAL_LENGTH: usize = 16_384;

#[wasm_bindgen(module = "/src/edge/host.js")]
extern "C" {
    fn read_framed_body(request: &Request, patience: f64) -> u32;
    fn read_body(request: &Request, room: f64, limit: f64, patience: f64) -> u32;
}

/// The whole body, of at most `limit` bytes, as the runtime has it: what is waited for is held outside the module, whose memory
/// never shrinks.
///
/// # Errors
/// `TooLarge`, `TooSlow`, and `BadRequest` where the connection breaks or the framing is wrong.
pub(crate) async fn read(request: &Request, head: &Head, limit: usize) -> Result<Uint8Array, Problem> {
    let declared = declared_length(head.header("content-length"), limit)?;
    // HTTP holds such a body to what is declared.
    let is_framed = declared.is_some() && head.header("transfer-encoding").is_none();
    let patience = host::number(DEADLINE);
    let read = if is_framed {
        read_framed_body(request, patience)
    } else {
        let room = USUAL_LENGTH.min(limit).saturating_add(1);
        read_body(request, host::number(room), host::number(limit), patience)
    };
    // The runtime's text is its own; it says nothing that the client may rely on.
    let read = Reply::to(read).await.map_err(|_| Problem::BadRequest("the body broke off or its framing is wrong"))?;
    match read.dyn_into::<Uint8Array>() {
        // What is held to a length is held to one within the limit.
        Ok(body) => Ok(body),
        Err(word) if word.as_string().as_deref() == Some("too_slow") => Err(Problem::TooSlow),
        Err(_) => Err(Problem::TooLarge(limit)),
    }
}

/// The length that a client declares, if it declares one.
fn declared_length(header: Option<&str>, limit: usize) -> Result<Option<usize>, Problem> {
    let Some(text) = header.map(super::auth::trim) else {
        return Ok(None);
    };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::BadRequest("`Content-Length` is no number"));
    }
    // Digits that no `usize` holds are a number all the same, and one beyond every limit.
    match text.parse() {
        Ok(length) if length <= limit => Ok(Some(length)),
        _ => Err(Problem::TooLarge(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_length_can_only_refuse() {
        assert_eq!(declared_length(None, 10), Ok(None));
        assert_eq!(declared_length(Some("10"), 10), Ok(Some(10)));
        assert_eq!(declared_length(Some("11"), 10), Err(Problem::TooLarge(10)));
        assert_eq!(declared_length(Some("99999999999999999999"), 10), Err(Problem::TooLarge(10)));
        for wrong in ["", "+5", "5, 5", "-1", "0x5"] {
            assert!(matches!(declared_length(Some(wrong), 10), Err(Problem::BadRequest(_))), "{wrong:?}");
        }
    }
}
