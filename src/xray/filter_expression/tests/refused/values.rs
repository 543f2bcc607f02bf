//! Operators, values and connectives.

use super::refusals;

#[test]
fn operators_of_other_languages() {
    let texts = [
        "http.status == 200",
        "fault && error",
        "fault || error",
        "fault | error",
        "http.status <> 200",
        "http.status => 200",
        "http.url =~ \"a\"",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    http.status == 200
                ^^
    column 13: "==" is not an operator here; write =

    fault && error
          ^^
    column 7: "&&" is not an operator here; write AND

    fault || error
          ^^
    column 7: "||" is not an operator here; write OR

    fault | error
          ^
    column 7: "|" is not an operator here; write OR

    http.status <> 200
                ^^
    column 13: "<>" is not an operator here; write !=

    http.status => 200
                ^^
    column 13: "=>" is not an operator here; write >=

    http.url =~ "a"
             ^^
    column 10: "=~" is not an operator here; write CONTAINS
    "#);
}

#[test]
fn values_of_the_wrong_type() {
    let texts = [
        "http.status > abc",
        "http.status = \"200\"",
        "http.status >",
        "responsetime > 250ms",
        "responsetime > 1e999",
        "responsetime > nan",
        "responsetime CONTAINS \"2\"",
        "http.url > \"a\"",
        "http.url CONTAINS",
        "http.url = AND fault",
        "ok = 1",
        "ok = \"true\"",
        "fault > 1",
        "fault CONTAINS \"a\"",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    http.status > abc
                  ^^^
    column 15: http.status needs a number, found "abc"

    http.status = "200"
                  ^^^^^
    column 15: http.status needs a number, found a text; write 200 without quotes

    http.status >
                 ^
    column 14: http.status needs a number, found the end of the expression

    responsetime > 250ms
                   ^^^^^
    column 16: responsetime needs a number, found "250ms"; times are in seconds, without a unit: write 0.25

    responsetime > 1e999
                   ^^^^^
    column 16: responsetime needs a number, found "1e999"

    responsetime > nan
                   ^^^
    column 16: responsetime needs a number, found "nan"

    responsetime CONTAINS "2"
                 ^^^^^^^^
    column 14: CONTAINS compares texts, but responsetime is a number; use =, !=, <, <=, > or >=

    http.url > "a"
             ^
    column 10: > compares numbers, but http.url is a text; use =, !=, CONTAINS, BEGINSWITH or ENDSWITH

    http.url CONTAINS
                     ^
    column 18: http.url needs a text, found the end of the expression; a text goes in double quotes: "…"

    http.url = AND fault
               ^^^
    column 12: http.url needs a text, found "AND"; a text goes in double quotes: "…"

    ok = 1
         ^
    column 6: ok is compared with true or false, found "1"; write ok or !ok

    ok = "true"
         ^
    column 6: ok is compared with true or false, found a text; write ok or !ok

    fault > 1
          ^
    column 7: > compares numbers, but fault is true or false; write fault or !fault

    fault CONTAINS "a"
          ^^^^^^^^
    column 7: CONTAINS compares texts, but fault is true or false; write fault or !fault
    "#);
}

#[test]
fn what_cannot_begin_a_term() {
    let texts = [
        "CONTAINS \"a\"",
        "= 5",
        "5",
        "service(\"a\"), service(\"b\")",
        "name: \"a\"",
        "group.name",
        "group.name > \"a\"",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    CONTAINS "a"
    ^^^^^^^^
    column 1: CONTAINS needs a text keyword before it; such as http.url CONTAINS "/api/"

    = 5
    ^
    column 1: a comparison needs a keyword before it; such as responsetime > 2 or http.url CONTAINS "/api/"

    5
    ^
    column 1: "5" cannot stand alone; compare a keyword with it, such as responsetime > 2

    service("a"), service("b")
                ^
    column 13: a comma does not join terms; write AND or OR

    name: "a"
        ^
    column 5: a colon does not compare; write =; name: "…" belongs inside id(…)

    group.name
    ^^^^^^^^^^
    column 1: group.name can only be compared with = or !=; write group.name = "…"

    group.name > "a"
               ^
    column 12: group.name can only be compared with = or !=; write group.name = "…"
    "#);
}

#[test]
fn connectives() {
    let texts = [
        "fault AND",
        "AND fault",
        "fault AND OR error",
        "fault OR )",
        "!",
        "!!ok",
        "NOT",
        "fault\u{a0}error",
        "fault \u{200b}error",
        "fault ;",
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    fault AND
          ^^^
    column 7: nothing follows AND

    AND fault
    ^^^
    column 1: nothing stands before AND; remove it, or write a term such as fault before it

    fault AND OR error
              ^^
    column 11: AND is followed by OR; remove it, or write a term such as fault before it

    fault OR )
          ^^
    column 7: nothing follows OR

    !
    ^
    column 1: nothing follows !

    !!ok
    ^^
    column 1: two negations cancel each other out; remove both, or one of them

    NOT
    ^^^
    column 1: nothing follows NOT

    fault error
         ^
    column 6: this is not a plain space but U+00A0; type the space again; it was probably copied from a web page

    fault �error
          ^
    column 7: this is not a plain space but U+200B; type the space again; it was probably copied from a web page

    fault ;
          ^
    column 7: ";" cannot stand alone; compare a keyword with it, such as responsetime > 2
    "#);
}
