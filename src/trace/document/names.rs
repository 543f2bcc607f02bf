//! A quick look at the names inside a document.

use serde::Deserialize;

use super::{LONGEST_NAME, envelope};

/// What matters here of a segment or subsegment.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: &'a str,
    #[serde(default)]
    subsegments: Vec<Named<'a>>,
}

/// Whether every name surely is one that X-Ray takes.
///
/// `false` means that it takes a closer look: a name has escapes, a member is doubled or of the
/// wrong sort, subsegments are nested deeper than the parser cares to go.
pub(super) fn are_plain(text: &str) -> bool {
    serde_json::from_str::<Named<'_>>(text).is_ok_and(|named| is_plain(&named))
}

fn is_plain(named: &Named<'_>) -> bool {
    let Named { name, subsegments } = named;
    (1..=LONGEST_NAME).contains(&name.len())
        && name.chars().all(envelope::is_allowed)
        && subsegments.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_left_to_a_closer_look() {
        for text in [
            r#"{"name":"a b/c"}"#,
            r#"{"x":[{"name":1}],"name":"é","subsegments":[{"name":"b","subsegments":[]}]}"#,
        ] {
            assert!(are_plain(text), "{text}");
        }
        for text in [
            r#"{"name":"a,b"}"#,
            r#"{"name":""}"#,
            r#"{"name":"a\u0062"}"#,
            r#"{"name":"a","subsegments":[{}]}"#,
            r#"{"name":"a","subsegments":{}}"#,
            r#"{"name":"a","subsegments":[{"name":"b!"}]}"#,
            r#"{"name":"a","name":"b"}"#,
        ] {
            assert!(!are_plain(text), "{text}");
        }
        let deep = format!(
            r#"{}{{"name":"a"}}{}"#,
            r#"{"name":"a","subsegments":["#.repeat(400),
            "]}".repeat(400)
        );
        assert!(!are_plain(&deep));
    }
}
