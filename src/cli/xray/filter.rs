//! `--filter` and `--group`: which traces are meant, checked before X-Ray is asked.

use super::super::context::Context;
use crate::error::{Error, Result};
use crate::remote::Clients;
use crate::xray::filter_expression::{self, Kind};
use crate::xray::names;

/// Where the language is described.
const LANGUAGE: &str =
    "the language: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html";

/// Checks a filter, warns of what cannot be meant, and puts the group's name before it.
pub(super) fn checked(
    context: &Context<'_>,
    filter: Option<&str>,
    group: Option<&str>,
) -> Result<Option<String>> {
    if let Some(text) = filter {
        check(context, "--filter", text)?;
    }
    Ok(match (group, filter) {
        (None, None) => None,
        (None, Some(filter)) => Some(filter.to_owned()),
        (Some(group), None) => Some(of_group(group)),
        (Some(group), Some(filter)) => Some(format!("{} AND ({filter})", of_group(group))),
    })
}

/// Checks the filter that was given with an option, and warns of what cannot be meant.
pub(in crate::cli) fn check(context: &Context<'_>, option: &str, text: &str) -> Result<()> {
    let expression = filter_expression::parse(text).map_err(|error| match error.kind {
        Kind::Empty => Error::usage(format!("{option} is empty: was a variable unset?"))
            .code("filter")
            .fix(format!(
                "name what to look for, as in {option} 'service(\"backend-flask\")'"
            )),
        _ => Error::usage(format!("{option}: {}", error.message))
            .code("filter")
            .cause(error.caret(text))
            .fix(error.hint.clone().unwrap_or_else(|| LANGUAGE.to_owned())),
    })?;
    for lint in filter_expression::lint(&expression) {
        context
            .output
            .warning(&format!("{option}: {}; {}", lint.message, lint.hint));
    }
    Ok(())
}

fn of_group(group: &str) -> String {
    let escaped = group.replace('\\', "\\\\").replace('"', "\\\"");
    format!("group.name = \"{escaped}\"")
}

/// Turns a refusal into a sentence about the group, where that is not there.
///
/// X-Ray has no code for a group that it does not know.
pub(super) async fn about_group(clients: &Clients, group: Option<&str>, error: Error) -> Error {
    let Some(group) = group.filter(|_| error.known_as() == Some("refused")) else {
        return error;
    };
    let Ok(groups) = clients.xray.groups().await else {
        return error;
    };
    let known: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    match no_such_group(group, &known) {
        None => error,
        Some(text) => Error::usage(text)
            .code("no-such-group")
            .tried(format!(
                "region {} from {}",
                clients.facts.region, clients.facts.region_origin
            ))
            .fix("cruddur-obs xray groups"),
    }
}

/// What to say of a group that is none of the known ones; the built-in one need not be listed.
pub(super) fn no_such_group(group: &str, known: &[&str]) -> Option<String> {
    if known.contains(&group) || names::is_default(group) {
        return None;
    }
    Some(format!(
        "there is no group {group:?}{}",
        instead(group, known, "group")
    ))
}

/// What is there instead of a name: the nearest one, or all.
pub(super) fn instead(name: &str, known: &[&str], noun: &str) -> String {
    const MOST: usize = 12;
    let lower = name.to_lowercase();
    let nearest = known
        .iter()
        .map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known))
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .filter(|(closeness, _)| *closeness > 0.8);
    let named: Vec<String> = known
        .iter()
        .take(MOST)
        .map(|known| format!("{known:?}"))
        .collect();
    let more = if known.len() > MOST { ", …" } else { "" };
    match (nearest, known.len()) {
        (Some((_, nearest)), _) => format!("; did you mean {nearest:?}?"),
        (None, 0) => format!(", nor any other {noun}"),
        (None, 1) => format!("; there is {}", named.concat()),
        (None, _) => format!("; there are {}{more}", named.join(", ")),
    }
}
