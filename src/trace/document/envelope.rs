//! What every carrier of a document needs to know, and the checks of it.

use super::super::id::{SpanId, TraceId};
use super::super::time::Time;
use super::LONGEST_NAME;
use super::refusal::{Code, Refusal};
use crate::json;

/// The checked fields of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Envelope {
    pub(in super::super) id: SpanId,
    pub(in super::super) trace_id: TraceId,
    pub(in super::super) parent_id: Option<SpanId>,
    pub(in super::super) name: Box<str>,
    pub(in super::super) start: Time,
    pub(in super::super) end: Option<Time>,
    pub(in super::super) is_subsegment: bool,
}

/// The punctuation that names may have.
///
/// The guide's list has a backslash too, but the schema's pattern uses it as an escape only.
const PUNCTUATION: &str = "_.:/%&#=+-@";

type Fault = (Code, String);

/// The raw values of the envelope's fields; `null` counts as absent.
#[derive(Default)]
struct Fields<'a> {
    id: Option<&'a str>,
    trace_id: Option<&'a str>,
    parent_id: Option<&'a str>,
    name: Option<&'a str>,
    start_time: Option<&'a str>,
    end_time: Option<&'a str>,
    in_progress: bool,
    is_subsegment: bool,
}

impl<'a> Fields<'a> {
    fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut fields = Self::default();
        json::members(text, |name, raw| {
            if json::is_null(raw) {
                return;
            }
            match name {
                "id" => fields.id = Some(raw),
                "trace_id" => fields.trace_id = Some(raw),
                "parent_id" => fields.parent_id = Some(raw),
                "name" => fields.name = Some(raw),
                "start_time" => fields.start_time = Some(raw),
                "end_time" => fields.end_time = Some(raw),
                "in_progress" => fields.in_progress = json::is_true(raw),
                "type" => fields.is_subsegment = raw == "\"subsegment\"",
                _ => {}
            }
        })?;
        Ok(fields)
    }
}

/// The id that a text gives, where it can be read at all.
pub(super) fn id_of(text: &str) -> Option<String> {
    Fields::read(text).ok()?.id.and_then(json::filled)
}

impl Envelope {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let fields = Fields::read(text).map_err(|error| Refusal::not_json(text, &error))?;
        Self::check(&fields).map_err(|(code, message)| Refusal {
            code,
            id: fields.id.and_then(json::filled),
            message,
        })
    }

    fn check(fields: &Fields<'_>) -> Result<Self, Fault> {
        let id = string("id", fields.id, Code::MissingId, Code::InvalidId)?;
        let id: SpanId = id
            .parse()
            .map_err(|error| (Code::InvalidId, format!("id {id:?} {error}")))?;
        let trace_id = string(
            "trace_id",
            fields.trace_id,
            Code::MissingTraceId,
            Code::InvalidTraceId,
        )?;
        let trace_id: TraceId = trace_id.parse().map_err(|error| {
            (
                Code::InvalidTraceId,
                format!("trace_id {trace_id:?} {error}"),
            )
        })?;
        let name = string("name", fields.name, Code::MissingName, Code::InvalidName)?;
        check_name(&name)?;
        let parent_id = parent(fields)?;
        let (start, end) = times(fields)?;
        Ok(Self {
            id,
            trace_id,
            parent_id,
            name: name.into(),
            start,
            end,
            is_subsegment: fields.is_subsegment,
        })
    }
}

fn string(field: &str, raw: Option<&str>, missing: Code, invalid: Code) -> Result<String, Fault> {
    let form = match field {
        "id" => "an id is 16 hex digits",
        "trace_id" => "a trace id is like 1-5759e988-bd862e3fe1be46a994272793",
        _ => "a name is that of the service, such as backend-flask",
    };
    let said = |code, what: String| (code, format!("{field} {what}; {form}"));
    let raw = raw.ok_or_else(|| said(missing, "is missing".to_owned()))?;
    let text =
        json::text(raw).ok_or_else(|| said(invalid, format!("{} is not a string", short(raw))))?;
    if text.is_empty() {
        return Err(said(missing, "is empty".to_owned()));
    }
    Ok(text.into_owned())
}

/// Whether a name may have this character.
pub(super) fn is_allowed(character: char) -> bool {
    character.is_alphanumeric()
        || PUNCTUATION.contains(character)
        || (character.is_whitespace() && !character.is_control())
}

/// Checks a name against the schema's pattern.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    if name.is_empty() {
        return Err((Code::MissingName, "name is empty".to_owned()));
    }
    let characters = name.chars().count();
    if characters > LONGEST_NAME {
        return Err((
            Code::InvalidName,
            format!(
                "name {} has {characters} characters; X-Ray takes at most {LONGEST_NAME}",
                short(&format!("{name:?}"))
            ),
        ));
    }
    match name
        .chars()
        .enumerate()
        .find(|(_, character)| !is_allowed(*character))
    {
        None => Ok(()),
        Some((index, character)) => Err((
            Code::InvalidName,
            format!(
                "name {name:?} has {character:?} at {}; allowed are letters, digits, space and _ . : / % & # = + - @",
                index + 1
            ),
        )),
    }
}

/// The parent; a segment whose `parent_id` cannot be read is taken without one.
fn parent(fields: &Fields<'_>) -> Result<Option<SpanId>, Fault> {
    let given = fields.parent_id.and_then(json::filled);
    let parsed = given.as_deref().map(str::parse::<SpanId>);
    match parsed {
        Some(Ok(parent)) => Ok(Some(parent)),
        _ if !fields.is_subsegment => Ok(None),
        Some(Err(error)) => Err((
            Code::MissingParentId,
            format!("parent_id {:?} {error}", given.unwrap_or_default()),
        )),
        None => Err((
            Code::MissingParentId,
            "parent_id is missing; a subsegment on its own needs the id of the segment that it is part of"
                .to_owned(),
        )),
    }
}

fn times(fields: &Fields<'_>) -> Result<(Time, Option<Time>), Fault> {
    let start = fields.start_time.ok_or_else(|| {
        (
            Code::MissingStartTime,
            "start_time is missing; give seconds since 1970, such as 1700000000.123".to_owned(),
        )
    })?;
    let start_time = time("start_time", start)?;
    // An end is an end, even beside `in_progress`: whoever knows it is done.
    let end_time = match fields.end_time {
        Some(raw) => time("end_time", raw)?,
        None if fields.in_progress => return Ok((start_time, None)),
        None => {
            return Err((
                Code::MissingEndTime,
                "end_time is missing; give it, or \"in_progress\": true until it is known"
                    .to_owned(),
            ));
        }
    };
    if end_time < start_time {
        return Err((
            Code::InvalidSegment,
            format!(
                "end_time {} is before start_time {}",
                fields.end_time.map(short).unwrap_or_default(),
                short(start)
            ),
        ));
    }
    Ok((start_time, Some(end_time)))
}

fn time(field: &str, raw: &str) -> Result<Time, Fault> {
    let said = |what: &str| {
        (
            Code::InvalidSegment,
            format!(
                "{field} {} {what}; give seconds since 1970, such as 1700000000.123",
                short(raw)
            ),
        )
    };
    let seconds: f64 = raw.parse().map_err(|_| said("is not a number"))?;
    Time::from_seconds(seconds).ok_or_else(|| {
        let year_2001_in_milliseconds = 1e12;
        if (year_2001_in_milliseconds..1e13).contains(&seconds) {
            said("is beyond the year 9999 and looks like milliseconds")
        } else {
            said("is beyond the year 9999")
        }
    })
}

/// The start of a raw value, for a message.
fn short(raw: &str) -> String {
    const LONGEST: usize = 60;
    if raw.chars().count() <= LONGEST {
        return raw.to_owned();
    }
    raw.chars().take(LONGEST).chain(['…']).collect()
}
