//! What became of a test span.

use std::fmt::Write as _;

use serde::Serialize;

use super::super::plain::plain;
use super::super::quantity::duration;
use crate::output::{Page, View};
use crate::remote::Accepted;

/// A span that was sent, and the server's answer.
#[derive(Debug, Serialize)]
pub struct SentView {
    status: u16,
    /// False where the server took the request and left the span out.
    accepted: bool,
    /// What the server said of it; empty where it had nothing to say.
    message: String,
    took_ms: f64,
    bytes: usize,
    url: String,
    url_from: String,
    dataset: String,
    service: String,
    service_from: String,
    name: String,
    trace_id: String,
    span_id: String,
    nonce: String,
    /// The query that finds the span by its nonce; null where it did not go to Honeycomb.
    query_link: Option<String>,
    trace_link: Option<String>,
}

/// The span as it was made.
#[derive(Debug)]
pub struct Span {
    /// Where it lands.
    pub dataset: String,
    /// Its service.
    pub service: String,
    /// Who named the service.
    pub service_from: String,
    /// Its name.
    pub name: String,
    /// The trace's id, as W3C writes it.
    pub trace_id: String,
    /// Its id.
    pub span_id: String,
    /// The text that only it has.
    pub nonce: String,
    /// The query that finds it, and the trace.
    pub links: Option<[String; 2]>,
}

impl SentView {
    /// The view; the address comes with the place that named it.
    pub fn new(answer: &Accepted, url: (String, String), span: Span) -> Self {
        let (query_link, trace_link) = span.links.map(|[query, trace]| (query, trace)).unzip();
        Self {
            status: answer.status,
            accepted: answer.rejected == 0,
            message: answer.said.clone(),
            took_ms: (answer.took.as_secs_f64() * 1e6).round() / 1e3,
            bytes: answer.bytes,
            url: url.0,
            url_from: url.1,
            dataset: span.dataset,
            service: span.service,
            service_from: span.service_from,
            name: span.name,
            trace_id: span.trace_id,
            span_id: span.span_id,
            nonce: span.nonce,
            query_link,
            trace_link,
        }
    }

    /// The trace's id, as W3C writes it.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Why the span was not taken, if it was not.
    pub fn refusal(&self) -> Option<String> {
        (!self.accepted).then(|| {
            if self.message.is_empty() {
                "it gave no reason".to_owned()
            } else {
                self.message.clone()
            }
        })
    }
}

impl View for SentView {
    fn text(&self, page: &Page) -> String {
        let style = page.style;
        let mut text = String::new();
        let mut line = |label: &str, value: &str| {
            let _ = writeln!(
                text,
                "{}  {}",
                style.dim(&format!("{label:<8}")),
                page.wrap(value, 10)
            );
        };
        let took = duration(self.took_ms / 1000.0);
        let state = if self.accepted {
            style.good("accepted")
        } else {
            style.bad("NOT ACCEPTED")
        };
        line(
            "span",
            &format!(
                "{state}  HTTP {}, {} bytes in {took}",
                self.status, self.bytes
            ),
        );
        let said = if self.message.is_empty() {
            "nothing more, which is a full success".to_owned()
        } else {
            plain(&self.message).into_owned()
        };
        line("server", &said);
        line(
            "sent to",
            &format!("{} from {}", plain(&self.url), plain(&self.url_from)),
        );
        line("dataset", &style.strong(&plain(&self.dataset)));
        line(
            "service",
            &format!(
                "{} from {}",
                plain(&self.service),
                plain(&self.service_from)
            ),
        );
        line("name", &plain(&self.name));
        line("trace", &self.trace_id);
        line("nonce", &self.nonce);
        if let Some(link) = &self.query_link {
            let _ = writeln!(text, "\n{}", style.accent(&plain(link)));
        }
        text
    }
}
