//! Two regions over TLS, through a proxy that stands in for the network.

use super::{CONFIGURATION, INGEST, INGEST_EU, auth, unknown_key};
use crate::world::{Answer, Front, World};

const US: &str = "api.honeycomb.io";
const EU: &str = "api.eu1.honeycomb.io";

fn behind(front: &Front, key: &str) -> World {
    let world = World::new();
    world.write("home/authority.pem", front.certificate());
    let bundle = world.path("home/authority.pem").display().to_string();
    world
        .with("AWS_CA_BUNDLE", &bundle)
        .with("HTTPS_PROXY", front.url())
        .with("HONEYCOMB_API_KEY", key)
}

fn only_eu() -> Front {
    Front::start(&[US, EU], |asked| {
        if asked.header("host") == EU {
            auth()
        } else {
            unknown_key()
        }
    })
}

#[test]
fn both_regions_are_asked_and_the_first_success_wins() {
    let front = only_eu();
    let run = behind(&front, CONFIGURATION)
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", "https://api.honeycomb.io")
        .run("honeycomb whoami")
        .exits(0);
    assert!(
        run.stdout.contains("EU, https://api.eu1.honeycomb.io"),
        "{run}"
    );
    assert!(
        run.stdout
            .contains("https://ui.eu1.honeycomb.io/acme/environments/bootcamp"),
        "{run}"
    );
    assert!(
        run.stderr.contains(
            "the key is of the EU, and OTEL_EXPORTER_OTLP_ENDPOINT leads exporters to the US"
        ),
        "{run}"
    );
}

#[test]
fn a_key_that_names_its_region_is_shown_to_no_other() {
    let front = only_eu();
    let run = behind(&front, INGEST_EU).run("honeycomb whoami").exits(0);
    assert!(run.stdout.contains("EU, "), "{run}");
    let hosts: Vec<_> = front
        .asked()
        .iter()
        .map(|asked| asked.header("host").to_owned())
        .collect();
    assert_eq!(hosts, [EU]);
}

#[test]
fn neither_region_knows_it() {
    let front = Front::start(&[US, EU], |_| unknown_key());
    let run = behind(&front, CONFIGURATION)
        .run("honeycomb whoami")
        .exits(5);
    assert!(
        run.stderr
            .contains("neither region of Honeycomb knows the key"),
        "{run}"
    );
    for host in [US, EU] {
        assert!(
            run.stderr
                .contains(&format!("https://{host}/1/auth: HTTP 401")),
            "{run}"
        );
    }
}

#[test]
fn one_region_refuses_and_the_other_fails() {
    let front = Front::start(&[US, EU], |asked| {
        if asked.header("host") == US {
            unknown_key()
        } else {
            Answer::new(503, "{}")
        }
    });
    let run = behind(&front, CONFIGURATION)
        .run("honeycomb whoami")
        .exits(7);
    assert!(run.stderr.contains("the other gave no answer"), "{run}");
}

#[test]
fn a_key_of_the_eu_at_the_us_host_is_refused_here() {
    let world = World::new().with("HONEYCOMB_API_KEY", INGEST_EU);
    let cases = [
        ("whoami", "HONEYCOMB_API_ENDPOINT"),
        ("send", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ];
    let world = cases.iter().fold(world, |world, (_, name)| {
        world.with(name, "https://api.honeycomb.io")
    });
    for (command, name) in cases {
        let run = world.run(&format!("honeycomb {command}")).exits(5);
        assert!(run.stderr.contains("error[honeycomb-region]"), "{run}");
        assert!(
            run.stderr
                .contains(&format!("export {name}=https://api.eu1.honeycomb.io")),
            "{run}"
        );
    }
}

#[test]
fn an_authority_that_is_not_trusted_is_refused() {
    let front = only_eu();
    let world = World::new()
        .with("HTTPS_PROXY", front.url())
        .with("HONEYCOMB_API_KEY", INGEST);
    let run = world.run("honeycomb whoami").exits(7);
    assert!(run.stderr.contains("TLS failed"), "{run}");
    assert!(run.stderr.contains("AWS_CA_BUNDLE"), "{run}");
    assert!(front.asked().is_empty(), "the key went to a stranger");
}
