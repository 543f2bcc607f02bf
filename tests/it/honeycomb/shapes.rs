//! What is no key is told apart before anybody is asked.

use super::{CLASSIC, auth, world};
use crate::world::{Stub, World};

#[test]
fn wrong_shapes_exit_5_with_a_hint_and_ask_nobody() {
    let stub = Stub::always(auth());
    let cases = [
        (
            "hcaik_01hqk4k20cjeh63wca8vva5stw",
            "the id of an ingest key, without its secret",
        ),
        (
            "hcxlk_01hqk4k20cjeh63wca8vva5stw",
            "the id of a configuration key, not the key",
        ),
        (
            "hcamk_01hqk4k20cjeh63wca8vva5stw",
            "the id of a management key",
        ),
        (
            "70nft6m5n8wr8f5mjx3762s8269j50wc",
            "a secret without the id",
        ),
        ("\"abcDEF0123456789ghiJKL\"", "in quotes"),
        ("abcDEF01234 56789ghiJKL", "broken by a blank"),
        (
            "x-honeycomb-team=abcDEF0123456789ghiJKL",
            "together with its name, x-honeycomb-team",
        ),
        ("${HONEYCOMB_API_KEY}", "the name of a variable"),
        ("AKIAIOSFODNN7EXAMPLE", "the id of an AWS access key"),
    ];
    for (key, said) in cases {
        let run = world(stub.url(), key).run("honeycomb whoami").exits(5);
        assert!(
            run.stderr.contains("error[honeycomb-key-shape]"),
            "{key}\n{run}"
        );
        assert!(run.stderr.contains(said), "{key}\n{run}");
        assert_eq!(run.stdout, "");
    }
    assert!(stub.asked().is_empty(), "nobody is asked");
}

#[test]
fn a_token_of_rollbar_is_told_from_a_classic_key() {
    let world = world("http://127.0.0.1:9", CLASSIC).with("ROLLBAR_ACCESS_TOKEN", CLASSIC);
    let run = world.run("honeycomb whoami").exits(5);
    assert!(
        run.stderr.contains("is the access token of Rollbar"),
        "{run}"
    );
}

#[test]
fn no_key_and_an_empty_one_are_named() {
    let run = World::new().run("honeycomb whoami").exits(5);
    assert!(run.stderr.contains("error[no-honeycomb-key]"), "{run}");
    assert!(run.stderr.contains("HONEYCOMB_API_KEY: not set"), "{run}");
    let run = World::new()
        .with("HONEYCOMB_API_KEY", " ")
        .run("honeycomb whoami")
        .exits(5);
    assert!(
        run.stderr
            .contains("HONEYCOMB_API_KEY is set to an empty string"),
        "{run}"
    );
}

#[test]
fn a_misspelt_name_ends_the_search() {
    let world = World::new().with(
        "OTEL_EXPORTER_OTLP_HEADER",
        "x-honeycomb-team=abcDEF0123456789ghiJKL",
    );
    let run = world.run("honeycomb whoami").exits(5);
    let said = "cause: OTEL_EXPORTER_OTLP_HEADER is set and nothing reads it; did you mean OTEL_EXPORTER_OTLP_HEADERS?";
    assert!(run.stderr.contains(said), "{run}");
    assert!(!run.stderr.contains("abcDEF0123456789ghiJKL"), "{run}");
}
