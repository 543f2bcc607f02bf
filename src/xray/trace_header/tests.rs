use proptest::prelude::*;

use super::*;

const ROOT: u128 = 0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793;

fn read(value: &str) -> TraceHeader {
    value.parse().expect("the header is well formed")
}

#[test]
fn the_guides_examples() {
    let header = read("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    assert_eq!(
        header,
        TraceHeader {
            root: Some(ROOT),
            parent: Some(0x5399_5c3f_42cd_8ad8),
            sampled: Some(Sampled::Yes),
            ..TraceHeader::default()
        }
    );
    assert_eq!(
        header.to_string(),
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    );
    let header =
        read("Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678");
    assert_eq!(
        header.self_id.as_deref(),
        Some("1-67891234-12456789abcdef012345678")
    );
    assert_eq!(header.root, Some(0x6789_1233_abcd_ef01_2345_6789_1234_5678));
}

#[test]
fn names_have_any_case_and_blanks_do_not_count() {
    let header =
        read(" ROOT = 1-5759E988-BD862E3FE1BE46A994272793 ; sampled=? ;;Lineage=a:1|b:2; ");
    assert_eq!(header.root, Some(ROOT));
    assert_eq!(header.sampled, Some(Sampled::Asked));
    assert_eq!(
        header.to_string(),
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?;Lineage=a:1|b:2"
    );
}

#[test]
fn other_pairs_stay_in_order_and_the_last_of_a_name_counts() {
    let header = read("b=1;a=x=y;B=2;empty=");
    assert_eq!(
        header.extra,
        [("b", "2"), ("a", "x=y"), ("empty", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(header.to_string(), "b=2;a=x=y;empty=");
}

#[test]
fn nothing_is_a_header_that_says_nothing() {
    assert_eq!(read(""), TraceHeader::default());
    assert_eq!(TraceHeader::default().to_string(), "");
}

#[test]
fn what_is_malformed_and_why() {
    let pair = |pair: &str| Malformed::Pair {
        pair: pair.to_owned(),
    };
    let root = |value: &str| Malformed::Root {
        value: value.to_owned(),
    };
    let parent = |value: &str| Malformed::Parent {
        value: value.to_owned(),
    };
    for (value, reason) in [
        ("rubbish", pair("rubbish")),
        ("Root=1-5759e988-bd862e3fe1be46a994272793;x", pair("x")),
        ("=1", pair("=1")),
        ("Root=", root("")),
        (
            "Root=5759e988bd862e3fe1be46a994272793",
            root("5759e988bd862e3fe1be46a994272793"),
        ),
        ("Root=1-5759e988-bd862e3f", root("1-5759e988-bd862e3f")),
        (
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            root("2-5759e988-bd862e3fe1be46a994272793"),
        ),
        (
            "Root=1-+759e988-bd862e3fe1be46a994272793",
            root("1-+759e988-bd862e3fe1be46a994272793"),
        ),
        ("Parent=53995c3f", parent("53995c3f")),
        ("Parent=+3995c3f42cd8ad8", parent("+3995c3f42cd8ad8")),
        ("a=b\r\nSet-Cookie: x", Malformed::Character { position: 3 }),
        ("a=é", Malformed::Character { position: 2 }),
    ] {
        assert_eq!(value.parse::<TraceHeader>(), Err(reason), "{value}");
    }
    let longest = format!("a={}", "x".repeat(LONGEST - 2));
    assert!(longest.parse::<TraceHeader>().is_ok());
    assert_eq!(
        format!("{longest}x").parse::<TraceHeader>(),
        Err(Malformed::TooLong { bytes: LONGEST + 1 })
    );
}

#[test]
fn an_unknown_decision_is_none_and_spoils_nothing() {
    let header = read("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=yes");
    assert_eq!((header.root, header.sampled), (Some(ROOT), None));
}

#[test]
fn the_header_beats_the_rules() {
    for (header, rules, expected) in [
        (Some("Sampled=1"), false, true),
        (Some("Sampled=0"), true, false),
        (Some("Sampled=?"), true, true),
        (Some("Sampled=?"), false, false),
        (Some(""), true, true),
        (None, true, true),
        (None, false, false),
    ] {
        let header = header.map(read);
        assert_eq!(is_sampled(header.as_ref(), || rules), expected);
    }
    is_sampled(Some(&read("Sampled=0")), || {
        panic!("the rules are not asked")
    });
}

#[test]
fn answers_are_those_of_the_python_sdk() {
    let given = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let zero = "Root=1-00000000-000000000000000000000000";
    for (incoming, sampled, expected) in [
        (None, true, given.to_owned()),
        (None, false, zero.to_owned()),
        (Some("Sampled=1"), true, given.to_owned()),
        (Some("Sampled=0"), false, zero.to_owned()),
        (Some("Sampled=?"), true, format!("{given};Sampled=1")),
        (Some("Sampled=?"), false, format!("{zero};Sampled=0")),
        (Some("a=1;Self=2"), true, given.to_owned()),
    ] {
        let incoming = incoming.map(read);
        assert_eq!(
            answer(incoming.as_ref(), ROOT, sampled).to_string(),
            expected
        );
    }
}

#[test]
fn a_trace_that_is_not_recorded_is_not_gone_on_with() {
    let header = read("Root=1-00000000-000000000000000000000000;Sampled=0");
    assert_eq!((header.trace(), header.decision()), (None, Some(false)));
}

#[test]
fn calls_carry_on_what_came_with_the_request() {
    let header = read("Self=x;Root=1-00000000-000000000000000000000001;Sampled=?;Lineage=l;a=1");
    assert_eq!(
        header.downstream(ROOT, 7, false).to_string(),
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000007;Sampled=0;Lineage=l;a=1"
    );
    let full = read(&format!("a=1;b={}", "x".repeat(LONGEST - 6)));
    let sent = full.downstream(ROOT, 7, true).to_string();
    assert!(
        sent.len() <= LONGEST && sent.ends_with(";a=1"),
        "{}",
        sent.len()
    );
}

fn headers() -> impl Strategy<Value = TraceHeader> {
    let value = || prop::option::of("[!-:<-~]{0,12}");
    (
        prop::option::of(any::<u128>()),
        prop::option::of(any::<u64>()),
        prop::option::of(prop::sample::select(vec![
            Sampled::Yes,
            Sampled::No,
            Sampled::Asked,
        ])),
        value(),
        value(),
        prop::collection::btree_map("x[a-z0-9]{0,6}", "[!-:<-~]{0,12}", 0..5),
    )
        .prop_map(
            |(root, parent, sampled, self_id, lineage, extra)| TraceHeader {
                root,
                parent,
                sampled,
                self_id,
                lineage,
                extra: extra.into_iter().collect(),
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_is_read(header in headers()) {
        prop_assert_eq!(header.to_string().parse(), Ok(header));
    }

    #[test]
    fn what_is_read_is_written_so_that_it_is_read_again(value in "[ -~]{0,80}") {
        if let Ok(header) = value.parse::<TraceHeader>() {
            prop_assert_eq!(header.to_string().parse(), Ok(header));
        }
    }

    #[test]
    fn anything_is_answered(value in any::<String>()) {
        if let Err(reason) = value.parse::<TraceHeader>() {
            prop_assert!(!reason.to_string().is_empty());
        }
    }
}
