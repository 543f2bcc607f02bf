//! The seeds' log lines: to CloudWatch Logs as JSON or as bare text, and to the console as text.

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::reply::status_line;
use crate::logs::batch::InputLogEvent;
use crate::telemetry::{JsonObject, LogFields, LogLine, LogShipper, TraceContext};

/// How lines are shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// As JSON, with the ids of the trace.
    #[default]
    Json,
    /// As the seeds ship them.
    Text,
}

/// Where lines are shown; takes them without waiting.
pub type ShowLine = std::sync::Arc<dyn Fn(String) + Send + Sync>;

/// Who says what is logged: the name that Flask gives its logger.
const TARGET: &str = "app";

/// Writes the lines.
pub(super) struct AccessLog {
    pub(super) shipper: Option<LogShipper>,
    pub(super) show: Option<ShowLine>,
    pub(super) format: LogFormat,
    pub(super) zone: TimeZone,
}

/// What is known of a request besides its line.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) route: Option<&'a str>,
    pub(super) status: u16,
    pub(super) duration_ms: f64,
    pub(super) error: Option<String>,
}

impl LogFields for Fields<'_> {
    fn put(&self, line: &mut JsonObject<'_>) -> serde_json::Result<()> {
        line.object("fields", |fields| {
            fields.put_text("method", self.method);
            fields.put_text("path", self.path);
            if let Some(route) = self.route {
                fields.put_text("route", route);
            }
            fields.put("status", &self.status);
            fields.put("duration_ms", &self.duration_ms);
            if let Some(error) = &self.error {
                fields.put_text("error", error);
            }
        });
        Ok(())
    }
}

/// A request that was answered, as its line tells it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) address: &'a str,
    pub(super) method: &'a str,
    pub(super) scheme: &'a str,
    pub(super) full_path: &'a str,
    pub(super) status: StatusCode,
}

impl AccessLog {
    /// The line that the seeds write at the start.
    pub(super) fn greet(&self) {
        self.write(
            "INFO",
            "some message".to_owned(),
            Timestamp::now(),
            None,
            TraceContext::default(),
        );
    }

    /// The line of the home feed; the two blanks are the seeds'.
    pub(super) fn hello(&self, trace: TraceContext) {
        let message = "Hello Cloudwatch! from  /api/activities/home".to_owned();
        self.write("INFO", message, Timestamp::now(), None, trace);
    }

    /// The line of a request, at ERROR as the seeds have it, whatever the status is.
    pub(super) fn request(&self, line: Line<'_>, fields: &Fields<'_>, trace: TraceContext) {
        let now = Timestamp::now();
        self.write("ERROR", self.text(line, now), now, Some(fields), trace);
    }

    /// `[2026-Nov-20 09:34] 127.0.0.1 GET http /api/activities/home? 200 OK`
    fn text(&self, line: Line<'_>, now: Timestamp) -> String {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let time = self.zone.to_datetime(now);
        let month = usize::from(time.month().unsigned_abs()).wrapping_sub(1);
        let mut text = format!(
            "[{:04}-{}-{:02} {:02}:{:02}]",
            time.year(),
            MONTHS.get(month).copied().unwrap_or_default(),
            time.day(),
            time.hour(),
            time.minute(),
        );
        text.reserve(64 + line.full_path.len());
        let status = status_line(line.status);
        for word in [
            line.address,
            line.method,
            line.scheme,
            line.full_path,
            &*status,
        ] {
            text.push(' ');
            text.push_str(word);
        }
        text
    }

    fn write(
        &self,
        level: &str,
        message: String,
        timestamp: Timestamp,
        fields: Option<&dyn LogFields>,
        trace: TraceContext,
    ) {
        if let Some(shipper) = &self.shipper {
            match self.format {
                LogFormat::Text => shipper.send(InputLogEvent {
                    timestamp: timestamp.as_millisecond(),
                    message: message.clone(),
                }),
                LogFormat::Json => LogLine {
                    timestamp,
                    level,
                    target: TARGET,
                    message: &message,
                    fields,
                    trace,
                }
                .send(shipper),
            }
        }
        if let Some(show) = &self.show {
            show(message);
        }
    }
}

impl std::fmt::Debug for AccessLog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccessLog")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_request() {
        let log = AccessLog {
            shipper: None,
            show: None,
            format: LogFormat::Text,
            zone: TimeZone::fixed(jiff::tz::offset(2)),
        };
        let line = Line {
            address: "127.0.0.1",
            method: "GET",
            scheme: "http",
            full_path: "/nope?",
            status: StatusCode::NOT_FOUND,
        };
        let now = "2026-11-20T07:04:59Z".parse().unwrap();
        assert_eq!(
            log.text(line, now),
            "[2026-Nov-20 09:04] 127.0.0.1 GET http /nope? 404 NOT FOUND"
        );
    }
}
