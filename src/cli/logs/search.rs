//! `logs search`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::HumanCount;

use super::super::context::Context;
use super::super::format::{self, FormatArgument};
use super::super::time_window::WindowArgs;
use super::chosen::{Chosen, LineArgs, chosen, marks};
use super::shown::{ColumnArgs, FORMS, Printer, form, tell};
use crate::error::{Error, Result};
use crate::log_reader::{self, Around, Notice, Selection, Sink as _, around};
use crate::logs::event::LogEvent;
use crate::logs::glob::Glob;
use crate::output::Progress;
use crate::remote::Clients;
use crate::time_window::shown_window;
use crate::view::log_counts::LogCountsView;
use crate::view::log_lines::Line;

/// How many lines' surroundings are read at once.
const AT_ONCE: usize = 4;

/// Find lines in log groups, the oldest first
///
/// A line is shown as soon as it is found. PATTERN is a filter pattern of CloudWatch Logs: words
/// that must all occur, "a phrase", ?either ?or, -without, %regex%, { $.level = "ERROR" } or
/// [columns]. Simpler are --grep, --not, --json and --regex, alone or together.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// A filter pattern
    #[arg(value_name = "PATTERN", allow_hyphen_values = true)]
    pattern: Option<String>,
    /// The group, or groups: '/aws/*' [default: those of aws/json/logs.json] (can be repeated)
    #[arg(short, long = "group", value_name = "GROUP")]
    groups: Vec<Glob>,
    #[command(flatten)]
    lines: LineArgs,
    #[command(flatten)]
    window: WindowArgs,
    /// Show so many lines of the same stream after each
    #[arg(short = 'A', long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1000))]
    after: Option<u16>,
    /// Show so many lines of the same stream before each
    #[arg(short = 'B', long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1000))]
    before: Option<u16>,
    /// Show so many before and after each
    #[arg(short = 'C', long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=1000))]
    context: Option<u16>,
    /// Count the lines of each group, and show none
    #[arg(long, conflicts_with_all = ["after", "before", "context", "limit", "columns"])]
    count: bool,
    /// Stop after so many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    #[command(flatten)]
    columns: ColumnArgs,
    // The global option of this id gives its place and value to this one.
    /// How lines are written to stdout: JSON is an object a line, raw the message alone
    #[arg(id = "output", short, long, value_name = "FORMAT", default_value = "text", value_parser = format::parser(FORMS, |_| true))]
    output: FormatArgument,
}

/// A search under way.
struct Search<'a> {
    context: &'a Context<'a>,
    clients: &'a Clients,
    args: &'a Args,
    patience: log_reader::Patience,
    notices: tokio::sync::mpsc::UnboundedReceiver<Notice>,
    progress: Progress,
    printer: Printer<'a>,
    selection: Arc<Selection>,
    counts: BTreeMap<String, u64>,
    found: u64,
    /// The last line that was shown of each stream, where lines stand with their surroundings.
    shown: HashMap<Stream, LogEvent>,
    /// The stream of the line before.
    stream: Option<Stream>,
}

/// A group and one of its streams.
type Stream = (Arc<str>, Arc<str>);

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let filter = args.lines.filter(args.pattern.as_deref())?;
    if filter.is_everything() && args.pattern.is_none() && !args.count {
        context
            .output
            .note("nothing is looked for: every line is shown");
    }
    let selection = args.lines.selection(&filter);
    let clients = context.clients().await?;
    let Chosen { groups, globs } = chosen(context, clients, &args.groups).await?;
    let window = args.window.window_at(clients.calls.now())?;
    let several = groups.len() > 1 || !globs.is_empty();
    let (patience, notices) = super::patience(clients);
    let printer = Printer::new(
        context,
        form(args.output),
        args.columns.columns(several),
        args.window.zone(),
        marks(&filter),
    );
    let mut search = Search {
        context,
        clients,
        args: &args,
        patience,
        notices,
        progress: context.output.progress("searching"),
        printer,
        counts: groups
            .iter()
            .map(|group| (group.name.to_string(), 0))
            .collect(),
        found: 0,
        shown: HashMap::new(),
        stream: None,
        selection: Arc::clone(&selection),
    };
    for group in groups.iter().filter(|group| !group.is_searchable()) {
        tell(context.output, &super::by_query(group));
    }
    let stretch = (
        window.start.as_millisecond(),
        Some(window.end.as_millisecond() - 1),
    );
    let lines = log_reader::read(
        &clients.logs,
        &groups,
        &selection,
        stretch,
        &search.patience,
    );
    let ended = Box::pin(context.until_stopped(search.run(lines))).await?;
    let Search {
        counts,
        found,
        progress,
        ..
    } = search;
    drop(progress);
    if args.count {
        return context.output.emit(&LogCountsView::new(window, counts));
    }
    let names: Vec<&str> = groups.iter().map(|group| &*group.name).collect();
    let place = format!(
        "{}, {}",
        super::several(&names),
        shown_window(window, &args.window.zone())
    );
    match ended {
        How::Unread => {}
        How::Whole if found == 0 => {
            context.output.status(&format!("no such line in {place}"));
            further(context, &args, several);
        }
        How::Whole => context
            .output
            .status(&format!("{} in {place}", super::counted(found, "line"))),
        How::Limited => context.output.status(&format!(
            "{} in {place}; there may be more: --limit {}",
            super::counted(found, "line"),
            found.saturating_mul(10)
        )),
    }
    Ok(())
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Whole,
    Limited,
    Unread,
}

impl Search<'_> {
    async fn run(&mut self, mut lines: log_reader::Merged) -> Result<How> {
        loop {
            let batch = tokio::select! {
                biased;
                Some(notice) = self.notices.recv() => {
                    tell(self.context.output, &notice);
                    continue;
                }
                batch = lines.next() => batch.map_err(|trouble| trouble.error)?,
            };
            let Some(mut events) = batch else {
                return Ok(How::Whole);
            };
            let room = self.args.limit.map(|limit| limit - self.found);
            let is_last = room.is_some_and(|room| events.len() as u64 >= room);
            if let Some(room) = room {
                events.truncate(usize::try_from(room).unwrap_or(usize::MAX));
            }
            if !self.show(&events).await? {
                return Ok(How::Unread);
            }
            if is_last {
                return Ok(How::Limited);
            }
        }
    }

    /// Shows lines, or counts them; false when nobody reads any more.
    async fn show(&mut self, events: &[LogEvent]) -> Result<bool> {
        if events.is_empty() {
            return Ok(true);
        }
        self.found += events.len() as u64;
        self.progress
            .say(&format!("searching: {} found", HumanCount(self.found)));
        if self.args.count {
            for event in events {
                *self.counts.entry(event.group.to_string()).or_default() += 1;
            }
            return Ok(true);
        }
        let both = self.args.context.unwrap_or(0);
        let near = (
            usize::from(self.args.before.unwrap_or(both)),
            usize::from(self.args.after.unwrap_or(both)),
        );
        if near == (0, 0) {
            return self.printer.lines(events);
        }
        let (clients, patience) = (self.clients, self.patience.clone());
        let with_surroundings: Vec<(usize, Around)> = stream::iter(events.iter().enumerate())
            .map(|(at, event)| {
                let patience = &patience;
                async move {
                    let around = around(&clients.logs, event, near, patience).await?;
                    Ok::<_, Error>((at, around))
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (at, around) in &with_surroundings {
            if !self.show_around(&events[*at], around)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Shows a line with its surroundings, without what was shown before; what is found again near
    /// another line is found once.
    fn show_around(&mut self, event: &LogEvent, around: &Around) -> Result<bool> {
        let lines = around.before.iter().chain([event]).chain(&around.after);
        let lines: Vec<Line<'_>> = lines
            .map(|line| Line {
                event: line,
                is_context: !std::ptr::eq(line, event) && !self.selection.wants(line),
            })
            .collect();
        let stream = (Arc::clone(&event.group), Arc::clone(&event.stream));
        let last = self.shown.get(&stream);
        let known = last.and_then(|last| lines.iter().rposition(|line| line.event == last));
        let fresh = &lines[known.map_or(0, |place| place + 1)..];
        let Some(last) = fresh.last() else {
            return Ok(true);
        };
        let goes_on = known.is_some() && self.stream.as_ref() == Some(&stream);
        let gap = self.stream.is_some() && !goes_on;
        self.shown.insert(stream.clone(), last.event.clone());
        self.stream = Some(stream);
        self.printer.write(fresh, gap)
    }
}

/// Says what to try when nothing was found.
fn further(context: &Context<'_>, args: &Args, several: bool) {
    let mut words = vec!["logs search".to_owned()];
    if let Some(pattern) = &args.pattern {
        words.push(crate::output::quoted(pattern));
    }
    for group in &args.groups {
        words.push(format!("--group {}", crate::output::quoted(group.as_str())));
    }
    words.push("--since 1d".to_owned());
    let again = context.command(&words.join(" "));
    context
        .output
        .reason("when", "it may be older than that", &again);
    context.output.reason(
        "case",
        "upper and lower case are told apart; a regular expression can ignore it",
        &context.command("logs search --regex '(?i)error'"),
    );
    if !several {
        context.output.reason(
            "where",
            "another log group may have it",
            &context.command("logs groups"),
        );
    }
}
