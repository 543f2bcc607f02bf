//! Streams, formats, tables, progress, the shape of an error.
//!
//! stdout carries data and nothing else; status, progress, hints, warnings and errors go to
//! stderr. What the data *is* belongs to `view`; this room only knows how it is written.

mod columns;
mod failure;
mod lines;
mod progress;
mod shell;
mod style;
mod table;
mod tee;

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

pub use columns::{Column, fitted};
pub use failure::{failure_json, failure_text};
pub use lines::{Console, ConsoleWriter};
pub use progress::Progress;
pub use shell::quoted;
pub use style::{ColorWhen, Style};
pub use table::{MISSING, Table};
pub use tee::Tee;

use crate::error::{Error, Result};

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// Something a command shows: the same struct gives the JSON and the text.
pub trait View: Serialize {
    /// The text form, lines ending in a newline; empty when there is nothing to show.
    fn text(&self, page: &Page) -> String;
}

/// What the text form needs to know of the place it is written to.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Colours, or none.
    pub style: Style,
    /// The width of the terminal; `None` when stdout is not one.
    pub width: Option<u16>,
}

/// What the user asked of the output.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Text or JSON.
    pub format: Format,
    /// When to colour.
    pub color: ColorWhen,
    /// How many `-v`.
    pub verbosity: u8,
    /// Whether `-q` was given.
    pub quiet: bool,
}

/// The two streams of the process, and how to write to them.
#[derive(Debug)]
pub struct Output {
    options: Options,
    page: Page,
    status_style: Style,
    interactive: bool,
    animated: bool,
    redrawn: bool,
    program: String,
    streams: Mutex<()>,
}

impl Page {
    /// Breaks a text to fit the terminal; every line after the first begins with `indent`
    /// spaces, and the first is taken to begin there already.
    pub fn wrap(&self, text: &str, indent: usize) -> String {
        let Some(width) = self.width.map(usize::from) else {
            return text.to_owned();
        };
        // Too narrow to be worth breaking: let the terminal do it.
        if width < indent + 20 {
            return text.to_owned();
        }
        textwrap::wrap(text, width - indent).join(&format!("\n{}", " ".repeat(indent)))
    }
}

impl Output {
    /// The process's own streams; `variable` looks an environment variable up.
    pub fn of_this_process<'a>(
        options: Options,
        variable: impl Fn(&str) -> Option<&'a str> + Copy,
    ) -> Self {
        let stdout_is_terminal = io::stdout().is_terminal();
        let stderr_is_terminal = io::stderr().is_terminal();
        Self {
            options,
            page: Page {
                style: Style::chosen(options.color, stdout_is_terminal, variable),
                width: width(stdout_is_terminal, variable),
            },
            status_style: Style::chosen(options.color, stderr_is_terminal, variable),
            interactive: io::stdin().is_terminal() && stderr_is_terminal,
            animated: stderr_is_terminal && variable("TERM") != Some("dumb"),
            redrawn: stdout_is_terminal && variable("TERM") != Some("dumb"),
            program: program(std::env::args_os().next()),
            streams: Mutex::new(()),
        }
    }

    /// Text or JSON.
    pub fn format(&self) -> Format {
        self.options.format
    }

    /// How many `-v` were given.
    pub fn verbosity(&self) -> u8 {
        self.options.verbosity
    }

    /// Whether a person can be asked: stdin and stderr are terminals.
    pub fn interactive(&self) -> bool {
        self.interactive
    }

    /// The style of stderr.
    pub fn status_style(&self) -> Style {
        self.status_style
    }

    /// The page of stdout.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Writes a view to stdout in the chosen format.
    pub fn emit(&self, view: &impl View) -> Result<()> {
        match self.options.format {
            Format::Text => self.data(&view.text(&self.page)),
            Format::Json => {
                let mut text = serde_json::to_string_pretty(view)
                    .map_err(|error| Error::unexpected("could not write JSON").source(error))?;
                text.push('\n');
                self.data(&text)
            }
        }
    }

    /// Writes a view's text to stdout when the format is text, and nothing otherwise: for what
    /// comes before the last word of a command whose JSON is one document at the end.
    pub fn emit_text(&self, view: &impl View) -> Result<()> {
        match self.options.format {
            Format::Text => self.data(&view.text(&self.page)),
            Format::Json => Ok(()),
        }
    }

    /// Writes raw data to stdout.
    pub fn data(&self, text: &str) -> Result<()> {
        self.offer(text).map(drop)
    }

    /// Writes raw data to stdout; false when nobody reads any more, for what would go on for
    /// ever.
    pub fn offer(&self, text: &str) -> Result<bool> {
        let _guard = self.lock();
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Ok(()) => Ok(true),
            // The reader has seen enough (`| head`): not a failure of ours.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Error::unexpected("could not write to stdout").source(error)),
        }
    }

    /// Whether stdout is a terminal that can be drawn upon again.
    pub fn is_redrawn(&self) -> bool {
        self.redrawn
    }

    /// Draws a text in the place of all that the terminal shows, and a last line below it; what
    /// the terminal is too low for is left out.
    pub fn redraw(&self, text: &str, last: &str) -> Result<bool> {
        let height = usize::from(console::Term::stdout().size().0);
        let lines: Vec<&str> = text.lines().collect();
        // One for the last line, and one for the cursor below it.
        let room = height.saturating_sub(2).max(1);
        let hidden = lines.len().saturating_sub(room);
        let kept = lines.len() - if hidden > 0 { hidden + 1 } else { 0 };
        // Home, each line over the old one and cleared to its end, and then all below: a screen
        // that is cleared first would flicker.
        let mut drawn = "\u{1b}[H".to_owned();
        for line in &lines[..kept] {
            drawn.push_str(&format!("{line}\u{1b}[K\n"));
        }
        if hidden > 0 {
            let more = format!("… {} more lines", hidden + 1);
            drawn.push_str(&format!("{}\u{1b}[K\n", self.page.style.dim(&more)));
        }
        self.offer(&format!("{drawn}{last}\u{1b}[K\n\u{1b}[J"))
    }

    /// Says what is going on, on stderr; silent with `-q`.
    pub fn status(&self, line: &str) {
        if !self.options.quiet {
            self.conversation(line);
        }
    }

    /// Whether `-q` was given.
    pub fn is_quiet(&self) -> bool {
        self.options.quiet
    }

    /// Says what only `-v` wants to know, on stderr.
    pub fn detail(&self, line: &str) {
        if self.options.verbosity > 0 {
            self.conversation(&self.status_style.dim(line));
        }
    }

    /// Suggests the next command, on stderr; silent with `-q`.
    pub fn next(&self, line: &str) {
        let style = self.status_style;
        let line = self.as_started(line);
        self.status(&format!("{} {}", style.dim("next:"), style.accent(&line)));
    }

    /// Says something worth knowing, on stderr; silent with `-q`.
    pub fn note(&self, text: &str) {
        let style = self.status_style;
        self.status(&format!(
            "  {}  {}",
            style.dim("note"),
            self.page.wrap(text, 8)
        ));
    }

    /// Gives one reason of several, and the command that tells whether it is the one; silent
    /// with `-q`.
    pub fn reason(&self, label: &str, text: &str, command: &str) {
        let style = self.status_style;
        let command = self.as_started(command);
        self.status(&format!(
            "  {}  {}\n         {}",
            style.dim(&format!("{label:<5}")),
            self.page.wrap(text, 9),
            style.accent(&command)
        ));
    }

    /// Warns on stderr, even with `-q`.
    pub fn warning(&self, line: &str) {
        let style = self.status_style;
        self.conversation(&format!("{} {line}", style.caution("warning:")));
    }

    /// Reports a failure on stderr, in the chosen format.
    pub fn failure(&self, error: &Error) {
        let text = match self.options.format {
            Format::Text => {
                let page = Page {
                    style: self.status_style,
                    ..self.page
                };
                self.as_started(&failure_text(error, &page, self.options.verbosity))
            }
            Format::Json => failure_json(error, self.options.verbosity),
        };
        self.conversation(text.trim_end());
    }

    /// Shows a spinner while something takes long; nothing unless stderr is a terminal.
    pub fn progress(&self, message: &str) -> Progress {
        let shown = self.animated && !self.options.quiet && self.options.format == Format::Text;
        Progress::start(message, shown)
    }

    /// Asks for a line on the terminal; may be dropped while it waits.
    pub async fn ask(&self, question: &str) -> String {
        {
            let _guard = self.lock();
            let mut stderr = io::stderr().lock();
            drop(write!(stderr, "{question} "));
            drop(stderr.flush());
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            let count = io::stdin().read_line(&mut answer).unwrap_or(0);
            (count > 0).then(|| answer.trim().to_owned())
        });
        read.await.ok().flatten().unwrap_or_else(|| {
            // The end of the input: the line on the screen is still open.
            self.conversation("");
            String::new()
        })
    }

    /// Asks a yes-or-no question on the terminal; no answer is no.
    pub async fn confirm(&self, question: &str) -> bool {
        matches!(
            self.ask(&format!("{question} [y/N]"))
                .await
                .to_lowercase()
                .as_str(),
            "y" | "yes"
        )
    }

    /// A text whose command lines begin as this process was started, so that they can be typed
    /// as they stand, by somebody who has not installed anything too.
    fn as_started(&self, text: &str) -> String {
        text.replace("cruddur-obs ", &format!("{} ", self.program))
    }

    fn conversation(&self, text: &str) {
        let _guard = self.lock();
        // stderr may be closed; there is nobody left to tell.
        drop(writeln!(io::stderr().lock(), "{text}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ()> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to type to start this program again.
fn program(started_as: Option<std::ffi::OsString>) -> String {
    started_as
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.contains(std::path::is_separator))
        .map_or_else(|| "cruddur-obs".to_owned(), |path| quoted(&path))
}

/// The width of the terminal, or what `COLUMNS` says of it.
fn width<'a>(stdout_is_terminal: bool, variable: impl Fn(&str) -> Option<&'a str>) -> Option<u16> {
    if let Some(columns) = variable("COLUMNS").and_then(|value| value.trim().parse().ok()) {
        return Some(columns);
    }
    stdout_is_terminal.then(|| console::Term::stdout().size().1)
}
