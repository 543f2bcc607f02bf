//! How a failure looks on a span.
//!
//! <https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/>

use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Status};
use opentelemetry_sdk::trace::Span;

use super::attributes;
use super::request::{Failure, Frame};
use crate::settings::HttpNames;

/// Marks a span as failed: its status, and an event with the stack.
pub(super) fn note(span: &mut Span, failure: &Failure, names: HttpNames) {
    if !span.is_recording() {
        return;
    }
    let Failure {
        type_name,
        message,
        frames,
    } = failure;
    span.set_status(Status::error(format!("{type_name}: {message}")));
    let mut stack = String::from("stack backtrace (most recent call last):\n");
    for frame in frames {
        let Frame { path, line, label } = frame;
        stack.push_str(&format!("  {label} at {path}:{line}\n"));
    }
    stack.push_str(type_name);
    stack.push_str(": ");
    stack.push_str(message);
    span.add_event(
        "exception",
        vec![
            KeyValue::new("exception.type", type_name.clone()),
            KeyValue::new("exception.message", message.clone()),
            KeyValue::new("exception.stacktrace", stack),
            KeyValue::new("exception.escaped", "False"),
        ],
    );
    span.set_attributes(attributes::of_error(type_name, names));
}
