use serde_json::json;

use super::{check, failed, shop, trace};

#[test]
fn plain_keywords_speak_of_the_entry() {
    check(
        &shop(),
        &[
            "+ok",
            "-ok = false",
            "-error",
            "-throttle",
            "-fault",
            "+partial",
            "-inferred",
            "+first",
            "+last",
            "-remote",
            "+root",
            "+responseTime > 2",
            "+responsetime = 2.5",
            "-responsetime > 2.5",
            "+responsetime >= 2.5",
            "+responsetime <= 2.5",
            "-responsetime < 2.5",
            "-responsetime != 2.5",
            "+responsetime",
            "+duration = 3",
            "-ok !partial duration <3",
            "+http.status = 200",
            "-http.status != 200",
            "+index = 0",
            "+coverage = 1",
            r#"+http.url CONTAINS "/api/""#,
            r#"-http.url CONTAINS "/API/""#,
            r#"+http.url BEGINSWITH "http://ex""#,
            r#"-http.url BEGINSWITH "ex""#,
            r#"+http.url ENDSWITH "game""#,
            r#"-http.url ENDSWITH "api""#,
            r#"+http.url CONTAINS """#,
            r#"+http.method = "GET""#,
            r#"-http.method = "get""#,
            r#"+http.method != "POST""#,
            r#"+http.useragent BEGINSWITH "curl""#,
            r#"+http.clientip = "10.0.0.1""#,
            r#"+name = "backend-flask""#,
            r#"-name = "pay""#,
            r#"+type = "AWS::EC2::Instance""#,
            "-message",
        ],
    );
}

#[test]
fn some_texts_are_anybodys() {
    check(
        &shop(),
        &[
            r#"+user = "alice""#,
            r#"+user = "bob""#,
            r#"-user = "carol""#,
            "+user",
            r#"+availabilityzone = "eu-1a""#,
            r#"+instance.id = "i-1""#,
            r#"+resource.arn = "arn:web""#,
            r#"+resource.arn ENDSWITH "pay""#,
            r#"-resource.arn = "arn""#,
        ],
    );
}

#[test]
fn a_failure_of_the_entry() {
    check(
        &failed(),
        &[
            "-ok",
            "+error",
            "+throttle",
            "+fault",
            "-partial",
            "+!partial duration < 3",
            r#"+service("backend-flask") {fault OR error}"#,
            r#"+message = "'user'""#,
            "-user",
            r#"-user CONTAINS """#,
            r#"-user != "alice""#,
            "-http.url",
            r#"-type != "x""#,
            "-annotation.age",
            r#"+rootcause.fault.exception {name = "KeyError"}"#,
        ],
    );
}

#[test]
fn a_status_that_is_no_success_is_not_ok() {
    let with = |more: serde_json::Value| {
        let mut document = json!({"id": "0000000000000001", "name": "a", "start_time": 1});
        document
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        trace(&[document])
    };
    let redirect = json!({"end_time": 2, "http": {"response": {"status": 302}}});
    check(&with(redirect), &["-ok", "-error", "-fault", "-partial"]);
    let running = json!({"in_progress": true});
    check(
        &with(running),
        &[
            "+ok",
            "+partial",
            "-responsetime",
            "-responsetime != 1",
            "+duration = 0",
            "-coverage",
        ],
    );
    let empty_time = json!({"end_time": 1});
    check(
        &with(empty_time),
        &[
            "+ok !partial duration <3",
            "-coverage",
            "-rootcause.responsetime.service {}",
        ],
    );
}

#[test]
fn annotations_are_compared_by_type() {
    check(
        &shop(),
        &[
            "+annotation.age",
            "-annotation.Age",
            "-annotation.years",
            "+annotation.age > 29",
            "-annotation.age > 30",
            "+annotation.age = 30",
            r#"-annotation.age = "30""#,
            r#"+annotation.digits = "30""#,
            "-annotation.digits = 30",
            "-annotation.digits != 31",
            "+annotation.paid = true",
            "-annotation.paid = false",
            "+annotation.paid != false",
            r#"-annotation.paid = "true""#,
            r#"+annotation[game] BEGINSWITH "ch""#,
            r#"+annotation["game"] != "go""#,
            "+annotation.depth = -1.5",
            "+!annotation.years AND annotation.game",
        ],
    );
}

#[test]
fn groups_are_told_of() {
    check(
        &shop(),
        &[
            r#"+group.name = "slow""#,
            r#"-group.name != "slow""#,
            r#"-group.name = "arn:slow""#,
            r#"+group.arn = "arn:slow""#,
            r#"+group.arn != "arn:fast""#,
        ],
    );
}

#[test]
fn connectives() {
    check(
        &shop(),
        &[
            "+fault OR ok AND partial",
            "-(fault OR ok) AND !partial",
            "+ok AND (fault OR (partial AND !(error OR throttle)))",
            "+!fault !error NOT throttle",
            "-ok fault",
        ],
    );
}

#[test]
fn root_causes() {
    check(
        &shop(),
        &[
            "+rootcause.fault.service {}",
            "+rootcause.fault.service {}",
            r#"+rootcause.fault.service {last and name = "pay" and type = "AWS::Lambda::Function"}"#,
            r#"+rootcause.fault.service {first and root and name = "backend-flask"}"#,
            r#"-rootcause.fault.service {name = "users"}"#,
            "-rootcause.fault.service {inferred}",
            "-rootcause.fault.service {index > 1}",
            "+rootcause.fault.service {index = 1}",
            r#"+rootcause.error.service {inferred and last and name = "users" and type = "AWS::DynamoDB::Table"}"#,
            r#"+rootcause.fault.entity {last and name = "charge" and !remote}"#,
            r#"+rootcause.fault.entity {remote and name = "pay.example.com"}"#,
            r#"-rootcause.fault.entity {first and name = "charge"}"#,
            r#"+rootcause.fault.exception {name = "CardError" and message = "card refused" and first}"#,
            r#"+rootcause.fault.exception {last and remote and message CONTAINS "answer"}"#,
            r#"-rootcause.fault.exception {first and name = "IoError"}"#,
            "-rootcause.responsetime.exception {}",
            "+rootcause.responsetime.entity {last and coverage = 0.6}",
            r#"+rootcause.responsetime.service {coverage = 1 and name = "backend-flask"}"#,
        ],
    );
}

#[test]
fn root_causes_as_json() {
    let way = r#"rootcause.json = #[{"Services": [{"Name": "backend-flask", "EntityPath": [{"Name": "backend-flask"}, {"Name": "pay.example.com", "Remote": true}]}, {"Name": "pay", "Type": "AWS::Lambda::Function", "EntityPath": [{"Name": "pay"}, {"Name": "charge"}]}]}]"#;
    check(
        &shop(),
        &[
            &format!("+{way}"),
            &format!("-{}", way.replace("charge", "refund")),
            &format!("-{}", way.replace("Function", "Other")),
            &format!("-{}", way.replace("Remote\": true", "Remote\": false")),
            r#"-rootcause.json = #[{"Services": [{"EntityPath": [{"Name": "backend-flask"}]}]}]"#,
            r#"+rootcause.json = #[{"Services": [{"Name": "backend-flask"}, {"AccountId": "222"}]}]"#,
            r#"+rootcause.json = #[{"ClientImpacting": false}, {"ClientImpacting": true}]"#,
            r#"-rootcause.json = #[{"Unknown": 1}]"#,
            "-rootcause.json = #[1]",
            "-rootcause.json = #[]",
        ],
    );
}
