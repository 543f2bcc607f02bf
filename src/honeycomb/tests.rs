use std::collections::BTreeMap;

use super::dataset::{Dataset, of_spans, slug};
use super::key::{KeyKind, Looks, classify};
use super::link::Place;
use super::permission::{abilities, management_abilities};
use super::region::Region;
use super::wrong_key::WrongKey;

const ULID: &str = "01hqk4k20cjeh63wca8vva5stw";
const SECRET: &str = "70nft6m5n8wr8f5mjx3762s8269j50wc";

fn key(text: &str) -> (KeyKind, bool, Option<Region>, Option<String>) {
    match classify(text) {
        Looks::Key(shape) => (shape.kind, shape.is_classic, shape.region, shape.id),
        other => panic!("{text} looks like {other:?}"),
    }
}

fn wrong(text: &str) -> WrongKey {
    match classify(text) {
        Looks::Wrong(wrong) => wrong,
        other => panic!("{text} looks like {other:?}"),
    }
}

#[test]
fn every_kind_of_key_is_known_by_its_shape() {
    use KeyKind::{Configuration, Ingest, Management};
    let id = |prefix: &str| Some(format!("{prefix}{ULID}"));
    let cases = [
        (
            format!("hcaik_{ULID}{SECRET}"),
            (Ingest, false, Some(Region::Us), id("hcaik_")),
        ),
        (
            format!("hcbik_{ULID}{SECRET}"),
            (Ingest, false, Some(Region::Eu), id("hcbik_")),
        ),
        (
            format!("hcdik_{ULID}{SECRET}"),
            (Ingest, false, Some(Region::Eu), id("hcdik_")),
        ),
        (
            format!("hcxik_{ULID}{SECRET}"),
            (Ingest, false, None, id("hcxik_")),
        ),
        (
            format!("hcaic_{ULID}{SECRET}"),
            (Ingest, true, Some(Region::Us), id("hcaic_")),
        ),
        (
            format!("hcbmk_{ULID}:{SECRET}"),
            (Management, false, Some(Region::Eu), id("hcbmk_")),
        ),
        (
            "0123456789abcdef0123456789abcdef".to_owned(),
            (Configuration, true, None, None),
        ),
        (
            "abcDEF0123456789ghiJKL".to_owned(),
            (Configuration, false, None, None),
        ),
        // Hex, but of a token's length.
        (
            "0123456789abcdef012345".to_owned(),
            (Configuration, false, None, None),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(key(&text), expected, "{text}");
    }
}

#[test]
fn every_wrong_shape_is_known_for_what_it_is() {
    use WrongKey as W;
    let named = |name: &str| W::Named {
        name: name.to_owned(),
    };
    let cases = [
        ("", W::Empty),
        (" \n", W::Empty),
        ("\"\"", W::Empty),
        ("${HONEYCOMB_API_KEY}", W::Unexpanded),
        ("$HONEYCOMB_API_KEY", W::Unexpanded),
        ("%HONEYCOMB_API_KEY%", W::Unexpanded),
        ("{{ honeycomb_key }}", W::Unexpanded),
        ("${{ secrets.HONEYCOMB }}", W::Unexpanded),
        ("<your-api-key>", W::Placeholder),
        ("YOUR_API_KEY", W::Placeholder),
        ("hcxik_xxxxxxxxxxxxxxxxxxxx", W::Placeholder),
        ("hcai…50wc", W::Masked),
        ("hcaik_01***", W::Masked),
        (
            "x-honeycomb-team=abcDEF0123456789ghiJKL",
            named("x-honeycomb-team"),
        ),
        (
            "X-Honeycomb-Team: abcDEF0123456789ghiJKL",
            named("x-honeycomb-team"),
        ),
        (
            "export HONEYCOMB_API_KEY=abcDEF0123456789ghiJKL",
            named("HONEYCOMB_API_KEY"),
        ),
        ("Bearer abcDEF0123456789ghiJKL", W::Bearer),
        ("\"abcDEF0123456789ghiJKL\"", W::Quoted),
        ("'abcDEF0123456789ghiJKL", W::Quoted),
        ("“abcDEF0123456789ghiJKL”", W::Quoted),
        ("abcDEF01234 56789ghiJKL", W::Blank),
        ("abcDEF01234\n56789ghiJKL", W::Blank),
        ("abcDEF0123456789ghiJKü", W::NotAscii),
        ("https://api.honeycomb.io", W::Address),
        ("hcaik_01hqk4k20cjeh63wca8vva5stw", W::IngestId),
        ("hcaic_01hqk4k20cjeh63wca8vva5stw", W::IngestId),
        ("hcaik_01hqk4k20c", W::IngestLength { length: 16 }),
        (
            "hcaik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc9",
            W::IngestLength { length: 65 },
        ),
        (
            "HCAIK_01HQK4K20CJEH63WCA8VVA5STW70NFT6M5N8WR8F5MJX3762S8269J50WC",
            W::Capitals,
        ),
        ("hcxlk_01hqk4k20cjeh63wca8vva5stw", W::ConfigurationId),
        ("hcalk_01hqk4k20cjeh6", W::ConfigurationId),
        ("hcamk_01hqk4k20cjeh63wca8vva5stw", W::ManagementId),
        ("hcamk_01hqk4k20cjeh63wca8vva5stw:", W::ManagementId),
        (
            "hcamk_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc",
            W::ManagementWithoutColon,
        ),
        (
            "hcamk_01hqk4k20cjeh63wca8vva5stw:70nft6",
            W::ManagementLength,
        ),
        ("hcxen_01hqk4k20cjeh63wca8vva5stw", W::EnvironmentId),
        ("hcxtm_01hqk4k20cjeh63wca8vva5stw", W::TeamId),
        ("70nft6m5n8wr8f5mjx3762s8269j50wc", W::SecretAlone),
        (
            "01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc",
            W::WithoutPrefix,
        ),
        ("AKIAIOSFODNN7EXAMPLE", W::AwsAccessKeyId),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", W::AwsSecret),
        ("rbac_0123456789", W::RollbarToken),
    ];
    for (text, expected) in cases {
        let found = wrong(text);
        assert_eq!(found, expected, "{text}");
        // A hint must not repeat what may be most of a key.
        for said in [found.what(), found.hint()] {
            assert!(!said.is_empty() && !said.ends_with('.'), "{said}");
            assert!(text.len() < 20 || !said.contains(text), "{said}");
        }
    }
}

#[test]
fn what_is_not_known_is_tried() {
    for text in [
        "hcazz_01hqk4k20cjeh63wca8vva5stw",
        "something-else-of-later",
        "abc",
    ] {
        assert_eq!(classify(text), Looks::Unknown, "{text}");
    }
}

#[test]
fn a_host_names_its_region() {
    let cases = [
        ("https://api.honeycomb.io", Some(Region::Us)),
        ("https://api.honeycomb.io:443/v1/traces", Some(Region::Us)),
        ("HTTPS://API.EU1.HONEYCOMB.IO/", Some(Region::Eu)),
        ("api.eu1.honeycomb.io", Some(Region::Eu)),
        ("https://ui.eu1.honeycomb.io/cruddur", Some(Region::Eu)),
        ("https://api.honeycomb.io.example.com", None),
        ("http://localhost:4318", None),
        ("", None),
    ];
    for (url, region) in cases {
        assert_eq!(Region::of_url(url), region, "{url}");
    }
}

#[test]
fn spans_land_in_the_dataset_of_their_service() {
    let named = |name: &str| Dataset::Named(name.to_owned());
    let cases = [
        ("backend-flask", false, None, named("backend-flask")),
        (
            " backend-flask ",
            false,
            Some("other"),
            named("backend-flask"),
        ),
        ("", false, None, named("unknown_service")),
        (
            "unknown_service:python",
            false,
            None,
            named("unknown_service"),
        ),
        ("backend-flask", true, Some("cruddur"), named("cruddur")),
        ("backend-flask", true, Some(" "), Dataset::HeaderMissing),
        ("backend-flask", true, None, Dataset::HeaderMissing),
    ];
    for (service, is_classic, header, expected) in cases {
        assert_eq!(of_spans(service, is_classic, header), expected, "{service}");
    }
    assert_eq!(slug("My Service/v2 ü"), "my-service-v2--");
    assert_eq!(slug("a_b~c.d-e"), "a_b~c.d-e");
    assert_eq!(slug(&"x".repeat(300)).len(), 175);
}

#[test]
fn links_lead_to_the_environment_also_of_classic() {
    let place = |environment: &str| Place {
        region: Region::Eu,
        team: "cruddur".to_owned(),
        environment: environment.to_owned(),
    };
    assert_eq!(
        place("test").trace("4bf92f3577b34da6a3ce929d0e0e4736"),
        "https://ui.eu1.honeycomb.io/cruddur/environments/test/trace?trace_id=4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(
        place("").environment(),
        "https://ui.eu1.honeycomb.io/cruddur/environments/$legacy$"
    );
    assert_eq!(
        place("test").query("backend-flask", r#"{"time_range":600}"#),
        "https://ui.eu1.honeycomb.io/cruddur/environments/test/datasets/backend-flask?query=%7B%22time_range%22%3A600%7D&tab=explore"
    );
}

#[test]
fn permissions_are_told_in_words_and_new_ones_are_shown() {
    let granted: BTreeMap<String, bool> = [
        ("queries".to_owned(), true),
        ("createDatasets".to_owned(), false),
        ("timeTravel".to_owned(), true),
    ]
    .into();
    let of = |kind, name: &str| {
        let all = abilities(kind, &granted);
        let one = all.into_iter().find(|one| one.permission == name);
        one.unwrap_or_else(|| panic!("{name} is listed"))
    };
    // An ingest key may send, although nothing says so.
    assert!(of(KeyKind::Ingest, "events").is_allowed);
    assert!(!of(KeyKind::Configuration, "events").is_allowed);
    assert!(of(KeyKind::Configuration, "events").missed.is_some());
    assert!(of(KeyKind::Ingest, "createDatasets").missed.is_some());
    assert!(of(KeyKind::Ingest, "markers").missed.is_none());
    assert!(of(KeyKind::Configuration, "timeTravel").is_allowed);
    // Without the permission for columns a query cannot be run.
    let queries = of(KeyKind::Configuration, "queries");
    assert!(!queries.is_allowed);
    assert!(queries.missed.is_some_and(|why| why.contains("Columns")));
}

#[test]
fn a_management_key_sends_nothing() {
    let all = management_abilities(&["api-keys:write".to_owned(), "new:scope".to_owned()]);
    let may = |name: &str| {
        all.iter()
            .any(|one| one.permission == name && one.is_allowed)
    };
    assert!(may("api-keys:write") && may("api-keys:read") && may("new:scope"));
    assert!(!may("environments:read") && !may("events"));
}
