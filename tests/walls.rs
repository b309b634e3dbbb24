//! The walls of the architecture: what may know what. See `ARCHITECTURE.md`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail where it stands"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust sources below a folder, with their text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
        }
    }
    found
}

/// Lines of code that hold a word as a whole; comments aside.
fn naming<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let holds = move |line: &str| {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        line.match_indices(word).any(|(at, _)| {
            !line[..at].chars().next_back().is_some_and(is_part)
                && !line[at + word.len()..].chars().next().is_some_and(is_part)
        })
    };
    text.lines().filter(move |line| !line.trim_start().starts_with("//") && holds(line))
}

/// Asserts that only sources below some paths name a word.
#[track_caller]
fn only_in(paths: &[&str], word: &str) {
    let mut is_named = false;
    for (path, text) in sources(&root().join("src")) {
        let is_allowed = paths.iter().any(|allowed| path.starts_with(allowed));
        if let Some(line) = naming(&text, word).next() {
            assert!(is_allowed, "{} names `{word}`: {line}", path.display());
            is_named = true;
        }
    }
    assert!(is_named, "nothing names `{word}`: the wall stands for nothing");
}

#[test]
fn only_the_doors_name_their_host() {
    only_in(&["src/js", "src/edge"], "wasm_bindgen");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let features: Vec<_> = manifest.lines().filter(|line| line.contains("\"dep:")).collect();
    let brought = "\"dep:worker\", \"dep:wasm-bindgen\", \"dep:js-sys\", \"dep:serde-wasm-bindgen\"";
    assert_eq!(features, ["js = [\"dep:wasm-bindgen\", \"dep:lol_alloc\"]", &format!("edge = [{brought}]")]);
}

#[test]
fn only_the_edge_door_names_its_host() {
    for host in ["worker", "js_sys", "serde_wasm_bindgen"] {
        only_in(&["src/edge"], host);
    }
}

#[test]
fn only_vectors_are_unsafe() {
    only_in(&["src/lanes.rs"], "unsafe");
}

#[test]
fn only_the_store_names_kv() {
    for call in ["kv_get", "kv_get_texts", "kv_put", "kv_delete", "kv_list"] {
        only_in(&["src/edge/store.rs"], call);
    }
}

#[test]
fn no_door_is_named_outside_but_where_it_is_hung() {
    for (path, text) in sources(&root().join("src")) {
        let is_free = path == Path::new("src/lib.rs") || path.starts_with("src/js") || path.starts_with("src/edge");
        for word in ["cfg", "cfg_attr"] {
            // What a machine can do is no feature of the crate.
            let found = naming(&text, word).find(|line| line.replace("target_feature", "").contains("feature"));
            assert!(is_free || found.is_none(), "{} depends on a feature: {found:?}", path.display());
        }
    }
}

#[test]
fn the_core_depends_on_no_host() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--no-default-features", "--edges", "normal", "--prefix", "none"])
        .args(["--target", "all"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("serde_json"), "cargo tree says nothing: {tree}");
    for host in ["wasm-bindgen", "js-sys", "web-sys", "worker", "tokio", "getrandom"] {
        let found = tree.lines().find(|line| line.split(' ').next() == Some(host));
        assert_eq!(found, None, "the core depends on {host}");
    }
}

#[test]
fn the_crate_is_packed_with_its_sources_and_what_is_read_first() {
    let list = Command::new(env!("CARGO"))
        .args(["package", "--list", "--offline", "--allow-dirty"])
        .current_dir(root())
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let (sources, others): (Vec<_>, Vec<_>) = list.lines().partition(|path| path.starts_with("src/"));
    assert!(sources.contains(&"src/lib.rs"), "{list}");
    let by_hand: Vec<_> = others.into_iter().filter(|path| !path.starts_with('.')).collect();
    let wanted = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "pkg/src/schema.json",
    ];
    assert_eq!(by_hand, wanted);
}

#[test]
fn modules_use_only_those_above_them() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: Vec<_> = (lib.lines())
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert!(modules.len() > 10, "{modules:?}");
    for (path, text) in sources(&root().join("src")) {
        let module = path.iter().nth(1).unwrap().to_str().unwrap().trim_end_matches(".rs");
        let Some(place) = modules.iter().position(|name| *name == module) else {
            continue;
        };
        for below in &modules[place + 1..] {
            let name = format!("crate::{below}::");
            let found = text.lines().find(|line| line.contains(&name));
            assert_eq!(found, None, "{} uses what stands below it", path.display());
        }
    }
}

#[test]
fn the_core_is_pure() {
    for word in ["std::time", "std::fs", "std::env", "std::net", "SystemTime", "println", "static mut"] {
        for (path, text) in sources(&root().join("src")) {
            let is_door = path.starts_with("src/js") || path.starts_with("src/edge");
            let found = text.lines().find(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(is_door || found.is_none(), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn no_room_is_a_lumber_room() {
    for (path, _) in sources(&root().join("src")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!["utils", "helpers", "common", "misc", "types", "error"].contains(&name), "{}", path.display());
    }
}
