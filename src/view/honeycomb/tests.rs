use std::collections::BTreeMap;

use super::whoami::{KeyFacts, WhoamiView};
use crate::honeycomb::key::KeyKind;
use crate::honeycomb::link::Place;
use crate::honeycomb::permission::abilities;
use crate::honeycomb::region::Region;
use crate::output::{Page, Style, View as _};

const PAGE: Page = Page {
    style: Style::PLAIN,
    width: Some(80),
};

fn view(is_classic: bool) -> WhoamiView {
    let granted: BTreeMap<String, bool> = [("events".to_owned(), true)].into();
    let slug = if is_classic { "" } else { "bootcamp" };
    let place = Place {
        region: Region::Eu,
        team: "acme".to_owned(),
        environment: slug.to_owned(),
    };
    WhoamiView::new(
        KeyFacts {
            kind: KeyKind::Configuration,
            is_classic,
            masked: "abcD…iJKL".to_owned(),
            place: ".env: HONEYCOMB_API_KEY".to_owned(),
            is_disabled: false,
            name: None,
            id: Some("FL_xMM5LapLC".to_owned()),
        },
        ("Acme\u{1b}[31m".to_owned(), "acme".to_owned()),
        Some((slug.to_owned(), slug.to_owned())),
        (Some(Region::Eu), Region::Eu.api_url().to_owned(), false),
        abilities(KeyKind::Configuration, &granted),
        Some(&place),
    )
}

#[test]
fn no_line_is_wider_than_the_page_and_nothing_drives_the_terminal() {
    for is_classic in [false, true] {
        let text = view(is_classic).text(&PAGE);
        assert!(!text.contains('\u{1b}'), "{text}");
        for line in text.lines() {
            assert!(console::measure_text_width(line) <= 80, "{line}");
        }
    }
}

#[test]
fn classic_is_said_plainly() {
    let text = view(true).text(&PAGE);
    assert!(
        text.contains("environment  Classic: this key has no environment"),
        "{text}"
    );
    assert!(text.contains("/acme/environments/$legacy$"), "{text}");
    let json = serde_json::to_value(view(true)).expect("it is JSON");
    assert_eq!(json["classic"], true);
    assert!(json["environment"].is_null());
}
