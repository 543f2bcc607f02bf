//! A trace in all its forms.

mod drawing;
mod every;
mod forms;
mod properties;
mod traces;

use crate::output::{Page, Style};
use crate::view::trace::{TraceForm, TraceView};

/// A page of so many columns without colours; of no terminal where none are given.
fn page(width: Option<u16>) -> Page {
    Page {
        style: Style::PLAIN,
        width,
    }
}

fn text(view: &TraceView, width: u16) -> String {
    view.written(TraceForm::Text, &page(Some(width)))
}
