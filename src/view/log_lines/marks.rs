//! What stands out in a line: what was looked for, trace ids, and how bad it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::output::Style;
use crate::trace::TraceId;

/// How bad a line says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Fatal,
    Error,
    Warning,
    Information,
    Debug,
    Trace,
}

/// Why a part of a line stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Found,
    TraceId,
    Level(Level),
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Texts, word for word.
    pub texts: Vec<String>,
    /// Regular expressions.
    pub expressions: Vec<Regex>,
}

/// A level as a word of its own, near the beginning: `ERROR`, `[warn]`, `"level":"info"`.
static LEVEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "FATAL|CRITICAL|PANIC|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE";
    let words_too = words.to_lowercase();
    let pattern = format!(
        r#"(?:^|[\s\[(|<=])({words})(?:[\s\])|>:,]|$)|(?:^|[\[<=])({words_too})(?:[\])>:,]|$)|(?:"(?:level|severity|levelname|log\.level|lvl)"\s*:\s*"|(?:^|\s)(?:level|severity|lvl)="?)({words}|{words_too})\b"#
    );
    Regex::new(&pattern).ok()
});

static TRACE_ID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(?:1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}|[0-9a-fA-F]{32})(?-u:\b)").ok()
});

/// How far into a line its level is looked for.
const NEAR: usize = 200;

/// How far into a line anything is looked for.
const FAR: usize = 20_000;

impl Level {
    fn of(word: &str) -> Self {
        match &*word.to_lowercase() {
            "fatal" | "critical" | "panic" => Self::Fatal,
            "error" | "err" => Self::Error,
            "warning" | "warn" => Self::Warning,
            "debug" => Self::Debug,
            "trace" => Self::Trace,
            _ => Self::Information,
        }
    }

    /// The word that JSON has for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Mark {
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        match self {
            Self::Found => style.strong(text),
            Self::TraceId => style.accent(text),
            Self::Level(Level::Fatal | Level::Error) => style.bad(text),
            Self::Level(Level::Warning) => style.caution(text),
            Self::Level(Level::Information) => style.good(text),
            Self::Level(Level::Debug | Level::Trace) => style.dim(text),
        }
    }
}

impl Marks {
    /// What stands out in a line, in its order; of what overlaps, what was looked for.
    pub(super) fn find(&self, message: &str) -> Vec<(Range<usize>, Mark)> {
        let message = within(message, FAR);
        let mut found: Vec<(Range<usize>, Mark)> = Vec::new();
        for text in self.texts.iter().filter(|text| !text.is_empty()) {
            let places = message.match_indices(&**text);
            found.extend(places.map(|(at, text)| (at..at + text.len(), Mark::Found)));
        }
        for expression in &self.expressions {
            let places = expression.find_iter(message);
            found.extend(places.map(|place| (place.range(), Mark::Found)));
        }
        if let Some(expression) = &*TRACE_ID {
            let places = expression.find_iter(message);
            found.extend(places.map(|place| (place.range(), Mark::TraceId)));
        }
        if let Some((range, level)) = level(message) {
            found.push((range, Mark::Level(level)));
        }
        found.retain(|(range, _)| !range.is_empty());
        // Stable: of those that begin at one place the first kind stays.
        found.sort_by_key(|(range, _)| range.start);
        let mut end = 0;
        found.retain(|(range, _)| {
            let is_free = range.start >= end;
            if is_free {
                end = range.end;
            }
            is_free
        });
        found
    }
}

/// How bad a line says it is, and where it says so.
pub(super) fn level(message: &str) -> Option<(Range<usize>, Level)> {
    let near = within(message, NEAR);
    let captures = LEVEL.as_ref()?.captures(near)?;
    let word = (1..=3).find_map(|group| captures.get(group))?;
    Some((word.range(), Level::of(word.as_str())))
}

/// The first trace id of a line, as X-Ray writes it.
pub(super) fn trace_id(message: &str) -> Option<String> {
    let place = TRACE_ID.as_ref()?.find(within(message, FAR))?;
    let id: TraceId = place.as_str().parse().ok()?;
    Some(id.to_string())
}

/// The beginning of a text, up to a whole character.
fn within(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
