use serde_json::json;

use super::*;

#[tokio::test]
async fn a_configuration_key_has_a_team_an_environment_and_permissions() {
    let (status, body) = usual().get("/1/auth").await;
    assert_eq!(status, 200);
    assert_eq!(body["type"], json!("configuration"));
    assert!(body["id"].as_str().unwrap().starts_with("hcxlk_"));
    assert_eq!(
        body["environment"],
        json!({ "name": "Test", "slug": "test" })
    );
    assert_eq!(
        body["team"],
        json!({ "name": "Cruddur", "slug": "cruddur" })
    );
    let access = body["api_key_access"].as_object().unwrap();
    assert_eq!(access.len(), 10);
    assert!(access.values().all(|allowed| *allowed == json!(true)));
    assert!(!body.to_string().contains(HONEYCOMB_KEY));
}

#[tokio::test]
async fn an_ingest_key_says_little_and_a_classic_one_has_no_environment() {
    let (_, body) = keyed(INGEST).get("/1/auth").await;
    assert_eq!(body["type"], json!("ingest"));
    assert_eq!(body["id"], json!(&INGEST[..32]));
    assert_eq!(body["api_key_access"], json!({ "createDatasets": true }));
    let (_, body) = keyed(CLASSIC).get("/1/auth").await;
    assert_eq!(body["type"], json!("configuration"));
    assert_eq!(body["environment"], json!({ "name": "", "slug": "" }));
}

#[tokio::test]
async fn the_short_name_of_the_header_is_known_too() {
    let answer = keyed("")
        .send("GET", "/1/auth", &[("x-hny-team", HONEYCOMB_KEY)], "")
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["ratelimit"],
        "limit=100, remaining=99, reset=60"
    );
    assert_eq!(answer.headers()["ratelimit-policy"], "100;w=60");
}

#[tokio::test]
async fn a_key_that_is_not_let_in() {
    let unknown = "unknown API key - check your credentials";
    for key in [
        "",
        "x",
        "unknown000000000000000",
        "hcalk_00000000000000000000000000",
    ] {
        is_refused(&keyed(key).get("/1/auth").await, 401, unknown);
    }
    is_refused(
        &keyed("disabled00000000000000").get("/1/auth").await,
        401,
        "attempted to use disabled API key",
    );
    let (status, body) = keyed("readonly00000000000000").get("/1/auth").await;
    assert_eq!(status, 200);
    assert_eq!(body["api_key_access"]["events"], json!(false));
    assert_eq!(body["api_key_access"]["queries"], json!(true));
    let (_, body) = keyed("noqueries0000000000000").get("/1/auth").await;
    assert_eq!(body["api_key_access"]["queries"], json!(false));
    assert_eq!(body["api_key_access"]["columns"], json!(false));
    assert_eq!(body["api_key_access"]["events"], json!(true));
}

#[tokio::test]
async fn a_throttled_key_hears_when_to_come_again() {
    let answer = keyed("throttled0000000000000")
        .send("GET", "/1/auth", &[], "")
        .await;
    assert_eq!(answer.status(), 429);
    let again = answer.headers()["retry-after"].to_str().unwrap();
    assert!(again.ends_with(" GMT") && again.contains(", "), "{again}");
    assert_eq!(
        answer.headers()["ratelimit"],
        "limit=100, remaining=0, reset=60"
    );
    let (_, body) = read(&answer);
    assert_eq!(
        body["type"],
        json!("https://api.honeycomb.io/problems/rate-limited")
    );
    let answer = keyed("throttled0000000000000")
        .send("POST", "/1/events/a", &[], "{}")
        .await;
    assert!(!answer.headers().contains_key("retry-after"));
    is_refused(&read(&answer), 429, "Request dropped due to rate limiting.");
}

#[tokio::test]
async fn a_management_key_has_a_team() {
    let pair = "Bearer hcamk_00000000000000000000000000:ssssssssssssssssssssssssssssssss";
    let answer = keyed("")
        .send("GET", "/2/auth", &[("authorization", pair)], "")
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/vnd.api+json");
    let (_, body) = read(&answer);
    assert_eq!(
        body["data"]["id"],
        json!("hcamk_00000000000000000000000000")
    );
    assert_eq!(body["data"]["attributes"]["key_type"], json!("management"));
    assert_eq!(body["included"][0]["attributes"]["slug"], json!("cruddur"));
    assert_eq!(
        body["included"][0]["id"],
        body["data"]["relationships"]["team"]["data"]["id"]
    );
}

#[tokio::test]
async fn a_management_key_that_is_none() {
    for authorization in ["Bearer x", "Bearer hcamk_00000000000000000000000000"] {
        let headers = [("authorization", authorization)];
        let answer = usual().send("GET", "/2/auth", &headers, "").await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["content-type"], "application/vnd.api+json");
        let (_, body) = read(&answer);
        assert_eq!(body["errors"][0]["status"], json!("401"));
    }
    let throttled = "Bearer hcamk_00000000000000000000000000:throttledsssssssssssssssssssssss";
    let answer = usual()
        .send("GET", "/2/auth", &[("authorization", throttled)], "")
        .await;
    assert_eq!(answer.status(), 429);
    assert!(answer.headers().contains_key("retry-after"));
}
