//! Words that are none, and quotes that are missing.

use super::refusals;

#[test]
fn unknown_words() {
    let texts = [
        "respnsetime > 2",
        "fualt",
        "status = 200",
        "http.staus = 200",
        "response_time > 2",
        "latency > 1",
        "serivce(\"a\")",
        "customer = \"x\"",
        "backend-flask",
        "user STARTSWITH \"a\"",
        "user CONTANS \"a\"",
        "fault andd error",
        "rootcause.falt.service {fault}",
        "rootcause.thing",
        "$FILTER",
        "true",
        "id(name: \"a\")",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    respnsetime > 2
    ^^^^^^^^^^^
    column 1: unknown keyword "respnsetime"; did you mean "responsetime"?

    fualt
    ^^^^^
    column 1: unknown keyword "fualt"; did you mean "fault"?

    status = 200
    ^^^^^^
    column 1: unknown keyword "status"; did you mean "http.status"?

    http.staus = 200
    ^^^^^^^^^^
    column 1: unknown keyword "http.staus"; did you mean "http.status"?

    response_time > 2
    ^^^^^^^^^^^^^
    column 1: unknown keyword "response_time"; did you mean "responsetime"?

    latency > 1
    ^^^^^^^
    column 1: unknown keyword "latency"; did you mean "responsetime"?

    serivce("a")
    ^^^^^^^
    column 1: unknown keyword "serivce"; did you mean service("…")?

    customer = "x"
    ^^^^^^^^
    column 1: unknown keyword "customer"; for an annotation write annotation.customer

    backend-flask
    ^^^^^^^^^^^^^
    column 1: unknown keyword "backend-flask"; for a service write service("backend-flask")

    user STARTSWITH "a"
         ^^^^^^^^^^
    column 6: unknown keyword "STARTSWITH"; did you mean "BEGINSWITH"?

    user CONTANS "a"
         ^^^^^^^
    column 6: unknown keyword "CONTANS"; did you mean "CONTAINS"?

    fault andd error
          ^^^^
    column 7: unknown keyword "andd"; did you mean "AND"?

    rootcause.falt.service {fault}
    ^^^^^^^^^^^^^^^^^^^^^^
    column 1: unknown root cause "rootcause.falt.service"; did you mean rootcause.fault.service?

    rootcause.thing
    ^^^^^^^^^^^^^^^
    column 1: unknown root cause "rootcause.thing"; write rootcause.fault, .error or .responsetime, then .service, .entity or .exception

    $FILTER
    ^^^^^^^
    column 1: unknown keyword "$FILTER"; it looks like a variable that the shell did not expand

    true
    ^^^^
    column 1: true cannot stand alone; compare a keyword with it, such as ok = true

    id(name: "a")
    ^^
    column 1: id belongs inside service(…) or edge(…); write service(id(name: "…", type: "…"))
    "#);
}

#[test]
fn quotes() {
    let texts = [
        "service(backend)",
        "service(backend-flask) {fault}",
        "service($FLASK_ADDRESS)",
        "service('backend-flask')",
        "service(“backend-flask”)",
        r#"service(\"backend-flask\")"#,
        "service(\"backend-flask) {fault}",
        "service(\"backend-flask\") {fault OR error} AND user = \"",
        "user = 'bob'",
        "http.url = http://example.com/?a=b",
        "\"backend-flask\"",
        "edge(a, \"b\")",
        "service(id(name: a))",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    service(backend)
            ^^^^^^^
    column 9: the service name in service(…) needs double quotes; write service("backend"), and in a shell put the whole expression in single quotes

    service(backend-flask) {fault}
            ^^^^^^^^^^^^^
    column 9: the service name in service(…) needs double quotes; write service("backend-flask"), and in a shell put the whole expression in single quotes

    service($FLASK_ADDRESS)
            ^^^^^^^^^^^^^^
    column 9: the service name in service(…) needs double quotes; it looks like a variable that the shell did not expand: write the name itself

    service('backend-flask')
            ^
    column 9: ' does not quote text here; use plain double quotes: "…"

    service(“backend-flask”)
            ^
    column 9: “ is a typographic quote; use plain double quotes: "…"

    service(\"backend-flask\")
            ^
    column 9: a backslash has no meaning outside of a text; remove it: a text begins and ends with a plain "

    service("backend-flask) {fault}
            ^
    column 9: this double quote is never closed; is "backend-flask" meant?

    service("backend-flask") {fault OR error} AND user = "
                                                         ^
    column 54: this double quote is never closed; add the closing "

    user = 'bob'
           ^
    column 8: ' does not quote text here; use plain double quotes: "…"

    http.url = http://example.com/?a=b
               ^^^^^^^^^^^^^^^^^^^^^^^
    column 12: http.url needs the text in double quotes; write "http://example.com/?a=b"

    "backend-flask"
    ^^^^^^^^^^^^^^^
    column 1: a text cannot stand alone; for a service write service("backend-flask")

    edge(a, "b")
         ^
    column 6: the service name in edge(…) needs double quotes; write edge("a", …), and in a shell put the whole expression in single quotes

    service(id(name: a))
                     ^
    column 18: the name in id(…) needs double quotes; write name: "a", and in a shell put the whole expression in single quotes
    "#);
}
