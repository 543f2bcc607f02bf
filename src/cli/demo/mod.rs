//! `demo`: sandbox, resources, backend and load in one process, and what the four tools tell of it.

mod backends;
mod load;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::context::Context;
use super::trace;
use crate::error::Result;
use crate::provision::desired;
use crate::provision::plan::{Choices, converge};
use crate::time_window::Window;
use crate::view::demo::DemoView;
use crate::view::graph::GraphView;
use backends::Backends;
use load::Load;
use world::World;

/// How long what was sent may take to be found.
const ARRIVAL: Duration = Duration::from_secs(8);

/// Show all of it in one minute, without an account
///
/// A sandbox in memory, the X-Ray group, rule and log group, two traced backends and a few seconds of mixed
/// requests, some of which fail and some of which are slow; then the service graph, and one request from all
/// four tools. Nothing leaves this machine, and nothing of the environment is used: neither keys nor
/// endpoints. It stays until Ctrl-C, so that other commands can look at it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// End when everything has been shown
    #[arg(long)]
    exit: bool,
    /// How many requests are made
    #[arg(long, value_name = "NUMBER", default_value_t = 160, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    requests: u32,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let output = context.output;
    let style = output.status_style();
    let began = Instant::now();
    let world = World::start(context)?;
    output.status(&format!(
        "{}   {}  {}",
        style.accent("sandbox"),
        world.url(),
        style.dim("in memory; nothing leaves this machine")
    ));
    let inner = world.context(context)?;
    let shown = Box::pin(show(context, &inner, &world, &args, began)).await;
    match shown {
        Ok(backends) if !args.exit => {
            context.stop.cancelled().await;
            backends.stop().await;
        }
        Ok(backends) => backends.stop().await,
        Err(error) => {
            world.stop().await;
            return Err(error);
        }
    }
    world.stop().await;
    output.status("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn show(
    context: &Context<'_>,
    inner: &Context<'_>,
    world: &World,
    args: &Args,
    began: Instant,
) -> Result<Backends> {
    let output = context.output;
    let style = output.status_style();
    let done = Box::pin(context.until_stopped(set_up(inner))).await?;
    output.status(&format!("{}     {done}", style.accent("setup")));
    let start = Timestamp::now();
    let backends = Backends::start(inner).await?;
    output.status(&format!(
        "{}     {}  {}",
        style.accent("serve"),
        backends.main(),
        style.dim(&format!("and {} for messages", backends.messages()))
    ));
    let progress = output.progress("making requests");
    let load = Load::new(inner, &backends, args.requests);
    let told = context
        .until_stopped(async { Ok(load.run().await) })
        .await?;
    drop(progress);
    output.status(&format!(
        "{}      {}",
        style.accent("load"),
        told.sentence()
    ));
    let progress = output.progress("waiting until everything has arrived");
    let arriving = world.arrived(&backends, ARRIVAL);
    let late = context.until_stopped(arriving).await?;
    drop(progress);
    if let Some(late) = late {
        output.warning(&late);
    }
    let window = Window {
        start: start - jiff::SignedDuration::from_secs(5),
        end: Timestamp::now() + jiff::SignedDuration::from_secs(5),
    };
    let clients = inner.clients().await?;
    let reading = clients.xray.service_graph(window, None, &|_| ());
    let graph = Box::pin(context.until_stopped(reading)).await?;
    let request = trace::gather(inner, told.featured, &[], false).await?;
    let view = DemoView {
        sandbox: world.url().to_owned(),
        backend: backends.main().to_owned(),
        trace_id: told.featured.to_string(),
        requests: told.requests,
        seconds: began.elapsed().as_secs_f64(),
        graph: GraphView {
            graph: graph.graph,
            start: window.start,
            end: window.end,
            group: None,
            service: None,
            old_group_versions: graph.old_group_versions,
            utc: false,
        },
        request,
    };
    output.emit(&view)?;
    output.status(&format!(
        "{:.1} s from nothing to this",
        began.elapsed().as_secs_f64()
    ));
    if !args.exit {
        let sandbox = world.url();
        output.next(&format!(
            "cruddur-obs --sandbox={sandbox} xray graph --watch"
        ));
        output.next(&format!(
            "cruddur-obs --sandbox={sandbox} trace {}",
            told.featured
        ));
        output.next(&format!("cruddur-obs --sandbox={sandbox} logs tail"));
        output.next(&format!(
            "curl {}/api/activities/home    # stop with Ctrl-C",
            backends.main()
        ));
    }
    Ok(backends)
}

/// What `setup` does, in one line.
async fn set_up(inner: &Context<'_>) -> Result<String> {
    let desired = desired::load(None, None, &inner.environment)?;
    let clients = inner.clients().await?;
    let plan = converge(clients, &desired, Choices::default()).await?;
    let applied = crate::provision::apply::apply(plan, clients, &inner.stop).await;
    match applied.failure {
        Some(error) => Err(error),
        None => Ok(format!(
            "{} resources: X-Ray group, sampling rule, log group",
            applied.outcomes.len()
        )),
    }
}
