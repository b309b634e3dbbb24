//! The route table, matched by hand: exact paths, one percent-decoded segment at most, methods with `Allow`.

use serde::Serialize;

use super::problem::Problem;

/// A method that some route has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    /// Read.
    Get,
    /// Read, without the body of the answer.
    Head,
    /// Deliver.
    Post,
    /// Erase.
    Delete,
    /// Ask what is allowed.
    Options,
    /// Anything else; no route has it.
    Other,
}

impl Method {
    /// The method that a request names. Methods are case-sensitive.
    pub(crate) fn read(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }
}

/// A route with the still encoded segment that it takes, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// `/webhook` and `/webhook/{token}`.
    Webhook(Option<&'a str>),
    /// `/api/calls`.
    Calls,
    /// `/api/calls/{call_id}`.
    Call(&'a str),
    /// `/api/calls/{call_id}/raw`.
    CallRaw(&'a str),
    /// `/api/conflicts`.
    Conflicts,
    /// `/api/conflicts/{id}`.
    Conflict(&'a str),
    /// `/api/conflicts/{id}/raw`.
    ConflictRaw(&'a str),
    /// `/api/quarantine`.
    Quarantine,
    /// `/api/quarantine/{id}`.
    Quarantined(&'a str),
    /// `/api/quarantine/{id}/raw`.
    QuarantinedRaw(&'a str),
    /// `/api/quarantine/{id}/retry`.
    QuarantinedRetry(&'a str),
    /// `/api/stats`.
    Stats,
    /// `/api/export`.
    Export,
    /// `/api/validate`.
    Validate,
    /// `/api/summarize`.
    Summarize,
    /// `/api/openapi.json`.
    OpenApi,
    /// `/api/schema.json`.
    Schema,
    /// `/healthz`.
    Health,
}

impl<'a> Route<'a> {
    /// The route that a path names. The path is as the runtime normalised it, still percent-encoded.
    pub(crate) fn find(path: &'a str) -> Option<Self> {
        let mut segments = path.strip_prefix('/')?.split('/');
        let route = match (segments.next()?, segments.next(), segments.next(), segments.next()) {
            ("webhook", token, None, None) => Self::Webhook(token),
            ("healthz", None, None, None) => Self::Health,
            ("api", Some("validate"), None, None) => Self::Validate,
            ("api", Some("summarize"), None, None) => Self::Summarize,
            ("api", Some("stats"), None, None) => Self::Stats,
            ("api", Some("export"), None, None) => Self::Export,
            ("api", Some("openapi.json"), None, None) => Self::OpenApi,
            ("api", Some("schema.json"), None, None) => Self::Schema,
            // A trailing slash names the collection. It must never be taken for a call without a name.
            ("api", Some("calls"), None | Some(""), None) => Self::Calls,
            ("api", Some("calls"), Some(id), None) => Self::Call(id),
            ("api", Some("calls"), Some(id), Some("raw")) if !id.is_empty() => Self::CallRaw(id),
            ("api", Some("conflicts"), None | Some(""), None) => Self::Conflicts,
            ("api", Some("conflicts"), Some(id), None) => Self::Conflict(id),
            ("api", Some("conflicts"), Some(id), Some("raw")) if !id.is_empty() => Self::ConflictRaw(id),
            ("api", Some("quarantine"), None | Some(""), None) => Self::Quarantine,
            ("api", Some("quarantine"), Some(id), None) => Self::Quarantined(id),
            ("api", Some("quarantine"), Some(id), Some("raw")) if !id.is_empty() => Self::QuarantinedRaw(id),
            ("api", Some("quarantine"), Some(id), Some("retry")) if !id.is_empty() => Self::QuarantinedRetry(id),
            _ => return None,
        };
        segments.next().is_none().then_some(route)
    }

    /// The template of the path: the name of the route in logs, counters and the interface's description. Never the path,
    /// which may hold a token or an id.
    pub(crate) const fn template(self) -> &'static str {
        match self {
            Self::Webhook(None) => "/webhook",
            Self::Webhook(Some(_)) => "/webhook/{token}",
            Self::Calls => "/api/calls",
            Self::Call(_) => "/api/calls/{call_id}",
            Self::CallRaw(_) => "/api/calls/{call_id}/raw",
            Self::Conflicts => "/api/conflicts",
            Self::Conflict(_) => "/api/conflicts/{id}",
            Self::ConflictRaw(_) => "/api/conflicts/{id}/raw",
            Self::Quarantine => "/api/quarantine",
            Self::Quarantined(_) => "/api/quarantine/{id}",
            Self::QuarantinedRaw(_) => "/api/quarantine/{id}/raw",
            Self::QuarantinedRetry(_) => "/api/quarantine/{id}/retry",
            Self::Stats => "/api/stats",
            Self::Export => "/api/export",
            Self::Validate => "/api/validate",
            Self::Summarize => "/api/summarize",
            Self::OpenApi => "/api/openapi.json",
            Self::Schema => "/api/schema.json",
            Self::Health => "/healthz",
        }
    }

    /// The methods of the route, as the `Allow` header has them.
    pub(crate) const fn allow(self) -> &'static str {
        match self {
            Self::Webhook(_) | Self::QuarantinedRetry(_) | Self::Validate | Self::Summarize => "OPTIONS, POST",
            Self::Call(_) => "DELETE, GET, HEAD, OPTIONS",
            Self::Conflict(_) | Self::Quarantined(_) => "DELETE, OPTIONS",
            Self::Calls
            | Self::CallRaw(_)
            | Self::Conflicts
            | Self::ConflictRaw(_)
            | Self::Quarantine
            | Self::QuarantinedRaw(_)
            | Self::Stats
            | Self::Export
            | Self::OpenApi
            | Self::Schema
            | Self::Health => "GET, HEAD, OPTIONS",
        }
    }

    /// Whether the route has the method.
    pub(crate) fn has(self, method: Method) -> bool {
        let name = match method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Other => return false,
        };
        self.allow().split(", ").any(|allowed| allowed == name)
    }

    /// The parameters that the route's query may have. The query of a route that has none is not looked at.
    pub(crate) const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Calls => &["limit", "cursor", "status", "outcome", "from", "to", "q"],
            Self::Conflicts | Self::Quarantine => &["limit", "cursor"],
            Self::Stats => &["from", "to", "limit", "cursor"],
            Self::Export => &["format", "from", "to", "limit", "cursor"],
            _ => &[],
        }
    }

    /// Whether a page of another origin may be let in, where the settings name it. Deliveries come from servers.
    pub(crate) const fn is_for_pages(self) -> bool {
        !matches!(self, Self::Webhook(_))
    }
}

/// The path and the query of an absolute URL, both still encoded.
pub(crate) fn path_and_query(url: &str) -> (&str, &str) {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    let target = target.split_once('#').map_or(target, |(before, _)| before);
    target.split_once('?').unwrap_or((target, ""))
}

/// A percent-decoded segment, decoded once; `None` where an escape is cut or the result is not UTF-8.
pub(crate) fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = hex_digit(rest.next()?)?;
            let low = hex_digit(rest.next()?)?;
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The value of a hexadecimal digit.
fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The parameters of a query in their order. Each stands once at most, and all are among the `known` ones.
///
/// # Errors
/// `UnknownParameter`, `BadParameter` for a doubled one, `BadRequest` where the query is no text.
pub(crate) fn read_query(query: &str, known: &'static [&'static str]) -> Result<Vec<(&'static str, String)>, Problem> {
    let pairs = parameters(query).ok_or(Problem::BadRequest("the query is not percent-encoded text"))?;
    let mut read: Vec<(&'static str, String)> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let name = known.iter().find(|known| **known == name).ok_or(Problem::UnknownParameter)?;
        if read.iter().any(|(other, _)| other == name) {
            return Err(Problem::BadParameter(name));
        }
        read.push((name, value));
    }
    Ok(read)
}

/// The parameters of a query in their order, decoded as forms are; `None` where one of them cannot be.
fn parameters(query: &str) -> Option<Vec<(String, String)>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(&name.replace('+', " "))?, decode(&value.replace('+', " "))?))
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn routes_match_exactly() {
        let table = [
            ("/webhook", Some(Route::Webhook(None))),
            ("/webhook/", Some(Route::Webhook(Some("")))),
            ("/webhook/t", Some(Route::Webhook(Some("t")))),
            ("/webhook/t/", None),
            ("/webhook/t/x", None),
            ("/api/calls", Some(Route::Calls)),
            ("/api/calls/", Some(Route::Calls)),
            ("/api/calls/a%2Fb", Some(Route::Call("a%2Fb"))),
            ("/api/calls/a/raw", Some(Route::CallRaw("a"))),
            ("/api/calls//raw", None),
            ("/api/calls/a/raw/", None),
            ("/api/calls/a/other", None),
            ("//api//calls", None),
            ("/api", None),
            ("/api/calls;x=1", None),
            ("/healthz", Some(Route::Health)),
            ("/healthz/", None),
            ("/api/quarantine/h/retry", Some(Route::QuarantinedRetry("h"))),
            ("/api/quarantine//retry", None),
            ("/api/conflicts/h/retry", None),
            ("/api/stats", Some(Route::Stats)),
            ("/api/stats/", None),
            ("/api/export", Some(Route::Export)),
            ("/api/openapi.json", Some(Route::OpenApi)),
            ("/api/schema.json", Some(Route::Schema)),
            ("/", None),
            ("", None),
        ];
        for (path, route) in table {
            assert_eq!(Route::find(path), route, "{path}");
        }
    }

    #[test]
    fn the_collection_has_no_delete() {
        assert!(!Route::Calls.has(Method::Delete));
        assert!(Route::Call("a").has(Method::Delete));
        assert!(Route::Call("a").has(Method::Head));
        assert!(!Route::Webhook(None).has(Method::Head));
        assert!(!Route::Webhook(None).has(Method::Other));
    }

    #[test]
    fn methods_are_case_sensitive() {
        assert_eq!(Method::read("get"), Method::Other);
        assert_eq!(Method::read("TRACE"), Method::Other);
    }

    #[test]
    fn a_segment_is_decoded_once_and_must_be_text() {
        let table = [
            ("a%2Fb", Some("a/b")),
            ("%252e", Some("%2e")),
            ("%00", Some("\0")),
            ("%C3%A4", Some("ä")),
            ("a+b", Some("a+b")),
            ("%zz", None),
            ("%2", None),
            ("%", None),
            ("%c0%af", None),
            ("%ff", None),
        ];
        for (segment, text) in table {
            assert_eq!(decode(segment).as_deref(), text, "{segment}");
        }
    }

    #[test]
    fn a_url_has_a_path_and_a_query() {
        assert_eq!(path_and_query("http://h:1/a/b?c=d?e"), ("/a/b", "c=d?e"));
        assert_eq!(path_and_query("http://h/a%3F"), ("/a%3F", ""));
        assert_eq!(path_and_query("http://h"), ("/", ""));
        assert_eq!(path_and_query("http://h/?x=/y"), ("/", "x=/y"));
    }

    #[test]
    fn a_query_is_read_as_a_form() {
        let pairs = parameters("q=a+b%2B&limit=5&&flag").expect("well encoded");
        assert_eq!(pairs, [("q".into(), "a b+".into()), ("limit".into(), "5".into()), ("flag".into(), String::new())]);
        assert_eq!(parameters("q=%zz"), None);
    }

    #[test]
    fn a_parameter_is_known_and_stands_once() {
        assert_eq!(read_query("b=1&a=2", &["a", "b"]), Ok(vec![("b", "1".to_owned()), ("a", "2".to_owned())]));
        assert_eq!(read_query("a=1&a=1", &["a", "b"]), Err(Problem::BadParameter("a")));
        assert_eq!(read_query("c=1", &["a", "b"]), Err(Problem::UnknownParameter));
        assert!(matches!(read_query("a=%zz", &["a"]), Err(Problem::BadRequest(_))));
    }
}
