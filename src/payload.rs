//! The one declaration of the payload: names, forms, what is required, what each field says.
//!
//! The scanner's guesses, the validator, the Rust types below, the package's TypeScript types and tables, and
//! `docs/payload.md` all come from the rows in this file. Rows stand in the order in which the platform sends them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::kind::Kind;
use crate::vocabulary::Vocabulary;

/// What the names of actions that extract information begin with, where their type does not tell.
pub const EXTRACTOR_PREFIXES: [&str; 2] = ["extract_info_", "info_extractor_"];

/// The form of a field: the JSON types it is documented with, and those it was seen with besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// String.
    Text,
    /// String from an open vocabulary.
    Word(Vocabulary),
    /// String from the verdicts; a boolean is tolerated.
    Verdict,
    /// String: the identity of a call, which has to name it in a store and in an address.
    CallId,
    /// Number; digits in a string are tolerated.
    Number,
    /// As `Number`: seconds, not below zero.
    Duration,
    /// Boolean; `"true"` and `"False"` are tolerated.
    Boolean,
    /// String: a date and time with an offset (RFC 3339).
    Time,
    /// Number: Unix seconds with a fraction; digits in a string are tolerated.
    Stamp,
    /// String: a date and time without a zone, in UTC.
    NaiveTime,
    /// String: the name of a time zone.
    Zone,
    /// String: a URL.
    Url,
    /// String: a phone number.
    Phone,
    /// Array of strings.
    Texts,
    /// Array of anything.
    List,
    /// Object with the fields of a declaration.
    Object(Id),
    /// As `Object`; the same as JSON in a string is tolerated, and other keys are nobody's news.
    Settings(Id),
    /// Object whose keys are free and whose members are declared; an array of them is tolerated.
    Map(Id),
    /// Object with free keys and members; the same as JSON in a string is tolerated.
    Free,
    /// Slots of a conversation flow: by name, or by agent and then by name.
    Variables,
    /// Object with the result of an action; anything else is tolerated, JSON in a string is read.
    Returned,
    /// Any JSON: no filled value was ever seen.
    Any,
}

impl Form {
    /// The vocabulary that the field draws from, or else its JSON type: what an issue gives as `expected`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::CallId | Self::Time | Self::NaiveTime | Self::Zone | Self::Url | Self::Phone => "string",
            Self::Word(vocabulary) => vocabulary.word(),
            Self::Verdict => "verdict",
            Self::Number | Self::Duration | Self::Stamp => "number",
            Self::Boolean => "boolean",
            Self::Texts | Self::List => "array",
            Self::Object(_) | Self::Settings(_) | Self::Map(_) | Self::Free | Self::Variables | Self::Returned => {
                "object"
            }
            Self::Any => "any",
        }
    }

    /// The vocabulary that the field draws from.
    #[inline]
    pub(crate) const fn vocabulary(self) -> Option<Vocabulary> {
        match self {
            Self::Word(vocabulary) => Some(vocabulary),
            Self::Verdict => Some(Vocabulary::Verdict),
            _ => None,
        }
    }

    /// The name of the format that the text of a field has, or else what [`name`](Self::name) gives.
    #[must_use]
    pub const fn format_name(self) -> &'static str {
        match self {
            Self::Time => "date_time",
            Self::NaiveTime => "date_time_without_zone",
            Self::Stamp => "unix_seconds",
            Self::Zone => "time_zone",
            Self::Url => "url",
            Self::Phone => "e164",
            _ => self.name(),
        }
    }

    /// The kinds of which no value is an error, a bit each, where that does not depend on what it holds.
    const fn usable(self) -> u8 {
        match self {
            Self::Text
            | Self::Word(_)
            | Self::Time
            | Self::NaiveTime
            | Self::Zone
            | Self::Url
            | Self::Phone
            | Self::Settings(_)
            | Self::Free => Kind::String.bit(),
            Self::Verdict | Self::Boolean => Kind::String.bit() | Kind::True.bit() | Kind::False.bit(),
            Self::Number | Self::Duration | Self::Stamp => Kind::String.bit() | Kind::Number.bit(),
            Self::Returned => u8::MAX,
            _ => 0,
        }
    }

    /// The documented JSON type.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Word(_) | Self::Verdict => "string",
            _ => self.name(),
        }
    }
}

/// The number of an object's field among all of the declaration.
pub(crate) fn number(id: Id, place: usize) -> u16 {
    id.object().base.saturating_add(u16::try_from(place).unwrap_or(0))
}

/// Whether a field may be absent, and how loudly its absence is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it there is no payload: an error. `null` is an error as well.
    Identity,
    /// Without it the outcome is unknown: a warning.
    Warned,
    /// Documented, so its absence is worth a note: an info.
    Usual,
    /// Sent only now and then: its absence is nobody's news.
    Rare,
}

/// A row of the declaration.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The key on the wire.
    pub name: &'static str,
    /// What the value looks like.
    pub form: Form,
    /// Whether it may be absent.
    pub need: Need,
    /// The kinds of which a value is right whatever it holds, a bit each.
    pub(crate) settled: u8,
}

/// What is looked for in a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sought {
    /// Whatever is wrong, odd or new.
    Issues,
    /// Errors alone: what decides whether a payload can be used. One may be found by mistake, but none is missed.
    Errors,
}

impl Field {
    /// A row of the declaration.
    const fn new(name: &'static str, form: Form, need: Need) -> Self {
        let null = if matches!(need, Need::Identity) { 0 } else { Kind::Null.bit() };
        let settled = match form {
            Form::Text => Kind::String.bit(),
            Form::Number => Kind::Number.bit(),
            Form::Boolean => Kind::True.bit() | Kind::False.bit(),
            Form::List => Kind::Array.bit(),
            Form::Free | Form::Variables | Form::Returned => Kind::Object.bit(),
            Form::Any => u8::MAX,
            _ => 0,
        };
        Self { name, form, need, settled: settled | null }
    }

    /// The kinds of which a value needs no look for what is sought.
    #[inline]
    pub(crate) const fn settled(&self, sought: Sought) -> u8 {
        match sought {
            Sought::Issues => self.settled,
            Sought::Errors => self.settled | self.form.usable(),
        }
    }
}

/// An object of the declaration: its fields, and where they begin in [`fields`].
#[derive(Debug)]
pub struct Object {
    /// The name of the Rust and TypeScript type.
    pub name: &'static str,
    /// The fields, in the order of the wire.
    pub fields: &'static [Field],
    /// The number of the first field among all of the declaration.
    pub base: u16,
    /// The fields whose absence is reported, a bit each.
    pub wanted: u64,
}

/// A bit for each field whose absence is reported.
const fn wanted(fields: &[Field]) -> u64 {
    let (mut bits, mut place) = (0, 0);
    let mut rest = fields;
    while let [field, others @ ..] = rest {
        if !matches!(field.need, Need::Rare) {
            bits |= 1 << place;
        }
        place += 1;
        rest = others;
    }
    bits
}

/// A field of the payload as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Wire<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// JSON `null`, which reads the same.
    Null,
    /// The documented form.
    Is(T),
    /// Another form, kept as it came.
    Other(Value),
}

impl<T> Wire<T> {
    /// The value in its documented form, if it has it.
    #[must_use]
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the key is not there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T: Serialize> Serialize for Wire<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Is(value) => value.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Wire<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Null,
            value => match T::deserialize(&value) {
                Ok(typed) => Self::Is(typed),
                Err(_) => Self::Other(value),
            },
        })
    }
}

/// A row's name as the wire has it: a raw identifier without its mark.
const fn wire_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

macro_rules! rust_type {
    (Text) => { String };
    (Word $of:ident) => { String };
    (Verdict) => { String };
    (CallId) => { String };
    (Number) => { serde_json::Number };
    (Duration) => { serde_json::Number };
    (Boolean) => { bool };
    (Time) => { String };
    (Stamp) => { serde_json::Number };
    (NaiveTime) => { String };
    (Zone) => { String };
    (Url) => { String };
    (Phone) => { String };
    (Texts) => { Vec<String> };
    (List) => { Vec<Value> };
    (Object $of:ident) => { $of };
    (Settings $of:ident) => { $of };
    (Map $of:ident) => { BTreeMap<String, Wire<$of>> };
    (Free) => { Map<String, Value> };
    (Variables) => { Map<String, Value> };
    (Returned) => { Map<String, Value> };
    (Any) => { Value };
}

macro_rules! form {
    (Word $of:ident) => {
        $crate::payload::Form::Word($crate::vocabulary::Vocabulary::$of)
    };
    ($form:ident $of:ident) => {
        $crate::payload::Form::$form($crate::payload::Id::$of)
    };
    ($form:ident) => {
        $crate::payload::Form::$form
    };
}

/// Declares the objects: for each a Rust type, a table, and a module of its fields' places.
macro_rules! payload {
    ($(
        $(#[doc = $about:literal])*
        $object:ident in $module:ident after $($before:ident)? {
            $( $(#[doc = $doc:literal])* $field:ident: $form:ident $(($of:ident))?, $need:ident; )*
        }
    )*) => {
        /// The objects of the declaration.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Id { $( $(#[doc = $about])* $object, )* }

        impl Id {
            /// Every object, the root first.
            pub const ALL: &'static [Self] = &[$(Self::$object),*];

            /// The object's declaration.
            #[must_use]
            pub const fn object(self) -> &'static Object {
                match self { $(Self::$object => &$module::OBJECT),* }
            }

            /// What the object is, in one line. Apart from the declaration, so that WebAssembly carries no prose.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$object => const { concat!($($about),*).trim_ascii() }),* }
            }

            /// What each field says, in the order of the declaration.
            #[must_use]
            pub const fn about_fields(self) -> &'static [&'static str] {
                match self { $(Self::$object => const { &[$(concat!($($doc),*).trim_ascii()),*] }),* }
            }
        }

        $(
            $(#[doc = $about])*
            #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
            pub struct $object {
                $(
                    $(#[doc = $doc])*
                    #[serde(default, skip_serializing_if = "Wire::is_absent")]
                    pub $field: Wire<rust_type!($form $($of)?)>,
                )*
                /// Keys that the declaration does not name.
                #[serde(flatten)]
                pub unknown: Map<String, Value>,
            }

            #[expect(non_upper_case_globals, reason = "constants named as the wire names them")]
            #[expect(
                clippy::as_conversions,
                clippy::cast_possible_truncation,
                reason = "places of a few dozen fields, known when compiling"
            )]
            pub(crate) mod $module {
                use super::{Field, Need, Object, wanted, wire_name};

                #[expect(non_camel_case_types, reason = "as above")]
                enum Place { $($field,)* }

                $(
                    pub(crate) const $field: usize = Place::$field as usize;
                )*

                pub(crate) static OBJECT: Object =
                    Object { name: stringify!($object), fields: FIELDS, base: BASE, wanted: wanted(FIELDS) };
                const FIELDS: &[Field] =
                    &[$(Field::new(wire_name(stringify!($field)), form!($form $($of)?), Need::$need)),*];
                const BASE: u16 = 0 $( + super::$before::END )?;
                pub(crate) const END: u16 = BASE + [$($field),*].len() as u16;
                const _: () = assert!(END - BASE < 64, "fields are counted in the bits of a u64");
            }
        )*
    };
}

/// Every field of the declaration: the tables of all objects, one after the other.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    Id::ALL.iter().flat_map(|id| id.object().fields)
}

/// How many fields there are in all.
pub(crate) const FIELDS: usize = {
    let (mut count, mut rest) = (0, Id::ALL);
    while let [id, others @ ..] = rest {
        count += id.object().fields.len();
        rest = others;
    }
    count
};

/// The field with a number among all of the declaration.
#[must_use]
pub fn field(number: u16) -> Option<&'static Field> {
    let object = Id::ALL.iter().rev().map(|id| id.object()).find(|object| object.base <= number)?;
    object.fields.get(usize::from(number.checked_sub(object.base)?))
}

/// The name of the field with a number. Not inlined, as it is asked in many places.
#[inline(never)]
pub(crate) fn name(number: u16) -> &'static str {
    field(number).map_or("", |field| field.name)
}

payload! {
    /// What the platform posts when a call has ended.
    PostCall in envelope after {
        /// state of the call, a copy of `call.status`
        status: Word(CallStatus), Warned;
        /// what went wrong, empty if nothing
        error_message: Text, Usual;
        /// the person called or calling
        lead: Object(Lead), Usual;
        /// the call itself
        call: Object(Call), Identity;
        /// everything that the agent ran or extracted, by name
        executed_actions: Map(Action), Usual;
        /// verdicts of a language-model judge; empty where the call was not judged
        analysis: Object(Analysis), Usual;
        /// free keys, passed through from the answer to the inbound webhook
        metadata: Free, Usual;
        /// slots of a conversation flow
        collected_variables: Variables, Rare;
        /// the condition that ended the call, where the platform puts it at the top level
        custom_end_call_reason: Text, Rare;
    }

    /// The person called or calling.
    Lead in lead after envelope {
        /// name as given when the call was made; may be masked
        name: Text, Usual;
        /// the person's number, usually E.164; may be masked
        phone_number: Phone, Usual;
        /// variables put into the prompt before the call
        prompt_variables: Free, Usual;
    }

    /// The call itself.
    Call in call after lead {
        /// state of the call
        status: Word(CallStatus), Warned;
        /// why the call ended
        end_call_reason: Word(EndCallReason), Usual;
        /// the agent, not a language model
        model_id: Text, Usual;
        /// time zone configured on the agent, by its IANA name; not the person's
        timezone: Zone, Usual;
        /// identity of the call: opaque, compared byte for byte
        call_id: CallId, Identity;
        /// length in seconds, ringing included
        duration: Duration, Usual;
        /// start, with offset
        start_time: Time, Usual;
        /// the whole conversation: lines that begin with `bot:` or `human:`
        transcript: Text, Usual;
        /// id of a recording at a telephony provider
        recording_sid: Text, Usual;
        /// the recording; whoever has the address can listen
        recording_url: Url, Usual;
        /// id of the call at the telephony provider
        call_sid: Text, Usual;
        /// ids of the agents that took part
        agents_used: Texts, Usual;
        /// original called party of a diverted call
        diversion: Any, Usual;
        /// the caller's own reference
        external_id: Text, Usual;
        /// the condition that ended the call, with `custom_end_call`
        custom_end_call_reason: Text, Rare;
    }

    /// Something that the agent ran, or a piece of information that it extracted.
    Action in action after call {
        /// name, equal to the key
        name: Text, Usual;
        /// kind of the action
        action_type: Word(ActionType), Usual;
        /// repeats `call.call_id`
        call_id: Text, Usual;
        /// agent that ran it
        model_id: Text, Usual;
        /// tenant at the platform
        workspace_id: Text, Usual;
        /// for extractors the question, behind a fixed beginning
        description: Text, Usual;
        /// configuration
        parameters_hard_coded: Settings(Parameters), Usual;
        /// what the model passed at run time
        parameters_from_llm: Free, Usual;
        /// failure text; null or empty although the action failed is common
        error_message: Text, Usual;
        /// sentence said if it fails
        speak_on_failure: Text, Usual;
        /// result
        return_value: Returned, Usual;
        /// not documented
        is_relevant_action: Boolean, Usual;
        /// ran before the call
        run_action_before_call_start: Boolean, Usual;
        /// when it ran, in Unix seconds
        timestamp: Stamp, Usual;
        /// the same instant, in UTC without a zone
        timestamp_datetime: NaiveTime, Usual;
        /// schema of the run-time parameters
        parameters_schema: Free, Usual;
        /// sentence said before
        message_before_action: Text, Usual;
        /// say the text as written
        use_hard_coded_message: Boolean, Usual;
        /// seconds before the delay sentence
        delay_message_time_seconds: Number, Usual;
        /// sentence said while waiting
        delay_message: Text, Usual;
        /// time limit in seconds
        action_failed_timeout: Number, Usual;
        /// runs during the call
        real_time_action: Boolean, Usual;
        /// the person may interrupt it
        is_interruptible: Boolean, Usual;
        /// id of the action's configuration
        action_id: Text, Usual;
        /// state of the result, usually empty
        return_value_status: Text, Rare;
    }

    /// Configuration of an extractor; other actions put anything here.
    Parameters in parameters after action {
        /// short id of the extractor
        identifier: Text, Usual;
        /// the question
        condition: Text, Usual;
        /// allowed answers of a single-choice extractor
        choices: Texts, Usual;
        /// sample answers for the model, not data from the call
        examples: List, Usual;
        /// kind of the question
        r#type: Text, Rare;
    }

    /// What a language-model judge says of the call: 16 verdicts, a feedback for each, three totals.
    Analysis in analysis after parameters {
        /// verdict: kept to its role
        persona: Verdict, Usual;
        /// verdict: kept to the wanted tone
        style: Verdict, Usual;
        /// verdict: followed the scripted steps
        steps: Verdict, Usual;
        /// verdict: did not repeat itself
        no_repetition: Verdict, Usual;
        /// verdict: handled the objections that were foreseen
        objections: Verdict, Usual;
        /// verdict: handled an objection that was not foreseen
        objection_not_defined: Verdict, Usual;
        /// verdict: answered from its knowledge
        knowledge: Verdict, Usual;
        /// verdict: reached the goal
        goal: Verdict, Usual;
        /// verdict: handled the appointment
        appointment: Verdict, Usual;
        /// verdict: the person was content
        user_sentiment: Verdict, Usual;
        /// verdict: the agent sounded right
        agent_sentiment: Verdict, Usual;
        /// verdict: ended properly
        call_completion: Verdict, Usual;
        /// verdict: a person answered
        answered_by_human: Verdict, Usual;
        /// verdict: the person agreed to be contacted
        opted_in: Verdict, Usual;
        /// verdict: the person did not ask to be left alone
        no_opt_out: Verdict, Usual;
        /// verdict: a verdict like the others; the prose summary is in `call_summary_feedback`
        call_summary: Verdict, Usual;
        /// why `persona` is not true; empty where it is
        persona_feedback: Text, Usual;
        /// why `style` is not true; empty where it is
        style_feedback: Text, Usual;
        /// why `steps` is not true; empty where it is
        steps_feedback: Text, Usual;
        /// why `no_repetition` is not true; empty where it is
        no_repetition_feedback: Text, Usual;
        /// why `objections` is not true; empty where it is
        objections_feedback: Text, Usual;
        /// why `objection_not_defined` is not true; empty where it is
        objection_not_defined_feedback: Text, Usual;
        /// why `knowledge` is not true; empty where it is
        knowledge_feedback: Text, Usual;
        /// why `goal` is not true; empty where it is
        goal_feedback: Text, Usual;
        /// why `appointment` is not true; empty where it is
        appointment_feedback: Text, Usual;
        /// why `user_sentiment` is not true; empty where it is
        user_sentiment_feedback: Text, Usual;
        /// why `agent_sentiment` is not true; empty where it is
        agent_sentiment_feedback: Text, Usual;
        /// why `call_completion` is not true; empty where it is
        call_completion_feedback: Text, Usual;
        /// why `answered_by_human` is not true; empty where it is
        answered_by_human_feedback: Text, Usual;
        /// why `opted_in` is not true; empty where it is
        opted_in_feedback: Text, Usual;
        /// why `no_opt_out` is not true; empty where it is
        no_opt_out_feedback: Text, Usual;
        /// prose summary of the call, filled although the verdict is true
        call_summary_feedback: Text, Usual;
        /// some verdict is `partial` or `false`
        judge_found_partial_or_error: Boolean, Usual;
        /// some verdict is `false`
        judge_found_full_error: Boolean, Usual;
        /// the feedbacks joined by a space, without `call_summary_feedback`
        all_feedback: Text, Usual;
    }

    /// One slot of a conversation flow.
    Variable in variable after analysis {
        /// what was collected: string, number, boolean or null
        value: Any, Usual;
        /// whether it was collected
        collected: Boolean, Usual;
    }
}
