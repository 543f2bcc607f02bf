//! `xray rules`.

use super::super::context::Context;
use crate::error::Result;
use crate::view::rules::{RuleView, RulesView};

/// List the sampling rules, in the order in which they are tried
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {}

pub(in crate::cli) async fn run(context: &Context<'_>, _args: Args) -> Result<()> {
    let clients = context.clients().await?;
    let progress = context.output.progress("reading sampling rules");
    let rules = context.until_stopped(clients.xray.sampling_rules()).await?;
    drop(progress);
    context.output.emit(&RulesView {
        rules: rules.into_iter().map(RuleView::from).collect(),
    })
}
