//! Which log groups a command reads, and which of their lines.

use std::sync::Arc;

use jiff::SignedDuration;

use super::super::context::Context;
use crate::error::{Error, Result};
use crate::log_reader::{Group, Selection};
use crate::logs::filter_pattern::{FilterPattern, FilterPatternError};
use crate::logs::glob::Glob;
use crate::logs::line_filter::{FieldCondition, LineFilter};
use crate::provision::desired;
use crate::remote::Clients;
use crate::view::log_lines::Marks;

/// Which lines, in words of one's own.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Which lines")]
pub(super) struct LineArgs {
    /// Only lines with this text, word for word (can be repeated: all of them)
    #[arg(long, value_name = "TEXT")]
    grep: Vec<String>,
    /// Only lines without this text (can be repeated: none of them)
    #[arg(long, value_name = "TEXT")]
    not: Vec<String>,
    /// Only lines that are JSON with this: level=ERROR, http.status>=500, user (can be repeated)
    #[arg(long, value_name = "FIELD=VALUE")]
    json: Vec<FieldCondition>,
    /// Only lines in which this regular expression is found (can be repeated)
    #[arg(long, value_name = "REGEX")]
    regex: Vec<String>,
    /// Only lines of streams whose names look so: 'web-*'
    #[arg(long, value_name = "GLOB")]
    stream: Option<Glob>,
}

/// The groups that are read.
#[derive(Debug)]
pub(in crate::cli) struct Chosen {
    pub(in crate::cli) groups: Vec<Group>,
    /// Names with wildcards, which new groups may come to have.
    pub(in crate::cli) globs: Vec<Glob>,
}

impl LineArgs {
    /// What is asked of lines, a filter pattern included.
    pub(super) fn filter(&self, pattern: Option<&str>) -> Result<LineFilter> {
        let mut filter = LineFilter::default();
        if let Some(pattern) = pattern {
            let parsed = FilterPattern::parse(pattern)
                .map_err(|error| unreadable("the filter pattern", pattern, &error))?;
            filter = filter.matching(parsed);
        }
        for text in &self.grep {
            filter = filter.with(text);
        }
        for text in &self.not {
            filter = filter.without(text);
        }
        for expression in &self.regex {
            let compiled = regex::Regex::new(expression).map_err(|error| {
                Error::usage(format!("--regex {expression:?} is no regular expression"))
                    .code("regex")
                    .cause(error.to_string())
                    .fix("to look for a text as it stands, write --grep in place of --regex")
            })?;
            filter = filter.expression(compiled);
        }
        filter
            .fields(&self.json)
            .map_err(|error| unreadable("--json", "", &error))
    }

    /// Which lines of which streams.
    pub(super) fn selection(&self, filter: &LineFilter) -> Arc<Selection> {
        let wanted = filter.clone();
        Arc::new(Selection {
            pattern: filter.pattern(),
            streams: self.stream.clone(),
            wanted: Box::new(move |message| wanted.matches(message)),
        })
    }
}

/// What to mark in the lines that are found.
pub(super) fn marks(filter: &LineFilter) -> Marks {
    Marks {
        texts: filter.texts().to_vec(),
        expressions: filter.expressions().to_vec(),
    }
}

fn unreadable(what: &str, pattern: &str, error: &FilterPatternError) -> Error {
    let refused = Error::usage(format!("{what} cannot be read: {error}"))
        .code("filter-pattern")
        .cause(error.caret(pattern));
    if pattern.trim_start().starts_with(['{', '[', '%']) {
        return refused;
    }
    refused.fix(format!(
        "to look for the text as it stands: --grep {}",
        crate::output::quoted(pattern)
    ))
}

/// The groups that the names stand for; without a name those of the log groups file.
pub(in crate::cli) async fn chosen(
    context: &Context<'_>,
    clients: &Clients,
    names: &[Glob],
) -> Result<Chosen> {
    let progress = context.output.progress("looking for log groups");
    let configured;
    let are_configured = names.is_empty();
    let names = if are_configured {
        configured = configured_groups(context)?;
        &configured
    } else {
        names
    };
    let mut groups: Vec<Group> = Vec::new();
    let mut globs = Vec::new();
    for name in names {
        let found = found(context, clients, name).await;
        let found = found.map_err(|error| {
            if are_configured && error.known_as() == Some("no-log-group") {
                error.fix(format!(
                    "or create all that the files name: {}",
                    context.command("setup")
                ))
            } else {
                error
            }
        })?;
        if !name.is_literal() {
            globs.push(name.clone());
        }
        for group in found {
            if groups.iter().all(|known| known.name != group.name) {
                groups.push(group);
            }
        }
    }
    drop(progress);
    let ahead = clients.calls.clock_ahead();
    if !ahead.is_zero() {
        let which = if ahead.is_positive() {
            "behind"
        } else {
            "ahead of"
        };
        context.output.note(&format!(
            "this clock is {:#} {which} that of CloudWatch Logs, whose time is meant here",
            rounded(ahead)
        ));
    }
    Ok(Chosen { groups, globs })
}

fn configured_groups(context: &Context<'_>) -> Result<Vec<Glob>> {
    let desired = desired::load(None, None, &context.environment)?;
    let names: Vec<Glob> = desired
        .log_groups
        .iter()
        .filter_map(|group| group.name.parse().ok())
        .collect();
    if names.is_empty() {
        return Err(Error::usage("no log group is named")
            .code("no-log-group")
            .fix("see which there are: cruddur-obs logs groups"));
    }
    context.output.detail(&format!(
        "the log groups of {}",
        desired.sources.last().map_or("", String::as_str)
    ));
    Ok(names)
}

async fn found(context: &Context<'_>, clients: &Clients, name: &Glob) -> Result<Vec<Group>> {
    let place = || {
        format!(
            "region {} from {}",
            clients.facts.region, clients.facts.region_origin
        )
    };
    let list = context.command("logs groups");
    if name.is_literal() {
        let group = context
            .until_stopped(clients.logs.log_group(name.as_str()))
            .await?;
        return match group {
            Some(group) => Ok(vec![Group::from(&group)]),
            None => Err(Error::usage(format!("log group {name} does not exist"))
                .code("no-log-group")
                .tried(place())
                .fix(format!("see which there are: {list}"))
                .fix(format!(
                    "or create it: {}",
                    context.command(&format!("logs create {name}"))
                ))),
        };
    }
    let prefix = Some(name.prefix()).filter(|prefix| !prefix.is_empty());
    let groups = context
        .until_stopped(clients.logs.log_groups(prefix))
        .await?;
    let matching: Vec<Group> = groups
        .iter()
        .filter(|group| name.matches(&group.name))
        .map(Group::from)
        .collect();
    if matching.is_empty() {
        return Err(Error::usage(format!("no log group has a name like {name}"))
            .code("no-log-group")
            .tried(place())
            .fix(format!("see which there are: {list}")));
    }
    Ok(matching)
}

/// A difference of clocks without what nobody wants to know.
fn rounded(difference: SignedDuration) -> SignedDuration {
    let seconds = difference.as_secs().abs();
    SignedDuration::from_secs(if seconds < 120 {
        seconds
    } else {
        (seconds + 30) / 60 * 60
    })
}
