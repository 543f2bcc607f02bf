//! `xray stats`.

use jiff::Timestamp;

use super::super::context::Context;
use crate::error::Result;
use crate::view::sampling::SamplingView;

/// Show how many requests each sampling rule matched and recorded in the last 30 minutes
///
/// The figures are what X-Ray SDKs report through their daemon every 10 seconds; an SDK that samples
/// by rules of its own reports nothing. Rates count from the first report on.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {}

pub(in crate::cli) async fn run(context: &Context<'_>, _args: Args) -> Result<()> {
    let clients = context.clients().await?;
    let output = context.output;
    let progress = output.progress("reading sampling statistics");
    let reading = async {
        tokio::try_join!(
            Box::pin(clients.xray.sampling_rules()),
            Box::pin(clients.xray.sampling_statistic_summaries())
        )
    };
    let (rules, summaries) = context.until_stopped(reading).await?;
    drop(progress);
    let view = SamplingView::new(&rules, &summaries, Timestamp::now());
    if view.matched() == 0 {
        output.status(&format!(
            "no SDK has reported a request in the last 30 minutes, region {} from {}",
            clients.facts.region, clients.facts.region_origin
        ));
        output.reason(
            "maybe",
            "SDKs report every 10 s through the daemon that they send to: it has to run, and to call this region",
            &context.command("daemon --healthcheck"),
        );
    }
    for (rule, matched) in view.silent() {
        output.warning(&format!(
            "rule {rule:?} matched {matched} requests and recorded none of them"
        ));
    }
    output.emit(&view)
}
