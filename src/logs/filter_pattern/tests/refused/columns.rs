//! Patterns of columns.

use super::refusals;

#[test]
fn columns() {
    insta::assert_snapshot!(refusals(&[
        "[a, b",
        "[a b]",
        "[ERROR]: x",
        "[a, …]",
        "[a, ..]",
        "[a = 1, (b = 2 || b = 3)]",
        "[a, status_code = 4* && bytes > 1000]",
        "[a = 1 && != 2]",
        "[a, = 4]",
        "[$a, b]",
        "[\"ERROR\"]",
        "[a=!ERROR]",
        "[a=x y]",
        "[a & b]",
        "[a && b]",
        "[a=1] [b=2]",
        "[a=%x%, b=%y%, c=%z%]",
        "[größe]",
    ]), @r#"
    [a, b
    ^
    column 1: this [ is never closed; add the closing ]; to search for a [ put it in quotes

    [a b]
       ^
    column 4: "b" cannot stand here; separate columns with commas; to search for a text in brackets, put the whole pattern in quotes

    [ERROR]: x
           ^^^
    column 8: nothing may stand behind the closing ]; keep one pair of brackets; to search for a text in brackets, put the whole pattern in quotes

    [a, …]
        ^
    column 5: this is one character, an ellipsis; write three periods: ...

    [a, ..]
        ^
    column 5: any number of fields is written with three periods; write ...

    [a = 1, (b = 2 || b = 3)]
            ^
    column 9: columns have no parentheses; && binds tighter than ||: write them one behind the other

    [a, status_code = 4* && bytes > 1000]
                            ^^^^^
    column 25: this condition is about bytes, and the column is status_code; all conditions of a column are about its own name: write status_code

    [a = 1 && != 2]
              ^
    column 11: the column's name is missing before "!"; all conditions of a column are about its own name: write a

    [a, = 4]
        ^
    column 5: the column's name is missing before "="; write one, such as status = 404

    [$a, b]
     ^
    column 2: a column's name has no $ in the pattern; write it without; for JSON messages write { $.name = … }

    ["ERROR"]
     ^
    column 2: a column has a name, and a text stands behind an operator; write a name before it, such as word = "…"; to search for a text in brackets, put the whole pattern in quotes

    [a=!ERROR]
      ^^
    column 3: =! is no operator; write !=

    [a=x y]
         ^
    column 6: "y" cannot stand here; separate columns with commas; to search for a text in brackets, put the whole pattern in quotes

    [a & b]
       ^
    column 4: a single & joins nothing; write &&

    [a && b]
       ^
    column 4: there is no condition before this &&; write one, such as status = 404

    [a=1] [b=2]
          ^^^^^
    column 7: nothing may stand behind the closing ]; keep one pair of brackets; to search for a text in brackets, put the whole pattern in quotes

    [a=%x%, b=%y%, c=%z%]
                     ^^^
    column 18: a pattern has at most 2 regular expressions; join two of them with |, or compare with a text

    [größe]
       ^
    column 4: "ö" cannot stand here; separate columns with commas; to search for a text in brackets, put the whole pattern in quotes
    "#);
}
