//! Problems: every error answer of the Worker, and the one place that knows status codes.
//!
//! An error body is `application/problem+json` (RFC 9457). Its `detail` never holds a value from a request.

use crate::issue::Issue;
use serde::Serialize;

/// A status code. Only the constants of this file are ever sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(u16);

impl Status {
    /// Done.
    pub(crate) const OK: Self = Self(200);
    /// Kept, though not as a call.
    pub(crate) const ACCEPTED: Self = Self(202);
    /// Done, and nothing to say.
    pub(crate) const NO_CONTENT: Self = Self(204);
    /// The Worker is there and cannot do its work.
    pub(crate) const UNAVAILABLE: Self = Self(503);

    /// The number on the wire.
    pub(crate) const fn code(self) -> u16 {
        self.0
    }
}

/// Why a request was not served.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The request cannot be read: framing, encoding of the path, a header that is no number.
    BadRequest(&'static str),
    /// A query parameter is doubled or not of its form.
    BadParameter(&'static str),
    /// A query parameter that the route does not have; its name is the client's.
    UnknownParameter,
    /// A cursor that this Worker did not issue for this request.
    BadCursor,
    /// No credential, or a wrong one. Deliberately one answer for all causes.
    Unauthorized,
    /// No such route.
    NoRoute,
    /// No such call, conflict or quarantined body.
    NotFound(&'static str),
    /// The route exists, the method does not; holds the methods that do.
    MethodNotAllowed(&'static str),
    /// A kept body that no signature was checked for, where deliveries have to be signed.
    Unverified,
    /// The body did not arrive in time.
    TooSlow,
    /// The body is larger than the limit, given in bytes.
    TooLarge(usize),
    /// The body is no valid payload.
    InvalidPayload(Vec<Issue>),
    /// More requests than the operator lets one network send.
    RateLimited,
    /// A setting without which the route cannot work.
    NotConfigured(&'static str),
    /// The storage failed, or did not answer in time. Repeating the request is safe.
    StorageUnavailable,
    /// A fault of ours.
    Internal,
}

/// The JSON of a problem.
#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "<[Issue]>::is_empty")]
    issues: &'a [Issue],
}

/// Seconds after which a sender may try again.
const RETRY_AFTER: &str = "5";
/// Seconds after which a rate limit has forgotten: the longer of the two periods that the platform has.
const LONGEST_PERIOD: &str = "60";

impl Problem {
    /// The stable word for the problem; its `type` ends in it.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "bad_request",
            Self::BadParameter(_) | Self::UnknownParameter => "bad_parameter",
            Self::BadCursor => "bad_cursor",
            Self::Unauthorized => "unauthorized",
            Self::NoRoute | Self::NotFound(_) => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::Unverified => "unverified",
            Self::TooSlow => "request_timeout",
            Self::TooLarge(_) => "too_large",
            Self::InvalidPayload(_) => "invalid_payload",
            Self::RateLimited => "rate_limited",
            Self::NotConfigured(_) => "not_configured",
            Self::StorageUnavailable => "storage_unavailable",
            Self::Internal => "internal",
        }
    }

    /// The status code of the answer.
    pub(crate) const fn status(&self) -> Status {
        Status(match self {
            Self::BadRequest(_) | Self::BadParameter(_) | Self::UnknownParameter | Self::BadCursor => 400,
            Self::Unauthorized => 401,
            Self::NoRoute | Self::NotFound(_) => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::TooSlow => 408,
            Self::Unverified => 409,
            Self::TooLarge(_) => 413,
            Self::InvalidPayload(_) => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::NotConfigured(_) | Self::StorageUnavailable => 503,
        })
    }

    /// One line for a person; the same for every problem of the kind.
    const fn title(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "the request cannot be read",
            Self::BadParameter(_) => "a query parameter cannot be used",
            Self::UnknownParameter => "a query parameter is unknown",
            Self::BadCursor => "the cursor cannot be used",
            Self::Unauthorized => "a valid credential is required",
            Self::NoRoute => "there is no such route",
            Self::NotFound(_) => "there is nothing under this name",
            Self::MethodNotAllowed(_) => "the route does not have this method",
            Self::Unverified => "the body was not signed",
            Self::TooSlow => "the body did not arrive in time",
            Self::TooLarge(_) => "the body is too large",
            Self::InvalidPayload(_) => "the body is no valid payload",
            Self::RateLimited => "too many requests",
            Self::NotConfigured(_) => "the Worker is not configured for this",
            Self::StorageUnavailable => "the storage is not available",
            Self::Internal => "the Worker failed",
        }
    }

    /// What to do about it.
    fn detail(&self) -> String {
        match self {
            Self::BadRequest(what) | Self::NotFound(what) => (*what).to_owned(),
            Self::BadParameter(name) => format!("`{name}` is doubled or not of its form"),
            Self::UnknownParameter => "the parameters of the route are listed at `/api/openapi.json`".into(),
            Self::BadCursor => {
                "start again without a cursor; a cursor holds for one route and one set of filters".into()
            }
            Self::Unauthorized => "send the configured token, the signature, or both where both are configured".into(),
            Self::NoRoute => "the routes are listed at `/api/openapi.json`".into(),
            Self::MethodNotAllowed(allow) => format!("allowed here: {allow}"),
            Self::Unverified => "it was kept on a token's word alone; deliver it again with its signature".into(),
            Self::TooSlow => "send the whole body within 10 seconds".into(),
            Self::TooLarge(limit) => format!("at most {limit} bytes are accepted (setting `MAX_BODY_BYTES`)"),
            Self::InvalidPayload(_) => "the issues say what is wrong and where".into(),
            Self::RateLimited => "send the same request again after as many seconds as `Retry-After` says".into(),
            Self::NotConfigured(settings) => format!("set {settings}; `/healthz` tells what is missing"),
            Self::StorageUnavailable => "nothing is lost by sending the same request again".into(),
            Self::Internal => "the fault is on this side; send the same request again".into(),
        }
    }

    /// The headers that belong to the problem.
    pub(crate) fn headers(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Unauthorized => vec![("www-authenticate", "Bearer")],
            Self::MethodNotAllowed(allow) => vec![("allow", allow)],
            Self::RateLimited => vec![("retry-after", LONGEST_PERIOD)],
            Self::StorageUnavailable | Self::NotConfigured(_) => vec![("retry-after", RETRY_AFTER)],
            _ => Vec::new(),
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Vec<u8> {
        let body = Body {
            r#type: format!("urn:postcall:problem:{}", self.code()),
            title: self.title(),
            status: self.status().code(),
            detail: self.detail(),
            issues: match self {
                Self::InvalidPayload(issues) => issues,
                _ => &[],
            },
        };
        // Text, a number and issues of our own making: there is nothing in them that JSON could not hold.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_rfc_9457_and_its_type_ends_in_its_code() {
        let body: serde_json::Value = serde_json::from_slice(&Problem::TooLarge(1_048_576).body()).expect("JSON");
        let expected = serde_json::json!({
            "type": "urn:postcall:problem:too_large",
            "title": "the body is too large",
            "status": 413,
            "detail": "at most 1048576 bytes are accepted (setting `MAX_BODY_BYTES`)",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn temporary_faults_invite_a_retry_and_never_look_like_a_refusal() {
        let headers = Problem::StorageUnavailable.headers();
        assert_eq!(Problem::StorageUnavailable.status().code(), 503);
        assert!(headers.iter().any(|(name, _)| *name == "retry-after"));
    }

    #[test]
    fn a_refusal_names_the_scheme_and_nothing_else() {
        assert_eq!(Problem::Unauthorized.headers(), [("www-authenticate", "Bearer")]);
        assert_eq!(Problem::Unauthorized.body(), Problem::Unauthorized.body());
    }
}
