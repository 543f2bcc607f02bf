//! How a failure looks on a span.
//!
//! <https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/>

use opentelemetry::KeyValue;

use super::attributes;
use super::request::{Failure, Frame};
use super::span::Span;
use crate::settings::HttpNames;

/// Marks a span as failed: its status, and an event with the stack.
pub(super) fn note(span: &mut Span, failure: &Failure, names: HttpNames) {
    let Some(record) = &mut span.record else {
        return;
    };
    let Failure {
        type_name,
        message,
        frames,
    } = failure;
    record.fail(format!("{type_name}: {message}"));
    let mut stack = String::from("stack backtrace (most recent call last):\n");
    for frame in frames {
        let Frame { path, line, label } = frame;
        stack.push_str(&format!("  {label} at {path}:{line}\n"));
    }
    stack.push_str(type_name);
    stack.push_str(": ");
    stack.push_str(message);
    record.add_event(
        "exception",
        vec![
            KeyValue::new("exception.type", type_name.clone()),
            KeyValue::new("exception.message", message.clone()),
            KeyValue::new("exception.stacktrace", stack),
            KeyValue::new("exception.escaped", "False"),
        ],
    );
    attributes::put_error(&mut record.attributes, type_name, names);
}
