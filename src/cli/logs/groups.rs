//! `logs groups`.

use super::super::context::Context;
use crate::error::Result;
use crate::view::log_groups::{LogGroupView, LogGroupsView};

/// List the log groups
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Only those whose names begin so
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let clients = context.clients().await?;
    let progress = context.output.progress("reading log groups");
    let groups = context
        .until_stopped(clients.logs.log_groups(args.prefix.as_deref()))
        .await?;
    drop(progress);
    if groups.is_empty() {
        let named = args
            .prefix
            .map(|prefix| format!(" that begins with {prefix:?}"))
            .unwrap_or_default();
        context.output.status(&format!(
            "no log group{named} in region {}",
            clients.facts.region
        ));
        context.output.next(&context.command("setup"));
    }
    context.output.emit(&LogGroupsView {
        log_groups: groups.into_iter().map(LogGroupView::from).collect(),
    })
}
