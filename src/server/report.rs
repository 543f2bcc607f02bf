//! What is told to Rollbar: failures, and the seeds' greeting.

use axum::http::header::HOST;
use axum::http::request::Parts;
use jiff::Timestamp;

use super::App;
use super::failure::Fault;
use crate::rollbar::{Exception, Frame, Identity, Item, Level, Request, Source};
use crate::telemetry::mask_query;
use crate::telemetry::rollbar::Reporter;
use crate::telemetry::tracing::{Failure, TracedRequest};

/// What the files of this program's own code begin with: Rollbar folds away every other frame
/// (<https://rollbar.com/docs/just-your-code/>).
const ROOT: &str = "src";

/// What every report says about the service.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The environment, such as `production`.
    pub environment: String,
    /// The version of the code.
    pub code_version: String,
    /// The machine's name.
    pub host: String,
    /// What stands before a trace's id to look at the trace: the beginning of an address or of a
    /// command.
    pub trace_link: String,
}

impl About {
    fn source(&self) -> Source {
        Source {
            environment: self.environment.clone(),
            code_version: Some(self.code_version.clone()),
            host: self.host.clone(),
            root: Some(ROOT.to_owned()),
            framework: Some("axum".to_owned()),
        }
    }
}

impl App {
    /// Reports a failure, with its request.
    pub(super) fn report_fault(
        &self,
        fault: &Fault,
        head: &Parts,
        rule: Option<&'static str>,
        address: &str,
        traced: &TracedRequest,
    ) {
        let Some(reporter) = &self.reporter else {
            return;
        };
        let chain: Vec<Exception> = std::iter::once(&fault.failure)
            .chain(&fault.causes)
            .map(exception)
            .collect();
        let item = Item::failure(identity(), &self.about.source(), Level::Error, &chain)
            .context(rule.unwrap_or_else(|| head.uri.path()))
            .request(&request(head, address));
        self.report(reporter, item, traced);
    }

    /// Reports the seeds' greeting, as a warning and without its request, as they do.
    pub(super) fn report_greeting(&self, traced: &TracedRequest) {
        if let Some(reporter) = &self.reporter {
            let source = self.about.source();
            let item = Item::message(identity(), &source, Level::Warning, "Hello World!");
            self.report(reporter, item, traced);
        }
    }

    /// Adds what leads to the trace, in both spellings.
    fn report(&self, reporter: &Reporter, item: Item, traced: &TracedRequest) {
        let id = traced.trace_id();
        let xray = id.to_string();
        let link = format!("{}{xray}", self.about.trace_link);
        reporter.report(
            item.custom("trace_id", id.w3c())
                .custom("xray_trace_id", xray)
                .custom("trace_url", link),
        );
    }
}

fn identity() -> Identity {
    Identity {
        uuid: uuid::Uuid::new_v4().to_string(),
        timestamp: Timestamp::now().as_second(),
    }
}

fn exception(failure: &Failure) -> Exception {
    let frames = failure.frames.iter().map(|frame| Frame {
        filename: frame.path.clone(),
        line: frame.line,
        method: frame.label.clone(),
    });
    Exception {
        class: failure.type_name.clone(),
        message: failure.message.clone(),
        frames: frames.collect(),
    }
}

fn request(head: &Parts, address: &str) -> Request {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let target = head
        .uri
        .path_and_query()
        .map_or("/", axum::http::uri::PathAndQuery::as_str);
    Request {
        url: format!(
            "http://{}{}",
            host.unwrap_or("localhost"),
            mask_query(target)
        ),
        method: head.method.to_string(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            })
            .collect(),
        query_string: head
            .uri
            .query()
            .map(|query| mask_query(&format!("?{query}"))[1..].to_owned()),
        user_ip: address.to_owned(),
    }
}
