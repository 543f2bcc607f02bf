//! Terms that are none.

use super::refusals;

#[test]
fn terms() {
    insta::assert_snapshot!(refusals(&[
        "user-id",
        "ERR* timeout",
        "/api/users",
        "café",
        "\"never closed",
        "“quoted”",
        "'quoted'",
        "ERROR\"x\"",
        "\"x\"ERROR",
        "? ERROR",
        "ERROR -",
        "?-ERROR",
        "--ERROR",
        "-\"\"",
        "ERROR %[Ww]arn%",
        "a:b",
        "$.level = \"error\"",
    ]), @r#"
    user-id
        ^
    column 5: '-' cannot stand in a term without quotes; write "user-id"

    ERR* timeout
       ^
    column 4: terms have no wildcards; a term is found inside of longer words too: write ERR

    /api/users
    ^
    column 1: '/' cannot stand in a term without quotes; write "/api/users"

    café
       ^
    column 4: 'é' cannot stand in a term without quotes; write "café"

    "never closed
    ^
    column 1: this double quote is never closed; add the closing "

    “quoted”
    ^
    column 1: “ is a typographic quote; use plain double quotes: "…"

    'quoted'
    ^
    column 1: ' does not quote a phrase; use double quotes: "…"

    ERROR"x"
         ^
    column 6: two terms touch each other; put a blank between them

    "x"ERROR
       ^
    column 4: two terms touch each other; put a blank between them

    ? ERROR
    ^
    column 1: a term is missing behind this mark; write it right behind the mark, such as ?WARN

    ERROR -
          ^
    column 7: a term is missing behind this mark; write it right behind the mark, such as -DEBUG or ?WARN

    ?-ERROR
     ^
    column 2: this term has two marks; keep one: ? for one of several, - for none of

    --ERROR
     ^
    column 2: this term has two marks; keep one: ? for one of several, - for none of

    -""
    ^^^
    column 1: every message contains the empty text, so that this excludes all; write what is to be excluded

    ERROR %[Ww]arn%
          ^
    column 7: a regular expression stands alone, without other terms; give only the %…%, or terms without %

    a:b
     ^
    column 2: ':' cannot stand in a term without quotes; write "a:b"

    $.level = "error"
    ^
    column 1: a selector stands in braces; for JSON messages write { $.name = … }
    "#);
}
