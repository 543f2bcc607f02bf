//! Parentheses, braces and brackets, and what belongs between them.

use super::refusals;

#[test]
fn brackets() {
    let texts = [
        "(fault OR error",
        "service(\"a\"",
        "service(\"a\" {fault}",
        "service(\"a\") {fault OR error",
        "rootcause.fault.exception { last and message = \"Access Denied\" ",
        "(fault}",
        "fault)",
        "fault }",
        "()",
        "(",
        "{fault}",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    (fault OR error
    ^
    column 1: this ( is never closed; add the missing )

    service("a"
           ^
    column 8: this ( is never closed; add the missing )

    service("a" {fault}
                ^
    column 13: expected ) to close the ( of column 8, found "{"

    service("a") {fault OR error
                 ^
    column 14: this { is never closed; add the missing }

    rootcause.fault.exception { last and message = "Access Denied"
                              ^
    column 27: this { is never closed; add the missing }

    (fault}
          ^
    column 7: expected ) to close the ( of column 1, found "}"

    fault)
         ^
    column 6: this ) closes nothing; remove it, or add the missing ( before it

    fault }
          ^
    column 7: this } closes nothing; remove it, or add the missing { before it

    ()
    ^^
    column 1: nothing stands between ( and )

    (
    ^
    column 1: this ( is never closed; add the missing )

    {fault}
    ^
    column 1: braces need service(…), edge(…) or rootcause.… before them; to group terms use ( and )
    "#);
}

#[test]
fn what_belongs_between_them() {
    let texts = [
        "service(\"a\", \"b\")",
        "edge(\"a\")",
        "edge()",
        "edge(\"a\" \"b\")",
        "service \"a\"",
        "service = \"a\"",
        "service(id())",
        "service(id(nam: \"a\"))",
        "service(id(name \"a\"))",
        "service(id(name: \"a\", name: \"b\"))",
        "service(id(name: \"a\" type: \"b\"))",
        "rootcause.fault.service",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    service("a", "b")
               ^
    column 12: service takes one name; for a connection between two services write edge("…", "…")

    edge("a")
    ^^^^^^^^^
    column 1: edge needs two services, not one; write edge("CALLER", "CALLED")

    edge()
    ^^^^^^
    column 1: edge needs two services; write edge("CALLER", "CALLED")

    edge("a" "b")
             ^
    column 10: a comma is missing between the two services; write edge("CALLER", "CALLED")

    service "a"
    ^^^^^^^
    column 1: service needs parentheses; write service("…")

    service = "a"
    ^^^^^^^
    column 1: service needs parentheses; write service("…")

    service(id())
               ^
    column 12: expected name, type or account.id inside id(…), found ")"; write id(name: "…", type: "…")

    service(id(nam: "a"))
               ^^^
    column 12: id(…) knows no "nam"; it takes name, type and account.id

    service(id(name "a"))
                    ^
    column 17: expected : after name, found a text; write name: "…"

    service(id(name: "a", name: "b"))
                          ^^^^
    column 23: name is given twice

    service(id(name: "a" type: "b"))
                         ^^^^
    column 22: a comma is missing before type

    rootcause.fault.service
    ^^^^^^^^^^^^^^^^^^^^^^^
    column 1: rootcause.fault.service needs braces; write rootcause.fault.service {…}
    "#);
}

#[test]
fn annotations_and_json() {
    let texts = [
        "service(\"a\") { annotation.b = 1 }",
        "edge(\"a\", \"b\") { fault OR annotation.b }",
        "annotation = 1",
        "annotation. = 1",
        "annotation.http.method = \"GET\"",
        "annotation[] = 1",
        "annotation[\"\"] = 1",
        "annotation[a = 1",
        "annotation.age > \"abc\"",
        "annotation.age = ",
        "rootcause.json",
        "rootcause.json = []",
        "rootcause.json = #{}",
        "rootcause.json = #[{]",
        "rootcause.json = #[{\"a\": 1}",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    service("a") { annotation.b = 1 }
                   ^^^^^^^^^^^^
    column 16: annotation cannot stand inside the braces of service(…); annotations are searched in the whole trace; move it behind the closing }

    edge("a", "b") { fault OR annotation.b }
                              ^^^^^^^^^^^^
    column 27: annotation cannot stand inside the braces of edge(…); annotations are searched in the whole trace; move it behind the closing }

    annotation = 1
    ^^^^^^^^^^
    column 1: annotation needs a key; write annotation.KEY or annotation["KEY"]

    annotation. = 1
    ^^^^^^^^^^^
    column 1: annotation needs a key; write annotation.KEY or annotation["KEY"]

    annotation.http.method = "GET"
    ^^^^^^^^^^^^^^^^^^^^^^
    column 1: an annotation key with dots or dashes needs brackets; write annotation["http.method"]

    annotation[] = 1
    ^^^^^^^^^^^
    column 1: the annotation's key is empty; write annotation["KEY"]

    annotation[""] = 1
    ^^^^^^^^^^^^^
    column 1: the annotation's key is empty; write annotation["KEY"]

    annotation[a = 1
                 ^
    column 14: expected ] to close the [ of column 11, found "="

    annotation.age > "abc"
                     ^^^^^
    column 18: the annotation "age" needs a number, found a text

    annotation.age =
                     ^
    column 18: the annotation "age" needs a value, found the end of the expression; a text goes in double quotes: "…"

    rootcause.json
                  ^
    column 15: rootcause.json needs a JSON array; write rootcause.json = #[{…}]

    rootcause.json = []
                     ^
    column 18: rootcause.json needs a JSON array; write rootcause.json = #[{…}]

    rootcause.json = #{}
                      ^
    column 19: rootcause.json needs a JSON array; write rootcause.json = #[{…}]

    rootcause.json = #[{]
                      ^
    column 19: invalid JSON: key must be a string

    rootcause.json = #[{"a": 1}
                     ^^
    column 18: this JSON array is never closed; add the missing ]
    "#);
}
