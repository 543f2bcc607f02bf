//! `xray graph`.

mod watch;

use super::super::context::Context;
use super::super::format::{self, FormatArgument};
use super::super::time_window::WindowArgs;
use super::filter::{about_group, instead};
use super::nothing::{Empty, explain};
use crate::error::Result;
use crate::remote::{Clients, Progress};
use crate::view::graph::{GraphForm, GraphView};

/// The forms that a graph has; `text` is the table.
pub(super) const FORMS: &[FormatArgument] = &[
    FormatArgument::Table,
    FormatArgument::Tree,
    FormatArgument::Json,
    FormatArgument::Dot,
    FormatArgument::Mermaid,
    FormatArgument::Svg,
    FormatArgument::Csv,
    FormatArgument::Text,
];

/// Draw who calls whom, how often, how fast, and how it ends
///
/// The service graph of the last 10 minutes, unless another window is named. A window of more than 6
/// hours, the most that X-Ray draws at once, is read in parts and put together.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    window: WindowArgs,
    /// Only traces of this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Only this service, who calls it and whom it calls
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Draw it again every so many seconds, 5 unless told otherwise, until stopped with Ctrl-C;
    /// in a pipe, one answer after the other
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "5", value_parser = clap::value_parser!(u32).range(1..=3600))]
    watch: Option<u32>,
    // The global option of this id gives its place and value to this one.
    /// How the graph is written to stdout
    #[arg(id = "output", short, long, value_name = "FORMAT", default_value = "table", value_parser = format::parser(FORMS, |form| form != FormatArgument::Text))]
    output: FormatArgument,
}

impl Args {
    fn form(&self) -> GraphForm {
        match self.output {
            FormatArgument::Text | FormatArgument::Table | FormatArgument::Raw => GraphForm::Table,
            FormatArgument::Tree => GraphForm::Tree,
            FormatArgument::Json => GraphForm::Json,
            FormatArgument::Dot => GraphForm::Dot,
            FormatArgument::Mermaid => GraphForm::Mermaid,
            FormatArgument::Svg => GraphForm::Svg,
            FormatArgument::Csv => GraphForm::Csv,
        }
    }
}

pub(in crate::cli) async fn run(context: &Context<'_>, args: Args) -> Result<()> {
    let meant = args.window.window()?;
    let clients = context.clients().await?;
    let output = context.output;
    if meant.is_cut {
        output.note("X-Ray keeps traces for 30 days: the window begins there");
    }
    if let Some(seconds) = args.watch {
        return watch::run(context, clients, &args, seconds).await;
    }
    let progress = output.progress("reading the service graph");
    let say = |read: Progress| {
        if read.of > 1 {
            progress.say(&format!(
                "reading the service graph: {} of {} parts",
                read.done, read.of
            ));
        }
    };
    let view = Box::pin(context.until_stopped(look(clients, &args, &say))).await?;
    drop(progress);
    if view.graph.nodes.is_empty() {
        let zone = args.window.zone();
        let empty = Empty {
            noun: "service",
            command: "xray graph",
            window: meant.window,
            zone: &zone,
            group: args.group.as_deref(),
            filter: None,
        };
        explain(context, clients, &empty).await?;
    } else if let Some(text) = stranger(&view, &args) {
        output.status(&text);
        output.next(&context.command("xray graph"));
    }
    let view = narrowed(view, &args);
    if view.old_group_versions {
        output.note("the group's filter changed within this window: the graph mixes traces of the old filter with those of the new one");
    }
    let text = view.written(args.form(), output.page());
    output.data(&text)
}

/// Reads the graph as it is now.
async fn look(clients: &Clients, args: &Args, say: &dyn Fn(Progress)) -> Result<GraphView> {
    let window = args.window.window()?.window;
    let group = args.group.as_deref();
    let read = Box::pin(clients.xray.service_graph(window, group, say)).await;
    let read = match read {
        Ok(read) => read,
        Err(error) => return Err(about_group(clients, group, error).await),
    };
    Ok(GraphView {
        graph: read.graph,
        start: window.start,
        end: window.end,
        group: args.group.clone(),
        service: None,
        old_group_versions: read.old_group_versions,
        utc: args.window.utc,
    })
}

fn narrowed(view: GraphView, args: &Args) -> GraphView {
    match &args.service {
        None => view,
        Some(service) => view.narrowed_to(service),
    }
}

/// What to say where `--service` names nobody of the graph.
fn stranger(view: &GraphView, args: &Args) -> Option<String> {
    let wanted = args.service.as_deref()?;
    let lower = wanted.to_lowercase();
    let mut known: Vec<&str> = Vec::new();
    for node in &view.graph.nodes {
        for name in node.names.iter().chain([&node.name]) {
            if name.to_lowercase() == lower {
                return None;
            }
            if !known.contains(&name.as_str()) {
                known.push(name);
            }
        }
    }
    Some(format!(
        "no service of the graph is called {wanted:?}{}",
        instead(wanted, &known, "service")
    ))
}
