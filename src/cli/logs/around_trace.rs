//! Where and when the lines of a trace are looked for, and which lines they are.

use std::sync::Arc;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::log_reader::Selection;
use crate::logs::glob::Glob;
use crate::trace::{Trace, TraceId};

/// How long before its trace a line may be: clocks differ.
const BEFORE: i64 = 60_000;

/// How long after it: lines are shown late, and written late.
const AFTER: i64 = 300_000;

/// How long a trace is taken to be where X-Ray knows nothing of it.
const UNKNOWN: i64 = 15 * 60_000;

/// What is known of a trace.
#[derive(Debug, Default)]
pub(in crate::cli) struct Known {
    /// Its first and last millisecond.
    pub(in crate::cli) span: Option<(i64, i64)>,
    /// The groups that its segments name.
    pub(in crate::cli) groups: Vec<Glob>,
}

impl Known {
    /// What a trace says of itself.
    pub(in crate::cli) fn of(trace: &Trace) -> Self {
        let mut known = Self::default();
        for span in trace.iter().map(|placed| &placed.span) {
            let first = span.start.micros().div_euclid(1000);
            let last = span.end.unwrap_or(span.start).micros().div_euclid(1000);
            known.span = Some(known.span.map_or((first, last), |(start, end)| {
                (start.min(first), end.max(last))
            }));
            for name in span.aws.iter().flat_map(|aws| &aws.log_groups) {
                if let Ok(name) = name.parse::<Glob>()
                    && !known.groups.contains(&name)
                {
                    known.groups.push(name);
                }
            }
        }
        known
    }

    /// Where to look: around the trace, or from the moment that its id names.
    pub(in crate::cli) fn stretch(&self, id: TraceId, now: Timestamp) -> Result<(i64, i64)> {
        if let Some((first, last)) = self.span {
            return Ok((first - BEFORE, last + AFTER));
        }
        let begun = i64::from(id.stamp()) * 1000;
        let now = now.as_millisecond();
        // An id that no X-Ray SDK made has random digits in the place of its time.
        let is_time = (now - 10 * 365 * 86_400_000..=now + BEFORE).contains(&begun);
        if is_time {
            return Ok((begun - BEFORE, begun + UNKNOWN));
        }
        Err(Error::usage(format!(
            "X-Ray does not know trace {id}, and its id has no time in it"
        ))
        .code("no-such-trace")
        .cause("it is not known when to look for its lines")
        // Both ways to write it end so.
        .fix(format!(
            "search for it: cruddur-obs logs search --grep {} --since 1d",
            &id.w3c()[8..]
        )))
    }
}

/// The lines that name a trace, in either way to write its id.
pub(in crate::cli) fn selection(id: TraceId) -> Arc<Selection> {
    let texts = [id.to_string(), id.w3c()];
    let [xray, w3c] = &texts;
    Arc::new(Selection {
        // Optional words alone: mixed with others they would be ignored.
        pattern: format!("?\"{xray}\" ?\"{w3c}\""),
        streams: None,
        wanted: Box::new(move |message| texts.iter().any(|text| message.contains(&**text))),
    })
}
