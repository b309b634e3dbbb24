//! What the interface looks like, for programs: the routes as `OpenAPI` 3.1, the payload as a JSON Schema. Both are public.

use super::answer::{Answer, Content};
use super::problem::Status;

/// The routes.
pub(crate) const INTERFACE: &str = include_str!("openapi.json");
/// The payload. Written from the declaration, for the package and for the Worker alike.
pub(crate) const PAYLOAD: &str = include_str!("../../pkg/src/schema.json");

/// A document of ours.
pub(crate) fn show(document: &str) -> Answer {
    Answer::new(Status::OK, Content::Json, document.as_bytes().to_vec())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::edge::csv;
    use crate::edge::problem::Problem;
    use crate::edge::route::{Method, Route};

    fn document() -> Value {
        serde_json::from_str(INTERFACE).unwrap()
    }

    /// The paths of the document, each with what it says of it.
    fn paths(document: &Value) -> Vec<(&str, &Value)> {
        document.get("paths").unwrap().as_object().unwrap().iter().map(|(path, item)| (path.as_str(), item)).collect()
    }

    /// The parameters of an operation, those of its path included, that stand in the path or in the query.
    fn parameters<'a>(document: &'a Value, item: &'a Value, method: &str, place: &str) -> Vec<&'a str> {
        let of = |item: &'a Value| item.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let resolve = |parameter: &'a Value| match parameter.get("$ref").and_then(Value::as_str) {
            Some(at) => document.pointer(at.strip_prefix('#').unwrap()).unwrap(),
            None => parameter,
        };
        let text = |parameter: &'a Value, name: &str| parameter.get(name).unwrap().as_str().unwrap();
        (of(item).chain(of(item.get(method).unwrap())).map(resolve))
            .filter(|parameter| text(parameter, "in") == place)
            .map(|parameter| text(parameter, "name"))
            .collect()
    }

    #[test]
    fn every_path_of_the_document_is_a_route_and_every_route_is_in_it() {
        let document = document();
        let mut found = 0;
        for (template, _) in paths(&document) {
            let filled = template.replace(['{', '}'], "");
            assert_eq!(Route::find(&filled).map(Route::template), Some(template));
            found += 1;
        }
        // One line in the table of templates for each route, so that none of them is left out of the document.
        let (_, table) = include_str!("route.rs").split_once("const fn template").unwrap();
        let (table, _) = table.split_once("\n    }\n").unwrap();
        let table = table.lines().filter(|line| line.trim_start().starts_with("Self::"));
        assert_eq!(found, table.count());
    }

    #[test]
    fn a_route_has_the_methods_that_the_document_gives_it() {
        let document = document();
        for (template, item) in paths(&document) {
            let filled = template.replace(['{', '}'], "");
            let route = Route::find(&filled).unwrap();
            for (name, method) in [
                ("get", Method::Get),
                ("post", Method::Post),
                ("delete", Method::Delete),
                ("put", Method::Other),
                ("patch", Method::Other),
                ("head", Method::Other),
                ("options", Method::Other),
                ("trace", Method::Other),
            ] {
                assert_eq!(item.get(name).is_some(), route.has(method), "{name} {template}");
            }
            // What the document says of all routes.
            assert_eq!(route.has(Method::Head), route.has(Method::Get), "{template}");
            assert!(route.has(Method::Options), "{template}");
        }
    }

    #[test]
    fn a_route_takes_the_parameters_that_the_document_gives_it() {
        let document = document();
        for (template, item) in paths(&document) {
            let filled = template.replace(['{', '}'], "");
            for method in ["get", "post", "delete"].into_iter().filter(|method| item.get(method).is_some()) {
                let mut documented = parameters(&document, item, method, "query");
                let mut taken = Route::find(&filled).unwrap().parameters().to_vec();
                documented.sort_unstable();
                taken.sort_unstable();
                assert_eq!(documented, taken, "{method} {template}");
                let in_path: Vec<_> = template.split('/').filter_map(|part| part.strip_prefix('{')).collect();
                let named: Vec<_> = in_path.iter().filter_map(|part| part.strip_suffix('}')).collect();
                assert_eq!(parameters(&document, item, method, "path"), named, "{method} {template}");
            }
        }
    }

    #[test]
    fn the_document_names_the_columns_and_the_version() {
        let document = document();
        let text = |place: &str| document.pointer(place).and_then(Value::as_str).unwrap().to_owned();
        assert_eq!(text("/info/version"), env!("CARGO_PKG_VERSION"));
        let columns = "/paths/~1api~1export/get/responses/200/content/text~1csv/schema/description";
        assert_eq!(text(columns), csv::COLUMNS.join(","));
    }

    #[test]
    fn the_document_has_every_problem_with_its_title_and_its_status() {
        let problems = [
            Problem::BadRequest(""),
            Problem::BadParameter(""),
            Problem::UnknownParameter,
            Problem::BadCursor,
            Problem::Unauthorized,
            Problem::NoRoute,
            Problem::NotFound(""),
            Problem::MethodNotAllowed(""),
            Problem::TooSlow,
            Problem::Unverified,
            Problem::TooLarge(0),
            Problem::InvalidPayload(Vec::new()),
            Problem::RateLimited,
            Problem::Internal,
            Problem::NotConfigured(""),
            Problem::StorageUnavailable,
        ];
        let told = problems.iter().map(|problem| {
            let body: Value = serde_json::from_slice(&problem.body()).unwrap();
            let part = |name: &str| body.get(name).unwrap().to_string().replace('"', "");
            // A new problem does not compile before it stands here, and in the list above.
            match problem {
                Problem::BadRequest(_)
                | Problem::BadParameter(_)
                | Problem::UnknownParameter
                | Problem::BadCursor
                | Problem::Unauthorized
                | Problem::NoRoute
                | Problem::NotFound(_)
                | Problem::MethodNotAllowed(_)
                | Problem::TooSlow
                | Problem::Unverified
                | Problem::TooLarge(_)
                | Problem::InvalidPayload(_)
                | Problem::RateLimited
                | Problem::Internal
                | Problem::NotConfigured(_)
                | Problem::StorageUnavailable => [part("type"), part("title"), part("status")],
            }
        });
        let document = document();
        let listed = document.pointer("/components/schemas/Problem/properties/type/anyOf").unwrap().as_array().unwrap();
        let text = |row: &Value, name: &str| row.get(name).unwrap().as_str().unwrap().to_owned();
        let listed = listed.iter().map(|row| ["const", "title", "description"].map(|name| text(row, name)));
        assert_eq!(told.collect::<Vec<_>>(), listed.collect::<Vec<_>>());
    }
}
