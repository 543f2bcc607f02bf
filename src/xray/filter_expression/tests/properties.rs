//! What holds for every text and for every expression.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{
    Annotation, AnnotationTest, BooleanKeyword, Edge, Equality, Expression, Group, GroupKeyword,
    Id, MAX_CHARACTERS, NumberKeyword, NumberOperator, NumberTest, RootCause, RootCauseKind,
    RootCausePart, Service, Target, Text, TextKeyword, TextOperator, lint, parse,
};

fn text() -> impl Strategy<Value = Text> {
    let value = prop_oneof!["[a-z\"\\\\ .$é日]{0,8}", any::<String>()];
    value.prop_map(|value| Text {
        value,
        ..Text::default()
    })
}

fn number_test() -> impl Strategy<Value = NumberTest> {
    let value = prop_oneof![
        (-1000..1000_i32).prop_map(f64::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()),
    ];
    (select(NumberOperator::ALL), value)
        .prop_map(|(operator, value)| NumberTest { operator, value })
}

fn annotation() -> impl Strategy<Value = Expression> {
    let key = text().prop_filter("a key is not empty", |key| !key.value.is_empty());
    let test = prop_oneof![
        (select(Equality::ALL), any::<bool>())
            .prop_map(|(operator, value)| AnnotationTest::Boolean { operator, value }),
        number_test().prop_map(AnnotationTest::Number),
        text_test().prop_map(AnnotationTest::Text),
    ];
    (key, option::of(test)).prop_map(|(key, test)| Expression::Annotation(Annotation { key, test }))
}

fn text_test() -> impl Strategy<Value = super::super::TextTest> {
    (select(TextOperator::ALL), text())
        .prop_map(|(operator, value)| super::super::TextTest { operator, value })
}

fn target() -> impl Strategy<Value = Target> {
    let id = (option::of(text()), option::of(text()), text()).prop_map(
        |(name, service_type, account)| Id {
            name,
            service_type,
            account: Some(account),
        },
    );
    prop_oneof![text().prop_map(Target::Name), id.prop_map(Target::Id)]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    // No fractions: serde_json reads them back with a last digit of its own.
    let leaf = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            vec((".{0,4}", inner), 0..3)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Expression> {
    prop_oneof![
        (select(BooleanKeyword::ALL), any::<bool>())
            .prop_map(|(keyword, expected)| Expression::Boolean { keyword, expected }),
        (select(NumberKeyword::ALL), option::of(number_test()))
            .prop_map(|(keyword, test)| Expression::Number { keyword, test }),
        (select(TextKeyword::ALL), option::of(text_test()))
            .prop_map(|(keyword, test)| Expression::Text { keyword, test }),
        (select(GroupKeyword::ALL), select(Equality::ALL), text()).prop_map(
            |(keyword, operator, value)| Expression::Group(Group {
                keyword,
                operator,
                value
            })
        ),
        vec(json(), 0..3).prop_map(Expression::RootCauseJson),
    ]
}

fn combined(
    inner: impl Strategy<Value = Expression> + Clone + 'static,
) -> impl Strategy<Value = Expression> {
    prop_oneof![
        vec(inner.clone(), 2..4).prop_map(Expression::And),
        vec(inner.clone(), 2..4).prop_map(Expression::Or),
        inner.prop_map(|inner| Expression::Not(Box::new(inner))),
    ]
}

/// Expressions that may stand inside the braces of a service: without annotations.
fn inside() -> impl Strategy<Value = Expression> + Clone {
    leaf().prop_recursive(3, 12, 3, combined).boxed()
}

fn expression() -> impl Strategy<Value = Expression> {
    let braces = || option::of(inside().prop_map(Box::new));
    let nodes = prop_oneof![
        (option::of(target()), braces())
            .prop_map(|(target, filter)| Expression::Service(Service { target, filter })),
        (target(), target(), braces()).prop_map(|(source, destination, filter)| {
            Expression::Edge(Edge {
                source,
                destination,
                filter,
            })
        }),
        (
            select(RootCauseKind::ALL),
            select(RootCausePart::ALL),
            braces()
        )
            .prop_map(|(kind, part, filter)| Expression::RootCause(RootCause {
                kind,
                part,
                filter
            })),
    ];
    prop_oneof![leaf(), annotation(), nodes].prop_recursive(4, 16, 3, combined)
}

/// Texts that are made of the language's own pieces, and so get far into the grammar.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "!",
        "=",
        "!=",
        "<",
        ">=",
        "==",
        ",",
        ":",
        "#",
        "\"",
        "\\",
        "'",
        "“",
        " ",
        "\n",
        "\u{a0}",
        "AND",
        "or",
        "NOT",
        "ok",
        "fault",
        "responsetime",
        "http.url",
        "http.status",
        "name",
        "type",
        "CONTAINS",
        "service",
        "service(",
        "edge(",
        "id(",
        "annotation",
        "annotation.",
        "annotation[",
        "group.name",
        "rootcause.fault.service",
        "rootcause.json = #[",
        "\"a\"",
        "a",
        "$A",
        "5",
        "-1.5e3",
        "true",
        "日本",
        "😀",
        "é",
        "service(\"a\") {",
        "name: \"a\"",
    ];
    vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// Texts of keywords and operators, which may be written in any case.
fn cased_soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "{",
        "}",
        "!",
        "= true",
        "!= false",
        "< 5",
        " ",
        "and",
        "or",
        "not",
        "ok",
        "fault",
        "responsetime",
        "http.url",
        "user contains x",
        "service()",
        "service() {",
        "annotation.a",
        "group.name = a",
        "rootcause.fault.service",
        "rootcause.error.entity {",
    ];
    vec(select(PIECES), 0..12).prop_map(|pieces| pieces.join(" "))
}

/// Reads the text; whatever comes of it must be printable and consistent.
fn survives(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(expression) => {
            let printed = expression.to_string();
            if printed.chars().count() <= MAX_CHARACTERS {
                prop_assert_eq!(parse(&printed), Ok(expression.clone()), "{}", printed);
            }
            for found in lint(&expression) {
                prop_assert!(found.span.is_none_or(|span| text.get(span).is_some()));
            }
            expression.service_names();
        }
        Err(error) => {
            prop_assert!(text.get(error.position.clone()).is_some());
            prop_assert!(!error.message.is_empty());
            let drawing = error.caret(text);
            prop_assert_eq!(drawing.lines().count(), 2, "{}", drawing);
            prop_assert!(drawing.contains('^'), "{}", drawing);
            prop_assert!(!drawing.contains('\u{1b}'), "an escape is drawn");
            prop_assert!(!error.to_string().contains(char::is_control), "{}", error);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text)?;
    }

    #[test]
    fn any_soup_is_survived(text in soup()) {
        survives(&text)?;
    }

    #[test]
    fn what_is_printed_reads_back_the_same(expression in expression()) {
        let printed = expression.to_string();
        prop_assume!(printed.chars().count() <= MAX_CHARACTERS);
        prop_assert_eq!(parse(&printed), Ok(expression), "{}", printed);
    }

    #[test]
    fn case_of_keywords_does_not_matter(text in cased_soup()) {
        // Bare values keep their case, so only whether it is accepted is compared.
        prop_assert_eq!(parse(&text).is_ok(), parse(&text.to_ascii_uppercase()).is_ok());
    }
}
