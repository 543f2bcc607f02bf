//! The rules of the house that no lint knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::world::repository;

/// Which rooms a room may use, besides itself; the arrows point one way.
const MAY_USE: [(&str, &[&str]); 23] = [
    ("error", &[]),
    ("time_window", &[]),
    ("json", &[]),
    ("caret", &[]),
    ("percent", &[]),
    ("pieces", &[]),
    ("trace", &["error", "json"]),
    ("xray", &["error", "caret", "trace"]),
    ("logs", &["error", "caret", "json", "pieces"]),
    ("honeycomb", &["error"]),
    ("rollbar", &["error", "percent", "trace"]),
    ("settings", &["error", "percent"]),
    ("output", &["error"]),
    (
        "remote",
        &[
            "error",
            "settings",
            "time_window",
            "trace",
            "xray",
            "logs",
            "honeycomb",
            "rollbar",
        ],
    ),
    (
        "provision",
        &["error", "settings", "xray", "logs", "remote"],
    ),
    ("log_reader", &["error", "logs", "remote"]),
    ("sockets", &[]),
    (
        "sandbox",
        &["error", "percent", "trace", "xray", "logs", "sockets"],
    ),
    ("daemon", &["error", "xray", "remote", "sockets"]),
    (
        "telemetry",
        &[
            "error", "percent", "pieces", "settings", "trace", "xray", "logs", "rollbar", "remote",
        ],
    ),
    (
        "server",
        &[
            "error",
            "percent",
            "trace",
            "xray",
            "logs",
            "rollbar",
            "remote",
            "sockets",
            "telemetry",
        ],
    ),
    (
        "view",
        &[
            "output",
            "settings",
            "time_window",
            "trace",
            "xray",
            "logs",
            "provision",
            "honeycomb",
            "rollbar",
            "telemetry",
            "remote",
        ],
    ),
    (
        "cli",
        &[
            "error",
            "settings",
            "output",
            "time_window",
            "trace",
            "xray",
            "logs",
            "remote",
            "log_reader",
            "provision",
            "sandbox",
            "daemon",
            "honeycomb",
            "rollbar",
            "server",
            "telemetry",
            "view",
        ],
    ),
];

/// Names that say nothing.
const BANNED: [&str; 6] = ["utils", "util", "common", "helpers", "types", "manager"];

/// The longest a file may be.
const LONGEST: usize = 400;

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<(String, String)> {
    let root = repository().join("src");
    rust_files(&root)
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("below src")
                .display()
                .to_string();
            let text = fs::read_to_string(&path).expect("the file can be read");
            (name.replace('\\', "/"), text)
        })
        .collect()
}

/// The rooms named after `crate::` in a text.
fn used_rooms(text: &str) -> BTreeSet<String> {
    text.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect()
        })
        .collect()
}

#[test]
fn imports_point_one_way() {
    let mut broken = Vec::new();
    for (name, text) in sources() {
        let Some((room, _)) = name
            .split_once('/')
            .or_else(|| name.strip_suffix(".rs").map(|room| (room, "")))
        else {
            continue;
        };
        if matches!(room, "lib" | "main") {
            continue;
        }
        // Tests inside a file may look around.
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let (_, allowed) = MAY_USE
            .iter()
            .find(|(known, _)| *known == room)
            .unwrap_or_else(|| panic!("the room {room} is not in the import table"));
        for used in used_rooms(code) {
            if used != room
                && !allowed.contains(&used.as_str())
                && MAY_USE.iter().any(|(known, _)| *known == used)
            {
                broken.push(format!("{name} uses crate::{used}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn an_emulator_shares_nothing_with_its_client() {
    for (name, text) in sources() {
        if name.starts_with("sandbox/") {
            assert!(
                !text.contains("aws_sdk") && !text.contains("aws_smithy"),
                "{name} names the AWS SDK"
            );
        } else if !name.starts_with("remote/") {
            assert!(
                !text.contains("aws_sdk_"),
                "{name} names an SDK client; only remote may"
            );
        }
        if name.starts_with("sandbox/store/") {
            assert!(
                !text.contains("axum") && !text.contains("hyper"),
                "{name} knows HTTP"
            );
        }
    }
}

#[test]
fn files_are_short_and_named_for_what_they_hold() {
    let mut broken = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > LONGEST {
            broken.push(format!("{name} has {lines} lines"));
        }
        for part in name.trim_end_matches(".rs").split('/') {
            if BANNED.contains(&part) {
                broken.push(format!("{name} has a name that says nothing"));
            }
        }
        let is_test = name.contains("/tests/") || name.ends_with("/tests.rs");
        if !is_test && !text.starts_with("//!") {
            broken.push(format!("{name} does not say what it is for"));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn nothing_prints_but_the_output() {
    for (name, text) in sources() {
        for banned in ["println!", "eprintln!", "print!(", "eprint!("] {
            assert!(!text.contains(banned), "{name} has {banned}");
        }
    }
}

#[test]
fn the_readme_has_the_exit_codes() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md can be read");
    for kind in cruddur_obs::error::Kind::ALL {
        let row = format!("| {} | {} |", kind.exit_code(), kind.meaning());
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
    assert!(readme.contains("| 0 | done |"));
}

/// The names of the operations that the sandbox knows, read from its tables.
fn emulated_operations() -> BTreeSet<String> {
    [
        "src/sandbox/api/xray/mod.rs",
        "src/sandbox/api/logs/mod.rs",
        "src/sandbox/api/honeycomb/mod.rs",
        "src/sandbox/api/otlp/mod.rs",
    ]
    .iter()
    .flat_map(|path| {
        let text = fs::read_to_string(repository().join(path)).expect("the table can be read");
        let table = text
            .split("OPERATIONS:")
            .nth(1)
            .expect("there is a table")
            .to_owned();
        let table = table.split("];").next().unwrap_or_default().to_owned();
        table
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|word| !word.starts_with('/'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn the_readme_has_every_operation_of_the_sandbox() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("README.md can be read");
    let operations = emulated_operations();
    assert!(operations.len() > 20, "{operations:?}");
    for operation in &operations {
        assert!(
            readme.contains(&format!("`{operation}`")),
            "README.md lacks {operation}"
        );
    }
}

#[test]
fn every_test_file_is_listed() {
    let listed =
        fs::read_to_string(repository().join("tests/it/main.rs")).expect("main.rs can be read");
    for entry in fs::read_dir(repository().join("tests/it")).expect("the directory can be read") {
        let path = entry.expect("the entry can be read").path();
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_rust = path.is_dir() || path.extension().is_some_and(|extension| extension == "rs");
        if is_rust && stem != "main" {
            assert!(
                listed.contains(&format!("mod {stem};")),
                "{stem} is not in main.rs"
            );
        }
    }
}
