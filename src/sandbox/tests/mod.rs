//! The sandbox's behaviour, asked as a client asks: requests in, answers out.

mod disk_store;
mod honeycomb;
mod live_tail;
mod log_events;
mod log_group_lists;
mod log_groups;
mod log_queries;
mod log_streams;
mod metric_filters;
mod on_a_socket;
mod otlp;
mod rollbar;
mod sampling;
mod sampling_rules;
mod segments;
mod service_graph;
mod traces;
mod wire;
mod xray_groups;
mod xray_settings;

use axum::body::Bytes;
use axum::http::{Request, Response};
use serde_json::{Value, json};

use super::store::Clock;
use super::{LocalService, Location, Log, Store, api, local};

/// Asks the sandbox in process, as one account in one region.
#[derive(Clone)]
struct Caller {
    service: LocalService,
    region: &'static str,
    key_id: &'static str,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    error_type: Option<String>,
    body: Value,
}

fn memory() -> Store {
    Store::open(&Location::Memory)
        .unwrap()
        .with_clock(Clock::frozen(1_528_317_567_891))
}

fn caller() -> Caller {
    on(memory())
}

fn on(store: Store) -> Caller {
    let service = api::Service::new(store, "us-east-1".to_owned(), Log::to(std::io::sink()));
    Caller {
        service: local::local(service),
        region: "ca-central-1",
        key_id: "123456789012",
    }
}

impl Caller {
    fn in_region(&self, region: &'static str) -> Self {
        Self {
            region,
            ..self.clone()
        }
    }

    fn with_key(&self, key_id: &'static str) -> Self {
        Self {
            key_id,
            ..self.clone()
        }
    }

    fn signed(&self, service: &str) -> axum::http::request::Builder {
        let (key_id, region) = (self.key_id, self.region);
        Request::post("/").header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={key_id}/20261120/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
            ),
        )
    }

    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        (self.service)(request).await
    }

    async fn xray(&self, path: &str, body: Value) -> Answer {
        let request = self
            .signed("xray")
            .uri(path)
            .body(Bytes::from(body.to_string()));
        Answer::read(&self.send(request.unwrap()).await)
    }

    async fn logs(&self, operation: &str, body: Value) -> Answer {
        let request = self
            .signed("logs")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .body(Bytes::from(body.to_string()));
        let response = self.send(request.unwrap()).await;
        assert_eq!(
            response.headers()["content-type"],
            "application/x-amz-json-1.1"
        );
        assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
        Answer::read(&response)
    }

    /// Makes something that must succeed.
    async fn done(&self, operation: &str, body: Value) -> Value {
        let answer = if operation.starts_with('/') {
            self.xray(operation, body).await
        } else {
            self.logs(operation, body).await
        };
        assert_eq!(answer.status, 200, "{operation}: {answer:?}");
        answer.body
    }
}

impl Answer {
    fn read(response: &Response<Bytes>) -> Self {
        let error_type = response.headers().get("x-amzn-errortype");
        Self {
            status: response.status().as_u16(),
            error_type: error_type.map(|value| value.to_str().unwrap().to_owned()),
            body: match response.body().as_ref() {
                [] => Value::Null,
                body => serde_json::from_slice(body).unwrap(),
            },
        }
    }

    /// Status, exception and sentence of a refusal; checks that they are where clients look.
    fn refusal(&self) -> (u16, &str, &str) {
        let code = self.body["__type"]
            .as_str()
            .unwrap_or_else(|| panic!("{self:?}"));
        let message = self.body["message"].as_str().unwrap();
        if let Some(error_type) = &self.error_type {
            assert_eq!(error_type, code);
            assert_eq!(self.body["Message"], json!(message));
        }
        (self.status, code, message)
    }

    #[track_caller]
    fn is_refused(&self, status: u16, code: &str, part: &str) {
        let (actual_status, actual_code, message) = self.refusal();
        assert_eq!((actual_status, actual_code), (status, code), "{message}");
        assert!(message.contains(part), "{message}");
    }
}
