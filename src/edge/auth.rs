//! Who may deliver and who may read.
//!
//! A token says that the sender knows a token. A signature says that somebody with the secret once signed *this
//! `call_id`*; it covers neither the body nor the time. Where tokens and secrets are both configured, both must hold.
//! INVARIANT: every refusal is the same [`Problem::Unauthorized`], and every comparison goes over the whole list.

use sha2::{Digest as _, Sha256};

use super::problem::Problem;
use super::route;
use super::settings::{DELIVERY_SETTINGS, READING_SETTINGS, Settings};
use crate::signature;

/// The spellings of the signature header. If several are present, each must hold.
pub(crate) const SIGNATURE_HEADERS: [&str; 4] = [
    "synthflow-signature",
    "x-synthflow-signature",
    "http_synthflow_signature",
    "http-synthflow-signature",
];

/// The token in a path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum PathToken {
    /// The path has no segment for it.
    #[default]
    Absent,
    /// The segment is not percent-encoded text.
    Malformed,
    /// The decoded segment.
    Token(String),
}

impl PathToken {
    /// Reads the still encoded segment.
    pub(crate) fn read(segment: Option<&str>) -> Self {
        match segment.map(route::decode) {
            None => Self::Absent,
            Some(None) => Self::Malformed,
            Some(Some(token)) => Self::Token(token),
        }
    }
}

/// What a delivery brings to show that it may deliver.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    /// The segment after `/webhook/`, as far as it could be decoded.
    pub(crate) path_token: PathToken,
    /// The `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// The signature headers that are present, white space round them removed.
    pub(crate) signatures: Vec<String>,
}

/// A delivery that passed everything that can be said without its body.
#[derive(Debug)]
pub(crate) struct Admitted {
    token: bool,
    signatures: Vec<String>,
}

/// The checks that hold for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// A token alone.
    Token,
    /// A signature alone.
    Signature,
    /// Both.
    Both,
}

impl Check {
    /// The word that is stored beside a quarantined body.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Signature => "signature",
            Self::Both => "both",
        }
    }
}

/// The token in an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
enum Bearer<'a> {
    /// No header, or one of another scheme.
    Absent,
    /// The scheme without a usable token.
    Malformed,
    /// A token.
    Token(&'a str),
}

/// Judges a delivery before its body is read.
///
/// # Errors
/// `NotConfigured` where the settings name neither tokens nor secrets, `Unauthorized` where a credential that the
/// settings ask for is missing, or one that was presented is wrong.
pub(crate) fn admit(credentials: Credentials, settings: &Settings) -> Result<Admitted, Problem> {
    if !settings.receives() {
        return Err(Problem::NotConfigured(DELIVERY_SETTINGS));
    }
    let mut presented = 0_u8;
    let mut held = 0_u8;
    let mut judge = |token: Option<&str>| {
        presented = presented.saturating_add(1);
        held = held.saturating_add(u8::from(
            token.is_some_and(|token| is_listed(token, &settings.webhook_tokens)),
        ));
    };
    match &credentials.path_token {
        PathToken::Absent => {}
        PathToken::Malformed => judge(None),
        PathToken::Token(token) => judge(Some(token)),
    }
    match bearer(credentials.authorization.as_deref()) {
        Bearer::Absent => {}
        Bearer::Malformed => judge(None),
        Bearer::Token(token) => judge(Some(token)),
    }
    let token = held > 0;
    let token_missing = !settings.webhook_tokens.is_empty() && !token;
    let signature_missing = !settings.signing_secrets.is_empty() && credentials.signatures.is_empty();
    if held < presented || token_missing || signature_missing {
        return Err(Problem::Unauthorized);
    }
    Ok(Admitted {
        token,
        signatures: credentials.signatures,
    })
}

impl Admitted {
    /// Judges the signature, once the body has told its id; `None` is a body without a readable id.
    ///
    /// A body whose id cannot be read cannot be checked against a signature. It passes on a token's word alone, and
    /// its caller must not make a record of it.
    ///
    /// # Errors
    /// `Unauthorized` where a signature is asked for and does not hold.
    pub(crate) fn verify(&self, call_id: Option<&str>, settings: &Settings) -> Result<Check, Problem> {
        if settings.signing_secrets.is_empty() {
            return Ok(Check::Token);
        }
        let Some(call_id) = call_id else {
            return if self.token {
                Ok(Check::Token)
            } else {
                Err(Problem::Unauthorized)
            };
        };
        let secrets: Vec<&str> = settings.signing_secrets.iter().map(String::as_str).collect();
        let wrong = self
            .signatures
            .iter()
            .filter(|text| !signature::verify(call_id, text, &secrets))
            .count();
        match (wrong, self.token) {
            (0, true) => Ok(Check::Both),
            (0, false) => Ok(Check::Signature),
            _ => Err(Problem::Unauthorized),
        }
    }
}

/// Judges a request to read or erase.
///
/// # Errors
/// `NotConfigured` where there is no token to compare with, `Unauthorized` where the token is missing or wrong.
pub(crate) fn admit_reader(authorization: Option<&str>, settings: &Settings) -> Result<(), Problem> {
    if settings.api_tokens.is_empty() {
        return Err(Problem::NotConfigured(READING_SETTINGS));
    }
    match bearer(authorization) {
        Bearer::Token(token) if is_listed(token, &settings.api_tokens) => Ok(()),
        _ => Err(Problem::Unauthorized),
    }
}

/// Reads an `Authorization` header: one scheme, one space, one token.
fn bearer(header: Option<&str>) -> Bearer<'_> {
    let Some(header) = header.map(trim) else {
        return Bearer::Absent;
    };
    let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        // The runtime joins a doubled header with commas. A token hidden behind another scheme was presented too.
        let hidden = header.split(',').map(trim).any(|part| {
            part.split([' ', '\t'])
                .next()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
        });
        return if hidden { Bearer::Malformed } else { Bearer::Absent };
    }
    if rest.is_empty() || rest.contains([' ', '\t', ',']) {
        Bearer::Malformed
    } else {
        Bearer::Token(rest)
    }
}

/// A header's value without the spaces and tabs round it; the runtime leaves those at its end.
pub(crate) fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// Whether a token is one of a list. Digests of one length are compared, all of them, so that the time tells nothing.
fn is_listed(token: &str, list: &[String]) -> bool {
    let token = Sha256::digest(token.as_bytes());
    let mut listed = false;
    for entry in list {
        let entry = Sha256::digest(entry.as_bytes());
        let difference = token.iter().zip(entry.iter()).fold(0_u8, |sum, (a, b)| sum | (a ^ b));
        listed |= core::hint::black_box(difference) == 0;
    }
    listed
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    const ID: &str = "123456789";
    const SECRET: &str = "your-secret-key";
    const SIGNATURE: &str = "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=";

    fn settings(tokens: &[&str], secrets: &[&str]) -> Settings {
        Settings {
            webhook_tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
            signing_secrets: secrets.iter().map(|secret| (*secret).to_owned()).collect(),
            api_tokens: vec!["reader".to_owned()],
            ..Settings::default()
        }
    }

    fn credentials(path: Option<&str>, authorization: Option<&str>, signatures: &[&str]) -> Credentials {
        Credentials {
            path_token: PathToken::read(path),
            authorization: authorization.map(str::to_owned),
            signatures: signatures.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    /// The check that holds for a delivery of [`ID`].
    fn judge(credentials: Credentials, settings: &Settings) -> Result<Check, Problem> {
        admit(credentials, settings)?.verify(Some(ID), settings)
    }

    #[test]
    fn nothing_configured_lets_nobody_in() {
        let nothing = settings(&[], &[]);
        assert_eq!(
            judge(credentials(Some("x"), None, &[]), &nothing),
            Err(Problem::NotConfigured(DELIVERY_SETTINGS))
        );
        let nobody = Settings::default();
        assert_eq!(
            admit_reader(Some("Bearer "), &nobody),
            Err(Problem::NotConfigured(READING_SETTINGS))
        );
    }

    #[test]
    fn any_token_of_the_list_holds_in_the_path_and_as_bearer() {
        let both = settings(&["old", "new"], &[]);
        for token in ["old", "new"] {
            assert_eq!(judge(credentials(Some(token), None, &[]), &both), Ok(Check::Token));
            assert_eq!(
                judge(credentials(None, Some(&format!("bearer {token}")), &[]), &both),
                Ok(Check::Token)
            );
        }
        for wrong in ["", "ol", "oldx", "xld", "olx", "old,new", "old ", "Old"] {
            assert_eq!(
                judge(credentials(Some(wrong), None, &[]), &both),
                Err(Problem::Unauthorized),
                "{wrong:?}"
            );
        }
        assert_eq!(judge(credentials(None, None, &[]), &both), Err(Problem::Unauthorized));
        let undecodable = Credentials {
            path_token: PathToken::read(Some("%zz")),
            ..Credentials::default()
        };
        assert_eq!(judge(undecodable, &both), Err(Problem::Unauthorized));
    }

    #[test]
    fn every_token_presented_must_be_right() {
        let one = settings(&["right"], &[]);
        assert_eq!(
            judge(credentials(Some("right"), Some("Bearer right"), &[]), &one),
            Ok(Check::Token)
        );
        assert_eq!(
            judge(credentials(Some("right"), Some("Bearer wrong"), &[]), &one),
            Err(Problem::Unauthorized)
        );
        assert_eq!(
            judge(credentials(Some("wrong"), Some("Bearer right"), &[]), &one),
            Err(Problem::Unauthorized)
        );
        assert_eq!(
            judge(credentials(Some("right"), Some("Basic eDp5"), &[]), &one),
            Ok(Check::Token)
        );
        assert_eq!(
            judge(credentials(Some("right"), Some("Bearer"), &[]), &one),
            Err(Problem::Unauthorized)
        );
    }

    #[test]
    fn a_bearer_header_is_one_scheme_one_space_one_token() {
        let table = [
            (None, Bearer::Absent),
            (Some("Basic eDp5"), Bearer::Absent),
            (Some("Bearer abc"), Bearer::Token("abc")),
            (Some("bEARER abc \t"), Bearer::Token("abc")),
            (Some("Bearer  abc"), Bearer::Malformed),
            (Some("Bearer a,b"), Bearer::Malformed),
            (Some("Bearer a b"), Bearer::Malformed),
            (Some("Bearer abc, Bearer abc"), Bearer::Malformed),
            (Some("Basic eDp5, Bearer abc"), Bearer::Malformed),
            (Some("Bearer"), Bearer::Malformed),
            (Some("Bearer "), Bearer::Malformed),
            (Some(""), Bearer::Absent),
        ];
        for (header, read) in table {
            assert_eq!(bearer(header), read, "{header:?}");
        }
    }

    #[test]
    fn a_signature_is_over_the_id_with_any_secret_of_the_list() {
        let signed = settings(&[], &["other", SECRET]);
        assert_eq!(
            judge(credentials(None, None, &[SIGNATURE]), &signed),
            Ok(Check::Signature)
        );
        assert_eq!(
            judge(credentials(None, None, &[SIGNATURE, SIGNATURE]), &signed),
            Ok(Check::Signature)
        );
        assert_eq!(
            judge(credentials(None, None, &[SIGNATURE, "x"]), &signed),
            Err(Problem::Unauthorized)
        );
        assert_eq!(judge(credentials(None, None, &[]), &signed), Err(Problem::Unauthorized));
        for wrong in [
            "",
            "x",
            &format!("{SIGNATURE}, {SIGNATURE}"),
            &format!("v1,{SIGNATURE}"),
        ] {
            assert_eq!(
                judge(credentials(None, None, &[wrong]), &signed),
                Err(Problem::Unauthorized),
                "{wrong:?}"
            );
        }
        assert_eq!(
            judge(credentials(Some("any"), None, &[SIGNATURE]), &signed),
            Err(Problem::Unauthorized)
        );
    }

    #[test]
    fn where_both_are_configured_both_must_hold() {
        let both = settings(&["token"], &[SECRET]);
        assert_eq!(
            judge(credentials(Some("token"), None, &[SIGNATURE]), &both),
            Ok(Check::Both)
        );
        assert_eq!(
            judge(credentials(Some("token"), None, &[]), &both),
            Err(Problem::Unauthorized)
        );
        assert_eq!(
            judge(credentials(Some("token"), None, &["x"]), &both),
            Err(Problem::Unauthorized)
        );
        assert_eq!(
            judge(credentials(None, None, &[SIGNATURE]), &both),
            Err(Problem::Unauthorized)
        );
    }

    #[test]
    fn a_body_without_a_readable_id_passes_on_a_token_alone() {
        let both = settings(&["token"], &[SECRET]);
        let admitted = admit(credentials(Some("token"), None, &["x"]), &both).expect("admitted");
        assert_eq!(admitted.verify(None, &both), Ok(Check::Token));
        let signed = settings(&[], &[SECRET]);
        let admitted = admit(credentials(None, None, &[SIGNATURE]), &signed).expect("admitted");
        assert_eq!(admitted.verify(None, &signed), Err(Problem::Unauthorized));
    }

    #[test]
    fn readers_and_senders_do_not_share_tokens() {
        let one = settings(&["sender"], &[]);
        assert_eq!(admit_reader(Some("Bearer reader"), &one), Ok(()));
        assert_eq!(admit_reader(Some("Bearer sender"), &one), Err(Problem::Unauthorized));
        assert_eq!(
            judge(credentials(None, Some("Bearer reader"), &[]), &one),
            Err(Problem::Unauthorized)
        );
        for absent in [None, Some("Basic reader"), Some("reader"), Some("Bearer")] {
            assert_eq!(admit_reader(absent, &one), Err(Problem::Unauthorized), "{absent:?}");
        }
    }
}
