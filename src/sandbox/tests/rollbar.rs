//! Rollbar: items in, and out by every path.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Answer, Caller, caller};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

impl Caller {
    async fn rollbar(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.rollbar_as(TOKEN, method, path, body).await
    }

    async fn rollbar_as(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/1/{path}"))
            .header("x-rollbar-access-token", token)
            .body(Bytes::from(body.to_string()));
        Answer::read(&self.send(request.unwrap()).await)
    }

    async fn result_of(&self, path: &str) -> Value {
        let answer = self.rollbar("GET", path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(answer.body["err"], 0);
        answer.body["result"].clone()
    }
}

fn message(uuid: &str, text: &str) -> Value {
    json!({"data": {
        "environment": "test", "uuid": uuid, "level": "warning",
        "body": {"message": {"body": text}}, "custom": {"trace_id": uuid},
    }})
}

fn error(uuid: &str, class: &str, line: u32) -> Value {
    json!({"data": {"environment": "test", "uuid": uuid, "body": {"trace": {
        "frames": [{"filename": "a.py", "method": "f", "lineno": line}],
        "exception": {"class": class, "message": uuid},
    }}}})
}

#[tokio::test]
async fn the_same_error_is_the_same_item() {
    let caller = caller();
    for item in [
        error("u1", "ValueError", 1),
        error("u2", "ValueError", 2),
        error("u3", "KeyError", 1),
        message("u4", "Hello World!"),
        message("u4", "Hello World!"),
        message("u5", "Hello World!"),
    ] {
        let answer = caller.rollbar("POST", "item/", &item).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body["result"]["uuid"], item["data"]["uuid"]);
    }
    let found = caller.result_of("items").await;
    let items = found["items"].as_array().unwrap();
    let totals: Vec<i64> = items
        .iter()
        .map(|item| item["total_occurrences"].as_i64().unwrap())
        .collect();
    assert_eq!(totals, [2, 1, 2]);
    assert_eq!(items[0]["title"], "Hello World!");
    assert_eq!(items[2]["title"], "ValueError: u1");
    assert_eq!(
        (&items[0]["level"], &items[1]["level"]),
        (&json!("warning"), &json!("error"))
    );
}

#[tokio::test]
async fn every_path_leads_to_it() {
    let caller = caller();
    for uuid in ["first", "second"] {
        caller.rollbar("POST", "item/", &message(uuid, uuid)).await;
    }
    for path in [
        "item/2",
        "item/second",
        "item?uuid=second",
        "item?counter=2",
        "item_by_uuid?uuid=second",
        "item/2/",
    ] {
        assert_eq!(caller.result_of(path).await["title"], "second", "{path}");
    }
    for path in ["instance/2", "instance/second"] {
        assert_eq!(
            caller.result_of(path).await["data"]["uuid"],
            "second",
            "{path}"
        );
    }
    for (path, newest, number) in [
        ("instances", "second", 2),
        ("item/1/instances/", "first", 1),
        ("instances?page=2", "", 0),
    ] {
        let found = caller.result_of(path).await;
        let instances = found["instances"].as_array().unwrap();
        assert_eq!(instances.len(), number, "{path}");
        if number > 0 {
            assert_eq!(instances[0]["data"]["custom"]["trace_id"], newest);
        }
    }
    let moved = caller
        .rollbar("GET", "item_by_counter/2", &Value::Null)
        .await;
    assert_eq!(
        (moved.status, &moved.body["result"]["itemId"]),
        (301, &json!(2))
    );
    let changed = caller
        .rollbar("PATCH", "item/2", &json!({"status": "resolved"}))
        .await;
    assert_eq!(changed.body["result"]["status"], "resolved");
    assert_eq!(
        caller
            .rollbar("DELETE", "instance/2", &Value::Null)
            .await
            .status,
        200
    );
    for path in ["instance/2", "item/9", "item?uuid=no", "nothing"] {
        assert_eq!(
            caller.rollbar("GET", path, &Value::Null).await.status,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_not_acceptable_is_refused() {
    let caller = caller();
    let with = |name: &str, value: Value| {
        let mut item = message("u", "m");
        item["data"][name] = value;
        item
    };
    for (item, status) in [
        (json!({}), 422),
        (with("environment", Value::Null), 422),
        (with("environment", json!("e".repeat(256))), 422),
        (with("body", json!({})), 422),
        (with("body", json!({"trace": {"frames": []}})), 422),
        (
            with("body", json!({"message": {"body": "m"}, "trace": {}})),
            422,
        ),
        (with("level", json!("loud")), 422),
        (with("uuid", json!("u".repeat(37))), 422),
        (with("platform", json!("browser")), 403),
        (with("custom", json!("x".repeat(1024 * 1024))), 413),
    ] {
        let answer = caller.rollbar("POST", "item/", &item).await;
        assert_eq!(answer.status, status, "{:.200}", item.to_string());
        assert_eq!(answer.body["err"], 1);
    }
    for (token, status) in [
        ("", 401),
        ("x", 403),
        ("4ead456789abcdef0123456789abcdef", 403),
        ("c11e456789abcdef0123456789abcdef", 403),
        ("d15a456789abcdef0123456789abcdef", 403),
        ("4290456789abcdef0123456789abcdef", 429),
    ] {
        let answer = caller
            .rollbar_as(token, "POST", "item/", &message("u", "m"))
            .await;
        assert_eq!(answer.status, status, "{token}");
    }
    let browser = with("platform", json!("browser"));
    let client = "c11e456789abcdef0123456789abcdef";
    assert_eq!(
        caller
            .rollbar_as(client, "POST", "item/", &browser)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn older_forms_of_a_body_are_read() {
    let caller = caller();
    let item = json!({"access_token": TOKEN, "data": message("u1", "a+b & c%")["data"]});
    let mut escaped = String::new();
    for byte in item.to_string().bytes() {
        escaped.push_str(&format!("%{byte:02X}"));
    }
    let form = Request::post("/api/1/item/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(format!("payload={escaped}")));
    assert_eq!(caller.send(form.unwrap()).await.status(), 200);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed
        .write_all(message("u2", "m").to_string().as_bytes())
        .unwrap();
    let packed = Request::post("/api/1/item/")
        .header("content-encoding", "gzip")
        .header("x-rollbar-access-token", TOKEN)
        .body(Bytes::from(packed.finish().unwrap()));
    assert_eq!(caller.send(packed.unwrap()).await.status(), 200);
    assert_eq!(caller.result_of("item/1").await["title"], "a+b & c%");
}

#[tokio::test]
async fn deploys_begin_and_end() {
    let caller = caller();
    let begun = json!({"environment": "test", "revision": "1", "status": "started"});
    let answer = caller.rollbar("POST", "deploy/", &begun).await;
    assert_eq!(answer.body["data"]["deploy_id"], 1);
    let ended = caller
        .rollbar("PATCH", "deploy/1", &json!({"status": "failed"}))
        .await;
    assert_eq!(ended.body["result"]["status"], "failed");
    assert_eq!(
        caller.result_of("deploys").await["deploys"][0]["revision"],
        "1"
    );
    let refused = caller
        .rollbar("POST", "deploy/", &json!({"revision": "1"}))
        .await;
    assert_eq!(refused.status, 422);
}
