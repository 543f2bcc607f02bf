//! Commands that are none, and what is wrong behind their names.

use super::refusals;

#[test]
fn commands() {
    insta::assert_snapshot!(refusals(&[
        "",
        "# only a comment",
        "fields @timestamp, custom_field | count()",
        "fields @message |",
        "| fields @message",
        "field @message",
        "filterIndex region = \"x\"",
        "pattern @message",
        "@message like /x/",
        "fields",
        "fields a b",
        "fields a as",
        "fields *",
        "sort",
        "sort a descending",
    ]), @r#"

    ^
    column 1: a command is missing before the end of the query; there are fields, filter, parse, stats, sort, dedup, limit, display

    # only a comment
                    ^
    column 17: a command is missing before the end of the query; there are fields, filter, parse, stats, sort, dedup, limit, display

    fields @timestamp, custom_field | count()
                                      ^^^^^
    column 35: "count" is no command; there are fields, filter, parse, stats, sort, dedup, limit, display

    fields @message |
                     ^
    column 18: a command is missing before the end of the query; there are fields, filter, parse, stats, sort, dedup, limit, display

    | fields @message
    ^
    column 1: a command is missing before "|"; there are fields, filter, parse, stats, sort, dedup, limit, display

    field @message
    ^^^^^
    column 1: "field" is no command; did you mean fields?

    filterIndex region = "x"
    ^^^^^^^^^^^
    column 1: the command filterIndex is not run here; there are fields, filter, parse, stats, sort, dedup, limit, display

    pattern @message
    ^^^^^^^
    column 1: the command pattern is not run here; there are fields, filter, parse, stats, sort, dedup, limit, display

    @message like /x/
    ^^^^^^^^
    column 1: "@message" is no command; there are fields, filter, parse, stats, sort, dedup, limit, display

    fields
          ^
    column 7: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    fields a b
             ^
    column 10: "b" cannot stand here; separate commands with |, and what a command lists with commas

    fields a as
               ^
    column 12: a name is missing before the end of the query; write letters, digits and _, or anything else in backticks

    fields *
           ^
    column 8: a value is missing before "*"; only count(*) takes a *

    sort
        ^
    column 5: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    sort a descending
           ^^^^^^^^^^
    column 8: "descending" cannot stand here; separate commands with |, and what a command lists with commas
    "#);
}

#[test]
fn limits_and_extractions() {
    insta::assert_snapshot!(refusals(&[
        "limit",
        "limit 0",
        "limit 100001",
        "limit 2.5",
        "limit -1",
        "dedup",
        "parse @message",
        "parse @message \"a=*\"",
        "parse @message \"a=*, b=*\" as a",
        "parse @message /a=(.*)/",
        "parse @message /(?<a>/",
        "parse @message /(?<a>x)(?=y)/",
        "parse @message /(?<a>x)",
    ]), @r#"
    limit
         ^
    column 6: a number is missing before the end of the query; write it, such as limit 20

    limit 0
          ^
    column 7: 0 is no limit; write a whole number from 1 to 100000

    limit 100001
          ^^^^^^
    column 7: 100001 is no limit; write a whole number from 1 to 100000

    limit 2.5
          ^^^
    column 7: 2.5 is no limit; write a whole number from 1 to 100000

    limit -1
          ^
    column 7: a number is missing before "-"; write it, such as limit 20

    dedup
         ^
    column 6: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    parse @message
                  ^
    column 15: what is to be extracted is missing before the end of the query; write a text with * such as "user=*" as user, or a regular expression /…/

    parse @message "a=*"
                        ^
    column 21: as is missing before the end of the query; name what the stars stand for: as user, method

    parse @message "a=*, b=*" as a
                   ^^^^^^^^^^
    column 16: the number of * here is 2, and that of names behind as is 1; give each * a name

    parse @message /a=(.*)/
                   ^^^^^^^^
    column 16: this regular expression has no group with a name, so that it extracts nothing; name what is to be extracted: (?<user>\w+)

    parse @message /(?<a>/
                   ^^^^^^^
    column 16: this regular expression cannot be used: unclosed group; mend it; there is no look-around and no back-reference here

    parse @message /(?<a>x)(?=y)/
                   ^^^^^^^^^^^^^^
    column 16: this regular expression cannot be used: look-around, including look-ahead and look-behind, is not supported; mend it; there is no look-around and no back-reference here

    parse @message /(?<a>x)
                   ^
    column 16: this / opens a regular expression that is never closed; add the closing /
    "#);
}

#[test]
fn stats() {
    insta::assert_snapshot!(refusals(&[
        "stats",
        "stats count(*) by",
        "stats level",
        "stats avg()",
        "stats avg(*)",
        "stats avg(max(a))",
        "stats pct(a)",
        "stats pct(a, 101)",
        "stats count(*) as n | sort m",
        "stats count(*) as n by bin(5m) | sort @timestamp",
        "stats count(*) | stats count(*) | stats count(*)",
    ]), @r#"
    stats
         ^
    column 6: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    stats count(*) by
                     ^
    column 18: a value is missing before the end of the query; write a field, a number, a text in quotes or a function

    stats level
          ^^^^^
    column 7: "level" has many values in a group; name it behind by, or aggregate it: latest(level)

    stats avg()
             ^
    column 10: avg is given no field; write one: avg(duration)

    stats avg(*)
             ^^
    column 10: avg is given no field; write one: avg(duration)

    stats avg(max(a))
              ^^^
    column 11: max cannot stand inside of another aggregation; use two stats commands, one behind the other

    stats pct(a)
               ^
    column 12: the percentile is missing before ")"; write it: pct(duration, 99)

    stats pct(a, 101)
                 ^^^
    column 14: a percentile is a number from 0 to 100; write it: pct(duration, 99)

    stats count(*) as n | sort m
                               ^
    column 28: there is no "m" behind stats; there are n

    stats count(*) as n by bin(5m) | sort @timestamp
                                          ^^^^^^^^^^
    column 39: there is no "@timestamp" behind stats; there are bin(5m), n

    stats count(*) | stats count(*) | stats count(*)
                                      ^^^^^
    column 35: a query has at most 2 stats commands; work the rest out of the results
    "#);
}
