//! An occurrence as it is read back.

use serde_json::Value;

use crate::trace::TraceId;

/// What is known of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its id.
    pub uuid: Option<String>,
    /// When it happened, in seconds since the epoch.
    pub timestamp: Option<i64>,
    /// Its level.
    pub level: String,
    /// The environment.
    pub environment: Option<String>,
    /// What it is called: the failure with its message, or the message.
    pub title: String,
    /// The trace that it belongs to, where the sender said so.
    pub trace_id: Option<TraceId>,
}

impl Occurrence {
    /// Reads an element of Rollbar's answers; what has no data is none.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let data = value.get("data").filter(|data| data.is_object())?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            uuid: text(&data["uuid"]),
            timestamp: value["timestamp"]
                .as_i64()
                .or_else(|| data["timestamp"].as_i64()),
            level: level(&data["level"]),
            environment: text(&data["environment"]),
            title: title(&data["body"])
                .or_else(|| text(&data["title"]))
                .unwrap_or_else(|| "without a title".to_owned()),
            trace_id: ["trace_id", "xray_trace_id"]
                .into_iter()
                .find_map(|name| data["custom"][name].as_str()?.parse().ok()),
        })
    }
}

/// Levels come as words, or as the numbers that Rollbar keeps them as.
fn level(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Number(number) => match number.as_i64() {
            Some(50) => "critical",
            Some(30) => "warning",
            Some(20) => "info",
            Some(10) => "debug",
            _ => "error",
        }
        .to_owned(),
        _ => "error".to_owned(),
    }
}

fn title(body: &Value) -> Option<String> {
    let exception = |trace: &Value| {
        let class = trace["exception"]["class"].as_str()?;
        Some(match trace["exception"]["message"].as_str() {
            Some(message) if !message.is_empty() => format!("{class}: {message}"),
            _ => class.to_owned(),
        })
    };
    exception(&body["trace"])
        .or_else(|| exception(&body["trace_chain"][0]))
        .or_else(|| Some(body["message"]["body"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read_back() {
        let value = json!({"id": 1, "timestamp": 5, "data": {
            "uuid": "u", "level": 40, "environment": "production",
            "custom": {"trace_id": "6b0015f0eae546bd219778f64b5b1520"},
            "body": {"trace_chain": [{"exception": {"class": "A", "message": "m"}}]},
        }});
        let read = Occurrence::read(&value).unwrap();
        assert_eq!(read.title, "A: m");
        assert_eq!(read.level, "error");
        assert_eq!(
            read.trace_id.unwrap().to_string(),
            "1-6b0015f0-eae546bd219778f64b5b1520"
        );
        assert_eq!(Occurrence::read(&json!({"data": null})), None);
        assert_eq!(Occurrence::read(&json!([])), None);
    }
}
