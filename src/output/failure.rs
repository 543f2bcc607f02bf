//! The shape of an error on the screen and as JSON.

use serde_json::{Value, json};

use super::{Page, Style};
use crate::error::Error;

/// The column at which the text after a label begins.
const INDENT: usize = 9;

/// An error as text: what failed, what was tried, the cause, and the way out last. Sentences are
/// broken to fit the page; commands are not, for they are there to be copied.
pub fn failure_text(error: &Error, page: &Page, verbosity: u8) -> String {
    let style = page.style;
    let wrapped = |line: &str| page.wrap(line, INDENT);
    let heading = match error.known_as() {
        Some(code) => format!("error[{code}]:"),
        None => "error:".to_owned(),
    };
    let mut text = format!("{} {}\n", style.bad(&heading), error.message());
    labelled(&mut text, "tried", error.attempts(), style, wrapped);
    if let Some(cause) = error.reason() {
        labelled(&mut text, "cause", &[cause.to_owned()], style, wrapped);
    }
    if verbosity > 0 {
        labelled(&mut text, "under", &error.chain(), style, wrapped);
        if let Some(id) = error.request() {
            labelled(&mut text, "id", &[id.to_owned()], style, str::to_owned);
        }
    }
    labelled(&mut text, "fix", error.fixes(), style, |line| {
        style.accent(line)
    });
    text
}

/// An error as one JSON object.
pub fn failure_json(error: &Error, verbosity: u8) -> String {
    let mut object = json!({
        "message": error.message(),
        "code": error.known_as(),
        "exit_code": error.kind().exit_code(),
        "tried": error.attempts(),
        "cause": error.reason(),
        "fixes": error.fixes(),
    });
    if verbosity > 0
        && let Value::Object(members) = &mut object
    {
        members.insert("request_id".to_owned(), json!(error.request()));
        members.insert("under".to_owned(), json!(error.chain()));
    }
    json!({ "error": object }).to_string()
}

/// Adds `  label: line` with the further lines under the first.
fn labelled(
    text: &mut String,
    label: &str,
    lines: &[String],
    style: Style,
    paint: impl Fn(&str) -> String,
) {
    let mut lead = format!("{label}:");
    for line in lines.iter().flat_map(|line| line.split('\n')) {
        let padding = " ".repeat((INDENT - 2).saturating_sub(lead.len()).max(1));
        text.push_str("  ");
        text.push_str(&style.dim(&lead));
        text.push_str(&padding);
        text.push_str(&paint(line));
        text.push('\n');
        lead = String::new();
    }
}

#[cfg(test)]
mod tests {
    use super::{failure_json, failure_text};
    use crate::error::{Error, Kind};
    use crate::output::{Page, Style};

    const PAGE: Page = Page {
        style: Style::PLAIN,
        width: None,
    };

    fn refused() -> Error {
        Error::new(Kind::Permission, "AWS refused xray:CreateGroup")
            .code("denied")
            .tried("as arn:aws:iam::111122223333:user/dev")
            .cause("no identity-based policy allows it")
            .fix("cruddur-obs iam-policy --for setup")
            .fix("ask an administrator\nof the account")
            .request_id(Some("id-1"))
    }

    #[test]
    fn text_puts_the_fix_last() {
        insta::assert_snapshot!(failure_text(&refused(), &PAGE, 0), @r"
        error[denied]: AWS refused xray:CreateGroup
          tried: as arn:aws:iam::111122223333:user/dev
          cause: no identity-based policy allows it
          fix:   cruddur-obs iam-policy --for setup
                 ask an administrator
                 of the account
        ");
    }

    #[test]
    fn request_id_needs_verbosity() {
        assert!(!failure_text(&refused(), &PAGE, 0).contains("id-1"));
        assert!(failure_text(&refused(), &PAGE, 1).contains("  id:    id-1\n"));
        assert!(!failure_json(&refused(), 0).contains("id-1"));
        assert!(failure_json(&refused(), 1).contains("id-1"));
    }

    #[test]
    fn sentences_are_broken_and_commands_are_not() {
        let error = Error::unexpected("it failed")
            .cause("a sentence that is too long for a page of forty columns")
            .fix("a-command --that-is too-long --for-a-page of-forty-columns");
        let page = Page {
            width: Some(40),
            ..PAGE
        };
        insta::assert_snapshot!(failure_text(&error, &page, 0), @r"
        error: it failed
          cause: a sentence that is too long for
                 a page of forty columns
          fix:   a-command --that-is too-long --for-a-page of-forty-columns
        ");
    }
}
