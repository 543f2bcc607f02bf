//! `logs --trace`: every line of one trace, whichever group it was written to.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::context::Context;
use super::super::format::FormatArgument;
use super::chosen::{Chosen, chosen};
use super::shown::{Printer, form, tell};
use crate::error::{Error, Result};
use crate::log_reader::{self, Selection, Sink as _};
use crate::logs::glob::Glob;
use crate::remote::Clients;
use crate::trace::{Trace, TraceId};
use crate::view::log_lines::{LineColumn, Marks};

/// How long before its trace a line may be: clocks differ.
const BEFORE: i64 = 60_000;

/// How long after it: lines are shown late, and written late.
const AFTER: i64 = 300_000;

/// How long a trace is taken to be where X-Ray knows nothing of it.
const UNKNOWN: i64 = 15 * 60_000;

/// The lines of a trace.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(in crate::cli) struct Args {
    /// Show every line of this trace, in every group that it touched
    #[arg(long, value_name = "ID", required = true)]
    trace: Option<TraceId>,
    /// Look in this group, or these: '/aws/*' [default: those that the trace names, else those of
    /// aws/json/logs.json] (can be repeated)
    #[arg(short, long = "group", value_name = "GROUP", requires = "trace")]
    groups: Vec<Glob>,
    /// Show times in UTC and not in local time
    #[arg(long, requires = "trace")]
    utc: bool,
}

/// What is known of a trace.
#[derive(Debug, Default)]
struct Known {
    /// Its first and last millisecond.
    span: Option<(i64, i64)>,
    /// The groups that its segments name.
    groups: Vec<Glob>,
}

pub(in crate::cli) async fn run(
    context: &Context<'_>,
    args: Args,
    output_form: FormatArgument,
) -> Result<()> {
    let Some(id) = args.trace else {
        return Err(Error::usage("no trace is named").fix("cruddur-obs logs --trace ID"));
    };
    let clients = context.clients().await?;
    let output = context.output;
    let progress = output.progress("reading the trace");
    let known = Box::pin(context.until_stopped(known(clients, id))).await?;
    drop(progress);
    let names = if args.groups.is_empty() {
        known.groups.clone()
    } else {
        args.groups.clone()
    };
    let Chosen { groups, .. } = chosen(context, clients, &names).await?;
    let (start, end) = stretch(id, &known, clients.calls.now())?;
    let xray = id.to_string();
    let w3c = id.w3c();
    let texts = [xray.clone(), w3c.clone()];
    let selection = Arc::new(Selection {
        // Optional words alone: mixed with others they would be ignored.
        pattern: format!("?\"{xray}\" ?\"{w3c}\""),
        streams: None,
        wanted: Box::new(move |message| texts.iter().any(|text| message.contains(&**text))),
    });
    let zone = if args.utc {
        TimeZone::UTC
    } else {
        TimeZone::system()
    };
    let mut columns = vec![LineColumn::Offset];
    if groups.len() > 1 {
        columns.push(LineColumn::Group);
    }
    columns.extend([LineColumn::Stream, LineColumn::Message]);
    let marks = Marks {
        texts: vec![xray.clone(), w3c],
        ..Marks::default()
    };
    let origin = known.span.map_or(start, |(first, _)| first);
    let mut printer = Printer::new(context, form(output_form), columns, zone.clone(), marks)
        .counting_from(origin);
    if known.span.is_none() {
        output.note("X-Ray does not know the trace: not sampled, older than 30 days, or of another region; offsets count from where the search begins");
    }
    for group in groups.iter().filter(|group| !group.is_searchable()) {
        tell(output, &super::by_query(group));
    }
    let (patience, mut notices) = super::patience(clients);
    let progress = output.progress("searching");
    let mut lines = log_reader::read(
        &clients.logs,
        &groups,
        &selection,
        (start, Some(end)),
        &patience,
    );
    let reading = async {
        loop {
            let batch = tokio::select! {
                biased;
                Some(notice) = notices.recv() => {
                    tell(output, &notice);
                    continue;
                }
                batch = lines.next() => batch.map_err(|trouble| trouble.error)?,
            };
            match batch {
                Some(events) if !printer.lines(&events)? => return Ok(()),
                Some(_) => {}
                None => return Ok(()),
            }
        }
    };
    Box::pin(context.until_stopped(reading)).await?;
    drop(progress);
    let names: Vec<&str> = groups.iter().map(|group| &*group.name).collect();
    let place = super::several(&names);
    if printer.lines == 0 {
        output.status(&format!("no line of trace {xray} in {place}"));
        output.reason(
            "where",
            "another log group may have them: name it with --group",
            &context.command("logs groups"),
        );
        output.reason(
            "what",
            "lines carry the id only where the application writes it; X-Ray's SDK for Python does not by itself",
            &context.command("logs tail"),
        );
    } else {
        output.status(&format!(
            "{} of trace {xray} in {place}",
            super::counted(printer.lines, "line")
        ));
        output.next(&context.command(&format!("xray trace {xray}")));
    }
    Ok(())
}

/// What X-Ray knows of the trace; nothing where it knows nothing of it.
async fn known(clients: &Clients, id: TraceId) -> Result<Known> {
    let fetched = Box::pin(clients.xray.batch_get_traces(&[id])).await?;
    Ok(fetched
        .traces
        .first()
        .map(|fetched| of(&fetched.trace))
        .unwrap_or_default())
}

fn of(trace: &Trace) -> Known {
    let mut known = Known::default();
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
fn stretch(id: TraceId, known: &Known, now: Timestamp) -> Result<(i64, i64)> {
    if let Some((first, last)) = known.span {
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
