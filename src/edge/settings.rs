//! Settings: the secrets and variables of the Worker, read once for each environment of an instance, and what is wrong
//! with them.

use serde::Serialize;

/// The default of `MAX_BODY_BYTES`.
const DEFAULT_BODY_BYTES: usize = 1_048_576;
/// The largest value that the storage takes.
const LARGEST_BODY_BYTES: usize = 26_214_400;
/// The longest retention: the runtime takes as many seconds as a signed number of 32 bits holds, 68 years.
const LONGEST_RETENTION_DAYS: u64 = 24_855;
/// Seconds in a day.
const DAY: u64 = 86_400;

/// The settings of the Worker.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Tokens that may deliver.
    pub(crate) webhook_tokens: Vec<String>,
    /// Secrets that deliveries may be signed with.
    pub(crate) signing_secrets: Vec<String>,
    /// Tokens that may read and erase.
    pub(crate) api_tokens: Vec<String>,
    /// Seconds that a call is kept; `None` keeps it for ever.
    pub(crate) retention: Option<u64>,
    /// The largest body, in bytes.
    pub(crate) max_body_bytes: usize,
    /// Origins whose pages may use the API.
    pub(crate) allowed_origins: Vec<String>,
    /// What is wrong, by setting. Never a value.
    pub(crate) faults: Vec<Fault>,
}

/// A setting that is missing or cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// The name of the setting.
    pub(crate) setting: &'static str,
    /// What is wrong with it, without its value.
    pub(crate) message: &'static str,
}

/// What stands for a setting that is there and is no text: nothing that could be a value, as settings come with it between
/// them.
pub(crate) const UNREADABLE: &str = "\0";

/// The settings without which no delivery is accepted.
pub(crate) const DELIVERY_SETTINGS: &str = "`WEBHOOK_TOKENS`, `SIGNING_SECRETS` or both";
/// The setting without which nothing can be read.
pub(crate) const READING_SETTINGS: &str = "`API_TOKENS`";
/// The binding without which nothing can be stored.
pub(crate) const STORAGE_SETTINGS: &str = "the KV binding `CALLS`";

impl Settings {
    /// Reads the settings; `value` gives the text of a setting, [`UNREADABLE`] where it is none, or `None` where it is not
    /// set.
    pub(crate) fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Self {
            webhook_tokens: list(value("WEBHOOK_TOKENS").as_deref()),
            signing_secrets: list(value("SIGNING_SECRETS").as_deref()),
            api_tokens: list(value("API_TOKENS").as_deref()),
            max_body_bytes: DEFAULT_BODY_BYTES,
            ..Self::default()
        };
        let is_unreadable = |name: &&str| value(name).as_deref() == Some(UNREADABLE);
        let mut unreadable = ["WEBHOOK_TOKENS", "SIGNING_SECRETS"].into_iter().filter(is_unreadable).peekable();
        if unreadable.peek().is_some() {
            // By the other check alone, more would be let in than was meant.
            settings.webhook_tokens.clear();
            settings.signing_secrets.clear();
            unreadable.for_each(|name| settings.fault(name, "not text: every delivery is refused"));
        } else if !settings.receives() {
            settings.fault("WEBHOOK_TOKENS", "not set, and neither is `SIGNING_SECRETS`: every delivery is refused");
            settings.fault("SIGNING_SECRETS", "not set, and neither is `WEBHOOK_TOKENS`: every delivery is refused");
        }
        if is_unreadable(&"API_TOKENS") {
            settings.api_tokens.clear();
            settings.fault("API_TOKENS", "not text: nothing can be read");
        } else if settings.api_tokens.is_empty() {
            settings.fault("API_TOKENS", "not set: nothing can be read");
        } else if settings.api_tokens.iter().any(|token| token.contains(char::is_whitespace)) {
            settings.fault("API_TOKENS", "an entry has white space inside: no header can bring it");
        }
        if let Some(text) = value("MAX_BODY_BYTES") {
            match number(&text) {
                Some(bytes) if bytes > 0 => {
                    let bytes = usize::try_from(bytes).unwrap_or(LARGEST_BODY_BYTES);
                    settings.max_body_bytes = bytes.min(LARGEST_BODY_BYTES);
                    if bytes > LARGEST_BODY_BYTES {
                        settings.fault("MAX_BODY_BYTES", "more than the storage takes: 26214400 is used");
                    }
                }
                _ => settings.fault("MAX_BODY_BYTES", "not a whole number above 0: 1048576 is used"),
            }
        }
        match value("RETENTION_DAYS").as_deref().map(str::trim) {
            None | Some("" | "0") => {}
            Some(text) => match number(text) {
                Some(0) => {}
                Some(days) if days <= LONGEST_RETENTION_DAYS => settings.retention = Some(days.saturating_mul(DAY)),
                _ => {
                    settings.fault("RETENTION_DAYS", "not a whole number of days up to 24855: calls are kept for ever");
                }
            },
        }
        for origin in list(value("ALLOWED_ORIGINS").as_deref()) {
            if is_origin(&origin) {
                settings.allowed_origins.push(origin);
            } else {
                settings.fault("ALLOWED_ORIGINS", "an entry is no origin, like `https://example.com`: it is ignored");
            }
        }
        settings
    }

    /// Whether any delivery can be accepted.
    pub(crate) fn receives(&self) -> bool {
        !self.webhook_tokens.is_empty() || !self.signing_secrets.is_empty()
    }

    /// Notes a fault.
    pub(crate) fn fault(&mut self, setting: &'static str, message: &'static str) {
        self.faults.push(Fault { setting, message });
    }
}

/// The entries of a comma-separated list. What an unset variable turns into in careless scripts is no entry.
fn list(text: Option<&str>) -> Vec<String> {
    text.unwrap_or("")
        .split(',')
        .map(str::trim)
        .filter(|entry| !matches!(*entry, "" | "undefined" | "null"))
        .map(str::to_owned)
        .collect()
}

/// A number written in decimal digits alone.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Whether a text is an origin as browsers send it: scheme and host in lower case, a port that is not the usual one, nothing
/// after.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").filter(|host| !host.ends_with(":443"));
    let host = host.or_else(|| text.strip_prefix("http://").filter(|host| !host.ends_with(":80")));
    let is_odd = |byte: u8| matches!(byte, b'/' | b'?' | b'#' | b'*' | b' ' | b'@' | b'A'..=b'Z') || !byte.is_ascii();
    host.is_some_and(|host| !host.is_empty() && !host.bytes().any(is_odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Settings {
        Settings::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn lists_are_split_at_commas_and_empty_entries_dropped() {
        assert_eq!(read(&[("WEBHOOK_TOKENS", " a , b ,")]).webhook_tokens, ["a", "b"]);
        for nothing in ["", "  ", ",,", "undefined", "null", "null, undefined"] {
            let settings = read(&[("WEBHOOK_TOKENS", nothing), ("SIGNING_SECRETS", nothing)]);
            assert!(!settings.receives(), "{nothing:?}");
            assert!(settings.faults.iter().any(|fault| fault.setting == "SIGNING_SECRETS"));
        }
        assert!(read(&[("SIGNING_SECRETS", "s")]).receives());
    }

    #[test]
    fn a_token_that_no_header_can_bring_is_a_fault() {
        let is_fault =
            |tokens: &str| read(&[("API_TOKENS", tokens)]).faults.iter().any(|it| it.setting == "API_TOKENS");
        assert!(is_fault("new tok") && is_fault("old, new\ttok"));
        assert!(!is_fault("old , new"));
    }

    #[test]
    fn what_is_no_text_is_a_fault_and_lets_nobody_in() {
        let names =
            ["WEBHOOK_TOKENS", "SIGNING_SECRETS", "API_TOKENS", "MAX_BODY_BYTES", "RETENTION_DAYS", "ALLOWED_ORIGINS"];
        for unreadable in names {
            let value = |name: &str| if name == unreadable { UNREADABLE } else { "https://a.example" };
            let settings = Settings::read(|name| Some(value(name).to_owned()));
            assert!(settings.faults.iter().any(|fault| fault.setting == unreadable), "{unreadable}");
            assert_eq!(settings.receives(), !matches!(unreadable, "WEBHOOK_TOKENS" | "SIGNING_SECRETS"));
            assert_eq!(settings.api_tokens.is_empty(), unreadable == "API_TOKENS");
            assert_eq!(settings.allowed_origins.is_empty(), unreadable == "ALLOWED_ORIGINS");
        }
    }

    #[test]
    fn sizes_that_are_no_size_give_the_default_and_a_fault() {
        for bad in ["", "0", "-1", "abc", "1.5", "+5"] {
            let settings = read(&[("MAX_BODY_BYTES", bad)]);
            assert_eq!(settings.max_body_bytes, 1_048_576, "{bad:?}");
            assert!(settings.faults.iter().any(|fault| fault.setting == "MAX_BODY_BYTES"), "{bad:?}");
        }
        assert_eq!(read(&[]).max_body_bytes, 1_048_576);
        assert_eq!(read(&[("MAX_BODY_BYTES", "2000")]).max_body_bytes, 2_000);
        assert_eq!(read(&[("MAX_BODY_BYTES", "31457280")]).max_body_bytes, 26_214_400);
        assert_eq!(read(&[("MAX_BODY_BYTES", "99999999999999999999")]).max_body_bytes, 1_048_576);
    }

    #[test]
    fn retention_is_whole_days_or_for_ever() {
        assert_eq!(read(&[("RETENTION_DAYS", "1")]).retention, Some(86_400));
        assert_eq!(read(&[("RETENTION_DAYS", "24855")]).retention, Some(2_147_472_000));
        for keep in ["", "0", " "] {
            let settings = read(&[("RETENTION_DAYS", keep)]);
            assert_eq!(settings.retention, None);
            assert!(!settings.faults.iter().any(|fault| fault.setting == "RETENTION_DAYS"), "{keep:?}");
        }
        for bad in ["0.5", "-1", "abc", "1e9", "24856", "1000000000"] {
            let settings = read(&[("RETENTION_DAYS", bad)]);
            assert_eq!(settings.retention, None, "{bad:?}");
            assert!(settings.faults.iter().any(|fault| fault.setting == "RETENTION_DAYS"), "{bad:?}");
        }
    }

    #[test]
    fn origins_are_exact_and_never_a_wildcard() {
        let settings = read(&[("ALLOWED_ORIGINS", "https://a.example, *, null, https://b.example/")]);
        assert_eq!(settings.allowed_origins, ["https://a.example"]);
        assert!(settings.faults.iter().any(|fault| fault.setting == "ALLOWED_ORIGINS"));
        for never_sent in ["https://A.example", "https://a.example:443", "http://a.example:80", "https://ä.example"] {
            assert!(!is_origin(never_sent), "{never_sent}");
        }
        for sent in ["https://a.example:8443", "http://a.example:443", "https://a.example:80", "http://localhost:5173"]
        {
            assert!(is_origin(sent), "{sent}");
        }
    }
}
