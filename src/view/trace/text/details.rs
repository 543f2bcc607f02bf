//! What spans carry: requests, annotations, calls of AWS, queries, exceptions.

use crate::output::Page;
use crate::trace::{Aws, Cause, Exception, Frame, Outcome, Span, SpanId, Sql, Trace};

use super::super::super::health::paint;
use super::super::super::plain::{plain, shortened};
use super::super::super::quantity::counted;
use super::super::head::{ending, request};

/// The column where what is said begins.
const INDENT: usize = 14;

/// The most frames of a stack that are shown from either end.
const FRAMES: usize = 10;

/// The most characters of a query or of metadata; the JSON has all of them.
const LONGEST: usize = 1_000;

/// A block for every span that carries something.
pub(super) fn written(trace: &Trace, page: Page) -> String {
    let mut text = String::new();
    for placed in trace {
        let span = &placed.span;
        let facts = facts(trace, span, page);
        if facts.is_empty() {
            continue;
        }
        let style = page.style;
        let name = plain(&span.name);
        // Beside it there are two spaces and the id.
        let room = page
            .width
            .map_or(usize::MAX, |width| usize::from(width).saturating_sub(18));
        let name = shortened(&name, room.max(8));
        text.push_str(&format!(
            "\n{}  {}\n",
            style.strong(&name),
            style.dim(&span.id.to_string())
        ));
        for (label, fact) in facts {
            let fact = page.wrap(&fact, INDENT);
            let label = format!("{label:<width$}", width = INDENT - 2);
            text.push_str(&format!("  {}{fact}\n", style.dim(&label)));
        }
    }
    text
}

/// Labels and what is said under them; a line without a label goes on with the one above it.
fn facts(trace: &Trace, span: &Span, page: Page) -> Vec<(&'static str, String)> {
    let mut facts: Vec<(&'static str, String)> = Vec::new();
    if let Some(http) = &span.http {
        facts.extend(request(span).map(|request| ("request", request)));
        let who = [http.client_ip.as_deref(), http.user_agent.as_deref()];
        let who: Vec<&str> = who.into_iter().flatten().collect();
        if !who.is_empty() {
            facts.push(("client", plain(&who.join(", ")).into_owned()));
        }
    }
    if let Some(user) = &span.user {
        facts.push(("user", plain(user).into_owned()));
    }
    if let Some(origin) = &span.origin {
        facts.push(("runs on", plain(origin).into_owned()));
    }
    if let Some(aws) = &span.aws {
        facts.extend(call(aws).map(|call| ("aws", call)));
    }
    if let Some(sql) = &span.sql {
        facts.extend(query(sql));
    }
    let mut label = "annotations";
    for (key, value) in &span.annotations {
        let line = format!("{key} = {value}");
        facts.push((std::mem::take(&mut label), plain(&line).into_owned()));
    }
    if let Some(metadata) = &span.metadata {
        facts.push((
            "metadata",
            shortened(&plain(metadata), LONGEST).into_owned(),
        ));
    }
    for link in &span.links {
        let place = if link.is_child {
            "goes on in"
        } else {
            "came from"
        };
        facts.push((
            "link",
            format!("{place} {} at {}", link.trace_id, link.span_id),
        ));
    }
    if let Some(cause) = &span.cause {
        facts.extend(failures(trace, span, cause, page));
    }
    facts
}

/// `PutItem, table users, us-east-1, request 4f…, 2 retries`
fn call(aws: &Aws) -> Option<String> {
    let named = [
        ("", &aws.operation),
        ("table ", &aws.table_name),
        ("queue ", &aws.queue_url),
        ("function ", &aws.function_name),
        ("bucket ", &aws.bucket_name),
        ("topic ", &aws.topic_arn),
        ("", &aws.region),
        ("request ", &aws.request_id),
    ];
    let mut parts: Vec<String> = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}{}", value.as_ref()?)))
        .collect();
    parts.extend(aws.resource_names.iter().cloned());
    match aws.retries {
        Some(1) => parts.push("1 retry".to_owned()),
        Some(retries) if retries > 1 => parts.push(format!("{retries} retries")),
        _ => {}
    }
    (!parts.is_empty()).then(|| plain(&parts.join(", ")).into_owned())
}

fn query(sql: &Sql) -> Vec<(&'static str, String)> {
    let place = sql.url.as_ref().or(sql.connection_string.as_ref());
    let engine = sql
        .database_type
        .iter()
        .map(|kind| match &sql.database_version {
            Some(version) => format!("{kind} {version}"),
            None => kind.clone(),
        });
    let user = sql.user.iter().map(|user| format!("as {user}"));
    let parts: Vec<String> = place
        .cloned()
        .into_iter()
        .chain(engine)
        .chain(user)
        .collect();
    let mut facts = Vec::new();
    if !parts.is_empty() {
        facts.push(("database", plain(&parts.join(", ")).into_owned()));
    }
    if let Some(query) = &sql.sanitized_query {
        // A query is often written over several lines; one will do.
        let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
        facts.push(("query", shortened(&plain(&query), LONGEST).into_owned()));
    }
    facts
}

fn failures(trace: &Trace, span: &Span, cause: &Cause, page: Page) -> Vec<(&'static str, String)> {
    let (word, outcome) = ending(span);
    let label = match outcome {
        Some(Outcome::Ok) | None => "exception",
        Some(_) => word,
    };
    let shown = |text: &str| match outcome {
        Some(Outcome::Ok) | None => text.to_owned(),
        Some(outcome) => paint(page.style, outcome, text),
    };
    let mut facts = Vec::new();
    if let Cause::Reference(id) = cause {
        let said = match owner(trace, *id) {
            Some((owner, exception)) => format!("{}, in {}", title(exception), plain(&owner.name)),
            None => format!("exception {id}, which never came"),
        };
        facts.push((label, shown(&said)));
    }
    for (place, exception) in cause.exceptions().iter().enumerate() {
        let whose = if exception.remote { " (remote)" } else { "" };
        let title = format!("{}{whose}", shown(&title(exception)));
        facts.push((if place == 0 { label } else { "caused by" }, title));
        facts.extend(stack(exception, page));
    }
    facts
}

/// The exception with this id, wherever in the trace it is.
fn owner(trace: &Trace, id: SpanId) -> Option<(&Span, &Exception)> {
    trace.iter().find_map(|placed| {
        let exceptions = placed.span.cause.as_ref()?.exceptions();
        let exception = exceptions
            .iter()
            .find(|exception| exception.id == Some(id))?;
        Some((&placed.span, exception))
    })
}

/// `ValueError: a message`
fn title(exception: &Exception) -> String {
    let class = exception.class.as_deref().unwrap_or("exception");
    let title = match &exception.message {
        Some(message) => format!("{class}: {message}"),
        None => class.to_owned(),
    };
    shortened(&plain(&title), LONGEST).into_owned()
}

/// The frames; those of libraries stand back.
fn stack(exception: &Exception, page: Page) -> Vec<(&'static str, String)> {
    let frames = &exception.stack;
    let left_out = frames.len().saturating_sub(2 * FRAMES);
    let mut lines = Vec::new();
    for (place, each) in frames.iter().enumerate() {
        if left_out > 0 && place == FRAMES {
            let more = counted(left_out as u64, "frame");
            lines.push(("", format!("… {more} left out here; -o json has them")));
        }
        if left_out == 0 || place < FRAMES || place >= frames.len() - FRAMES {
            let shown = frame(each);
            let is_foreign = each.is_foreign();
            lines.push((
                "",
                if is_foreign {
                    page.style.dim(&shown)
                } else {
                    shown
                },
            ));
        }
    }
    match exception.truncated {
        Some(truncated) if truncated > 0 => {
            let more = counted(truncated.unsigned_abs(), "frame");
            lines.push(("", format!("… {more} left out by the sender")));
        }
        _ => {}
    }
    lines
}

/// `at handle (server.py:424)`
fn frame(frame: &Frame) -> String {
    let label = frame.label.as_deref().unwrap_or("?");
    let place = match (&frame.path, frame.line) {
        (Some(path), Some(line)) => format!(" ({path}:{line})"),
        (Some(path), None) => format!(" ({path})"),
        _ => String::new(),
    };
    plain(&format!("at {label}{place}")).into_owned()
}
