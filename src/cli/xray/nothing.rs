//! Why an answer is empty: what can be seen of the reasons, and the command that tells the rest.
//!
//! An empty answer is no failure, and what this looks at may itself be refused or unreachable:
//! that is said, and nothing is claimed that was not seen.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::context::Context;
use super::filter::no_such_group;
use crate::error::{Error, Result};
use crate::remote::Clients;
use crate::time_window::{Window, shown_window};
use crate::view::plain::plain;
use crate::view::sampling::SamplingView;
use crate::xray::group::Group;

/// An answer with nothing in it.
#[derive(Debug)]
pub(super) struct Empty<'a> {
    /// What there is none of: "trace", "service".
    pub(super) noun: &'static str,
    /// The command that was given, without its options.
    pub(super) command: &'static str,
    /// Where it was looked for.
    pub(super) window: Window,
    /// The zone to show times in.
    pub(super) zone: &'a TimeZone,
    /// The group that it was to be of.
    pub(super) group: Option<&'a str>,
    /// The filter that it was to match.
    pub(super) filter: Option<&'a str>,
}

/// What was looked at; `None` where there was no need to.
struct Evidence {
    groups: Option<Result<Vec<Group>>>,
    /// Whether there is any trace in the window at all.
    any_trace: Option<Result<bool>>,
    sampling: Result<SamplingView>,
    transaction_search: Result<bool>,
}

/// One reason.
struct Reason {
    /// Whether it was seen to be so, and is not merely possible.
    seen: bool,
    text: String,
    command: String,
}

/// Says that there is nothing, and why that may be, likeliest first.
pub(super) async fn explain(
    context: &Context<'_>,
    clients: &Clients,
    empty: &Empty<'_>,
) -> Result<()> {
    let progress = context.output.progress("looking for the reason");
    let looking = async { Ok(look(clients, empty).await) };
    let evidence = Box::pin(context.until_stopped(looking)).await?;
    drop(progress);
    let scope = match (empty.group, empty.filter) {
        (Some(group), _) => format!(" of group {group:?}"),
        (None, Some(_)) => " that matches".to_owned(),
        (None, None) => String::new(),
    };
    context.output.status(&format!(
        "no {}{scope} from {}, region {}",
        empty.noun,
        shown_window(empty.window, empty.zone),
        clients.facts.region
    ));
    let mut reasons = reasons(&evidence, empty, clients);
    reasons.sort_by_key(|reason| !reason.seen);
    for reason in reasons {
        let label = if reason.seen { "seen" } else { "maybe" };
        context
            .output
            .reason(label, &reason.text, &context.command(&reason.command));
    }
    Ok(())
}

async fn look(clients: &Clients, empty: &Empty<'_>) -> Evidence {
    let xray = &clients.xray;
    let narrowed = empty.group.is_some() || empty.filter.is_some();
    let groups = async {
        match empty.group {
            None => None,
            Some(_) => Some(xray.groups().await),
        }
    };
    let any_trace = async {
        if !narrowed {
            return None;
        }
        let found = Box::pin(xray.trace_summaries(empty.window, None, 1, &|_| {})).await;
        Some(found.map(|found| !found.summaries.is_empty()))
    };
    let sampling = async {
        let summaries = xray.sampling_statistic_summaries().await?;
        Ok(SamplingView::new(&[], &summaries, Timestamp::now()))
    };
    let (groups, any_trace, sampling, transaction_search) = tokio::join!(
        Box::pin(groups),
        Box::pin(any_trace),
        Box::pin(sampling),
        Box::pin(xray.has_transaction_search())
    );
    Evidence {
        groups,
        any_trace,
        sampling,
        transaction_search,
    }
}

fn reasons(evidence: &Evidence, empty: &Empty<'_>, clients: &Clients) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |seen: bool, text: String, command: &str| {
        reasons.push(Reason {
            seen,
            text,
            command: command.to_owned(),
        });
    };
    if let Ok(true) = evidence.transaction_search {
        add(
            true,
            "Transaction Search is on: spans go to CloudWatch Logs, and X-Ray finds only the traces that it indexes, 1 % of them unless told otherwise".to_owned(),
            "xray traces --since 1d",
        );
    }
    if !about_group(evidence, empty, &mut add) {
        about_sampling(&evidence.sampling, &mut add);
        add(
            false,
            format!(
                "they are in another region: this looked in {}, from {}",
                clients.facts.region, clients.facts.region_origin
            ),
            "config",
        );
        if empty.window.length() < SignedDuration::from_hours(24) {
            add(
                false,
                "they are older, or only seconds old: X-Ray shows a trace some seconds after it was sent"
                    .to_owned(),
                &format!("{} --since 1d", empty.command),
            );
        }
    }
    reasons
}

/// What the group or the filter has to do with it; true when that is the whole reason.
fn about_group(
    evidence: &Evidence,
    empty: &Empty<'_>,
    add: &mut impl FnMut(bool, String, &str),
) -> bool {
    let mut of_the_group = None;
    if let (Some(group), Some(Ok(groups))) = (empty.group, &evidence.groups) {
        let known: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        if let Some(text) = no_such_group(group, &known) {
            add(true, text, "xray groups");
            return true;
        }
        let found = groups.iter().find(|known| known.name == group);
        of_the_group = found.and_then(|group| group.filter_expression.clone());
    }
    let narrowed_by = match (empty.group, empty.filter) {
        (Some(group), None) => match of_the_group {
            Some(filter) => format!("{}, the filter of group {group:?},", plain(&filter)),
            None => format!("group {group:?}"),
        },
        (Some(group), Some(_)) => format!("group {group:?} with the filter"),
        (None, Some(_)) => "the filter".to_owned(),
        (None, None) => return false,
    };
    match &evidence.any_trace {
        Some(Ok(true)) => add(
            true,
            format!("there are traces in this window, and {narrowed_by} matches none of them"),
            "xray traces",
        ),
        Some(Err(error)) => add(
            false,
            format!(
                "{narrowed_by} matches none ({})",
                unread("whether there are others", error)
            ),
            "xray traces",
        ),
        // Without any trace it is not the filter's fault.
        Some(Ok(false)) | None => {}
    }
    matches!(evidence.any_trace, Some(Ok(true)))
}

/// What samplers say: they tell sent from not sent, and sampled from sampled out.
fn about_sampling(sampling: &Result<SamplingView>, add: &mut impl FnMut(bool, String, &str)) {
    let sampling = match sampling {
        Ok(sampling) => sampling,
        Err(error) => {
            let unread = unread("what samplers reported", error);
            add(
                false,
                format!("nothing was sent, or all was sampled out ({unread})"),
                "xray stats",
            );
            return;
        }
    };
    if sampling.matched() == 0 {
        add(
            true,
            "no sampler has reported a request in the last 30 minutes: nothing that is traced has run, its daemon does not run or sends elsewhere, or its SDK samples by rules of its own".to_owned(),
            "daemon --healthcheck",
        );
        return;
    }
    for (rule, matched) in sampling.silent() {
        add(
            true,
            format!(
                "sampled out: rule {rule:?} matched {matched} requests in the last 30 minutes and recorded none of them"
            ),
            "xray rules",
        );
    }
    if sampling.recorded() > 0 {
        add(
            true,
            format!(
                "samplers recorded {} of {} requests in the last 30 minutes: what they recorded is outside of this window, or did not arrive",
                sampling.recorded(),
                sampling.matched()
            ),
            "daemon --healthcheck",
        );
    }
}

fn unread(what: &str, error: &Error) -> String {
    format!("{what} could not be read: {}", error.message())
}
