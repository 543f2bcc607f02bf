//! Where the key comes from, and what is said where places differ.

use super::{CONFIGURATION, INGEST, INGEST_EU, auth, world};
use crate::world::{Stub, World};

#[test]
fn the_key_may_stand_in_the_exporters_headers() {
    let stub = Stub::always(auth());
    let world = World::new()
        .with("HONEYCOMB_API_ENDPOINT", stub.url())
        .with(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "a=b, X-Honeycomb-Team=abcDEF%30123456789ghiJKL",
        );
    let run = world.run("honeycomb whoami").exits(0);
    assert!(
        run.stdout
            .contains("from OTEL_EXPORTER_OTLP_HEADERS (x-honeycomb-team)"),
        "{run}"
    );
    assert_eq!(stub.asked()[0].header("x-honeycomb-team"), CONFIGURATION);
}

#[test]
fn different_keys_are_warned_of() {
    let stub = Stub::always(auth());
    let world = world(stub.url(), INGEST)
        .with(
            "OTEL_EXPORTER_OTLP_HEADERS",
            &format!("x-honeycomb-team={CONFIGURATION}"),
        )
        .with_file("project/.env", &format!("HONEYCOMB_API_KEY={INGEST_EU}\n"));
    let run = world.run("honeycomb whoami").exits(0);
    assert!(
        run.stderr
            .contains("are different keys: the first counts here"),
        "{run}"
    );
    assert!(
        run.stderr
            .contains("hides another key, .env: HONEYCOMB_API_KEY"),
        "{run}"
    );
    for secret in [INGEST, INGEST_EU, CONFIGURATION] {
        assert!(!run.to_string().contains(&secret[10..]), "{run}");
    }
}

#[test]
fn headers_of_the_signal_hide_the_general_ones() {
    let stub = Stub::always(auth());
    let world = world(stub.url(), CONFIGURATION)
        .with("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=b")
        .with(
            "OTEL_EXPORTER_OTLP_HEADERS",
            &format!("x-honeycomb-team={CONFIGURATION}"),
        );
    let run = world.run("honeycomb whoami").exits(0);
    assert!(
        run.stderr.contains("exporters send spans without a key"),
        "{run}"
    );
}

#[test]
fn no_secret_is_shown_in_any_way() {
    let stub = Stub::start(|asked| {
        // A server that repeats the key.
        crate::world::Answer::new(
            401,
            &format!(
                r#"{{"error": "unknown {}"}}"#,
                asked.header("x-honeycomb-team")
            ),
        )
    });
    for way in ["", "-v", "-vv", "-o json", "-vv -o json"] {
        for command in ["whoami", "send"] {
            let run = world(stub.url(), CONFIGURATION)
                .run(&format!("{way} honeycomb {command}"))
                .exits(5);
            assert!(
                !run.to_string().contains(CONFIGURATION),
                "{way} {command}\n{run}"
            );
        }
    }
}
