//! The tables in docs/ are those of the code. `UPDATE=1 cargo test --test docs` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use postcall::Code;
use postcall::payload::{Form, Id, Need};
use postcall::rules::Rule;
use postcall::vocabulary::{CallStatus, Outcome, Vocabulary};
use serde_json::Value;

/// Compares a block of a page with what it should be, or writes it.
#[track_caller]
fn block(page: &str, name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
        return;
    }
    assert!(found == wanted, "docs/{page}: the {name} are not the code's: run `npm run update` and review");
}

/// A table of rows under a head.
fn table(head: [&str; 3], rows: impl Iterator<Item = [String; 3]>) -> String {
    let mut text = String::new();
    let mut row = |cells: [&str; 3]| writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    row(head);
    row(["---"; 3]);
    rows.for_each(|[a, b, c]| row([&a, &b, &c]));
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

// One test, as the blocks of a page are written one after the other.
#[test]
fn the_tables_of_the_docs_are_those_of_the_code() {
    let codes = Code::ALL.iter().map(|row| [code(row.word()), row.severity().to_string(), row.about().to_owned()]);
    block("issues.md", "codes", &table(["code", "severity", "says"], codes));

    let rules = Rule::ALL.iter().map(|row| [code(row.word()), row.about().to_owned(), String::new()]);
    block(
        "issues.md",
        "rules",
        &table(["rule", "is broken when", ""], rules)
            .replace(" |  |", " |")
            .replace("| --- | --- | --- |", "| --- | --- |"),
    );

    let mut fields = String::new();
    for id in Id::ALL {
        let object = id.object();
        write!(fields, "### {}\n\n{}\n\n", object.name, id.about()).unwrap();
        let row = |field: &postcall::payload::Field, about: &str| {
            let need = match field.need {
                Need::Identity => "error",
                Need::Warned => "warning",
                Need::Usual => "info",
                Need::Rare => "not reported",
            };
            [code(field.name), format!("{}; {need}", kind(field.form)), about.to_owned()]
        };
        let rows = object.fields.iter().zip(id.about_fields()).map(|(field, about)| row(field, about));
        fields.push_str(&table(["field", "type; need", "says"], rows));
        fields.push('\n');
    }
    block("payload.md", "fields", &fields);

    let mut vocabularies = String::new();
    for vocabulary in Vocabulary::ALL {
        write!(vocabularies, "### {}\n\n", code(vocabulary.word())).unwrap();
        let class = |word: &str| match vocabulary {
            Vocabulary::CallStatus => CallStatus::read(word).unwrap().class().word().to_owned(),
            _ => String::new(),
        };
        let rows = vocabulary.rows().into_iter().map(|(word, about)| [code(word), about.to_owned(), class(word)]);
        vocabularies.push_str(&table(["word", "says", "outcome"], rows));
        vocabularies.push('\n');
    }
    block("payload.md", "vocabularies", &vocabularies);

    let outcomes = Outcome::ALL.iter().map(|row| {
        let words: Vec<_> =
            CallStatus::ALL.iter().filter(|word| word.class() == *row).map(|word| code(word.word())).collect();
        [code(row.word()), row.about().to_owned(), words.join(", ")]
    });
    block("payload.md", "outcomes", &table(["outcome", "says", "statuses"], outcomes));
}

// One test, as above.
#[test]
fn the_tables_of_the_http_interface_are_those_of_the_document_that_is_checked_against_the_routes() {
    let document: Value = serde_json::from_str(include_str!("../src/edge/openapi.json")).unwrap();
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let resolve = |of: &Value| match of.get("$ref").and_then(Value::as_str) {
        Some(at) => document.pointer(at.strip_prefix('#').unwrap()).unwrap().clone(),
        None => of.clone(),
    };
    let (mut routes, mut parameters) = (Vec::new(), Vec::new());
    for (path, item) in document.get("paths").unwrap().as_object().unwrap() {
        for method in ["get", "post", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let statuses: Vec<_> = operation.get("responses").unwrap().as_object().unwrap().keys().cloned().collect();
            routes.push([
                code(&format!("{} {path}", method.to_uppercase())),
                text(operation, "summary"),
                statuses.join(", "),
            ]);
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten().map(resolve) {
                let schema = parameter.get("schema").unwrap();
                let words = schema.get("enum").and_then(Value::as_array);
                let words = words
                    .map(|words| words.iter().map(|word| code(word.as_str().unwrap())).collect::<Vec<_>>().join(", "));
                let range = schema
                    .get("maximum")
                    .map(|most| format!("1 to {most}, {} if left out", schema.get("default").unwrap()));
                let length = schema.get("maxLength").map(|most| format!("at most {most} characters"));
                let form = words.or(range).or(length).unwrap_or_default();
                let row = [code(&text(&parameter, "name")), code(path), text(&parameter, "description"), form];
                if text(&parameter, "in") == "query" {
                    parameters.push(row);
                }
            }
        }
    }
    block("http-api.md", "routes", &table(["route", "does", "statuses"], routes.into_iter()));
    // A parameter that several routes read alike is one row.
    let mut merged: Vec<[String; 4]> = Vec::new();
    for [name, path, says, form] in parameters {
        match merged.iter_mut().find(|row| row[0] == name && row[2] == says && row[3] == form) {
            Some(row) => row[1] = format!("{}, {path}", row[1]),
            None => merged.push([name, path, says, form]),
        }
    }
    let says = |says: String, form: String| if form.is_empty() { says } else { format!("{says}: {form}") };
    let rows = merged.into_iter().map(|[name, paths, text, form]| [name, paths, says(text, form)]);
    block("http-api.md", "parameters", &table(["parameter", "of", "says"], rows));
    let problems = document.pointer("/components/schemas/Problem/properties/type/anyOf").unwrap().as_array().unwrap();
    let word = |problem: &Value| code(text(problem, "const").rsplit(':').next().unwrap());
    let rows = problems.iter().map(|problem| [word(problem), text(problem, "description"), text(problem, "title")]);
    block("http-api.md", "problems", &table(["problem", "status", "says"], rows));
    let columns = document.pointer("/paths/~1api~1export/get/responses/200/content/text~1csv/schema/description");
    let columns: Vec<_> = columns.unwrap().as_str().unwrap().split(',').map(code).collect();
    block("http-api.md", "columns", &format!("{}\n", columns.join(", ")));
}

/// What a field looks like, in a word or two.
fn kind(form: Form) -> String {
    match form {
        Form::Word(vocabulary) => format!("word of {}", code(vocabulary.word())),
        Form::Object(id) | Form::Settings(id) => id.object().name.to_owned(),
        Form::Map(id) => format!("object of {} by name", id.object().name),
        Form::Any => "any".to_owned(),
        Form::Texts => "array of strings".to_owned(),
        _ if form.format_name() == form.name() => form.name().to_owned(),
        _ => format!("{}, {}", form.type_name(), code(form.format_name())),
    }
}
