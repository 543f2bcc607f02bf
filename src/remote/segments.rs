//! What a daemon sends: segments, its telemetry, and the requests of samplers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_xray::config::Builder;
use aws_sdk_xray::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_xray::types;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use axum::body::Bytes;
use serde::Serialize;

use super::body::fill;
use super::explain::explain;
use super::xray::XrayClient;
use crate::error::{Error, Result};
use crate::xray::telemetry::{ConnectionError, TelemetryRecord};

/// The path of the operation whose request is rewritten into the one to forward.
const REWRITTEN: &str = "/GetSamplingRules";

/// Headers of an answer that its reader may want.
const PASSED_ON: [&str; 3] = ["content-type", "x-amzn-errortype", "x-amzn-requestid"];

/// Codes of a refusal that will be the same next time.
const FINAL: [&str; 3] = [
    "InvalidRequestException",
    "SerializationException",
    "ValidationException",
];

/// A document that X-Ray took in and threw away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    /// The segment's id, where X-Ray could read one.
    pub id: Option<String>,
    /// The code of the reason.
    pub code: String,
    /// The reason in words.
    pub message: String,
}

/// A batch that did not arrive.
#[derive(Debug)]
pub struct Undelivered {
    /// What to tell a person.
    pub error: Error,
    /// What to count.
    pub cause: ConnectionError,
    /// Whether the same request would be refused again, however often it is sent.
    pub is_final: bool,
}

/// A request to pass on.
#[derive(Debug, Clone)]
pub struct Forwarded {
    /// The method.
    pub method: String,
    /// The path, and the query if there is one.
    pub path: String,
    /// The content type, if there is one.
    pub content_type: Option<String>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// An answer, byte for byte.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers that say what the body is.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl XrayClient {
    /// Sends documents as they are, once; returns those that X-Ray could not process.
    pub async fn put_trace_segments(
        &self,
        documents: &[&str],
        patience: Duration,
    ) -> Result<Vec<Unprocessed>, Undelivered> {
        // The SDK would want a copy of every document, and make another of each as it writes them.
        let body = Bytes::from(segments_body(documents));
        let sent = self
            .client
            .put_trace_segments()
            .set_trace_segment_documents(Some(Vec::new()))
            .customize()
            .config_override(once(patience))
            .mutate_request(move |request| fill(request, body.clone()))
            .send()
            .await
            .map_err(|error| Undelivered {
                cause: cause(&error),
                is_final: is_final(&error),
                error: explain(&self.facts, "xray:PutTraceSegments", &error),
            })?;
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Ok(sent
            .unprocessed_trace_segments()
            .iter()
            .map(|segment| Unprocessed {
                id: segment.id().map(str::to_owned),
                code: owned(segment.error_code()),
                message: owned(segment.message()),
            })
            .collect())
    }

    /// Reports what a daemon did.
    pub async fn put_telemetry_records(
        &self,
        records: &[TelemetryRecord],
        hostname: Option<&str>,
        instance: Option<&str>,
        resource: Option<&str>,
        patience: Duration,
    ) -> Result<()> {
        let records = records
            .iter()
            .map(telemetry_record)
            .collect::<Result<Vec<_>>>()?;
        self.client
            .put_telemetry_records()
            .set_telemetry_records(Some(records))
            .set_hostname(hostname.map(str::to_owned))
            .set_ec2_instance_id(instance.map(str::to_owned))
            .set_resource_arn(resource.map(str::to_owned))
            .customize()
            .config_override(once(patience))
            .send()
            .await
            .map(drop)
            .map_err(|error| explain(&self.facts, "xray:PutTelemetryRecords", &error))
    }

    /// Signs a request, passes it on and returns the answer, whatever it says: what stands in
    /// either is the business of those who speak.
    pub async fn forward(&self, request: Forwarded, patience: Duration) -> Result<Reply> {
        let answer = Answer::default();
        let sent = self
            .client
            .get_sampling_rules()
            .customize()
            .config_override(once(patience))
            .mutate_request(move |original| rewrite(original, &request))
            .interceptor(answer.clone())
            .send()
            .await;
        let reply = answer
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (reply, sent) {
            (Some(reply), _) => Ok(reply),
            (None, Err(error)) => Err(explain(&self.facts, "xray:GetSamplingRules", &error)),
            (None, Ok(_)) => Err(Error::unexpected("the answer of X-Ray could not be read")),
        }
    }

    /// Where requests go.
    pub fn endpoint(&self) -> String {
        self.facts.endpoint_of("xray:PutTraceSegments")
    }
}

/// One attempt: whoever calls has its own way of trying again.
fn once(patience: Duration) -> Builder {
    Builder::new()
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(patience.min(Duration::from_secs(2)))
                .operation_attempt_timeout(patience)
                .operation_timeout(patience)
                .build(),
        )
}

/// What `PutTraceSegments` sends.
fn segments_body(documents: &[&str]) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Body<'a> {
        trace_segment_documents: &'a [&'a str],
    }
    let bytes: usize = documents.iter().map(|document| document.len()).sum();
    // A quarter more for the quotes in them.
    let mut body = Vec::with_capacity(bytes + bytes / 4 + 64);
    // Texts are always written, and so is memory.
    drop(serde_json::to_writer(
        &mut body,
        &Body {
            trace_segment_documents: documents,
        },
    ));
    body
}

fn rewrite(original: &mut HttpRequest, request: &Forwarded) {
    let base = original.uri().split('?').next().unwrap_or_default();
    let uri = format!(
        "{}{}",
        base.strip_suffix(REWRITTEN).unwrap_or(base),
        request.path
    );
    // Both come out of a parsed HTTP request: they are valid.
    drop(original.set_uri(uri));
    drop(original.set_method(&request.method));
    let headers = original.headers_mut();
    headers.insert("content-length", request.body.len().to_string());
    match &request.content_type {
        Some(content_type) => drop(headers.try_insert("content-type", content_type.clone())),
        None => drop(headers.remove("content-type")),
    }
    *original.body_mut() = SdkBody::from(request.body.clone());
}

/// Keeps the answer as it came.
#[derive(Debug, Clone, Default)]
struct Answer(Arc<Mutex<Option<Reply>>>);

impl Intercept for Answer {
    fn name(&self) -> &'static str {
        "Answer"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let reply = context.response().and_then(reply);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reply;
        Ok(())
    }
}

fn reply(response: &HttpResponse) -> Option<Reply> {
    Some(Reply {
        status: response.status().as_u16(),
        headers: PASSED_ON
            .into_iter()
            .filter_map(|name| Some((name, response.headers().get(name)?.to_owned())))
            .collect(),
        body: response.body().bytes()?.to_vec(),
    })
}

fn cause<E>(error: &SdkError<E, HttpResponse>) -> ConnectionError
where
    E: std::error::Error + 'static,
{
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    if let Some(cause) = status.and_then(ConnectionError::of_status) {
        return cause;
    }
    match error {
        SdkError::TimeoutError(_) => return ConnectionError::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            return ConnectionError::Timeout;
        }
        _ => {}
    }
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if text.contains("onnection refused") {
            return ConnectionError::Refused;
        }
        if text.contains("dns error") || text.contains("failed to lookup address") {
            return ConnectionError::UnknownHost;
        }
        next = error.source();
    }
    ConnectionError::Other
}

/// Whether it is the batch that is wrong, and not the moment.
fn is_final<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error.raw_response().map(|raw| raw.status().as_u16()) {
        Some(413) => true,
        Some(400) => error.code().is_some_and(|code| FINAL.contains(&code)),
        _ => false,
    }
}

fn telemetry_record(record: &TelemetryRecord) -> Result<types::TelemetryRecord> {
    let count = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
    let counters = &record.counters;
    let errors = |error| count(counters.connection_errors.get(error));
    types::TelemetryRecord::builder()
        .timestamp(DateTime::from_secs(record.at.as_second()))
        .segments_received_count(count(counters.received))
        .segments_sent_count(count(counters.sent))
        .segments_spillover_count(count(counters.spilled))
        .segments_rejected_count(count(counters.rejected))
        .backend_connection_errors(
            types::BackendConnectionErrors::builder()
                .timeout_count(errors(ConnectionError::Timeout))
                .connection_refused_count(errors(ConnectionError::Refused))
                .http_code4_xx_count(errors(ConnectionError::Http4xx))
                .http_code5_xx_count(errors(ConnectionError::Http5xx))
                .unknown_host_count(errors(ConnectionError::UnknownHost))
                .other_count(errors(ConnectionError::Other))
                .build(),
        )
        .build()
        .map_err(|error| Error::unexpected("could not build the telemetry").source(error))
}
