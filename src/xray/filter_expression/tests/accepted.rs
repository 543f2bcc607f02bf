//! Every example of the developer guide, of the seeds, and of the corners of the grammar.

use super::super::{
    AnnotationTest, BooleanKeyword, Expression, Kind, NumberKeyword, NumberOperator, NumberTest,
    Service, Target, Text, parse,
};

/// Reads each text and shows its canonical form, which must read back as the same.
fn canonical(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| {
            let expression = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let printed = expression.to_string();
            assert_eq!(parse(&printed).as_ref(), Ok(&expression), "{printed}");
            printed
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_guides_examples() {
    let texts = [
        "responsetime > 5",
        "duration >= 5 AND duration <= 8",
        "ok",
        "!ok",
        "ok = false",
        r#"rootcause.fault.entity { last and name = "deserialize" }"#,
        r#"rootcause.responsetime.entity { remote and coverage > 0.7 and name = "traces" }"#,
        r#"rootcause.fault.service { inferred and name = traces and type = "AWS::DynamoDB" }"#,
        r#"service("data-plane") {root = true and fault = true}"#,
        "http.status != 200",
        "ok !partial duration <3",
        "rootcause.fault.service { index > 5 }",
        "rootcause.responsetime.entity { last and coverage > 0.8 }",
        r#"http.url CONTAINS "/api/game/""#,
        r#"user CONTAINS """#,
        r#"rootcause.fault.exception { last and message = "Access Denied for account_id: 1234567890" }"#,
        r#"service("api.example.com") { fault }"#,
        "service() { fault }",
        r#"edge("api.example.com", "backend.example.com") { error }"#,
        r#"http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" AND !service("api.example.com")"#,
        "http.url AND responseTime > 2",
        r#"annotation.gameid = "817DL6VO""#,
        "annotation.age",
        "!annotation.age",
        "annotation.age > 29",
        r#"group.name = "high_response_time" AND user = "alice""#,
        r#"rootcause.json = #[{ "Services": [ { "Name": "GetWeatherData", "EntityPath": [{ "Name": "GetWeatherData" }, { "Name": "get_temperature" } ] } ] }]"#,
        r#"service(id(name: "service-name", type:"service::type")) { fault }"#,
        r#"edge(id(name: "one", type:"service::type"), id(name: "two", type:"service::type")) { fault }"#,
        r#"service(id(type: "AWS::Lambda::Function")) { error }"#,
        r#"service(id(account.id: "123456789012"))"#,
        // The page on deep links of the same guide.
        r#"service("api.amazon.com") { fault = true OR responsetime > 2.5 } AND annotation.foo = "bar""#,
        r#"annotation[k] = 1 annotation["k"] = 1"#,
    ];
    insta::assert_snapshot!(canonical(&texts), @r#"
    responsetime > 5
    duration >= 5 AND duration <= 8
    ok
    !ok
    ok = false
    rootcause.fault.entity {last AND name = "deserialize"}
    rootcause.responsetime.entity {remote AND coverage > 0.7 AND name = "traces"}
    rootcause.fault.service {inferred AND name = "traces" AND type = "AWS::DynamoDB"}
    service("data-plane") {root AND fault}
    http.status != 200
    ok AND !partial AND duration < 3
    rootcause.fault.service {index > 5}
    rootcause.responsetime.entity {last AND coverage > 0.8}
    http.url CONTAINS "/api/game/"
    user CONTAINS ""
    rootcause.fault.exception {last AND message = "Access Denied for account_id: 1234567890"}
    service("api.example.com") {fault}
    service() {fault}
    edge("api.example.com", "backend.example.com") {error}
    http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" AND !service("api.example.com")
    http.url AND responsetime > 2
    annotation.gameid = "817DL6VO"
    annotation.age
    !annotation.age
    annotation.age > 29
    group.name = "high_response_time" AND user = "alice"
    rootcause.json = #[{"Services":[{"Name":"GetWeatherData","EntityPath":[{"Name":"GetWeatherData"},{"Name":"get_temperature"}]}]}]
    service(id(name: "service-name", type: "service::type")) {fault}
    edge(id(name: "one", type: "service::type"), id(name: "two", type: "service::type")) {fault}
    service(id(type: "AWS::Lambda::Function")) {error}
    service(id(account.id: "123456789012"))
    service("api.amazon.com") {fault OR responsetime > 2.5} AND annotation.foo = "bar"
    annotation.k = 1 AND annotation.k = 1
    "#);
}

#[test]
fn the_seeds() {
    let texts = [
        r#"service("backend-flask")"#,
        r#"service("backend-flask") {fault OR error}"#,
        r#"service("Cruddur")"#,
    ];
    insta::assert_snapshot!(canonical(&texts), @r#"
    service("backend-flask")
    service("backend-flask") {fault OR error}
    service("Cruddur")
    "#);
}

#[test]
fn the_corners() {
    let texts = [
        "FAULT Or eRRoR and NOT oK",
        "fault OR error AND ok",
        "(fault OR error) AND ok",
        "((fault))",
        "! ( fault error )",
        "!(!ok)",
        "not responsetime > 2",
        "ok != true",
        "root=TRUE",
        "responsetime=-1.5e3 http.status>=.5 coverage<1E-7 duration>+2",
        "duration > 123456789012345678901234567890",
        "user name type",
        "user = 42 user=true",
        r#"user = "a \"quoted\" \\ name \d""#,
        "user = \"a\ttab\nand a line\"",
        r#"name = "日本 😀""#,
        "annotation.paid = true annotation.paid != false annotation.paid = \"true\"",
        "annotation.age = 5 annotation.age = \"5\" annotation.age CONTAINS 5 annotation.id = 817DL6VO",
        r#"annotation[http.method] = GET annotation["with \"quotes\""]"#,
        "Annotation.Key_1",
        r#"group.arn != "arn:aws:xray:eu-west-1:1:group/a/B""#,
        "service(\"a\"){}service()",
        "rootcause.error.exception {}",
        "rootcause.json=#[]",
        "service(\"a\") { service(\"b\") { fault } }",
        "\t fault \r\n error ",
    ];
    insta::assert_snapshot!(canonical(&texts), @r#"
    fault OR (error AND !ok)
    fault OR (error AND ok)
    (fault OR error) AND ok
    fault
    !(fault AND error)
    !(!ok)
    !(responsetime > 2)
    ok = false
    root
    responsetime = -1500 AND http.status >= 0.5 AND coverage < 0.0000001 AND duration > 2
    duration > 1.2345678901234568e29
    user AND name AND type
    user = "42" AND user = "true"
    user = "a \"quoted\" \\ name \\d"
    user = "a	tab
    and a line"
    name = "日本 😀"
    annotation.paid = true AND annotation.paid != false AND annotation.paid = "true"
    annotation.age = 5 AND annotation.age = "5" AND annotation.age CONTAINS "5" AND annotation.id = "817DL6VO"
    annotation["http.method"] = "GET" AND annotation["with \"quotes\""]
    annotation.Key_1
    group.arn != "arn:aws:xray:eu-west-1:1:group/a/B"
    service("a") AND service()
    rootcause.error.exception {}
    rootcause.json = #[]
    service("a") {service("b") {fault}}
    fault AND error
    "#);
}

#[test]
fn the_tree_follows_precedence() {
    let boolean = |keyword| Expression::Boolean {
        keyword,
        expected: true,
    };
    let expected = Expression::Or(vec![
        Expression::And(vec![
            boolean(BooleanKeyword::Ok),
            Expression::Not(Box::new(boolean(BooleanKeyword::Partial))),
        ]),
        Expression::Number {
            keyword: NumberKeyword::Duration,
            test: Some(NumberTest {
                operator: NumberOperator::Less,
                value: 3.0,
            }),
        },
    ]);
    assert_eq!(parse("ok !partial OR duration <3"), Ok(expected));
}

#[test]
fn a_text_knows_its_place() {
    let text = r#"fault service("a\"b")"#;
    let Ok(Expression::And(parts)) = parse(text) else {
        panic!("an AND is expected");
    };
    let Expression::Service(Service {
        target: Some(Target::Name(Text { value, span, bare })),
        filter: None,
    }) = &parts[1]
    else {
        panic!("a service is expected");
    };
    assert_eq!(value, r#"a"b"#);
    assert_eq!(&text[span.clone()], r#""a\"b""#);
    assert!(!bare);
}

#[test]
fn an_annotation_takes_the_type_of_the_value() {
    let test = |text: &str| match parse(text) {
        Ok(Expression::Annotation(annotation)) => annotation.test,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        test("annotation.a = true"),
        Some(AnnotationTest::Boolean { value: true, .. })
    ));
    assert!(matches!(
        test("annotation.a = 5"),
        Some(AnnotationTest::Number(_))
    ));
    assert!(matches!(
        test("annotation.a = \"5\""),
        Some(AnnotationTest::Text(_))
    ));
    assert!(matches!(
        test("annotation.a BEGINSWITH 5"),
        Some(AnnotationTest::Text(_))
    ));
    assert!(test("annotation.a").is_none());
}

#[test]
fn empty_text_is_its_own_kind() {
    for text in ["", " ", "\r\n\t"] {
        assert_eq!(parse(text).map_err(|error| error.kind), Err(Kind::Empty));
    }
}

#[test]
fn service_names_are_the_wanted_ones() {
    let names = |text: &str| {
        parse(text)
            .unwrap()
            .service_names()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(r#"service("a") {fault} OR service("b") service("a")"#),
        ["a", "b"]
    );
    assert_eq!(names(r#"service(id(name: "a", type: "t"))"#), ["a"]);
    assert_eq!(names(r#"edge("a", id(name: "b"))"#), ["a", "b"]);
    assert_eq!(
        names(r#"service() { name = "a" OR name CONTAINS "b" }"#),
        ["a"]
    );
    assert_eq!(names("rootcause.fault.service { name = a }"), ["a"]);
    assert_eq!(names(r#"rootcause.fault.entity { name = "a" }"#), [""; 0]);
    assert_eq!(names(r#"!service("a") name != "b""#), [""; 0]);
    assert_eq!(
        names(r#"!(fault !service("a")) !(name != "b")"#),
        ["a", "b"]
    );
    assert_eq!(names("fault"), [""; 0]);
}
