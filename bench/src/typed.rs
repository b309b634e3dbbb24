//! The whole documented payload as a Rust developer types it with serde: the peer that does what we do.
//!
//! Text is `String`, a number is `f64`, what has free keys is a map of [`Value`]s; a field may be absent or null.

#![expect(missing_docs, reason = "the fields are documented where they are declared")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the platform posts when a call has ended.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct PostCall {
    pub status: Option<String>,
    pub error_message: Option<String>,
    pub lead: Option<Lead>,
    pub call: Option<Call>,
    pub executed_actions: Option<BTreeMap<String, Action>>,
    pub analysis: Option<Analysis>,
    pub metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collected_variables: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_end_call_reason: Option<String>,
}

/// The person called or calling.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Lead {
    pub name: Option<String>,
    pub phone_number: Option<String>,
    pub prompt_variables: Option<Map<String, Value>>,
}

/// The call itself.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Call {
    pub status: Option<String>,
    pub end_call_reason: Option<String>,
    pub model_id: Option<String>,
    pub timezone: Option<String>,
    pub call_id: Option<String>,
    pub duration: Option<f64>,
    pub start_time: Option<String>,
    pub transcript: Option<String>,
    pub recording_sid: Option<String>,
    pub recording_url: Option<String>,
    pub call_sid: Option<String>,
    pub agents_used: Option<Vec<String>>,
    pub diversion: Option<Value>,
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_end_call_reason: Option<String>,
}

/// Something that the agent ran, or a piece of information that it extracted.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Action {
    pub name: Option<String>,
    pub action_type: Option<String>,
    pub call_id: Option<String>,
    pub model_id: Option<String>,
    pub workspace_id: Option<String>,
    pub description: Option<String>,
    pub parameters_hard_coded: Option<Parameters>,
    pub parameters_from_llm: Option<Map<String, Value>>,
    pub error_message: Option<String>,
    pub speak_on_failure: Option<String>,
    pub return_value: Option<Value>,
    pub is_relevant_action: Option<bool>,
    pub run_action_before_call_start: Option<bool>,
    pub timestamp: Option<f64>,
    pub timestamp_datetime: Option<String>,
    pub parameters_schema: Option<Map<String, Value>>,
    pub message_before_action: Option<String>,
    pub use_hard_coded_message: Option<bool>,
    pub delay_message_time_seconds: Option<f64>,
    pub delay_message: Option<String>,
    pub action_failed_timeout: Option<f64>,
    pub real_time_action: Option<bool>,
    pub is_interruptible: Option<bool>,
    pub action_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_value_status: Option<String>,
}

/// Configuration of an extractor; other actions put anything here.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Parameters {
    pub identifier: Option<String>,
    pub condition: Option<String>,
    pub choices: Option<Vec<String>>,
    pub examples: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}

/// What a language-model judge says of the call: 16 verdicts, a feedback for each, three totals.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Analysis {
    pub persona: Option<String>,
    pub style: Option<String>,
    pub steps: Option<String>,
    pub no_repetition: Option<String>,
    pub objections: Option<String>,
    pub objection_not_defined: Option<String>,
    pub knowledge: Option<String>,
    pub goal: Option<String>,
    pub appointment: Option<String>,
    pub user_sentiment: Option<String>,
    pub agent_sentiment: Option<String>,
    pub call_completion: Option<String>,
    pub answered_by_human: Option<String>,
    pub opted_in: Option<String>,
    pub no_opt_out: Option<String>,
    pub call_summary: Option<String>,
    pub persona_feedback: Option<String>,
    pub style_feedback: Option<String>,
    pub steps_feedback: Option<String>,
    pub no_repetition_feedback: Option<String>,
    pub objections_feedback: Option<String>,
    pub objection_not_defined_feedback: Option<String>,
    pub knowledge_feedback: Option<String>,
    pub goal_feedback: Option<String>,
    pub appointment_feedback: Option<String>,
    pub user_sentiment_feedback: Option<String>,
    pub agent_sentiment_feedback: Option<String>,
    pub call_completion_feedback: Option<String>,
    pub answered_by_human_feedback: Option<String>,
    pub opted_in_feedback: Option<String>,
    pub no_opt_out_feedback: Option<String>,
    pub call_summary_feedback: Option<String>,
    pub judge_found_partial_or_error: Option<bool>,
    pub judge_found_full_error: Option<bool>,
    pub all_feedback: Option<String>,
}
