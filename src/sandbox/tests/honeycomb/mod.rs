//! Honeycomb's API, asked as its clients ask.

mod any_request;
mod auth;
mod configuration;
mod lessons;
mod queries;
mod send;

use axum::body::Bytes;
use axum::http::{Request, Response};
use serde_json::{Value, json};

use super::{Caller, caller};
use crate::sandbox::HONEYCOMB_KEY;

const INGEST: &str = "hcaik_00000000000000000000000000ssssssssssssssssssssssssssssssss";
const CLASSIC: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

/// A caller with a key.
struct Keyed {
    caller: Caller,
    key: &'static str,
}

fn keyed(key: &'static str) -> Keyed {
    Keyed {
        caller: caller(),
        key,
    }
}

fn usual() -> Keyed {
    keyed(HONEYCOMB_KEY)
}

/// Status and body, read as JSON.
type Answer = (u16, Value);

fn read(response: &Response<Bytes>) -> Answer {
    let body = match response.body().as_ref() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (response.status().as_u16(), body)
}

impl Keyed {
    fn with_key(&self, key: &'static str) -> Self {
        Self {
            caller: self.caller.clone(),
            key,
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(path);
        if !self.key.is_empty() {
            request = request.header("x-honeycomb-team", self.key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.caller.send(request.body(body.into()).unwrap()).await
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        read(&self.send(method, path, &[], body).await)
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, body).await
    }

    /// Saves a query, runs it, and gives its data.
    async fn query(&self, dataset: &str, specification: Value) -> Value {
        let (status, query) = self
            .post(&format!("/1/queries/{dataset}"), specification)
            .await;
        assert_eq!(status, 200, "{query}");
        let run = json!({ "query_id": query["id"] });
        let (status, run) = self.post(&format!("/1/query_results/{dataset}"), run).await;
        assert_eq!((status, &run["complete"]), (201, &json!(false)), "{run}");
        let id = run["id"].as_str().unwrap();
        let (status, result) = self.get(&format!("/1/query_results/{dataset}/{id}")).await;
        assert_eq!(
            (status, &result["complete"]),
            (200, &json!(true)),
            "{result}"
        );
        result["data"].clone()
    }

    /// The rows of a query.
    async fn rows(&self, dataset: &str, specification: Value) -> Vec<Value> {
        self.query(dataset, specification).await["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["data"].clone())
            .collect()
    }
}

/// An answer that refuses in the short form.
#[track_caller]
fn is_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer, &(status, json!({ "error": error })));
}
