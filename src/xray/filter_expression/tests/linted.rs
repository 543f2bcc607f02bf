//! What is accepted and pointed out all the same.

use super::super::{lint, parse};

/// Shows for each text the lints, with the part of the text that each is about.
fn lints(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| {
            let found = lint(&parse(text).unwrap());
            let lines = found.iter().map(|lint| {
                let about = lint.span.clone().map_or("-", |span| &text[span]);
                format!("  at {about}: {}\n    {}", lint.message, lint.hint)
            });
            std::iter::once((*text).to_owned())
                .chain(lines)
                .collect::<Vec<_>>()
                .join("\n")
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn names_that_no_segment_has() {
    let texts = [
        r#"service("$backend-flask")"#,
        r#"service("-flask")"#,
        r#"service("") {fault}"#,
        r#"service("https://4567-x.gitpod.io/api?a=b")"#,
        r#"service("http://user@localhost:4567")"#,
        r#"service(" backend-flask")"#,
        "service(\"backend-flask\n\")",
        r#"service("*backend*")"#,
        r#"!edge("$A", id(name: "https://b"))"#,
        r#"service() { name = "$C" }"#,
    ];
    insta::assert_snapshot!(lints(&texts), @r#"
    service("$backend-flask")
      at "$backend-flask": the service name "$backend-flask" holds a variable that was not expanded
        write the name itself; no segment's name contains $

    service("-flask")
      at "-flask": the service name "-flask" begins with a dash
        was it $NAME-flask? the shell expands $NAME inside double quotes; put the whole expression in single quotes and write the service's own name

    service("") {fault}
      at "": an empty service name matches nothing
        was a variable unset? the shell expands $NAME inside double quotes; put the whole expression in single quotes and write the service's own name; service() means any service

    service("https://4567-x.gitpod.io/api?a=b")
      at "https://4567-x.gitpod.io/api?a=b": the service name "https://4567-x.gitpod.io/api?a=b" is a URL, and segments are never named so
        write the recorder's service name, or "4567-x.gitpod.io" where dynamic naming takes the name from the Host header

    service("http://user@localhost:4567")
      at "http://user@localhost:4567": the service name "http://user@localhost:4567" is a URL, and segments are never named so
        write the recorder's service name, or "localhost:4567" where dynamic naming takes the name from the Host header

    service(" backend-flask")
      at " backend-flask": the service name " backend-flask" has blanks that no segment's name has
        write "backend-flask"

    service("backend-flask
    ")
      at "backend-flask
    ": the service name "backend-flask\n" has blanks that no segment's name has
        write "backend-flask"

    service("*backend*")
      at "*backend*": the service name "*backend*" holds a wildcard, but names are compared as they are
        write the whole name; name CONTAINS "…" inside service() {…} compares a part

    !edge("$A", id(name: "https://b"))
      at "$A": the service name "$A" holds a variable that was not expanded
        write the name itself; no segment's name contains $
      at "https://b": the service name "https://b" is a URL, and segments are never named so
        write the recorder's service name, or "b" where dynamic naming takes the name from the Host header

    service() { name = "$C" }
      at "$C": the service name "$C" holds a variable that was not expanded
        write the name itself; no segment's name contains $
    "#);
}

#[test]
fn what_the_guide_does_not_know() {
    let texts = [
        "name = traces AND annotation.a = b",
        "group.name = slow",
        r#"service("a") { service("b") }"#,
        r#"rootcause.responsetime.exception { message = "a" }"#,
    ];
    insta::assert_snapshot!(lints(&texts), @r#"
    name = traces AND annotation.a = b
      at traces: the text traces has no quotes
        the guide wants them: write "traces"
      at b: the text b has no quotes
        the guide wants them: write "b"

    group.name = slow
      at slow: the text slow has no quotes
        the guide wants them: write "slow"

    service("a") { service("b") }
      at "b": service(…) stands inside the braces of service, which the guide does not know
        put it beside, joined with AND

    rootcause.responsetime.exception { message = "a" }
      at -: the root cause of a response time has no exceptions
        look at rootcause.fault.exception or rootcause.error.exception
    "#);
}

#[test]
fn good_expressions_have_none() {
    let texts = [
        r#"service("backend-flask") {fault OR error}"#,
        r#"service("4567-x.gitpod.io")"#,
        r#"service("My service") AND annotation.a = "b""#,
        r#"http.url BEGINSWITH "https://example.com/*""#,
        "service() { fault }",
    ];
    for text in texts {
        assert_eq!(lint(&parse(text).unwrap()), [], "{text}");
    }
}
