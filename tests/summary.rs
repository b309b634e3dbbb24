//! What the call was: for each line of the summary's table what it is taken from, and what it is not.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use postcall::vocabulary::EndCallReason;
use postcall::{Summary, summarize};
use serde_json::{Value, json};

/// The summary of a payload.
#[track_caller]
fn summary(payload: &Value) -> Summary {
    summarize(payload.to_string().as_bytes()).unwrap()
}

/// The headline of a connected call with these members.
#[track_caller]
fn headline(members: &Value) -> String {
    let mut call = json!({"call_id": "a", "status": "completed"});
    call.as_object_mut().unwrap().append(&mut members.as_object().unwrap().clone());
    summary(&json!({ "call": call })).headline
}

#[test]
fn a_headline_tells_the_length_without_what_is_zero() {
    for (duration, length) in [
        (json!(0), ""),
        (json!(0.49), ""),
        (json!(0.5), " for 1 s"),
        (json!(1), " for 1 s"),
        (json!(59.5), " for 1 min"),
        (json!(61), " for 1 min 1 s"),
        (json!(3_599), " for 59 min 59 s"),
        (json!(3_600), " for 1 h"),
        (json!("7325"), " for 2 h 2 min 5 s"),
        (json!(90_000), " for 25 h"),
        (json!(-5), ""),
        (json!(null), ""),
    ] {
        assert_eq!(headline(&json!({ "duration": duration })), format!("Connected{length}."), "{duration}");
    }
    let voicemail = json!({"call": {"call_id": "a", "status": "voicemail", "duration": 22}});
    assert_eq!(summary(&voicemail).headline, "Reached a voicemail.");
}

#[test]
fn a_length_of_up_to_19_digits_is_the_nearest_machine_number() {
    for spelled in [
        "0.1",
        "113.4",
        "0.30000000000000004",
        "9007199254740993",
        "123456789012345679",
        "1152921504606847105",
        "98.76543210987654321",
        "1.125e3",
        "5e-22",
        "7e22",
    ] {
        let payload = format!(r#"{{"call":{{"call_id":"a","duration":{spelled}}}}}"#);
        let read = summarize(payload.as_bytes()).unwrap().duration_seconds;
        assert_eq!(read, spelled.parse().ok(), "{spelled}");
    }
}

#[test]
fn a_headline_tells_who_or_what_ended_a_connected_call() {
    for &reason in EndCallReason::ALL {
        let ended = match reason {
            EndCallReason::HumanGoodbye | EndCallReason::HumanEndedCall | EndCallReason::HumanHangup => {
                "Connected, ended by the person."
            }
            EndCallReason::AgentGoodbye | EndCallReason::AgentEndedCall => "Connected, ended by the agent.",
            EndCallReason::HumanPickUpCutOff => "Connected, cut off without a goodbye.",
            EndCallReason::MaxDuration | EndCallReason::Timeout => "Connected, ended by the time limit.",
            EndCallReason::CustomEndCall => "Connected, ended by a custom condition.",
            EndCallReason::Voicemail | EndCallReason::VoicemailCutOff => "Reached a voicemail.",
            EndCallReason::VoicemailMessageLeft => "Reached a voicemail and left a message.",
            _ => "Connected.",
        };
        assert_eq!(headline(&json!({ "end_call_reason": reason.word() })), ended, "{reason}");
    }
    let busy = json!({"call": {"call_id": "a", "status": "busy", "end_call_reason": "human_goodbye"}});
    assert_eq!(summary(&busy).headline, "Nobody was reached.");
}

#[test]
fn a_headline_counts_answers_and_failures_and_names_three_findings() {
    let with = |actions: Value, analysis: Value| {
        let call = json!({"call_id": "a", "status": "completed"});
        summary(&json!({"call": call, "executed_actions": actions, "analysis": analysis})).headline
    };
    let answer = |value: Value| json!({"action_type": "extract_info_action_type", "return_value": {"day": value}});
    let failure = json!({"error_message": "Line busy"});
    assert_eq!(with(json!({}), json!({})), "Connected.");
    assert_eq!(with(json!({"a": answer(json!(null))}), json!({})), "Connected; 0 of 1 answer found.");
    let two = json!({"a": answer(json!("Monday")), "b": answer(json!(0))});
    assert_eq!(with(two, json!({})), "Connected; 2 of 2 answers found.");
    assert_eq!(with(json!({"a": failure}), json!({})), "Connected; 1 action failed.");
    assert_eq!(with(json!({"a": failure, "b": failure}), json!({})), "Connected; 2 actions failed.");
    let three = json!({"goal": "false", "persona": "partial", "steps": "true", "style": "false"});
    let named = "goal not met, persona partly met, style not met";
    assert_eq!(with(json!({}), three), format!("Connected; the judge found {named}."));
    let five = json!({"goal": "false", "opted_in": "false", "persona": "partial", "steps": "false", "style": "false"});
    let named = "goal not met, opted_in not met, persona partly met and 2 more";
    assert_eq!(with(json!({}), five), format!("Connected; the judge found {named}."));
}

/// What failed of one action: its error, or nothing.
fn failure(action: &Value) -> Option<String> {
    let failed = summary(&json!({"call": {"call_id": "a"}, "executed_actions": {"a": action}})).actions.failed;
    failed.into_iter().next().map(|failed| failed.error)
}

#[test]
fn an_action_failed_by_its_error_its_status_or_its_code() {
    let result = |value: Value| failure(&json!({ "return_value": value }));
    for status in ["transfer-failed-timeout", "FAIL", "an Error", "Timeout after 20 s", "fail"] {
        assert_eq!(result(json!({ "status": status })).as_deref(), Some(status));
    }
    for fine in [
        json!({"status": "fai"}),
        json!({"status": ""}),
        json!({"state": "failed"}),
        json!({"code": 399}),
        json!({"code": "four hundred"}),
        json!({"code": null, "status": true}),
        json!([{"status": "failed"}]),
        json!("failed"),
        json!(500),
        json!(null),
    ] {
        assert_eq!(result(fine.clone()), None, "{fine}");
    }
    for (failed, error) in [
        (json!({"code": 400}), "HTTP 400"),
        (json!({"status_code": "401"}), "HTTP 401"),
        (json!({"status": 503}), "HTTP 503"),
        (json!({"status": "500"}), "HTTP 500"),
        (json!({"status": "ok", "code": 404}), "HTTP 404"),
        (json!({"status": 501, "code": 502, "status_code": 503}), "HTTP 503"),
        (json!({"status": 501, "code": 502, "status_code": 200}), "HTTP 502"),
        (json!({"status": "error", "code": 500}), "error"),
        (json!(r#"{"code": 404}"#), "HTTP 404"),
    ] {
        assert_eq!(result(failed.clone()).as_deref(), Some(error), "{failed}");
    }
    let both = json!({"error_message": "Line busy", "return_value": {"code": 500}});
    assert_eq!(failure(&both).as_deref(), Some("Line busy"));
    let blank = json!({"error_message": " ", "return_value": {"code": 500}});
    assert_eq!(failure(&blank).as_deref(), Some("HTTP 500"));
    assert_eq!(failure(&json!({"error_message": " "})), None);
}

/// What an extractor found: its key, its question, its value.
fn answer(name: &str, action: &Value) -> Option<(String, Option<String>, Value)> {
    let answers = summary(&json!({"call": {"call_id": "a"}, "executed_actions": {name: action}})).answers;
    let answer = answers.into_iter().next()?;
    assert_eq!((&*answer.action, answer.found), (name, answer.value.is_some()));
    Some((answer.key, answer.question, answer.value.unwrap_or_default()))
}

#[test]
fn an_answer_has_the_key_that_tells_most() {
    let key = |name: &str, action: Value| answer(name, &action).unwrap().0;
    let settings = json!({"identifier": "zip"});
    let both = json!({"a": 1, "b": 2});
    let (one, two) = ("extract_info_code", "info_extractor_code");
    assert_eq!(key(one, json!({"parameters_hard_coded": settings, "return_value": {"zip code": null}})), "zip code");
    assert_eq!(key(one, json!({"parameters_hard_coded": settings, "return_value": both})), "zip");
    assert_eq!(key(one, json!({"parameters_hard_coded": {"identifier": " "}, "return_value": {}})), "code");
    assert_eq!(key(two, json!({"return_value": both})), "code");
    assert_eq!(key("extract_info_", json!({"return_value": both})), "extract_info_");
    let typed = json!({"action_type": "extract_info_action_type", "return_value": both});
    assert_eq!(key("code", typed), "code");
    assert_eq!(answer("code", &json!({"return_value": both})), None);
    let other = json!({"action_type": "send_sms_action_type", "return_value": both});
    assert_eq!(answer(one, &other), None);
    let named = json!({"name": one, "return_value": both});
    assert_eq!(key("code", named.clone()), "code");
    let listed = summary(&json!({"call": {"call_id": "a"}, "executed_actions": [named]})).answers;
    assert_eq!(listed.first().map(|answer| (&*answer.action, &*answer.key)), Some((one, "code")));
}

#[test]
fn an_answer_has_the_question_of_its_configuration_or_else_of_its_description() {
    let question = |action: Value| answer("extract_info_a", &action).unwrap().1;
    let described = "Get information with question: Which day?";
    let condition = |text: &str| json!({"parameters_hard_coded": {"condition": text}, "description": described});
    assert_eq!(question(condition("When?")).as_deref(), Some("When?"));
    assert_eq!(question(condition(" ")).as_deref(), Some("Which day?"));
    assert_eq!(question(json!({"description": "Get information with question: "})), None);
    assert_eq!(question(json!({"description": "Get information with question: \t "})), None);
    assert_eq!(question(json!({"description": "Which day?"})), None);
    assert_eq!(question(json!({})), None);
}

#[test]
fn an_answer_is_the_only_member_or_the_one_of_its_name_or_all_that_came_back() {
    let value = |result: Value| answer("extract_info_a", &json!({ "return_value": result })).unwrap().2;
    for nothing in [json!(null), json!(" "), json!({}), json!([])] {
        assert_eq!(value(json!({ "a": nothing })), Value::Null, "{nothing}");
    }
    for something in [json!(false), json!(0), json!("0"), json!({"b": null}), json!([null])] {
        assert_eq!(value(json!({ "a": something })), something);
    }
    assert_eq!(value(json!({"b": 1, "c": 2})), json!({"b": 1, "c": 2}));
    assert_eq!(value(json!({"a": 1, "b": 2})), json!(1));
    assert_eq!(value(json!(r#"{"a": "Monday"}"#)), json!("Monday"));
    assert_eq!(value(json!(" \n{\"a\": \"Monday\"} ")), json!("Monday"));
    assert_eq!(value(json!(" null ")), Value::Null);
    assert_eq!(value(json!("Monday")), json!("Monday"));
    assert_eq!(value(json!({})), Value::Null);
}

#[test]
fn relevant_actions_are_those_that_say_so() {
    let actions = json!({
        "a": {"is_relevant_action": true}, "b": {"is_relevant_action": "True"}, "c": {"is_relevant_action": false},
        "d": {"is_relevant_action": null}, "e": {}, "f": null
    });
    let actions = summary(&json!({"call": {"call_id": "a"}, "executed_actions": actions})).actions;
    assert_eq!((actions.total, actions.relevant), (5, 2));
}

#[test]
fn what_the_judge_did_not_say_is_not_counted() {
    let judged = |analysis: Value| {
        let judged = summary(&json!({"call": {"call_id": "a"}, "analysis": analysis})).analysis;
        judged
            .map(|judged| (judged.passed, judged.partial, judged.failed, judged.not_applicable, judged.findings.len()))
    };
    assert_eq!(judged(json!({})), None);
    assert_eq!(judged(json!(null)), None);
    assert_eq!(judged(json!({"persona": "maybe", "all_feedback": ""})), Some((0, 0, 0, 0, 0)));
    let some = json!({
        "persona": "true", "style": true, "steps": "Partial", "goal": "false", "knowledge": false,
        "objections": null, "opted_in": "not_applicable", "call_summary": "false"
    });
    assert_eq!(judged(some), Some((2, 1, 2, 2, 3)));
}

#[test]
fn variables_are_slots_of_the_flow_or_of_its_agents() {
    let variables = |collected: Value| {
        let summary = summary(&json!({"call": {"call_id": "a"}, "collected_variables": collected}));
        serde_json::to_value(summary.variables).unwrap()
    };
    let slot = |value: Value| json!({"value": value, "collected": true});
    assert_eq!(variables(json!({"day": slot(json!("Monday"))})), json!({"day": "Monday"}));
    assert_eq!(variables(json!({"day": {"collected": false}})), json!({"day": null}));
    assert_eq!(variables(json!({"day": {"value": 1}})), json!({"day": 1}));
    assert_eq!(variables(json!({"day": "Monday"})), json!({"day": "Monday"}));
    let agents = json!({"one": {"day": slot(json!(1)), "hour": 9}, "two": {"day": slot(json!(2))}});
    assert_eq!(variables(agents), json!({"day": 2, "hour": 9}));
    // A slot may be called like what a slot has.
    assert_eq!(variables(json!({"one": {"collected": slot(json!(1))}})), json!({"collected": 1}));
    for value in [json!({}), json!({"a": 1}), json!({"a": {"b": 1}}), json!({"a": slot(json!(1)), "b": {}})] {
        assert_eq!(variables(json!({ "day": value })), json!({ "day": value }));
    }
    assert_eq!(variables(json!(null)), json!({}));
    let repeated = br#"{"call":{"call_id":"a"},"collected_variables":{"one":{"day":{"a":1},"day":{"value":2}}}}"#;
    let found = serde_json::to_value(summarize(repeated).unwrap().variables).unwrap();
    assert_eq!(found, json!({"day": 2}));
}

#[test]
fn a_name_that_two_fields_have_is_taken_from_the_call_first() {
    let taken = |payload: Value| {
        let Summary { status, custom_end_call_reason, outcome, .. } = summary(&payload);
        let rule = outcome.rule.word();
        (status.unwrap_or_default(), custom_end_call_reason.unwrap_or_default(), outcome.kind.word(), rule)
    };
    let owned = |status: &str, reason: &str| (status.to_owned(), reason.to_owned());
    let call = |status: &str, reason: &str| {
        json!({
            "status": "failed", "custom_end_call_reason": "Outer",
            "call": {"call_id": "a", "status": status, "custom_end_call_reason": reason}
        })
    };
    let (status, reason, kind, rule) = taken(call("Busy", "Inner"));
    assert_eq!(((status, reason), kind, rule), (owned("Busy", "Inner"), "not_reached", "call_status"));
    let (status, reason, kind, rule) = taken(call(" ", " "));
    assert_eq!(((status, reason), kind, rule), (owned("failed", "Outer"), "failed", "top_level_status"));
    let (status, reason, kind, rule) = taken(call("strange", ""));
    assert_eq!(((status, reason), kind, rule), (owned("strange", "Outer"), "failed", "top_level_status"));
    let (.., kind, rule) = taken(json!({"status": "strange", "call": {"call_id": "a"}}));
    assert_eq!((kind, rule), ("unknown", "unknown_status"));
    let (.., kind, rule) = taken(json!({"status": " ", "call": {"call_id": "a", "status": ""}}));
    assert_eq!((kind, rule), ("unknown", "missing_status"));
    let machine = json!({"call": {"call_id": "a", "status": "busy", "end_call_reason": "voicemail"}});
    let (.., kind, rule) = taken(machine);
    assert_eq!((kind, rule), ("not_reached", "call_status"));
}
