//! Health: what is misconfigured, by the names of settings and never by their values.

use serde::Serialize;

use super::answer::Answer;
use super::problem::{Problem, Status};
use super::settings::{Fault, Settings};

/// The answer to a question after health.
#[derive(Serialize)]
struct Health<'a> {
    /// `ok`; `degraded` where something is not as it was meant; `failing` where deliveries are refused.
    status: &'static str,
    /// The version of the Worker.
    version: &'static str,
    /// What is wrong.
    settings: &'a [Fault],
}

/// Tells what is wrong. Touches no storage, as anybody may ask.
///
/// # Errors
/// `Internal` where the answer cannot be written.
pub(crate) fn show(settings: &mut Settings, has_storage: bool) -> Result<Answer, Problem> {
    if !has_storage {
        settings.fault("CALLS", "the KV binding is missing: every delivery is refused");
    }
    let works = has_storage && settings.receives();
    let status = match (works, settings.faults.is_empty()) {
        (false, _) => "failing",
        (true, false) => "degraded",
        (true, true) => "ok",
    };
    let health = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        settings: &settings.faults,
    };
    Answer::json(if works { Status::OK } else { Status::UNAVAILABLE }, &health)
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn health_names_settings_and_no_values() {
        let mut settings = Settings::read(|name| (name == "MAX_BODY_BYTES").then(|| "s3cret".to_owned()));
        let answer = show(&mut settings, false).expect("an answer");
        let body = String::from_utf8(answer.body).expect("text");
        assert_eq!(answer.status, Status::UNAVAILABLE);
        for setting in [
            "WEBHOOK_TOKENS",
            "SIGNING_SECRETS",
            "API_TOKENS",
            "MAX_BODY_BYTES",
            "CALLS",
        ] {
            assert!(body.contains(setting), "{setting}");
        }
        assert!(!body.contains("s3cret"));
    }

    #[test]
    fn a_worker_with_tokens_is_well() {
        let mut settings = Settings::read(|name| name.ends_with("TOKENS").then(|| "t".to_owned()));
        let answer = show(&mut settings, true).expect("an answer");
        assert_eq!(answer.status, Status::OK);
        assert!(answer.body.starts_with(b"{\"status\":\"ok\""));
    }
}
