//! The fields that most receivers read, typed with serde: a peer that does less than we do.

#![expect(missing_docs, reason = "the fields are documented where they are declared")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What most receivers read of a payload.
#[derive(Debug, Deserialize)]
pub struct PostCall {
    pub status: Option<String>,
    pub error_message: Option<String>,
    pub lead: Option<Lead>,
    pub call: Call,
    pub executed_actions: Option<BTreeMap<String, Action>>,
    pub analysis: Option<BTreeMap<String, Value>>,
    pub metadata: Option<Value>,
}

/// What they read of the person.
#[derive(Debug, Deserialize)]
pub struct Lead {
    pub name: Option<String>,
    pub phone_number: Option<String>,
    pub prompt_variables: Option<Value>,
}

/// What they read of the call.
#[derive(Debug, Deserialize)]
pub struct Call {
    pub status: Option<String>,
    pub end_call_reason: Option<String>,
    pub model_id: Option<String>,
    pub timezone: Option<String>,
    pub call_id: String,
    pub duration: Option<f64>,
    pub start_time: Option<String>,
    pub transcript: Option<String>,
    pub recording_url: Option<String>,
    pub external_id: Option<String>,
}

/// What they read of an action.
#[derive(Debug, Deserialize)]
pub struct Action {
    pub name: Option<String>,
    pub action_type: Option<String>,
    pub description: Option<String>,
    pub parameters_hard_coded: Option<Value>,
    pub error_message: Option<String>,
    pub return_value: Option<Value>,
    pub is_relevant_action: Option<bool>,
    pub timestamp: Option<f64>,
    pub timestamp_datetime: Option<String>,
}
