//! `logs …`: what CloudWatch Logs holds, and what is put there.

pub(super) mod around_trace;
pub(super) mod chosen;
mod create;
mod groups;
mod of_trace;
mod query;
mod search;
mod ship;
mod shown;
mod tail;

use std::process::ExitCode;

use indicatif::HumanCount;

use super::context::Context;
use super::format::{FormatArgument, TEXT_AND_JSON};
use crate::error::Result;
use crate::log_reader::{Group, Notice, Patience};
use crate::remote::Clients;

/// Look at log groups of CloudWatch Logs and at their lines, and ship lines to them
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    subcommand_value_name = "COMMAND"
)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    of_trace: of_trace::Args,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Groups(groups::Args),
    Create(create::Args),
    Tail(tail::Args),
    Search(search::Args),
    Query(query::Args),
    Ship(ship::Args),
}

impl Args {
    /// The forms that the command's data can have.
    pub(in crate::cli) fn forms(&self) -> &'static [FormatArgument] {
        match self.command {
            None | Some(Command::Tail(_) | Command::Search(_)) => shown::FORMS,
            Some(Command::Query(_)) => query::FORMS,
            Some(Command::Groups(_) | Command::Create(_) | Command::Ship(_)) => TEXT_AND_JSON,
        }
    }
}

pub(in crate::cli) async fn run(
    context: &Context<'_>,
    args: Args,
    form: FormatArgument,
) -> Result<ExitCode> {
    let read = match args.command {
        Some(Command::Groups(args)) => groups::run(context, args).await,
        Some(Command::Create(args)) => create::run(context, args).await,
        Some(Command::Tail(args)) => Box::pin(tail::run(context, args)).await,
        Some(Command::Search(args)) => Box::pin(search::run(context, args)).await,
        Some(Command::Query(args)) => Box::pin(query::run(context, args)).await,
        Some(Command::Ship(args)) => return Box::pin(ship::run(context, args)).await,
        None => Box::pin(of_trace::run(context, args.of_trace, form)).await,
    };
    read.map(|()| ExitCode::SUCCESS)
}

/// How long a command that ends by itself tries each call.
pub(super) fn patience(
    clients: &Clients,
) -> (Patience, tokio::sync::mpsc::UnboundedReceiver<Notice>) {
    let seconds = u64::from(clients.facts.timeout);
    Patience::new(Some(std::time::Duration::from_secs(seconds)))
}

/// `1 line`, `1,234 lines`.
fn counted(count: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        HumanCount(count),
        if count == 1 { "" } else { "s" }
    )
}

/// Up to three names, and how many more there are.
fn several(names: &[&str]) -> String {
    match names {
        [one, two, three, rest @ ..] if rest.len() > 1 => {
            format!("{one}, {two}, {three} and {} more groups", rest.len())
        }
        names => names.join(", "),
    }
}

/// What there is to say of a group that can only be queried.
fn by_query(group: &Group) -> Notice {
    Notice::ByQuery {
        group: group.name.to_string(),
        class: group.class.clone().unwrap_or_default(),
    }
}
