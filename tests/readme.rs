//! What the README shows is what the core gives.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use serde_json::Value;

/// The blocks of code of a language in the README.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let readme = include_str!("../README.md");
    readme.split(opening.as_str()).skip(1).map(|block| block.split("\n```").next().unwrap()).collect()
}

#[test]
fn the_summary_of_the_readme_is_the_summary_of_its_payload() {
    let shown: Value = serde_json::from_str(blocks("json").first().unwrap()).unwrap();
    let payload = include_bytes!("cases/documented-shape/payload.json");
    assert_eq!(shown, serde_json::to_value(postcall::summarize(payload).unwrap()).unwrap());
}

#[test]
fn the_two_commands_of_the_readme_are_verbs_of_the_project() {
    let package: Value = serde_json::from_str(include_str!("../package.json")).unwrap();
    let commands = blocks("sh").join("\n");
    for verb in ["start", "test"] {
        assert!(commands.lines().any(|line| line == format!("npm {verb}")), "{commands}");
        assert!(package.pointer(&format!("/scripts/{verb}")).is_some());
    }
}
