//! What is posted: checked as upstream checks it, and answered as if it were kept.
//!
//! Of several things that are wrong the last one checked is named, and it alone. Lengths are
//! counted in characters. A key that is missing, and a text that is none, are failures of the
//! application there, and so they are here.

use jiff::Timestamp;
use serde_json::Value;

use super::display_name;
use crate::server::json::{Moment, object};

/// The longest activity.
const LONGEST_ACTIVITY: usize = 280;

/// The longest reply or message.
const LONGEST_MESSAGE: usize = 1024;

/// How long an activity may be shown, in hours.
const TIMES_TO_LIVE: [(&str, i64); 7] = [
    ("30-days", 30 * 24),
    ("7-days", 7 * 24),
    ("3-days", 3 * 24),
    ("1-day", 24),
    ("12-hours", 12),
    ("3-hours", 3),
    ("1-hour", 1),
];

/// A body that was posted, and who posted it.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct Draft<'a> {
    pub(in crate::server) body: &'a Value,
    /// The signed-in user.
    pub(in crate::server) handle: &'a str,
    pub(in crate::server) now: Timestamp,
}

/// Why nothing was made of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Refused {
    /// A reason that programs read.
    Because(&'static str),
    /// Something that the application does not expect.
    Failure { kind: &'static str, message: String },
}

/// A new activity.
pub(in crate::server) fn activity(draft: Draft<'_>) -> Result<Vec<u8>, Refused> {
    let message = draft.text("message")?;
    let ttl = draft.member("ttl")?.as_str();
    let hours = ttl.and_then(|ttl| TIMES_TO_LIVE.iter().find(|(name, _)| *name == ttl));
    let mut wrong = hours.is_none().then_some("ttl_blank");
    if draft.handle.is_empty() {
        wrong = Some("user_handle_blank");
    }
    let message = checked(message, LONGEST_ACTIVITY, wrong)?;
    let now = Moment::utc(draft.now);
    Ok(object(|activity| {
        activity
            .time("created_at", &now)
            .text("display_name", display_name(draft.handle))
            .time(
                "expires_at",
                &now.plus_hours(hours.map_or(0, |(_, hours)| *hours)),
            )
            .text("handle", draft.handle)
            .text("message", message)
            .text("uuid", &uuid::Uuid::new_v4().to_string());
    }))
}

/// A reply to an activity.
pub(in crate::server) fn reply(draft: Draft<'_>, to: &str) -> Result<Vec<u8>, Refused> {
    let message = draft.text("message")?;
    let mut wrong = draft.handle.is_empty().then_some("user_handle_blank");
    if to.is_empty() {
        wrong = Some("activity_uuid_blank");
    }
    let message = checked(message, LONGEST_MESSAGE, wrong)?;
    Ok(object(|reply| {
        reply
            .time("created_at", &Moment::utc(draft.now))
            .text("display_name", display_name(draft.handle))
            .text("handle", draft.handle)
            .text("message", message)
            .text("reply_to_activity_uuid", to)
            .text("uuid", &uuid::Uuid::new_v4().to_string());
    }))
}

/// A message to somebody.
pub(in crate::server) fn message(draft: Draft<'_>) -> Result<Vec<u8>, Refused> {
    let text = draft.text("message")?;
    let receiver = draft.text("user_receiver_handle")?;
    let is_blank = receiver.is_none_or(str::is_empty) || draft.handle.is_empty();
    let wrong = is_blank.then_some("user_reciever_handle_blank");
    let text = checked(text, LONGEST_MESSAGE, wrong)?;
    Ok(object(|message| {
        message
            .time("created_at", &Moment::utc(draft.now))
            .text("display_name", display_name(draft.handle))
            .text("handle", draft.handle)
            .text("message", text)
            .text("uuid", &uuid::Uuid::new_v4().to_string());
    }))
}

impl<'a> Draft<'a> {
    fn member(&self, name: &'static str) -> Result<&'a Value, Refused> {
        let body: &'a Value = self.body;
        let Some(members) = body.as_object() else {
            return Err(failure("TypeError", format!("the body is {}", kind(body))));
        };
        let missing = || failure("KeyError", format!("'{name}'"));
        members.get(name).ok_or_else(missing)
    }

    /// A text, or `null`.
    fn text(&self, name: &'static str) -> Result<Option<&'a str>, Refused> {
        match self.member(name)? {
            Value::String(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other => Err(failure("TypeError", format!("{name} is {}", kind(other)))),
        }
    }
}

fn checked<'a>(
    message: Option<&'a str>,
    longest: usize,
    wrong: Option<&'static str>,
) -> Result<&'a str, Refused> {
    let message = message.unwrap_or_default();
    let reason = if message.is_empty() {
        Some("message_blank")
    } else if message.chars().count() > longest {
        Some("message_exceed_max_chars")
    } else {
        wrong
    };
    reason.map_or(Ok(message), |reason| Err(Refused::Because(reason)))
}

fn failure(kind: &'static str, message: String) -> Refused {
    Refused::Failure { kind, message }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null and not an object",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft<'a>(body: &'a Value, handle: &'a str) -> Draft<'a> {
        Draft {
            body,
            handle,
            now: "2026-11-20T09:00:00Z".parse().unwrap(),
        }
    }

    fn refused(made: Result<Vec<u8>, Refused>) -> String {
        match made {
            Ok(document) => String::from_utf8(document).unwrap(),
            Err(Refused::Because(reason)) => reason.to_owned(),
            Err(Refused::Failure { kind, message }) => format!("{kind}: {message}"),
        }
    }

    #[test]
    fn the_last_thing_that_is_wrong_is_named() {
        for (body, handle, expected) in [
            (json!({"message": "", "ttl": "x"}), "", "message_blank"),
            (
                json!({"message": null, "ttl": "1-day"}),
                "a",
                "message_blank",
            ),
            (
                json!({"message": "é".repeat(281), "ttl": "x"}),
                "a",
                "message_exceed_max_chars",
            ),
            (json!({"message": "m", "ttl": "x"}), "", "user_handle_blank"),
            (json!({"message": "m", "ttl": "x"}), "a", "ttl_blank"),
            (json!({"message": "m", "ttl": 7}), "a", "ttl_blank"),
            (json!({"ttl": "1-day"}), "a", "KeyError: 'message'"),
            (json!({"message": "m"}), "a", "KeyError: 'ttl'"),
            (
                json!({"message": 5, "ttl": "1-day"}),
                "a",
                "TypeError: message is a number",
            ),
            (json!([]), "a", "TypeError: the body is a list"),
        ] {
            assert_eq!(refused(activity(draft(&body, handle))), expected, "{body}");
        }
        let body = json!({"message": "", "user_receiver_handle": ""});
        assert_eq!(refused(message(draft(&body, "a"))), "message_blank");
        let body = json!({"message": "x", "user_receiver_handle": ""});
        assert_eq!(
            refused(message(draft(&body, "a"))),
            "user_reciever_handle_blank"
        );
        let body = json!({"message": "x".repeat(1025)});
        assert_eq!(
            refused(reply(draft(&body, "a"), "u")),
            "message_exceed_max_chars"
        );
        assert_eq!(
            refused(reply(draft(&json!({"message": "x"}), "a"), "")),
            "activity_uuid_blank"
        );
    }

    #[test]
    fn every_time_to_live() {
        for (ttl, expires) in [
            ("30-days", "2026-12-20T09:00:00+00:00"),
            ("7-days", "2026-11-27T09:00:00+00:00"),
            ("3-days", "2026-11-23T09:00:00+00:00"),
            ("1-day", "2026-11-21T09:00:00+00:00"),
            ("12-hours", "2026-11-20T21:00:00+00:00"),
            ("3-hours", "2026-11-20T12:00:00+00:00"),
            ("1-hour", "2026-11-20T10:00:00+00:00"),
        ] {
            let body = json!({"message": "é".repeat(280), "ttl": ttl});
            let made = activity(draft(&body, "andrewbrown")).unwrap();
            let made: Value = serde_json::from_slice(&made).unwrap();
            assert_eq!(made["expires_at"], expires);
            assert_eq!(made["display_name"], "Andrew Brown");
            assert_eq!(made["message"], "é".repeat(280));
        }
    }
}
