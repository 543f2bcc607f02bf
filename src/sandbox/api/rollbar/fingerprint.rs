//! What occurrences of one item have in common.
//!
//! Rollbar's rules are not published whole; they rest on the class of a failure and the files and
//! functions of its stack, and for messages on the text
//! (<https://docs.rollbar.com/docs/grouping-algorithm>). So do these, with numbers in messages
//! taken as alike.

use std::fmt::Write as _;

use serde_json::Value;
use sha1::{Digest as _, Sha1};

/// The longest fingerprint that is kept as it is.
const LONGEST: usize = 40;

/// The fingerprint of a report: its own, where it has one.
pub(super) fn of(data: &Value) -> String {
    match &data["fingerprint"] {
        Value::String(own) if !own.is_empty() && own.len() <= LONGEST => own.clone(),
        Value::String(own) if !own.is_empty() => digest(own),
        _ => digest(&alike(data)),
    }
}

/// What a report is called: its own title, the failure with its message, or the message.
pub(super) fn title(data: &Value) -> String {
    let body = &data["body"];
    let exception = |trace: &Value| {
        let class = trace["exception"]["class"].as_str()?;
        Some(match trace["exception"]["message"].as_str() {
            Some(message) if !message.is_empty() => format!("{class}: {message}"),
            _ => class.to_owned(),
        })
    };
    let title = data["title"]
        .as_str()
        .map(str::to_owned)
        .or_else(|| exception(&body["trace"]))
        .or_else(|| exception(&body["trace_chain"][0]))
        .or_else(|| body["message"]["body"].as_str().map(str::to_owned))
        .or_else(|| {
            let raw = body["crash_report"]["raw"].as_str()?;
            raw.lines().next().map(str::to_owned)
        });
    title.unwrap_or_default().chars().take(255).collect()
}

fn alike(data: &Value) -> String {
    let body = &data["body"];
    let mut text = String::new();
    let mut trace = |trace: &Value| {
        text.push_str(trace["exception"]["class"].as_str().unwrap_or_default());
        for frame in trace["frames"].as_array().into_iter().flatten() {
            let part = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
            let _ = write!(text, "\n{} {}", part("filename"), part("method"));
        }
        text.push('\n');
    };
    if body["trace"].is_object() {
        trace(&body["trace"]);
    } else if let Some(chain) = body["trace_chain"].as_array() {
        chain.iter().for_each(trace);
    } else {
        let message = title(data);
        text.extend(message.chars().map(|character| {
            if character.is_ascii_digit() {
                '0'
            } else {
                character
            }
        }));
    }
    text
}

fn digest(text: &str) -> String {
    Sha1::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alike_are_those_of_one_class_and_stack() {
        let failure = |class: &str, method: &str, message: &str, line: u32| {
            json!({"body": {"trace": {
                "frames": [{"filename": "app.py", "lineno": line, "method": method}],
                "exception": {"class": class, "message": message},
            }}})
        };
        let one = of(&failure("KeyError", "home", "'a'", 1));
        assert_eq!(one, of(&failure("KeyError", "home", "'b'", 2)));
        assert_ne!(one, of(&failure("TypeError", "home", "'a'", 1)));
        assert_ne!(one, of(&failure("KeyError", "user", "'a'", 1)));
        let message = |text: &str| of(&json!({"body": {"message": {"body": text}}}));
        assert_eq!(message("took 12 ms"), message("took 99 ms"));
        assert_ne!(message("took 12 ms"), message("lost 12 ms"));
        assert_eq!(of(&json!({"fingerprint": "own"})), "own");
        assert_eq!(of(&json!({"fingerprint": "o".repeat(41)})).len(), 40);
    }
}
