//! The tables in docs/ are those of the code. `UPDATE=1 cargo test --test docs` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use postcall::Code;
use postcall::payload::{Form, Id, Need};
use postcall::rules::Rule;
use postcall::vocabulary::{CallStatus, Outcome, Vocabulary};

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
