//! What goes wrong inside a route, with the places that it came through.
//!
//! A failure notes where it began and which functions it left, which costs nothing and is there in
//! a program without symbols too. Only a panic has its stack walked.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, Location, PanicHookInfo};
use std::sync::Once;

use axum::http::StatusCode;

use crate::telemetry::tracing::{Failure, Frame};

/// How many frames of ours are kept; the outermost go.
const MOST_FRAMES: usize = 30;

/// A failure, and what it is answered with.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) failure: Failure,
    /// What caused it, the nearest first.
    pub(super) causes: Vec<Failure>,
    pub(super) status: StatusCode,
}

impl Fault {
    /// A failure here, in this function.
    #[track_caller]
    pub(super) fn here(
        label: &str,
        type_name: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            failure: Failure {
                type_name: type_name.into(),
                message: message.into(),
                frames: vec![frame(Location::caller(), label)],
            },
            causes: Vec::new(),
            status: StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The failure, on its way out through this function.
    #[track_caller]
    pub(super) fn through(mut self, label: &str) -> Self {
        let frame = frame(Location::caller(), label);
        self.failure.frames.insert(0, frame);
        self
    }

    /// The failure, caused by another.
    pub(super) fn caused_by(mut self, cause: Self) -> Self {
        self.causes.push(cause.failure);
        self.causes.extend(cause.causes);
        self
    }

    /// The failure of somebody who was asked.
    pub(super) fn of_another(self) -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            ..self
        }
    }

    /// A panic, whose place the hook kept.
    pub(super) fn of_panic(payload: &(dyn Any + Send), frames: Vec<Frame>) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Self {
            failure: Failure {
                type_name: "panic".to_owned(),
                message,
                frames,
            },
            causes: Vec::new(),
            status: StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

tokio::task_local! {
    /// Set while a request is answered: where it panicked.
    pub(super) static PANICKED_AT: RefCell<Vec<Frame>>;
}

/// Panics of requests are told as failures are, and not on stderr; others as before.
pub(super) fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            let kept = PANICKED_AT.try_with(|frames| {
                let place = info.location().unwrap_or_else(|| Location::caller());
                *frames.borrow_mut() = walked(place);
            });
            if kept.is_err() {
                others(info);
            }
        }));
    });
}

fn frame(place: &Location<'_>, label: &str) -> Frame {
    Frame {
        path: place.file().to_owned(),
        line: place.line(),
        label: label.to_owned(),
    }
}

/// The stack of a panic as far as it is ours, outermost first, and at its end the place itself.
/// Where the names of functions were stripped from the program, the place is all there is.
fn walked(place: &Location<'_>) -> Vec<Frame> {
    let mut frames = Vec::new();
    backtrace::trace(|frame| {
        backtrace::resolve_frame(frame, |symbol| {
            let Some(name) = symbol.name() else {
                return;
            };
            let name = format!("{name:#}");
            let (Some(path), Some(line)) = (symbol.filename(), symbol.lineno()) else {
                return;
            };
            if name.contains("cruddur_obs::server") && !name.contains("server::failure") {
                frames.push(Frame {
                    path: below_the_crate(&path.display().to_string()).to_owned(),
                    line,
                    label: function(&name).to_owned(),
                });
            }
        });
        frames.len() < MOST_FRAMES
    });
    frames.reverse();
    let is_place = |frame: &Frame| frame.line == place.line() && frame.path.ends_with(place.file());
    if !frames.last().is_some_and(is_place) {
        frames.push(frame(place, "panic"));
    }
    frames
}

/// A path as the compiler gives it to places, which is not that of the machine that compiled.
fn below_the_crate(path: &str) -> &str {
    match path.find("/src/server/") {
        Some(slash) => &path[slash + 1..],
        None => path,
    }
}

/// The name of the function that a closure, or the machinery of an async block, belongs to.
fn function(name: &str) -> &str {
    let name = name.trim_start_matches('<');
    let mut parts = name
        .rsplit("::")
        .filter(|part| !part.starts_with('{') && !part.is_empty());
    parts.next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_knows_its_place() {
        let line = line!() + 1;
        let fault = Fault::here("this_test", "Wrong", "on purpose");
        assert_eq!(
            fault.clone().through("outer").failure.frames[0].label,
            "outer"
        );
        let last = fault.failure.frames.last().expect("there is a frame");
        assert!(last.path.ends_with("src/server/failure.rs"), "{last:?}");
        assert_eq!((last.line, last.label.as_str()), (line, "this_test"));
    }

    #[test]
    fn paths_begin_with_the_root_that_reports_name() {
        for (path, shown) in [
            ("/build/cruddur/src/server/debug.rs", "src/server/debug.rs"),
            ("src/server/debug.rs", "src/server/debug.rs"),
            (
                "/rustc/1/library/core/src/option.rs",
                "/rustc/1/library/core/src/option.rs",
            ),
        ] {
            assert_eq!(below_the_crate(path), shown);
        }
    }

    #[test]
    fn functions_have_short_names() {
        for (name, short) in [
            (
                "cruddur_obs::server::request::answer::{{closure}}",
                "answer",
            ),
            ("cruddur_obs::server::debug::error", "error"),
        ] {
            assert_eq!(function(name), short);
        }
    }
}
