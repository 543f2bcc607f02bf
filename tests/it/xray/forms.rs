//! `-o`: every command writes its own forms, and says so of the others.

use super::{answering, fixture, world};
use crate::world::World;

#[test]
fn a_form_that_a_command_does_not_write_is_a_usage_error() {
    insta::assert_snapshot!(World::new().run("xray rules -o svg"), @"
    --- stderr ---
    error[output-format]: this command does not write svg; it writes text or json
      tried: -o svg
      fix:   write -o followed by text or json, or leave it out
    [exit code 2]
    ");
    for words in [
        "-o table xray groups",
        "xray -o dot rules",
        "setup -o table",
        "logs groups -o csv",
        "xray traces -o tree",
        "xray stats -o table",
        "config -o mermaid",
    ] {
        let run = World::new().run(words).exits(2);
        assert!(run.stderr.contains("it writes text or json"), "{run}");
        assert_eq!(run.stdout, "");
    }
    let run = World::new().run("xray rules -o nonsense").exits(2);
    assert!(
        run.stderr.contains("[possible values: text, json]"),
        "{run}"
    );
    let run = World::new().run("xray graph -o nonsense").exits(2);
    assert!(
        run.stderr
            .contains("[possible values: table, tree, json, dot, mermaid, svg, csv]"),
        "{run}"
    );
}

#[test]
fn help_lists_a_commands_own_forms() {
    let listed = |words: &str| {
        let text = World::new().run(&format!("{words} -h")).exits(0).stdout;
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, rest) = flat
            .split_once("-o, --output <FORMAT>")
            .expect("the option");
        let (_, rest) = rest.split_once("[possible values: ").expect("its values");
        rest.split_once(']').expect("their end").0.to_owned()
    };
    assert_eq!(
        listed("xray graph"),
        "table, tree, json, dot, mermaid, svg, csv"
    );
    assert_eq!(listed("xray trace"), "text, json, svg");
    assert_eq!(listed("xray rules"), "text, json");
    assert_eq!(listed("xray traces"), "text, json");
    assert_eq!(listed("setup"), "text, json");
}

#[test]
fn the_option_may_stand_anywhere() {
    let stub = answering([("/ServiceGraph", fixture("service-graph.json"))]);
    let world = world(&stub);
    let written = |words: &str| world.run(words).exits(0).stdout;
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    for words in [
        "xray graph --since 2026-11-20T09:00:00Z --until 2026-11-20T10:00:00Z -o dot",
        "-o dot xray graph --since 2026-11-20T09:00:00Z --until 2026-11-20T10:00:00Z",
        "xray -o dot graph --since 2026-11-20T09:00:00Z --until 2026-11-20T10:00:00Z",
        "xray --output=dot graph --since 2026-11-20T09:00:00Z --until 2026-11-20T10:00:00Z",
    ] {
        assert!(first(written(words)).starts_with("digraph"), "{words}");
    }
    let window = "--since 2026-11-20T09:00:00Z --until 2026-11-20T10:00:00Z";
    let table = written(&format!("xray graph {window}"));
    assert_eq!(written(&format!("xray graph {window} -o text")), table);
    assert_eq!(written(&format!("xray graph {window} -o table")), table);
    assert!(written(&format!("-o json xray graph {window}")).starts_with('{'));
}
