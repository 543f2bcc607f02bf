//! `xray graph --watch`: the same graph again and again.
//!
//! On a terminal each picture takes the place of the one before; in a pipe answers follow each
//! other, JSON as one line each and other forms with an empty line between. What fails for a moment
//! leaves the last picture as it is, and says since when. It ends when the user stops it, which
//! is success: that is how it ends.

use std::time::Duration;

use jiff::Timestamp;

use super::super::super::context::Context;
use super::{Args, look, narrowed, stranger};
use crate::error::{Error, Kind, Result};
use crate::output::Format;
use crate::remote::Clients;
use crate::time_window::{Window, shown, shown_window};
use crate::view::graph::GraphView;

pub(super) async fn run(
    context: &Context<'_>,
    clients: &Clients,
    args: &Args,
    seconds: u32,
) -> Result<()> {
    let mut picture = Picture {
        context,
        args,
        seconds,
        last: None,
        has_written: false,
    };
    loop {
        let looked = tokio::select! {
            biased;
            () = context.stop.cancelled() => return Ok(()),
            looked = Box::pin(look(clients, args, &|_| {})) => looked,
        };
        let is_read = match looked {
            Ok(view) => picture.show(view)?,
            // What will be so the next time too, or was so from the first, is a failure.
            Err(error) if picture.last.is_none() || error.kind() != Kind::Unreachable => {
                return Err(error);
            }
            Err(error) => picture.grow_stale(&error)?,
        };
        if !is_read {
            return Ok(());
        }
        tokio::select! {
            biased;
            () = context.stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(u64::from(seconds))) => {}
        }
    }
}

/// What was shown last.
struct Picture<'a> {
    context: &'a Context<'a>,
    args: &'a Args,
    seconds: u32,
    last: Option<Drawn>,
    /// Whether something was written to a pipe.
    has_written: bool,
}

struct Drawn {
    text: String,
    at: Timestamp,
}

impl Picture<'_> {
    /// Shows a graph; false when nobody reads any more.
    fn show(&mut self, view: GraphView) -> Result<bool> {
        let output = self.context.output;
        let stranger = stranger(&view, self.args).filter(|_| !view.graph.nodes.is_empty());
        let view = narrowed(view, self.args);
        let nothing = view.graph.nodes.is_empty().then(|| {
            stranger.unwrap_or_else(|| {
                let window = Window {
                    start: view.start,
                    end: view.end,
                };
                format!(
                    "no service from {}",
                    shown_window(window, &self.args.window.zone())
                )
            })
        });
        let mut text = if output.format() == Format::Json {
            serde_json::to_string(&view)
                .map_err(|error| Error::unexpected("could not write JSON").source(error))?
        } else {
            view.written(self.args.form(), output.page())
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let is_read = if output.is_redrawn() {
            if let (true, Some(nothing)) = (text.is_empty(), &nothing) {
                text = format!("{nothing}\n");
            }
            let style = output.page().style;
            let last = format!("every {} s; stop with Ctrl-C", self.seconds);
            output.redraw(&text, &style.dim(&last))?
        } else {
            if let Some(nothing) = nothing {
                output.status(&nothing);
            }
            let gap = if self.has_written && output.format() != Format::Json && !text.is_empty() {
                "\n"
            } else {
                ""
            };
            output.offer(&format!("{gap}{text}"))?
        };
        self.has_written |= !text.is_empty();
        self.last = Some(Drawn {
            text,
            at: Timestamp::now(),
        });
        Ok(is_read)
    }

    /// Says that the last picture is no longer true; false when nobody reads any more.
    fn grow_stale(&self, error: &Error) -> Result<bool> {
        let output = self.context.output;
        let Some(last) = &self.last else {
            return Ok(true);
        };
        let since = shown(last.at, &self.args.window.zone());
        let message = format!("stale since {since}: {}; trying again", error.message());
        if output.is_redrawn() {
            let style = output.page().style;
            return output.redraw(&last.text, &style.caution(&message));
        }
        output.warning(&message);
        Ok(true)
    }
}
