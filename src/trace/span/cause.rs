//! Why a span failed.

use super::super::id::SpanId;
use crate::json;

/// Why a span failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The exception with this id, which stands at a span further in.
    Reference(SpanId),
    /// The exceptions themselves.
    Exceptions {
        /// Where the process was started.
        working_directory: Option<String>,
        /// The paths that code was loaded from.
        paths: Vec<String>,
        /// The exceptions; each names the one that it came from.
        exceptions: Vec<Exception>,
    },
}

/// One exception.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exception {
    /// Its id; the Node SDK sends none.
    pub id: Option<SpanId>,
    /// What it says.
    pub message: Option<String>,
    /// The name of its class.
    pub class: Option<String>,
    /// Whether it came from a service further on.
    pub remote: bool,
    /// How many frames were left out.
    pub truncated: Option<i64>,
    /// How many exceptions were left out between this and the one that it came from.
    pub skipped: Option<i64>,
    /// The exception that it came from.
    pub cause: Option<SpanId>,
    /// The stack, in the order of the document.
    pub stack: Vec<Frame>,
}

/// One line of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// The file.
    pub path: Option<String>,
    /// The line in it.
    pub line: Option<i64>,
    /// The function.
    pub label: Option<String>,
}

/// What the paths of code have in them that the service only uses: of Rust, Python, Node and Go.
const FOREIGN: [&str; 12] = [
    "/.cargo/registry/",
    "/.cargo/git/",
    "/rustc/",
    "/rustlib/",
    "site-packages/",
    "dist-packages/",
    "/lib/python",
    "<frozen ",
    "node_modules/",
    "node:internal/",
    "/go/pkg/mod/",
    "/usr/local/go/src/",
];

impl Frame {
    /// Whether it is of a library, as far as its path tells, and not of the service itself.
    pub fn is_foreign(&self) -> bool {
        let path = self.path.as_deref().unwrap_or_default();
        FOREIGN.iter().any(|part| path.contains(part))
    }
}

impl Cause {
    /// The exceptions; none where it is a reference.
    pub fn exceptions(&self) -> &[Exception] {
        match self {
            Self::Reference(_) => &[],
            Self::Exceptions { exceptions, .. } => exceptions,
        }
    }

    pub(super) fn read(raw: &str) -> Option<Box<Self>> {
        if let Some(text) = json::text(raw) {
            return text.parse().ok().map(Self::Reference).map(Box::new);
        }
        let (mut working_directory, mut paths, mut exceptions) = (None, Vec::new(), Vec::new());
        json::members(raw, |name, raw| {
            let read = match name {
                "working_directory" => {
                    working_directory = json::filled(raw);
                    Ok(())
                }
                "paths" => json::items(raw, |item| paths.extend(json::filled(item))),
                "exceptions" => json::items(raw, |item| exceptions.extend(Exception::read(item))),
                _ => Ok(()),
            };
            drop(read);
        })
        .ok()?;
        Some(Box::new(Self::Exceptions {
            working_directory,
            paths,
            exceptions,
        }))
    }
}

impl Exception {
    fn read(raw: &str) -> Option<Self> {
        let mut exception = Self::default();
        json::members(raw, |name, raw| match name {
            "id" => exception.id = id(raw),
            "message" => exception.message = json::filled(raw),
            "type" => exception.class = json::filled(raw),
            "remote" => exception.remote = json::is_true(raw),
            "truncated" => exception.truncated = json::integer(raw),
            "skipped" => exception.skipped = json::integer(raw),
            "cause" => exception.cause = id(raw),
            "stack" => {
                let read = json::items(raw, |item| exception.stack.extend(Frame::read(item)));
                drop(read);
            }
            _ => {}
        })
        .ok()?;
        Some(exception)
    }
}

impl Frame {
    fn read(raw: &str) -> Option<Self> {
        let mut frame = Self::default();
        json::members(raw, |name, raw| match name {
            "path" => frame.path = json::filled(raw),
            "line" => frame.line = json::integer(raw),
            "label" => frame.label = json::filled(raw),
            _ => {}
        })
        .ok()?;
        Some(frame)
    }
}

fn id(raw: &str) -> Option<SpanId> {
    json::text(raw)?.parse().ok()
}
