//! The graph in all its forms.

mod drawing;
mod forms;
mod graphs;
mod properties;
mod same;

use crate::output::{Page, Style};

/// A page of so many columns without colours.
fn page(width: u16) -> Page {
    Page {
        style: Style::PLAIN,
        width: Some(width),
    }
}
