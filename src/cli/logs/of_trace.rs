//! `logs --trace`: every line of one trace, whichever group it was written to.

use jiff::tz::TimeZone;

use super::super::context::Context;
use super::super::format::FormatArgument;
use super::around_trace::{self, Known};
use super::chosen::{Chosen, chosen};
use super::shown::{Printer, form, tell};
use crate::error::{Error, Result};
use crate::log_reader::{self, Sink as _};
use crate::logs::glob::Glob;
use crate::remote::Clients;
use crate::trace::TraceId;
use crate::view::log_lines::{LineColumn, Marks};

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
    let (start, end) = known.stretch(id, clients.calls.now())?;
    let xray = id.to_string();
    let w3c = id.w3c();
    let selection = around_trace::selection(id);
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
        .map(|fetched| Known::of(&fetched.trace))
        .unwrap_or_default())
}
