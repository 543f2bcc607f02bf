//! What is said about a trace as a whole and about one of its rows, in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::trace::timeline::Row;
use crate::trace::{Kind, Outcome, Span, Time, seconds};

use super::super::health::{OUTCOMES, word};
use super::super::plain::plain;
use super::super::quantity::{counted, duration};
use super::TraceView;

/// What has no length yet.
pub(super) const IN_PROGRESS: &str = "in progress";

impl TraceView {
    /// `GET http://… → 200`, of the request that began it, or else the name of what began it.
    pub(super) fn request(&self) -> String {
        let Some(entry) = self.trace.entry() else {
            return String::new();
        };
        let span = &self.trace[entry].span;
        request(span).unwrap_or_else(|| plain(&span.name).into_owned())
    }

    /// `2026-11-20 10:00:00.123 +01:00`
    pub(super) fn began(&self) -> String {
        let zone = if self.utc {
            TimeZone::UTC
        } else {
            TimeZone::system()
        };
        let Some(start) = self.trace.start().and_then(timestamp) else {
            return "at an unknown time".to_owned();
        };
        let form = if self.utc {
            "%F %T%.3f UTC"
        } else {
            "%F %T%.3f %:z"
        };
        start.to_zoned(zone).strftime(form).to_string()
    }

    /// `1.11 ms, 3 spans of 1 service, 1 fault`
    pub(super) fn size(&self) -> String {
        let trace = &self.trace;
        let length = match (trace.start(), trace.end()) {
            (Some(start), Some(end)) => end.since(start),
            _ => 0,
        };
        let segments = || {
            trace
                .iter()
                .filter(|placed| placed.span.kind == Kind::Segment)
        };
        let mut names: Vec<&str> = segments().map(|placed| &*placed.span.name).collect();
        names.sort_unstable();
        names.dedup();
        let mut size = vec![
            duration(seconds(length)),
            format!(
                "{} of {}",
                counted(trace.len() as u64, "span"),
                counted(names.len() as u64, "service")
            ),
        ];
        for outcome in OUTCOMES.into_iter().skip(1).rev() {
            let failed = trace
                .iter()
                .filter(|placed| placed.span.outcome() == outcome);
            match failed.count() {
                0 => {}
                failed => size.push(counted(failed as u64, word(outcome))),
            }
        }
        let running = trace
            .iter()
            .filter(|placed| placed.span.in_progress())
            .count();
        if running > 0 {
            size.push(format!("{running} {IN_PROGRESS}"));
        }
        size.join(", ")
    }

    /// What must be known of a trace that grew too large.
    pub(super) fn caution(&self) -> Option<&'static str> {
        self.limit_exceeded
            .then_some("this trace is larger than X-Ray keeps, so some of its segments are missing")
    }
}

/// The word for how a span ended, and what colours it; nothing does while it is in progress.
pub(super) fn ending(span: &Span) -> (&'static str, Option<Outcome>) {
    let outcome = span.outcome();
    if span.in_progress() && outcome == Outcome::Ok {
        (IN_PROGRESS, None)
    } else {
        (word(outcome), Some(outcome))
    }
}

/// `GET 200`, as far as it is known.
pub(super) fn method_and_status(span: &Span) -> String {
    let Some(http) = &span.http else {
        return String::new();
    };
    let method = http
        .method
        .as_deref()
        .map(|method| plain(method).into_owned());
    let status = http.status.map(|status| status.to_string());
    method
        .into_iter()
        .chain(status)
        .collect::<Vec<_>>()
        .join(" ")
}

/// `GET http://… → 200, 265 bytes`
pub(super) fn request(span: &Span) -> Option<String> {
    let http = span.http.as_ref()?;
    let method = http.method.as_deref().unwrap_or_default();
    let url = http.url.as_deref().unwrap_or_default();
    let asked = plain(format!("{method} {url}").trim()).into_owned();
    let mut answered = http.status.map(|status| format!("→ {status}"));
    if let (Some(answered), Some(bytes)) = (&mut answered, http.content_length)
        && bytes >= 0
    {
        answered.push_str(&format!(", {}", counted(bytes.unsigned_abs(), "byte")));
    }
    let parts = [Some(asked).filter(|asked| !asked.is_empty()), answered];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// What is odd about a row, in words.
pub(super) fn oddities(row: &Row) -> Vec<&'static str> {
    let oddities = [
        (row.cycle, "ring of parents cut here"),
        (row.duplicate, "id used twice"),
        (row.skew, "begins before its parent"),
        (row.outlives && !row.in_progress, "ends after its parent"),
        (
            row.outlives && row.in_progress,
            "goes on after its parent ended",
        ),
    ];
    let set = oddities.into_iter().filter(|(set, _)| *set);
    set.map(|(_, words)| words).collect()
}

/// The length of a row; `so far` while it is in progress.
pub(super) fn length(row: &Row) -> String {
    let length = duration(seconds(row.duration));
    if row.in_progress {
        format!("{length} so far")
    } else {
        length
    }
}

/// `None` beyond the year 9999, which no calendar here has.
pub(super) fn timestamp(time: Time) -> Option<Timestamp> {
    Timestamp::from_microsecond(time.micros()).ok()
}
