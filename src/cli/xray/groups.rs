//! `xray groups`.

use super::super::context::Context;
use crate::error::Result;
use crate::view::groups::{GroupView, GroupsView};

/// List the groups, with their filters
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {}

pub(in crate::cli) async fn run(context: &Context<'_>, _args: Args) -> Result<()> {
    let clients = context.clients().await?;
    let progress = context.output.progress("reading groups");
    let groups = context.until_stopped(clients.xray.groups()).await?;
    drop(progress);
    if groups.is_empty() {
        context
            .output
            .status(&format!("no group in region {}", clients.facts.region));
        context.output.next(&context.command("setup"));
    }
    context.output.emit(&GroupsView {
        groups: groups.into_iter().map(GroupView::from).collect(),
    })
}
