//! Bodies: reading what a client sends, counted and against the clock.
//!
//! `Content-Length` may only refuse early. Beside a chunked body the runtime hands it on although it is wrong, so the
//! bytes themselves are counted as they come, and a client that stops sending is not waited for.

use core::future::{Future as _, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use js_sys::{Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{ReadableStreamDefaultReader, Request};
use worker::{Delay, js_sys};

use super::problem::Problem;

/// How long a client may take to send a body.
const DEADLINE: Duration = Duration::from_secs(10);
/// The most bytes that are set aside on a client's word.
const TRUSTED_LENGTH: usize = 65_536;

/// The whole body, of at most `limit` bytes.
///
/// # Errors
/// `TooLarge`, `TooSlow`, and `BadRequest` where the connection breaks or the framing is wrong.
pub(crate) async fn read(request: &Request, limit: usize) -> Result<Vec<u8>, Problem> {
    let declared = request.headers().get("content-length").ok().flatten();
    let declared = declared_length(declared.as_deref(), limit)?;
    let Some(stream) = request.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::with_capacity(declared.min(TRUSTED_LENGTH));
    let mut deadline = pin!(Delay::from(DEADLINE));
    let problem = loop {
        let mut next = pin!(JsFuture::from(reader.read()));
        let chunk = poll_fn(|context| {
            if let Poll::Ready(chunk) = next.as_mut().poll(context) {
                return Poll::Ready(Some(chunk));
            }
            deadline.as_mut().poll(context).map(|()| None)
        });
        match chunk.await {
            None => break Problem::TooSlow,
            // The runtime's text is its own; it says nothing that the client may rely on.
            Some(Err(_)) => break Problem::BadRequest("the body broke off or its framing is wrong"),
            Some(Ok(chunk)) => match append(&mut body, &chunk, limit) {
                Appended::More => {}
                Appended::End => return Ok(body),
                Appended::TooMuch => break Problem::TooLarge(limit),
            },
        }
    };
    // The rest is of no interest, and whether the runtime can still stop it changes nothing here.
    drop(reader.cancel());
    Err(problem)
}

/// What a chunk did to a body.
enum Appended {
    /// It was added, and more may follow.
    More,
    /// There was none: the body is whole.
    End,
    /// It would exceed the limit.
    TooMuch,
}

/// Adds what a reader gave, `{done, value}`, to a body.
fn append(body: &mut Vec<u8>, chunk: &JsValue, limit: usize) -> Appended {
    let Ok(value) = Reflect::get(chunk, &JsValue::from_str("value")) else {
        return Appended::End;
    };
    let Ok(value) = value.dyn_into::<Uint8Array>() else {
        return Appended::End;
    };
    let from = body.len();
    let to = from.saturating_add(usize::try_from(value.length()).unwrap_or(usize::MAX));
    if to > limit {
        return Appended::TooMuch;
    }
    body.resize(to, 0);
    if let Some(room) = body.get_mut(from..) {
        value.copy_to(room);
    }
    Appended::More
}

/// The length that a client declares, 0 where it declares none.
fn declared_length(header: Option<&str>, limit: usize) -> Result<usize, Problem> {
    let Some(text) = header.map(super::auth::trim) else {
        return Ok(0);
    };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::BadRequest("`Content-Length` is no number"));
    }
    // Digits that no `usize` holds are a number all the same, and one beyond every limit.
    match text.parse() {
        Ok(length) if length <= limit => Ok(length),
        _ => Err(Problem::TooLarge(limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_length_can_only_refuse() {
        assert_eq!(declared_length(None, 10), Ok(0));
        assert_eq!(declared_length(Some("10"), 10), Ok(10));
        assert_eq!(declared_length(Some("11"), 10), Err(Problem::TooLarge(10)));
        assert_eq!(
            declared_length(Some("99999999999999999999"), 10),
            Err(Problem::TooLarge(10))
        );
        for wrong in ["", "+5", "5, 5", "-1", "0x5"] {
            assert!(
                matches!(declared_length(Some(wrong), 10), Err(Problem::BadRequest(_))),
                "{wrong:?}"
            );
        }
    }
}
