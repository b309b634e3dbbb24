//! The package's tables and types of the payload are those of the declaration.
//!
//! `UPDATE=1 cargo test --test package_tables` writes pkg/src/tables.ts and pkg/src/payload.ts anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use postcall::Options;
use postcall::issue::{Code, Severity};
use postcall::payload::{Field, Form, Id, Need};
use postcall::summary::OutcomeRule;
use postcall::vocabulary::{CallStatus, EndCallReason, Outcome, Speaker, Vocabulary};

const HEAD: &str = "// Written by `npm run update` from the tables of the crate. Changes belong there.\n";

#[test]
fn the_tables_are_those_of_the_crate() {
    compare("tables.ts", &tables());
}

#[test]
fn the_types_of_the_payload_are_those_of_the_declaration() {
    compare("payload.ts", &payload());
}

#[track_caller]
fn compare(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/src").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "pkg/src/{name} is not what the crate says: run `npm run update` and review");
}

fn tables() -> String {
    let mut text = format!("{HEAD}\nimport type {{ JsonValue }} from \"./payload.js\";\n\n");
    let about = "How much an issue weighs.";
    closed(&mut text, about, "Severity", "severities", Severity::ALL.iter().map(|row| (row.word(), row.about())));
    let about = "What an issue says. The word is stable, its message is not.";
    closed(&mut text, about, "IssueCode", "issue_codes", Code::ALL.iter().map(|row| (row.word(), row.about())));
    let about = "How a call ended, in one word.";
    closed(&mut text, about, "Outcome", "outcomes", Outcome::ALL.iter().map(|row| (row.word(), row.about())));
    let about = "Who spoke.";
    closed(&mut text, about, "Speaker", "speakers", Speaker::ALL.iter().map(|row| (row.word(), row.about())));
    let about = "The rule that decided an outcome.";
    closed(
        &mut text,
        about,
        "OutcomeRule",
        "outcome_rules",
        OutcomeRule::ALL.iter().map(|row| (row.word(), row.about())),
    );

    let verdicts = Vocabulary::Verdict.rows().into_iter().map(|(word, _)| word);
    writeln!(text, "/** The verdicts of a judge. */\nexport const verdicts = {} as const;\n", array(verdicts, ""))
        .unwrap();

    text.push_str("/** The words that this version knows. Vocabularies of the payload are open: others are kept and reported. */\n");
    text.push_str("export const vocabularies = {\n");
    for vocabulary in Vocabulary::ALL {
        if *vocabulary == Vocabulary::Verdict {
            text.push_str("  verdict: verdicts,\n");
            continue;
        }
        let rows = vocabulary.rows().into_iter().map(|(word, _)| word);
        writeln!(text, "  {}: {},", vocabulary.word(), array(rows, "  ")).unwrap();
    }
    text.push_str("  issue_code: issue_codes,\n  severity: severities,\n  outcome: outcomes,\n  speaker: speakers,\n");
    text.push_str("} as const;\n\n");

    text.push_str(
        "/** Other spellings of words, beside those that differ in case or in `-`, `_` and space alone. */\n",
    );
    text.push_str("export const aliases = {\n");
    aliases(&mut text, "call_status", CallStatus::ALIASES.iter().map(|(alias, row)| (*alias, row.word())));
    aliases(&mut text, "end_call_reason", EndCallReason::ALIASES.iter().map(|(alias, row)| (*alias, row.word())));
    text.push_str("} as const;\n\n");

    shapes(&mut text);

    let analysis = Id::Analysis.object();
    let criteria = analysis.fields.iter().take_while(|field| field.name != "call_summary").count();
    let keys = format!("Object.keys(shapes[{}]!(() => null)).slice(0, {criteria})", analysis.base + 1);
    text.push_str("/** The judged criteria, without the verdict on the judge's own summary. */\n");
    writeln!(text, "export const criteria = (): string[] => {keys};\n").unwrap();

    text.push_str("/** The largest input, in bytes, and the deepest nesting that can be asked for. */\n");
    writeln!(text, "export const most_bytes = {};", Options::MOST_BYTES).unwrap();
    writeln!(text, "export const most_depth = {};", Options::MOST_DEPTH).unwrap();
    text
}

/// The declared objects that are read as such: what each usually has, in a literal, since that is the fastest way to an object.
fn shapes(text: &mut String) {
    text.push_str(
        r"/**
 * The usual fields of the declared objects, by the number of the first one plus one, in the order of the wire and asking for
 * each. An engine makes an object of fixed shape at once, which would take it many steps to grow.
 */
export const shapes: Readonly<Record<number, (next: () => JsonValue) => Record<string, JsonValue>>> = {
",
    );
    for id in Id::ALL {
        let (first, fields) = (id.object().base + 1, id.object().fields);
        let length = fields.iter().take_while(|field| field.need != Need::Rare).count();
        let holds_it =
            |field: &Field| matches!(field.form, Form::Object(of) | Form::Settings(of) | Form::Map(of) if of == *id);
        if *id == Id::PostCall || postcall::payload::fields().any(holds_it) {
            let usual = fields.iter().take(length).map(|field| format!("    {}: next(),\n", field.name));
            writeln!(text, "  {first}: (next) => ({{\n{}  }}),", usual.collect::<String>()).unwrap();
        }
    }
    text.push_str("};\n\n");
}

/// A closed table: an array of words and the type of one.
fn closed(
    text: &mut String,
    about: &str,
    name: &str,
    table: &str,
    rows: impl Iterator<Item = (&'static str, &'static str)>,
) {
    writeln!(text, "export const {table} = [").unwrap();
    for (word, about) in rows {
        writeln!(text, "  /** {about} */\n  {word:?},").unwrap();
    }
    writeln!(text, "] as const;\n\n/** {about} */\nexport type {name} = (typeof {table})[number];\n").unwrap();
}

fn aliases(text: &mut String, name: &str, rows: impl Iterator<Item = (&'static str, &'static str)>) {
    let rows: Vec<_> = rows.map(|(alias, word)| format!("{alias:?}: {word:?}")).collect();
    writeln!(text, "  {name}: {{ {} }},", rows.join(", ")).unwrap();
}

fn array(words: impl Iterator<Item = &'static str>, indent: &str) -> String {
    let mut text = String::from("[\n");
    for word in words {
        writeln!(text, "{indent}  {word:?},").unwrap();
    }
    text + indent + "]"
}

fn payload() -> String {
    let mut text = format!("{HEAD}\n");
    text.push_str("/** What JSON can say. */\n");
    text.push_str(
        "export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };\n\n",
    );
    for vocabulary in Vocabulary::ALL {
        writeln!(text, "/** A word of the vocabulary `{}`, or any other text. */", vocabulary.word()).unwrap();
        writeln!(text, "export type {vocabulary:?} =").unwrap();
        for (word, about) in vocabulary.rows() {
            writeln!(text, "  /** {about} */\n  | {word:?}").unwrap();
        }
        text.push_str("  | (string & {});\n\n");
    }
    for id in Id::ALL {
        object(&mut text, *id);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn object(text: &mut String, id: Id) {
    let object = id.object();
    writeln!(text, "/** {} */\nexport interface {} {{", id.about(), object.name).unwrap();
    for (field, about) in object.fields.iter().zip(id.about_fields()) {
        let Field { name, need, .. } = field;
        let (optional, null) = if *need == Need::Identity { ("", "") } else { ("?", " | null") };
        writeln!(text, "  /** {about} */\n  {name}{optional}: {}{null};", type_of(field.form)).unwrap();
    }
    text.push_str("  /** What this version does not know is kept. */\n  [unknown_field: string]: unknown;\n}\n\n");
}

/// The type of what a valid payload may hold: the documented form first, then what is tolerated.
fn type_of(form: Form) -> String {
    let record = "{ [key: string]: JsonValue }";
    match form {
        Form::Text | Form::CallId | Form::Time | Form::NaiveTime | Form::Zone | Form::Url | Form::Phone => {
            "string".into()
        }
        Form::Word(vocabulary) => format!("{vocabulary:?}"),
        Form::Verdict => "Verdict | boolean".into(),
        Form::Number | Form::Duration | Form::Stamp => "number | string".into(),
        Form::Boolean => "boolean | string".into(),
        Form::Texts => "(string | null)[]".into(),
        Form::List => "JsonValue[]".into(),
        Form::Object(id) => id.object().name.into(),
        // What is no extractor puts anything there.
        Form::Settings(id) => format!("{} | JsonValue", id.object().name),
        Form::Map(id) => {
            let name = id.object().name;
            format!("{{ [key: string]: {name} | null }} | ({name} | null)[]")
        }
        Form::Free => format!("{record} | string"),
        Form::Variables => record.into(),
        Form::Returned | Form::Any => "JsonValue".into(),
    }
}
