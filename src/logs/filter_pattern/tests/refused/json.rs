//! Patterns of JSON fields.

use super::refusals;

#[test]
fn json_selectors() {
    insta::assert_snapshot!(refusals(&[
        "{ level = \"error\" }",
        "{ $ = 1 }",
        "{ $level = 1 }",
        "{ $. = 1 }",
        "{ $.a..b = 1 }",
        "{ $.@timestamp = 1 }",
        "{ $.a:b = 1 }",
        "{ $.a[x] = 1 }",
        "{ $.a[0 = 1 }",
        "{ $.a[\"b\"] = 1 }",
        "{ $.a[99999999999999999999] = 1 }",
        "{ $.*.b[*] = 1 }",
    ]), @r#"
    { level = "error" }
      ^^^^^
    column 3: a condition is missing before "level"; a selector begins with $. : write $.level

    { $ = 1 }
      ^
    column 3: a selector names a field behind the $; write $.name

    { $level = 1 }
      ^
    column 3: a selector names a field behind the $; write $.level

    { $. = 1 }
      ^^
    column 3: a name is missing behind the last period; write it, or remove the period

    { $.a..b = 1 }
      ^^^^
    column 3: a name is missing behind the last period; write it, or remove the period

    { $.@timestamp = 1 }
        ^^^^^^^^^^
    column 5: only the letters a-z and A-Z, digits, - and _ stand in a name as it is; write $.['@timestamp']

    { $.a:b = 1 }
         ^
    column 6: only the letters a-z and A-Z, digits, - and _ stand in a name as it is; write $.['a:b']

    { $.a[x] = 1 }
         ^^^
    column 6: these brackets hold neither an index nor a key; write [0], [*] or ['the key']

    { $.a[0 = 1 }
         ^^
    column 6: these brackets hold neither an index nor a key; write [0], [*] or ['the key']

    { $.a["b"] = 1 }
         ^^^^^
    column 6: these brackets hold neither an index nor a key; write [0], [*] or ['the key']

    { $.a[99999999999999999999] = 1 }
         ^^^^^^^^^^^^^^^^^^^^^^
    column 6: these brackets hold neither an index nor a key; write [0], [*] or ['the key']

    { $.*.b[*] = 1 }
      ^^^^^^^^
    column 3: a selector has at most one wildcard; name the field or the index of all but one
    "#);
}

#[test]
fn json_comparisons() {
    insta::assert_snapshot!(refusals(&[
        "{ $.a }",
        "{ $.a == 1 }",
        "{ $.a =! 1 }",
        "{ $.a =~ \"x\" }",
        "{ $.a = }",
        "{ $.a = a@b }",
        "{ $.a = 'x' }",
        "{ $.a = ERROR x }",
        "{ $.a > x }",
        "{ $.a > \"5\" }",
        "{ $.a = %a% || $.b = %b% || $.c = %c% }",
        "{ $.a[*] = 1 || $.b[*] = 1 || $.c.* = 1 || $.d.* = 1 }",
    ]), @r#"
    { $.a }
          ^
    column 7: an operator is missing before "}"; write one of = != < <= > >=

    { $.a == 1 }
          ^^
    column 7: == is no operator; write =

    { $.a =! 1 }
          ^^
    column 7: =! is no operator; write !=

    { $.a =~ "x" }
          ^^
    column 7: =~ is no operator; write = or != with a regular expression between %: = %…%

    { $.a = }
            ^
    column 9: a value is missing before "}"; write a number, a word or a text in double quotes

    { $.a = a@b }
             ^
    column 10: '@' cannot stand in a value without quotes; write "a@b"

    { $.a = 'x' }
            ^
    column 9: ' does not quote a value; use double quotes: "…"

    { $.a = ERROR x }
                  ^
    column 15: "x" cannot stand here; join conditions with && or ||, and put texts with blanks in quotes

    { $.a > x }
            ^
    column 9: < <= > >= compare with a number, and this is none; write a number without quotes, or use = or !=

    { $.a > "5" }
            ^^^
    column 9: < <= > >= compare with a number, and this is none; write a number without quotes, or use = or !=

    { $.a = %a% || $.b = %b% || $.c = %c% }
                                      ^^^
    column 35: a pattern has at most 2 regular expressions; join two of them with |, or compare with a text

    { $.a[*] = 1 || $.b[*] = 1 || $.c.* = 1 || $.d.* = 1 }
                                               ^^^^^
    column 44: a pattern has at most 3 wildcards in its selectors; name the field or the index here
    "#);
}

#[test]
fn json_conditions() {
    insta::assert_snapshot!(refusals(&[
        "{}",
        "{ $.a = 1",
        "{ ($.a = 1 }",
        "{ $.a = 1) }",
        "{ $.a = 1 } ERROR",
        "{ $.a = 1 & $.b = 2 }",
        "{ $.a = 1 AND $.b = 2 }",
        "{ $.a = 1 && }",
        "{ !($.a = 1) }",
        "{ $.a IS NOT NULL }",
        "{ $.a IS null }",
        "{ $.a is NULL }",
        "{ $.a EXISTS }",
        "{ $.a NOT NULL }",
        "{ $.a LIKE \"x\" }",
    ]), @r#"
    {}
    ^^
    column 1: there is no condition in these braces; write one, such as { $.level = "error" }

    { $.a = 1
    ^
    column 1: this { is never closed; add the closing }

    { ($.a = 1 }
      ^
    column 3: this ( is never closed; add the closing )

    { $.a = 1) }
             ^
    column 10: this ) closes nothing; remove it, or open it with (

    { $.a = 1 } ERROR
                ^^^^^
    column 13: nothing may stand behind the closing }; join conditions with && or || inside of the braces

    { $.a = 1 & $.b = 2 }
              ^
    column 11: a single & joins nothing; write &&

    { $.a = 1 AND $.b = 2 }
              ^^^
    column 11: "AND" cannot stand here; write &&

    { $.a = 1 && }
                 ^
    column 14: a condition is missing before "}"; write one, such as $.level = "error"

    { !($.a = 1) }
      ^
    column 3: a condition cannot be negated as a whole; write !=, or NOT EXISTS behind a selector

    { $.a IS NOT NULL }
             ^^^
    column 10: behind IS stands NULL, TRUE or FALSE; CloudWatch Logs knows no IS NOT; $.a = * asks for a text or a number

    { $.a IS null }
             ^^^^
    column 10: behind IS stands NULL, TRUE or FALSE; write NULL in upper case

    { $.a is NULL }
          ^^
    column 7: is is no operator; write it in upper case

    { $.a EXISTS }
          ^^^^^^
    column 7: EXISTS is no operator; write $.a = *

    { $.a NOT NULL }
              ^^^^
    column 11: behind NOT stands EXISTS and nothing else; write $.a NOT EXISTS

    { $.a LIKE "x" }
          ^^^^
    column 7: LIKE is no operator; write $.a = "*…*"
    "#);
}
