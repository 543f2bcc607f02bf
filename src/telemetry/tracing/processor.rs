//! Where spans go when they end: into the queues, without waiting.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::books::Books;
use super::otlp::EncodedSpan;

thread_local! {
    /// Whether X-Ray records the trace of the span that this thread is ending.
    static IS_RECORDED_BY_XRAY: Cell<bool> = const { Cell::new(false) };
}

/// Ends a span in the knowledge whether X-Ray records its trace, which a span itself cannot say.
pub(super) fn end(span: Span, is_recorded_by_xray: bool) {
    IS_RECORDED_BY_XRAY.set(is_recorded_by_xray);
    // The last handle of a span ends it.
    drop(span);
    IS_RECORDED_BY_XRAY.set(false);
}

/// Puts spans into the queues.
#[derive(Debug, Default)]
pub(super) struct Processor {
    /// The one that takes every span.
    pub(super) all: Option<Arc<Books<EncodedSpan>>>,
    /// The one that takes what X-Ray records.
    pub(super) xray: Option<Arc<Books<EncodedSpan>>>,
    /// The one that is printed.
    pub(super) console: Option<Arc<Books<SpanData>>>,
    /// How long a text may be, in characters.
    pub(super) longest_value: Option<usize>,
}

impl SpanProcessor for Processor {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, mut span: SpanData) {
        if let Some(longest) = self.longest_value {
            cut(&mut span, longest);
        }
        // Encoded here and now, what the span holds is freed by the thread that allocated it, and
        // one piece of memory waits in the queue.
        let xray = self.xray.as_ref().filter(|_| IS_RECORDED_BY_XRAY.get());
        if self.all.is_some() || xray.is_some() {
            let encoded = EncodedSpan::of(&span);
            match (&self.all, xray) {
                (Some(all), Some(xray)) => {
                    all.give(encoded.clone());
                    xray.give(encoded);
                }
                (Some(queue), None) | (None, Some(queue)) => queue.give(encoded),
                (None, None) => {}
            }
        }
        if let Some(console) = &self.console {
            console.give(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    // The workers are stopped by whoever started them, and know more about how it went.
    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn cut(span: &mut SpanData, longest: usize) {
    let events = span.events.events.iter_mut();
    let lists = events.map(|event| &mut event.attributes);
    for attribute in lists.chain([&mut span.attributes]).flatten() {
        cut_value(attribute, longest);
    }
}

fn cut_value(attribute: &mut KeyValue, longest: usize) {
    let cut = |text: &StringValue| -> Option<StringValue> {
        let (end, _) = text.as_str().char_indices().nth(longest)?;
        Some(StringValue::from(text.as_str()[..end].to_owned()))
    };
    match &mut attribute.value {
        Value::String(text) => {
            if let Some(shorter) = cut(text) {
                *text = shorter;
            }
        }
        Value::Array(Array::String(texts)) => {
            for text in texts {
                if let Some(shorter) = cut(text) {
                    *text = shorter;
                }
            }
        }
        _ => {}
    }
}
