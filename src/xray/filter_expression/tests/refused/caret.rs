//! Where the carets stand, and how much is read at all.

use super::super::super::{Kind, MAX_CHARACTERS, MAX_DEPTH, parse};
use super::refusals;

#[test]
fn the_caret_stays_right() {
    let long_start = format!("{} falt", "fault AND ".repeat(20).trim_end());
    let long_middle = format!("{0} falt {0}", "(fault OR error) ".repeat(6));
    let long_end = format!("falt {}", "AND fault ".repeat(20));
    let long_token = format!("fault {}", "x".repeat(200));
    let texts = [
        "fault\tAND\r\nfalt",
        "user = \"日本語\" falt",
        "user = \"😀\" falt",
        "user = \"\u{1b}[31m\u{202e}\" falt",
        "fault AND 日本語",
        &long_start,
        &long_middle,
        &long_end,
        &long_token,
    ];
    insta::assert_snapshot!(refusals(&texts), @r#"
    fault AND  falt
               ^^^^
    column 12: unknown keyword "falt"; did you mean "fault"?

    user = "日本語" falt
                    ^^^^
    column 14: unknown keyword "falt"; did you mean "fault"?

    user = "😀" falt
                ^^^^
    column 12: unknown keyword "falt"; did you mean "fault"?

    user = "�[31m�" falt
                    ^^^^
    column 17: unknown keyword "falt"; did you mean "fault"?

    fault AND 日本語
              ^^^^^^
    column 11: unknown keyword "日本語"; for a service write service("日本語")

    …fault AND fault AND fault AND fault AND fault AND fault AND fault AND falt
                                                                           ^^^^
    column 201: unknown keyword "falt"; did you mean "fault"?

    …OR error) (fault OR error)  falt (fault OR error) (fault OR error) (fault …
                                 ^^^^
    column 104: unknown keyword "falt"; did you mean "fault"?

    falt AND fault AND fault AND fault AND fault AND fault AND fault AND fault…
    ^^^^
    column 1: unknown keyword "falt"; did you mean "fault"?

    fault xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    column 7: unknown keyword "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"; for a service write service("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…")
    "#);
}

#[test]
fn a_combining_mark_takes_no_column() {
    let caret = |text: &str| parse(text).unwrap_err().caret(text);
    assert_eq!(
        caret("user = \"e\u{301}\" falt"),
        "user = \"e\u{301}\" falt\n           ^^^^"
    );
    assert_eq!(caret("5 \u{301}"), "5 \u{301}\n^");
    assert_eq!(caret("\u{301}"), "\u{301}\n^");
}

#[test]
fn long_text_is_refused() {
    let fits = format!("user = \"{}\"", "é".repeat(MAX_CHARACTERS - 9));
    assert!(parse(&fits).is_ok());
    let error = parse(&format!("{fits} ")).unwrap_err();
    assert_eq!(error.kind, Kind::TooLong);
    insta::assert_snapshot!(error, @"column 2001: the expression has 2001 characters; X-Ray takes at most 2000");
}

#[test]
fn deep_text_is_refused() {
    let nested = |depth: usize| format!("{}fault{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    let error = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.kind, Kind::TooDeep);
    insta::assert_snapshot!(error, @"column 65: parentheses and braces are nested more than 64 levels deep");
    let braces = "service(){".repeat(MAX_DEPTH + 1);
    assert_eq!(parse(&braces).unwrap_err().kind, Kind::TooDeep);
    // The deepest text that is not nested for us, but for the JSON reader.
    assert!(parse(&format!("rootcause.json = #{}", "[".repeat(1000))).is_err());
}
