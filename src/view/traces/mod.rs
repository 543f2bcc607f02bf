//! Traces in a line each.

mod json;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::health::{paint, word};
use super::plain::{plain, shortened};
use super::quantity::duration;
use crate::output::{Column, MISSING, Page, Style, View, fitted};
use crate::time_window::{Window, shown, shown_window};
use crate::trace::summary::Summary;
use crate::trace::{Outcome, Time, seconds};
use json::Trace;

/// The traces that a search found.
#[derive(Debug, Serialize)]
pub struct TracesView {
    /// The first moment of the window.
    start: jiff::Timestamp,
    /// The first moment after it.
    end: jiff::Timestamp,
    /// The filter that X-Ray was given.
    filter_expression: Option<String>,
    /// How many traces X-Ray looked at.
    scanned: u64,
    /// Whether it looked at the whole window.
    complete: bool,
    /// The traces, the newest first.
    traces: Vec<Trace>,
    #[serde(skip)]
    zone: TimeZone,
}

/// What a search was, and came to.
#[derive(Debug)]
pub struct Search {
    /// The window.
    pub window: Window,
    /// The zone to show times in.
    pub zone: TimeZone,
    /// The filter that X-Ray was given.
    pub filter_expression: Option<String>,
    /// How many traces X-Ray looked at.
    pub scanned: u64,
    /// Whether it looked at the whole window.
    pub complete: bool,
}

impl TracesView {
    /// What a search found.
    pub fn new(search: Search, summaries: Vec<Summary>) -> Self {
        Self {
            start: search.window.start,
            end: search.window.end,
            filter_expression: search.filter_expression,
            scanned: search.scanned,
            complete: search.complete,
            traces: summaries.into_iter().map(Trace::from).collect(),
            zone: search.zone,
        }
    }
}

/// A page that is narrower has no room for dates beside whole trace ids.
const WIDE: usize = 120;

/// The most of a request that is shown where the page has a width.
const LONGEST_REQUEST: usize = 48;

/// The least of it.
const SHORTEST_REQUEST: usize = 10;

impl View for TracesView {
    fn text(&self, page: &Page) -> String {
        if self.traces.is_empty() {
            return String::new();
        }
        let style = page.style;
        let narrow = page.width.map(usize::from).filter(|width| *width < WIDE);
        let window = Window {
            start: self.start,
            end: self.end,
        };
        let (head, times) = if narrow.is_some() {
            let head = style.dim(&shown_window(window, &self.zone));
            (format!("{head}\n\n"), self.short_times())
        } else {
            (String::new(), self.times())
        };
        let states: Vec<String> = self
            .traces
            .iter()
            .map(|trace| state(trace, style))
            .collect();
        let responses: Vec<String> = self
            .traces
            .iter()
            .map(|trace| {
                trace
                    .response_time_seconds
                    .map_or_else(|| MISSING.to_owned(), duration)
            })
            .collect();
        let room = page.width.map(|width| {
            let of = |cells: &[String]| {
                let widths = cells.iter().map(|cell| console::measure_text_width(cell));
                widths.max().unwrap_or(0)
            };
            let taken = of(&times) + 35 + of(&states).max(6) + of(&responses).max(8) + 4 * 2;
            usize::from(width)
                .saturating_sub(taken)
                .clamp(SHORTEST_REQUEST, LONGEST_REQUEST)
        });
        let requests = self
            .traces
            .iter()
            .map(|trace| request(trace, room))
            .collect();
        let ids = self.traces.iter().map(|trace| style.accent(&trace.id));
        let columns = vec![
            Column::words("time", times).whole(),
            Column::words("trace id", ids.collect()).whole(),
            Column::words("status", states).whole(),
            Column::words("request", requests).whole(),
            Column::numbers("response", responses).dispensable(1),
            Column::numbers(
                "duration",
                self.traces
                    .iter()
                    .map(|trace| duration(trace.duration_seconds))
                    .collect(),
            )
            .dispensable(3),
            Column::words("entry point", self.traces.iter().map(entry_point).collect())
                .dispensable(2),
        ];
        format!("{head}{}", fitted(page, columns))
    }
}

impl TracesView {
    fn times(&self) -> Vec<String> {
        self.traces
            .iter()
            .map(|trace| {
                trace
                    .start
                    .map_or_else(|| MISSING.to_owned(), |at| shown(at, &self.zone))
            })
            .collect()
    }

    /// Without what the window above says; with the day where there are several.
    fn short_times(&self) -> Vec<String> {
        let date = |at: jiff::Timestamp| at.to_zoned(self.zone.clone()).date();
        let form = if date(self.start) == date(self.end) {
            "%T"
        } else {
            "%m-%d %T"
        };
        self.traces
            .iter()
            .map(|trace| {
                trace.start.map_or_else(
                    || MISSING.to_owned(),
                    |at| at.to_zoned(self.zone.clone()).strftime(form).to_string(),
                )
            })
            .collect()
    }
}

/// How a trace ended: as its first service did, throttling of anybody before an error.
///
/// `None` while it is in progress and nothing went wrong so far.
fn outcome(summary: &Summary) -> Option<Outcome> {
    if summary.has_fault {
        Some(Outcome::Fault)
    } else if summary.has_throttle {
        Some(Outcome::Throttle)
    } else if summary.has_error {
        Some(Outcome::Error)
    } else if summary.is_partial || summary.response_time.is_none() && summary.duration == 0 {
        None
    } else {
        Some(Outcome::Ok)
    }
}

fn state(trace: &Trace, style: Style) -> String {
    match trace.outcome {
        Some(outcome) => paint(style, outcome, word(outcome)),
        None => style.accent("in progress"),
    }
}

/// Method and URL; where there is little room, the path alone, its middle left out.
fn request(trace: &Trace, room: Option<usize>) -> String {
    let Some(url) = &trace.url else {
        return trace
            .method
            .as_deref()
            .map_or_else(|| MISSING.to_owned(), |method| plain(method).into_owned());
    };
    let url = plain(url);
    let method = trace
        .method
        .as_deref()
        .map_or_else(String::new, |method| format!("{} ", plain(method)));
    match room {
        None => format!("{method}{url}"),
        Some(room) => {
            let left = room
                .saturating_sub(console::measure_text_width(&method))
                .max(4);
            let whole = console::measure_text_width(&url) <= left;
            let url = if whole { &*url } else { path(&url) };
            format!("{method}{}", shortened(url, left))
        }
    }
}

/// The path and query of a URL; the text itself where it is none.
fn path(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else {
        return url;
    };
    rest.find('/').map_or("/", |start| &rest[start..])
}

fn entry_point(trace: &Trace) -> String {
    trace.entry_point.as_ref().map_or_else(
        || MISSING.to_owned(),
        |entry| plain(&entry.name).into_owned(),
    )
}

/// A point in time as JSON and tables have it; `None` where it is beyond all years.
fn timestamp(at: Time) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at.micros()).ok()
}

/// Microseconds as JSON has lengths of time.
fn length(micros: i64) -> f64 {
    seconds(micros)
}
