//! What must hold between fields: for each rule a payload that breaks it, and one that nearly does.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use postcall::rules::Rule;
use postcall::vocabulary::EndCallReason;
use postcall::{Code, Issue, Options, validate};
use serde_json::{Value, json};

/// A payload that breaks no rule.
fn base() -> Value {
    json!({
        "status": "completed",
        "error_message": "",
        "call": {
            "status": "completed", "end_call_reason": "agent_goodbye", "call_id": "a", "duration": 60,
            "start_time": "2026-03-10T11:06:38+01:00", "transcript": "\nbot: Hello. \nhuman: Hello."
        },
        "executed_actions": {
            "extract_info_day": {
                "name": "extract_info_day", "action_type": "extract_info_action_type", "call_id": "a",
                "parameters_hard_coded": {"identifier": "day", "condition": "Which day?", "choices": ["Monday", "Tuesday"]},
                "return_value": {"day": "Monday"},
                "timestamp": 1_773_137_258.5, "timestamp_datetime": "2026-03-10T10:07:38.500000"
            }
        },
        "analysis": {
            "persona": "true", "persona_feedback": "", "goal": "partial", "goal_feedback": "No day.",
            "answered_by_human": "true", "answered_by_human_feedback": "",
            "call_summary": "true", "call_summary_feedback": "A call.",
            "judge_found_partial_or_error": true, "judge_found_full_error": false, "all_feedback": "No day."
        },
        "collected_variables": {"day": {"value": "Monday", "collected": true}}
    })
}

/// The rules that a payload breaks, each with its place: `rule pointer`, in document order.
fn broken(payload: &Value) -> Vec<String> {
    let bytes = serde_json::to_vec(payload).unwrap();
    let issues = validate(&bytes, &Options::default()).issues();
    assert!(issues.is_sorted_by_key(|issue| issue.location.offset), "issues stand in document order");
    let broken = issues.into_iter().filter(|issue| issue.code == Code::Mismatch);
    broken.map(|issue| format!("{} {}", issue.expected.as_deref().unwrap(), issue.pointer())).collect()
}

/// What the base breaks with values put in places; `null` takes away.
#[track_caller]
fn with(changes: &[(&str, Value)]) -> String {
    let mut payload = base();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        payload.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value.clone());
    }
    broken(&payload).join(", ")
}

const ACTION: &str = "/executed_actions/extract_info_day";

/// A place in the action.
fn action(key: &str) -> String {
    format!("{ACTION}/{key}")
}

#[test]
fn without_a_call_no_rule_speaks() {
    let mut payload = base();
    let wrong =
        [("/analysis/persona_feedback", json!("Rude.")), ("/executed_actions/extract_info_day/name", json!("other"))];
    for (pointer, value) in wrong {
        *payload.pointer_mut(pointer).unwrap() = value;
    }
    assert!(broken(&payload).len() > 1);
    for call in [None, Some(json!(null)), Some(json!("")), Some(json!([]))] {
        let payload = payload.as_object_mut().unwrap();
        match &call {
            None => payload.remove("call"),
            Some(call) => payload.insert("call".to_owned(), call.clone()),
        };
        assert_eq!(broken(&json!(payload)), [""; 0], "{call:?}");
    }
}

#[test]
fn the_base_breaks_no_rule() {
    assert_eq!(with(&[]), "");
}

#[test]
fn status_mismatch() {
    assert_eq!(with(&[("/status", json!("done"))]), "status_mismatch /status");
    assert_eq!(with(&[("/status", json!(" Completed"))]), "");
    assert_eq!(with(&[("/status", json!("strange"))]), "status_mismatch /status");
    assert_eq!(with(&[("/status", json!("strange")), ("/call/status", json!("strange"))]), "");
    assert_eq!(with(&[("/status", json!("quite strange")), ("/call/status", json!(" Quite-Strange"))]), "");
    assert_eq!(with(&[("/status", json!("odd")), ("/call/status", json!("strange"))]), "status_mismatch /status");
    let unheard_of = [("/status", json!("strange")), ("/call/status", json!("stranger"))];
    assert_eq!(with(&unheard_of), "status_mismatch /status");
    assert_eq!(with(&[("/status", json!(null))]), "");
    assert_eq!(with(&[("/status", json!(" "))]), "");
    assert_eq!(with(&[("/status", json!("Canceled")), ("/call/status", json!("cancelled"))]), "");
}

#[test]
fn status_not_final() {
    let status = |word: &str| [("/status", json!(word)), ("/call/status", json!(word))];
    assert_eq!(with(&status("in progress")), "status_not_final /call/status");
    assert_eq!(with(&[("/status", json!("queue")), ("/call/status", json!(null))]), "status_not_final /status");
    let outer = [("/status", json!("queue")), ("/call/status", json!("unheard-of"))];
    assert_eq!(with(&outer), "status_mismatch /status, status_not_final /status");
    assert_eq!(with(&status("unheard-of")), "");
}

#[test]
fn reason_contradicts_status() {
    let both = |status: &str, reason: &str| {
        let quiet = [("/call/transcript", json!("")), ("/call/duration", json!(0)), ("/analysis", json!({}))];
        let both =
            [("/status", json!(status)), ("/call/status", json!(status)), ("/call/end_call_reason", json!(reason))];
        with(&[&quiet[..], &both[..]].concat())
    };
    let found = "reason_contradicts_status /call/end_call_reason";
    assert_eq!(both("left_voicemail", "human_goodbye"), found);
    assert_eq!(both("left_voicemail", "voicemail_message_left"), "");
    assert_eq!(both("busy", "human_pick_up_cut_off"), found);
    assert_eq!(both("busy", "undefined"), "");
    assert_eq!(both("spam", "voicemail"), found);
    assert_eq!(both("completed", "voicemail"), "");
    let goodbyes = ["human_goodbye", "agent_goodbye", "human_ended_call", "human_hangup", "agent_ended_call"];
    let machines = ["voicemail", "voicemail_message_left", "voicemail_cut_off"];
    for reason in EndCallReason::ALL.iter().map(|reason| reason.word()) {
        let (is_goodbye, is_machine) = (goodbyes.contains(&reason), machines.contains(&reason));
        let is_answered = is_goodbye || reason == "human_pick_up_cut_off";
        for (status, is_contradicted) in [
            ("done", false),
            ("hangup_on_voicemail", is_goodbye),
            ("no-answer", is_answered || is_machine),
            ("failed", is_answered || is_machine),
            ("canceled", is_machine),
            ("spam", is_machine),
            ("ringing", is_machine),
            ("unheard-of", false),
        ] {
            assert_eq!(both(status, reason).contains(found), is_contradicted, "{status}, {reason}");
        }
    }
}

#[test]
fn custom_reason_mismatch() {
    let (reason, text) = ("/call/end_call_reason", "/call/custom_end_call_reason");
    assert_eq!(with(&[(reason, json!("custom_end_call"))]), "custom_reason_mismatch /call/end_call_reason");
    assert_eq!(with(&[(text, json!("Wrong number"))]), "custom_reason_mismatch /call/custom_end_call_reason");
    assert_eq!(with(&[("/custom_end_call_reason", json!("Wrong"))]), "custom_reason_mismatch /custom_end_call_reason");
    assert_eq!(with(&[(reason, json!("custom_end_call")), (text, json!("Wrong number"))]), "");
    assert_eq!(with(&[(reason, json!("custom_end_call")), ("/custom_end_call_reason", json!("Wrong"))]), "");
    assert_eq!(with(&[(text, json!(" "))]), "");
    assert_eq!(with(&[(reason, json!(null)), (text, json!("Wrong number"))]), "");
    assert_eq!(with(&[(reason, json!(" ")), ("/custom_end_call_reason", json!("Wrong"))]), "");
}

#[test]
fn fields_swapped() {
    assert_eq!(with(&[("/error_message", json!("agent_goodbye"))]), "fields_swapped /error_message");
    assert_eq!(with(&[("/error_message", json!("agent_goodbye, they say"))]), "");
    assert_eq!(with(&[("/call/end_call_reason", json!("completed"))]), "fields_swapped /call/end_call_reason");
    assert_eq!(with(&[("/call/end_call_reason", json!("user_canceled"))]), "");
    for (reason, is_swapped) in [("busy", true), ("In Progress", true), ("voicemail", false), ("unheard-of", false)] {
        let found = with(&[("/call/end_call_reason", json!(reason))]);
        assert_eq!(found == "fields_swapped /call/end_call_reason", is_swapped, "{reason}: {found}");
    }
    assert_eq!(with(&[("/error_message", json!(" Agent goodbye"))]), "fields_swapped /error_message");
    assert_eq!(with(&[("/error_message", json!("busy"))]), "");
}

#[test]
fn call_id_disagrees() {
    assert_eq!(with(&[(&action("call_id"), json!("A"))]), format!("call_id_disagrees {}", action("call_id")));
    assert_eq!(with(&[(&action("call_id"), json!(null))]), "");
    assert_eq!(with(&[(&action("call_id"), json!(" "))]), "");
}

#[test]
fn action_name_mismatch() {
    assert_eq!(with(&[(&action("name"), json!("day"))]), format!("action_name_mismatch {}", action("name")));
    assert_eq!(with(&[(&action("name"), json!(null))]), "");
    assert_eq!(with(&[(&action("name"), json!(""))]), format!("action_name_mismatch {}", action("name")));
}

#[test]
fn stamp_mismatch() {
    let text = action("timestamp_datetime");
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:39.600000"))]), format!("stamp_mismatch {text}"));
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:39.500000"))]), "");
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:39.501000"))]), format!("stamp_mismatch {text}"));
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:37.500000"))]), "");
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:37.499000"))]), format!("stamp_mismatch {text}"));
    assert_eq!(with(&[(&text, json!("2026-03-10T10:07:37")), (&action("timestamp"), json!("noon"))]), "");
    assert_eq!(with(&[(&text, json!("yesterday"))]), "");
}

#[test]
fn action_outside_call() {
    let at =
        |seconds: f64| with(&[(&action("timestamp"), json!(seconds)), (&action("timestamp_datetime"), json!(null))]);
    let start = 1_773_137_198.0;
    let found = format!("action_outside_call {}", action("timestamp"));
    assert_eq!(at(start - 60.5), found);
    assert_eq!(at(start - 60.0), "");
    assert_eq!(at(start + 60.0 + 900.0), "");
    assert_eq!(at(start + 60.0 + 900.5), found);
    for unknown in [json!(null), json!(""), json!("a while"), json!(-5)] {
        let late = |seconds: f64| {
            let stamps = [(&*action("timestamp"), json!(seconds)), (&action("timestamp_datetime"), json!(null))];
            with(&[&stamps[..], &[("/call/duration", unknown.clone())]].concat())
        };
        assert_eq!(late(start + 86_400.0), "", "without a length, {unknown}, there is no end");
        assert_eq!(late(start - 60.5), found);
    }
    assert_eq!(at(start + 60.0 + 900.001), found);
    assert_eq!(at(start - 60.001), found);
    let stamp = format!("stamp_mismatch {}", action("timestamp_datetime"));
    assert_eq!(with(&[(&action("timestamp"), json!(start - 61.0))]), format!("{found}, {stamp}"));
    assert_eq!(with(&[(&action("timestamp_datetime"), json!("2026-03-09T10:07:38"))]), stamp);
    let from = |duration: Value, seconds: f64| {
        let stamps = [(&*action("timestamp"), json!(seconds)), (&*action("timestamp_datetime"), json!(null))];
        with(&[&stamps[..], &[("/call/duration", duration)]].concat())
    };
    assert_eq!(from(json!("120"), start + 1_020.0), "");
    let unknown = [("/call/start_time", json!(null)), (&action("timestamp"), json!(5_000.0))];
    assert_eq!(with(&[&unknown[..], &[(&*action("timestamp_datetime"), json!(null))]].concat()), "");
    let early = [(&*action("timestamp"), json!(start - 86_400.0)), (&action("timestamp_datetime"), json!(null))];
    let before = [(&*action("run_action_before_call_start"), json!("True"))];
    assert_eq!(with(&[&early[..], &before[..]].concat()), "");
    assert_eq!(
        with(&[(&action("timestamp"), json!(null)), (&action("timestamp_datetime"), json!("2026-03-09T10:07:38"))]),
        format!("action_outside_call {}", action("timestamp_datetime"))
    );
}

#[test]
fn duration_implausible() {
    assert_eq!(with(&[("/call/duration", json!(86_401))]), "duration_implausible /call/duration");
    assert_eq!(with(&[("/call/duration", json!(86_400))]), "");
    assert_eq!(with(&[("/call/duration", json!("0"))]), "duration_implausible /call/duration");
    assert_eq!(with(&[("/call/duration", json!(-5))]), "");
    assert_eq!(with(&[("/call/duration", json!(86_400.5))]), "duration_implausible /call/duration");
    assert_eq!(with(&[("/call/duration", json!(0.5))]), "");
    assert_eq!(with(&[("/call/duration", json!(0)), ("/call/transcript", json!(null))]), "");
}

#[test]
fn silent_connected() {
    let transcript = |text: &str| with(&[("/call/transcript", json!(text))]);
    assert_eq!(transcript("\nbot: Hello. the human: said"), "silent_connected /call/transcript");
    assert_eq!(transcript("\nbot: Hello.\nhuman:"), "");
    assert_eq!(transcript(""), "");
    assert_eq!(transcript("\n"), "silent_connected /call/transcript");
    assert_eq!(transcript("\nassistant: Hello."), "silent_connected /call/transcript");
    let by_status = |outer: Value, inner: Value| {
        let silent = ("/call/transcript", json!("bot: Hello."));
        with(&[("/status", outer), ("/call/status", inner), ("/call/end_call_reason", json!(null)), silent])
    };
    assert_eq!(by_status(json!("done"), json!(null)), "silent_connected /call/transcript");
    for unheard in ["busy", "canceled", "unheard-of"] {
        let found = by_status(json!(unheard), json!(unheard));
        assert!(!found.contains("silent_connected"), "{unheard}: {found}");
    }
}

#[test]
fn speech_when_unreached() {
    let heard = |status: &str, text: &str| {
        with(&[
            ("/status", json!(status)),
            ("/call/status", json!(status)),
            ("/call/end_call_reason", json!(null)),
            ("/analysis", json!({})),
            ("/call/transcript", json!(text)),
        ])
    };
    for unreached in ["busy", "no-answer", "failed", "spam"] {
        assert_eq!(heard(unreached, "\nbot: Hello. \nhuman: Hello."), "speech_when_unreached /call/transcript");
        assert_eq!(heard(unreached, "\nbot: Hello. "), "");
    }
    for other in ["voicemail", "canceled", "unheard-of"] {
        assert_eq!(heard(other, "\nbot: Hello. \nhuman: Hello."), "", "{other}");
    }
}

#[test]
fn answered_mismatch() {
    let status = |word: &str| {
        with(&[
            ("/status", json!(word)),
            ("/call/status", json!(word)),
            ("/call/end_call_reason", json!(null)),
            ("/call/transcript", json!("")),
        ])
    };
    for unanswered in ["voicemail", "left_voicemail", "busy", "no-answer"] {
        assert_eq!(status(unanswered), "answered_mismatch /analysis/answered_by_human", "{unanswered}");
    }
    for other in ["completed", "failed", "canceled", "spam", "unheard-of"] {
        assert_eq!(status(other), "", "{other}");
    }
}

#[test]
fn judge_totals_mismatch() {
    let total = |key: &str, value: Value| with(&[(&format!("/analysis/{key}"), value)]);
    assert_eq!(
        total("judge_found_partial_or_error", json!("false")),
        "judge_totals_mismatch /analysis/judge_found_partial_or_error"
    );
    assert_eq!(total("judge_found_full_error", json!(true)), "judge_totals_mismatch /analysis/judge_found_full_error");
    assert_eq!(total("judge_found_full_error", json!(null)), "");
    assert_eq!(total("all_feedback", json!("No day. ")), "judge_totals_mismatch /analysis/all_feedback");
    for odd in ["", " No day.", "No day", "No day. A call."] {
        assert_eq!(total("all_feedback", json!(odd)), "judge_totals_mismatch /analysis/all_feedback", "{odd}");
    }
    assert_eq!(total("all_feedback", json!(null)), "");
    let verdicts = |goal: &str, partly: bool, fully: bool| {
        with(&[
            ("/analysis/goal", json!(goal)),
            ("/analysis/call_summary", json!("false")),
            ("/analysis/judge_found_partial_or_error", json!(partly)),
            ("/analysis/judge_found_full_error", json!(fully)),
        ])
    };
    let (partly, fully) = ("/analysis/judge_found_partial_or_error", "/analysis/judge_found_full_error");
    assert_eq!(verdicts("false", true, true), "");
    assert_eq!(
        verdicts("false", false, false),
        format!("judge_totals_mismatch {fully}, judge_totals_mismatch {partly}")
    );
    assert_eq!(verdicts("not_applicable", false, false), "");
    assert_eq!(
        verdicts("not_applicable", true, true),
        format!("judge_totals_mismatch {fully}, judge_totals_mismatch {partly}")
    );
    let two = [
        ("/analysis/persona", json!("false")),
        ("/analysis/persona_feedback", json!("Wrong name.")),
        ("/analysis/judge_found_full_error", json!("True")),
        ("/analysis/all_feedback", json!("Wrong name. No day.")),
    ];
    assert_eq!(with(&two), "");
}

#[test]
fn feedback_mismatch() {
    let found = "judge_totals_mismatch /analysis/all_feedback, feedback_mismatch /analysis/persona_feedback";
    assert_eq!(with(&[("/analysis/persona_feedback", json!("Fine."))]), found);
    let unexplained = [("/analysis/goal_feedback", json!(" ")), ("/analysis/all_feedback", json!(""))];
    assert_eq!(with(&unexplained), "feedback_mismatch /analysis/goal_feedback");
    let (goal, flag) = ("/analysis/goal", "/analysis/judge_found_full_error");
    let wrong = [&unexplained[..], &[(goal, json!("false")), (flag, json!(true))]].concat();
    assert_eq!(with(&wrong), "feedback_mismatch /analysis/goal_feedback");
    let mut without = base();
    let analysis = without.pointer_mut("/analysis").unwrap().as_object_mut().unwrap();
    analysis.remove("goal_feedback");
    analysis.insert("all_feedback".to_owned(), json!(""));
    assert_eq!(broken(&without), ["feedback_mismatch /analysis/goal"]);
    let unsaid = [(goal, json!(null)), ("/analysis/judge_found_partial_or_error", json!(false))];
    assert_eq!(with(&unsaid), "");
    let not_applicable = [("/analysis/persona", json!("not_applicable"))];
    assert_eq!(with(&not_applicable), "");
}

#[test]
fn answer_not_a_choice() {
    let answer = |value: Value| with(&[(&action("return_value"), json!({ "day": value }))]);
    assert_eq!(answer(json!("Sunday")), format!("answer_not_a_choice {}", action("return_value")));
    let in_any_case =
        [("Über 50", "über 50"), ("ŻÓŁĆ", "żółć"), ("ΆΛΛΟΣ", "άλλος"), ("Да", "ДА"), ("ŽIŽKOV", "žižkov")];
    for (choice, said) in in_any_case {
        let choices = (&*action("parameters_hard_coded"), json!({"choices": [choice]}));
        assert_eq!(with(&[choices, (&action("return_value"), json!({"day": said}))]), "", "{said}");
    }
    for fine in [json!(" monday "), json!(null), json!(true), json!(""), json!({"day": 1})] {
        assert_eq!(answer(fine), "");
    }
    let one_of = |choices: Value, said: Value| {
        let choices = (&*action("parameters_hard_coded"), json!({ "choices": choices }));
        with(&[choices, (&action("return_value"), json!({ "day": said }))])
    };
    let found = format!("answer_not_a_choice {}", action("return_value"));
    assert_eq!(one_of(json!(["5"]), json!(5)), "");
    assert_eq!(one_of(json!([" Five "]), json!("five")), "");
    for (choices, said) in [
        (json!(["5"]), json!(6)),
        (json!(["Mond"]), json!("Monday")),
        (json!(["Monday"]), json!("Mond")),
        (json!(["Mon-day"]), json!("Mon_day")),
        (json!([""]), json!("Monday")),
    ] {
        assert_eq!(one_of(choices.clone(), said), found, "{choices}");
    }
    let sunday = || (action("return_value"), json!({"day": "Sunday"}));
    let (place, value) = sunday();
    assert_eq!(with(&[(&place, value.clone()), (&action("action_type"), json!("send_sms_action_type"))]), "");
    assert_eq!(with(&[(&place, json!({"day": "Sunday", "hour": "9"}))]), "");
    let spelled = json!(r#"{"choices": ["Monday"]}"#);
    assert_eq!(with(&[(&action("parameters_hard_coded"), spelled), (&place, value)]), found);
    let text = r#"{"day": "Sunday"}"#;
    assert_eq!(
        with(&[(&action("return_value"), json!(text))]),
        format!("answer_not_a_choice {}", action("return_value"))
    );
    assert_eq!(
        with(&[
            (&action("parameters_hard_coded"), json!({"choices": []})),
            (&action("return_value"), json!({"day": "Sunday"}))
        ]),
        ""
    );
}

#[test]
fn choices_are_compared_without_case_in_latin_greek_and_cyrillic() {
    let is_choice = |choice: &str, said: &str| {
        let choices = (&*action("parameters_hard_coded"), json!({ "choices": [choice] }));
        with(&[choices, (&action("return_value"), json!({ "day": said }))]).is_empty()
    };
    // The sigma at the end of a word is one.
    let folded = |text: &str| text.to_lowercase().replace('ς', "σ");
    let scripts = ['\u{C0}'..='\u{17F}', '\u{386}'..='\u{3CE}', '\u{400}'..='\u{45F}', '\u{48A}'..='\u{52F}'];
    let mut pairs = 0;
    for letter in scripts.into_iter().flatten().filter(|letter| letter.is_alphabetic()) {
        let (text, small) = (letter.to_string(), letter.to_lowercase().to_string());
        // The small letter of this one is not one letter.
        if small != text && letter != 'İ' {
            assert!(is_choice(&text, &small) && is_choice(&small, &text), "{letter}");
            pairs += 1;
        }
        let next = char::from_u32(u32::from(letter) + 1).unwrap().to_string();
        assert_eq!(is_choice(&text, &next), folded(&text) == folded(&next), "{letter}, {next}");
    }
    assert_eq!(pairs, 256);
    assert!(is_choice("ΑΛΛΟΣ", "αλλος"));
}

#[test]
fn collected_mismatch() {
    let day = |value: Value, collected: Value| {
        with(&[("/collected_variables/day", json!({"value": value, "collected": collected}))])
    };
    let found = "collected_mismatch /collected_variables/day/collected";
    assert_eq!(day(json!(null), json!(true)), found);
    assert_eq!(day(json!("Monday"), json!(false)), found);
    assert_eq!(day(json!(null), json!(false)), "");
    assert_eq!(day(json!(""), json!(true)), "");
    assert_eq!(day(json!("Monday"), json!("False")), found);
    assert_eq!(day(json!(null), json!(null)), "");
    let collected = |slot: Value| with(&[("/collected_variables/day", slot)]);
    assert_eq!(collected(json!({"collected": true})), found);
    assert_eq!(collected(json!({"collected": false})), "");
    assert_eq!(collected(json!({"value": "Monday"})), "");
    assert_eq!(collected(json!({"collected": {"value": null, "collected": true}})), format!("{found}/collected"));
    let by_agent = json!({"agent": {"day": {"value": null, "collected": true}}});
    assert_eq!(
        with(&[("/collected_variables", by_agent)]),
        "collected_mismatch /collected_variables/agent/day/collected"
    );
}

#[test]
fn rules_look_at_actions_in_an_array_too() {
    let mut payload = base();
    let entry = payload.pointer(ACTION).unwrap().clone();
    *payload.pointer_mut("/executed_actions").unwrap() = json!([null, entry]);
    *payload.pointer_mut("/executed_actions/1/call_id").unwrap() = json!("b");
    assert_eq!(broken(&payload), ["call_id_disagrees /executed_actions/1/call_id"]);
}

#[test]
fn rules_look_at_the_actions_that_count_wherever_the_call_stands() {
    let actions = |call_id: &str| format!(r#""executed_actions":{{"a":{{"call_id":"{call_id}"}}}}"#);
    let found = |members: [&str; 3]| {
        let payload = format!("{{{}}}", members.join(","));
        let issues = validate(payload.as_bytes(), &Options::default()).issues();
        let broken = issues.iter().filter(|issue| issue.code == Code::Mismatch).collect::<Vec<_>>();
        broken
            .iter()
            .map(|issue| payload.get(usize::try_from(issue.location.offset).unwrap()..).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let call = r#""call":{"call_id":"1"}"#;
    let (right, wrong) = (actions("1"), actions("2"));
    assert_eq!(found([&wrong, call, &right]), [""; 0]);
    assert_eq!(found([&wrong, &right, call]), [""; 0]);
    assert_eq!(found([&right, &wrong, call]), [format!(r#""2"}}}},{call}}}"#)]);
    assert_eq!(found([call, &right, &wrong]), [r#""2"}}}"#]);
}

#[test]
fn every_rule_has_its_sentence_and_its_test() {
    let source = include_str!("rules.rs");
    for rule in Rule::ALL {
        assert!(source.contains(&format!("fn {}()", rule.word())), "{rule} has no test");
        assert!(
            rule.about().starts_with(|first: char| first.is_lowercase() || first == '`'),
            "{rule}: {}",
            rule.about()
        );
        assert!(!rule.about().ends_with('.'), "{rule}: {}", rule.about());
    }
}

#[test]
fn issues_do_not_outgrow_the_payload_where_their_paths_are_long() {
    let fields = (0..900).map(|at| format!(r#""u{at}":1"#)).collect::<Vec<_>>().join(",");
    let payload = |key: &str| format!(r#"{{"call":{{"call_id":"a"}},"executed_actions":{{"{key}":{{{fields}}}}}}}"#);
    let found = |key: &str| {
        let payload = payload(key);
        let report = validate(payload.as_bytes(), &Options::default());
        let pointers: Vec<_> = report.issues().iter().map(Issue::pointer).collect();
        let under_key = pointers.iter().filter(|pointer| pointer.contains(key)).count();
        let is_cut = report.issues().last().is_some_and(|issue| issue.code == Code::TooManyIssues);
        assert_eq!(is_cut, report.issue_count() > pointers.len());
        (under_key, pointers.concat().len(), is_cut)
    };
    let (all, _, is_cut) = found("kk");
    assert!(all > 900 && !is_cut);
    let (some, length, is_cut) = found(&"k".repeat(10_000));
    assert!(some == 27 && length < 300_000 && is_cut, "{some}, {length}");
    // However long a key is, one issue tells where it begins.
    let (one, _, is_cut) = found(&"k".repeat(1_000_000));
    assert!(one == 1 && is_cut, "{one}");
}

#[test]
fn of_more_broken_rules_than_are_listed_the_first_are() {
    let slots = (0..1_500).map(|at| format!(r#""s{at}":{{"collected":true}}"#)).collect::<Vec<_>>().join(",");
    // Two rules are broken in each, the later place first.
    let every_usual =
        r#""action_type":"extract_info_action_type","call_id":"b","name":"other","description":"","model_id":"""#;
    let actions = (0..1_500).map(|at| format!(r#""a{at}":{{{every_usual}}}"#)).collect::<Vec<_>>().join(",");
    let (slots, actions) =
        (format!(r#""collected_variables":{{{slots}}}"#), format!(r#""executed_actions":{{{actions}}}"#));
    let listed = |first: &str, second: &str| {
        let payload = format!(r#"{{"call":{{"call_id":"a"}},{first},{second}}}"#);
        let issues = validate(payload.as_bytes(), &Options::default()).issues();
        let (last, issues) = issues.split_last().unwrap();
        assert_eq!((last.code, issues.len()), (Code::TooManyIssues, 1_000));
        assert!(issues.is_sorted_by_key(|issue| issue.location.offset), "issues stand in document order");
        issues
            .iter()
            .filter(|issue| issue.code == Code::Mismatch)
            .map(|issue| issue.expected.clone().unwrap())
            .collect::<Vec<_>>()
    };
    let slots_first = listed(&slots, &actions);
    assert!(slots_first.len() > 900 && slots_first.iter().all(|rule| rule == Rule::CollectedMismatch.word()));
    let actions_first = listed(&actions, &slots);
    assert!(actions_first.iter().all(|rule| rule != Rule::CollectedMismatch.word()));
    // Each action has some twenty issues, two of them broken rules.
    assert!(actions_first.len() > 80, "{}", actions_first.len());
    let names = actions_first.iter().filter(|rule| *rule == Rule::ActionNameMismatch.word()).count();
    assert!(names.abs_diff(actions_first.len() / 2) <= 1, "{names} of {}", actions_first.len());
}

#[test]
fn broken_rules_that_find_no_room_in_the_list_are_counted() {
    let report = |slots: usize| {
        let slots = (0..slots).map(|at| format!(r#""s{at}":{{"collected":true}}"#)).collect::<Vec<_>>().join(",");
        let payload = format!(r#"{{"call":{{"call_id":"a"}},"collected_variables":{{{slots}}}}}"#);
        let report = validate(payload.as_bytes(), &Options::default());
        (report.issue_count(), report.issues().len(), report.issues().last().unwrap().code)
    };
    let (others, ..) = report(0);
    assert_eq!(report(1_000 - others), (1_000, 1_000, Code::Mismatch));
    for more in [1, others] {
        assert_eq!(report(1_000 - others + more), (1_000 + more, 1_001, Code::TooManyIssues));
    }
}
