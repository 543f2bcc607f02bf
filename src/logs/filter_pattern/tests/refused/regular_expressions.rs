//! What is no regular expression of CloudWatch Logs.

use super::refusals;

#[test]
fn regular_expressions() {
    insta::assert_snapshot!(refusals(&[
        "%never closed",
        "%%",
        "%something!%",
        "%(a|b)%",
        "%\\(a%",
        "%a b%",
        "%größe%",
        "%a% b",
        "%*a%",
        "%a**%",
        "%a{2,1}%",
        "%a{x}%",
        "%a{9999}%",
        "%{2}%",
        "%[abc%",
        "%[]%",
        "%[z-a]%",
        "%[a-\\d]%",
        "%a]%",
        "%\\b%",
        "%\\xg0%",
        "%a\\%",
        "%a{1000}{1000}%",
    ]), @r"
    %never closed
    ^
    column 1: this % opens a regular expression that is never closed; add the closing %, or put the text in double quotes

    %%
    ^^
    column 1: there is nothing between these %; write a regular expression between them, such as %[Ee]rror%

    %something!%
              ^
    column 11: CloudWatch Logs does not know '!' in a regular expression; write \x21

    %(a|b)%
     ^
    column 2: CloudWatch Logs knows no parentheses in a regular expression; leave them away; \x28 is the character itself

    %\(a%
     ^^
    column 2: CloudWatch Logs does not know \( in a regular expression; write \x28

    %a b%
      ^
    column 3: a blank cannot stand in a regular expression; write \s

    %größe%
       ^
    column 4: 'ö' is not ASCII, and a regular expression is; put the text in double quotes instead, or write . for it

    %a% b
        ^
    column 5: nothing may stand behind the % that closes a regular expression; such a pattern is one %…% and nothing else; write \x25 for a % in it

    %*a%
     ^
    column 2: there is nothing before this * that it could repeat; write \* for the character itself

    %a**%
       ^
    column 4: this is repeated already; keep one of the two; \* is the character itself

    %a{2,1}%
      ^^^^^
    column 3: these braces do not hold a count; write {3}, {3,} or {3,5}, with numbers up to 1000; \{ is the character itself

    %a{x}%
      ^^^
    column 3: these braces do not hold a count; write {3}, {3,} or {3,5}, with numbers up to 1000; \{ is the character itself

    %a{9999}%
      ^^^^^^
    column 3: these braces do not hold a count; write {3}, {3,} or {3,5}, with numbers up to 1000; \{ is the character itself

    %{2}%
     ^
    column 2: there is nothing before this { that it could repeat; write \{ for the character itself

    %[abc%
     ^
    column 2: this [ is never closed; add the closing ], or write \[ for the character itself

    %[]%
     ^^
    column 2: there is nothing between these brackets; name the characters that are meant, such as [a-z]

    %[z-a]%
      ^^^
    column 3: this range is none; the smaller character goes first, such as a-z; write \- for a minus

    %[a-\d]%
      ^^^^
    column 3: this range is none; the smaller character goes first, such as a-z; write \- for a minus

    %a]%
      ^
    column 3: this ] closes nothing; write \] for the character itself

    %\b%
     ^^
    column 2: CloudWatch Logs does not know \b in a regular expression; it knows \d \D \s \S \w \W and \xhh

    %\xg0%
     ^^
    column 2: \x needs two hexadecimal digits; write them, such as \x28 for (

    %a\%
      ^
    column 3: nothing stands behind this backslash; write \\ for a backslash, \x25 for a %

    %a{1000}{1000}%
            ^
    column 9: this is repeated already; keep one of the two; \{ is the character itself
    ");
}
