//! Expressions that are none.

use super::refusals;

#[test]
fn conditions() {
    insta::assert_snapshot!(refusals(&[
        "filter a == 1",
        "filter a = 1 && b = 2",
        "filter a = 1 || b = 2",
        "filter !ispresent(a)",
        "filter a =",
        "filter a = 'x",
        "filter a = “x”",
        "filter (a = 1",
        "filter a = 1)",
        "filter a in 1, 2",
        "filter a in [1, 2",
        "filter a not 1",
        "filter a like",
        "filter /x/",
        "filter `a",
        "filter `` = 1",
    ]), @r#"
    filter a == 1
             ^
    column 10: == is no operator; write =

    filter a = 1 && b = 2
                 ^
    column 14: "&" cannot stand here; write and

    filter a = 1 || b = 2
                 ^^
    column 14: || is no operator; write or

    filter !ispresent(a)
           ^
    column 8: a value is missing before "!"; write not

    filter a =
              ^
    column 11: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    filter a = 'x
               ^
    column 12: this quote is never closed; add the closing '

    filter a = “x”
               ^
    column 12: a value is missing before "“"; use plain quotes: "…"

    filter (a = 1
           ^
    column 8: this ( is never closed; add the closing )

    filter a = 1)
                ^
    column 13: ")" cannot stand here; remove it, or open it with (

    filter a in 1, 2
                ^
    column 13: a list is missing before "1"; write it in brackets: in ["a", "b"]

    filter a in [1, 2
                ^
    column 13: this [ is never closed; add the closing ]

    filter a not 1
                 ^
    column 14: in or like is missing before "1"; write not in […] or not like /…/

    filter a like
                 ^
    column 14: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    filter /x/
           ^
    column 8: a value is missing before "/"; a regular expression stands behind like, =~ or parse

    filter `a
           ^
    column 8: this backtick is never closed; add the closing `

    filter `` = 1
           ^^
    column 8: there is no name between these backticks; write the field's name between them
    "#);
}

#[test]
fn numbers_and_functions() {
    insta::assert_snapshot!(refusals(&[
        "fields 5x",
        "fields 1e400",
        "fields ab(1)",
        "fields lenght(a)",
        "fields strlen(a, b)",
        "fields substr(a)",
        "fields concat()",
        "fields abs(a",
        "fields abs(a b)",
        "fields bin()",
        "fields bin(5)",
        "fields bin(5 minutes)",
        "fields datefloor(@timestamp)",
        "fields count(*)",
    ]), @r#"
    fields 5x
           ^^
    column 8: "5x" is no number; write a number, or a text in quotes

    fields 1e400
           ^^^^^
    column 8: "1e400" is no number; write a number, or a text in quotes

    fields ab(1)
           ^^
    column 8: there is no function "ab"; did you mean abs?

    fields lenght(a)
           ^^^^^^
    column 8: there is no function "lenght"; see the functions of CloudWatch Logs Insights

    fields strlen(a, b)
           ^^^^^^^^^^^^
    column 8: strlen is given 2 arguments; it takes 1

    fields substr(a)
           ^^^^^^^^^
    column 8: substr is given one argument; it takes 2 to 3

    fields concat()
           ^^^^^^^^
    column 8: concat is given 0 arguments; it takes at least 1

    fields abs(a
              ^
    column 11: this ( is never closed; add the closing )

    fields abs(a b)
                 ^
    column 14: "b" cannot stand here; write a comma, an operator or the closing ) before it

    fields bin()
               ^
    column 12: a stretch of time is missing before ")"; write a whole number and a unit: 30s, 5m, 1h, 1d, 1w, 1mo

    fields bin(5)
               ^
    column 12: "5" is no stretch of time; write a whole number and a unit: 30s, 5m, 1h, 1d, 1w, 1mo

    fields bin(5 minutes)
               ^
    column 12: "5" is no stretch of time; write a whole number and a unit: 30s, 5m, 1h, 1d, 1w, 1mo

    fields datefloor(@timestamp)
                               ^
    column 28: a stretch of time is missing before ")"; write it: datefloor(@timestamp, 5m)

    fields count(*)
           ^^^^^
    column 8: count is worked out of many events; use it in stats: stats count(…)
    "#);
}
