//! The JSON Schema of the payload is that of the declaration: what it accepts is what `validate` calls valid.
//!
//! `UPDATE=1 cargo test --test schema` writes pkg/src/schema.json anew. That the two verdicts agree is tried out in
//! tests/js/schema.test.mjs, which lists what a schema cannot say.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use postcall::payload::{EXTRACTOR_PREFIXES, Field, Form, Id, Need, fields};
use postcall::vocabulary::{ActionType, Vocabulary};
use postcall::{MAX_ID_BYTES, Options, validate};

#[test]
fn the_schema_is_that_of_the_declaration() {
    let wanted = schema().text();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/src/schema.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "pkg/src/schema.json is not what the crate says: run `npm run update` and review");
}

/// The whole schema: the root, and all else by name.
fn schema() -> Json {
    let head = members([
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("$id", text("urn:postcall:schema.json")),
        ("$comment", text("Written by `npm run update` from the declaration of the crate. Changes belong there.")),
    ]);
    let mut definitions = Vec::new();
    for id in Id::ALL.iter().filter(|id| is_referred_to(**id)) {
        let mut schema = declared(*id);
        if *id == Id::Action {
            schema.extend(members([("if", is_extractor()), ("then", with_settings())]));
        }
        definitions.push((id.object().name.to_owned(), Json::Object(schema)));
    }
    definitions.push((ACTION_UNDER_EXTRACTOR_KEY.to_owned(), action_under_extractor_key()));
    for vocabulary in Vocabulary::ALL {
        let known = words(vocabulary.rows().into_iter().map(|(word, _)| word));
        let schema = any_of([object([("type", text("string")), ("enum", known)]), typed("string"), typed("null")]);
        let says = format!("a word of the vocabulary `{}`, or any other text", vocabulary.word());
        definitions.push((vocabulary.word().to_owned(), about(&says, schema)));
    }
    let tolerated = [
        ("number", "a number; digits in a string are tolerated"),
        ("boolean", "a boolean; its word in a string is tolerated"),
        ("object", "an object with free keys; JSON in a string is tolerated"),
    ];
    for (name, says) in tolerated {
        let schema = any_of([typed(name), typed("string"), typed("null")]);
        definitions.push((loose(name), about(says, schema)));
    }
    let definitions = members([("$defs", Json::Object(definitions))]);
    Json::Object(head.into_iter().chain(declared(Id::PostCall)).chain(definitions).collect())
}

/// Whether some field holds such an object. What no field is held to stays out: the slots of `collected_variables`.
fn is_referred_to(id: Id) -> bool {
    let is_it = |form: Form| matches!(form, Form::Object(of) | Form::Settings(of) | Form::Map(of) if of == id);
    fields().any(|field| is_it(field.form))
}

/// What the declaration says of an object. Keys that it does not name are kept, whatever they hold.
fn declared(id: Id) -> Vec<(String, Json)> {
    let fields = id.object().fields;
    let mut schema =
        members([("title", text(id.object().name)), ("description", text(id.about())), ("type", text("object"))]);
    let needed: Vec<_> = fields.iter().filter(|field| field.need == Need::Identity).map(|field| field.name).collect();
    if !needed.is_empty() {
        schema.extend(members([("required", words(needed))]));
    }
    let property = |(field, says): (&Field, &&str)| (field.name.to_owned(), about(&said(field, says), value(field)));
    let properties = fields.iter().zip(id.about_fields()).map(property).collect();
    schema.extend(members([("properties", Json::Object(properties))]));
    schema
}

/// What a field says, and the format of its text. Text in another one is a warning, so the schema does not ask for it.
fn said(field: &Field, says: &str) -> String {
    let format = field.form.format_name();
    if format == field.form.name() { says.to_owned() } else { format!("{says} (`{format}`)") }
}

/// The schema of a field: the documented form and what is tolerated; null reads as absent, but for the identity.
fn value(field: &Field) -> Json {
    match field.form {
        Form::Object(id) if field.need == Need::Identity => definition(id.object().name),
        Form::CallId => identity(),
        Form::Text | Form::Time | Form::NaiveTime | Form::Zone | Form::Url | Form::Phone => nullable("string"),
        Form::Word(vocabulary) => definition(vocabulary.word()),
        Form::Verdict => any_of([definition(Vocabulary::Verdict.word()), typed("boolean")]),
        Form::Number | Form::Duration | Form::Stamp => definition(&loose("number")),
        Form::Boolean => definition(&loose("boolean")),
        Form::Texts => object([("type", words(["array", "null"])), ("items", nullable("string"))]),
        Form::List => nullable("array"),
        Form::Object(id) => any_of([definition(id.object().name), typed("null")]),
        // What is known of settings depends on the fields beside them: `with_settings`.
        Form::Settings(_) | Form::Free => definition(&loose("object")),
        Form::Map(id) => map(id),
        Form::Variables => nullable("object"),
        Form::Returned | Form::Any => object([]),
    }
}

/// The identity of a call. Its bound is one of bytes, which a schema cannot count: these are characters.
fn identity() -> Json {
    object([
        ("type", text("string")),
        ("minLength", Json::Number(1)),
        ("maxLength", Json::Number(MAX_ID_BYTES)),
        ("pattern", text(format!("[^{}]", class(is_blank)))),
        ("not", object([("enum", words([".", ".."]))])),
    ])
}

/// Actions by name, or an array of them.
fn map(id: Id) -> Json {
    let member = |name: &str| any_of([definition(name), typed("null")]);
    let name = id.object().name;
    let by_name = object([
        ("type", text("object")),
        ("patternProperties", object([(&extractor_prefix(), member(ACTION_UNDER_EXTRACTOR_KEY))])),
        ("additionalProperties", member(name)),
    ]);
    any_of([by_name, object([("type", text("array")), ("items", member(name))]), typed("null")])
}

const ACTION_UNDER_EXTRACTOR_KEY: &str = "ActionUnderExtractorKey";

/// An action whose key says that it is an extractor, unless it says itself what it is.
fn action_under_extractor_key() -> Json {
    let untyped = object([("action_type", untold())]);
    let members = members([
        ("description", text("An action whose key says that it extracts information.")),
        ("type", text("object")),
        ("allOf", Json::List(vec![definition(Id::Action.object().name)])),
        ("if", object([("properties", untyped)])),
        ("then", with_settings()),
    ]);
    Json::Object(members)
}

/// An action that is an extractor by its type or, where it has none, by its name.
fn is_extractor() -> Json {
    let by_type = object([
        ("required", words(["action_type"])),
        ("properties", object([("action_type", matching(&extractor_type()))])),
    ]);
    let by_name = object([
        ("required", words(["name"])),
        ("properties", object([("action_type", untold()), ("name", matching(&extractor_prefix()))])),
    ]);
    any_of([by_type, by_name])
}

/// Text of a pattern.
fn matching(pattern: &str) -> Json {
    object([("type", text("string")), ("pattern", text(pattern))])
}

/// What tells nothing: no text, or a blank one.
fn untold() -> Json {
    object([("not", matching(&format!("[^{}]", class(is_blank))))])
}

/// An action whose settings are those of an extractor; other actions put anything there.
fn with_settings() -> Json {
    let settings = |field: &Field| match field.form {
        Form::Settings(id) => {
            let schema = any_of([definition(id.object().name), typed("string"), typed("null")]);
            Some((field.name.to_owned(), schema))
        }
        _ => None,
    };
    object([("properties", Json::Object(Id::Action.object().fields.iter().filter_map(settings).collect()))])
}

/// The beginnings of extractors' names.
fn extractor_prefix() -> String {
    format!("^(?:{})", EXTRACTOR_PREFIXES.join("|"))
}

/// The type of extractors, read as words are: space around it aside, in any case, `-`, `_` and space alike.
fn extractor_type() -> String {
    let is_aside = |space: char| ActionType::read(&format!("{space}{}", ActionType::ExtractInfo)).is_some();
    let around = format!("[{}]*", class(is_aside));
    let mut pattern = format!("^{around}");
    for character in ActionType::ExtractInfo.word().chars() {
        match character {
            '_' => pattern.push_str("[-_ ]"),
            _ => write!(pattern, "[{character}{}]", character.to_ascii_uppercase()).unwrap(),
        }
    }
    pattern + &around + "$"
}

/// Whether a space alone is no id.
fn is_blank(space: char) -> bool {
    let id = serde_json::to_string(&space).unwrap();
    !validate(format!(r#"{{"call":{{"call_id":{id}}}}}"#).as_bytes(), &Options::default()).valid()
}

/// Those of Unicode's spaces that are meant, for a class of a pattern. What `\s` means differs between implementations.
fn class(is_meant: impl Fn(char) -> bool) -> String {
    let spaces = (char::MIN..=char::MAX).filter(|character| character.is_whitespace());
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in spaces.filter(|&space| is_meant(space)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    let escape = |character: char| format!("\\u{:04x}", u32::from(character));
    let range = |&(first, last): &(char, char)| {
        if first == last { escape(first) } else { format!("{}-{}", escape(first), escape(last)) }
    };
    ranges.iter().map(range).collect()
}

fn loose(name: &str) -> String {
    format!("loose_{name}")
}

/// A schema with what it describes in front.
fn about(says: &str, schema: Json) -> Json {
    match schema {
        Json::Object(rest) => Json::Object(members([("description", text(says))]).into_iter().chain(rest).collect()),
        other => other,
    }
}

fn definition(name: &str) -> Json {
    object([("$ref", text(format!("#/$defs/{name}")))])
}

fn typed(name: &str) -> Json {
    object([("type", text(name))])
}

fn nullable(name: &str) -> Json {
    object([("type", words([name, "null"]))])
}

fn any_of<const N: usize>(schemas: [Json; N]) -> Json {
    object([("anyOf", Json::List(schemas.into()))])
}

/// JSON whose members stay in the order in which they are written down here.
enum Json {
    Text(String),
    Number(usize),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Json {
    Json::List(words.into_iter().map(text).collect())
}

fn members<const N: usize>(members: [(&str, Json); N]) -> Vec<(String, Json)> {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn object<const N: usize>(rows: [(&str, Json); N]) -> Json {
    Json::Object(members(rows))
}

impl Json {
    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0, 0);
        text + "\n"
    }

    /// On one line.
    fn line(&self) -> String {
        match self {
            Self::Text(text) => serde_json::to_string(text).unwrap(),
            Self::Number(number) => number.to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", ")),
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| format!("{}: {}", text(key).line(), value.line());
                format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Behind a beginning of so many columns: on that line where it fits, with a line for each part where not.
    fn write(&self, to: &mut String, indent: usize, begin: usize) {
        let line = self.line();
        let (open, parts, close): (_, Vec<_>, _) = match self {
            Self::List(items) => ('[', items.iter().map(|item| (String::new(), item)).collect(), ']'),
            Self::Object(members) => {
                ('{', members.iter().map(|(key, value)| (text(key).line() + ": ", value)).collect(), '}')
            }
            Self::Text(_) | Self::Number(_) => (' ', Vec::new(), ' '),
        };
        if begin + line.len() < 120 || parts.is_empty() {
            to.push_str(&line);
            return;
        }
        to.push(open);
        let inner = indent + 2;
        for (number, (key, value)) in parts.into_iter().enumerate() {
            write!(to, "{}\n{:inner$}{key}", if number == 0 { "" } else { "," }, "").unwrap();
            value.write(to, inner, inner + key.len());
        }
        write!(to, "\n{:indent$}{close}", "").unwrap();
    }
}
