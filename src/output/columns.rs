//! A table that leaves out what a narrow terminal has no room for, so that no line ever breaks.

use std::borrow::Cow;

use console::measure_text_width;

use super::{Page, Table};

/// One column.
#[derive(Debug)]
pub struct Column {
    header: Cow<'static, str>,
    right: bool,
    breaks: bool,
    rank: u8,
    /// How wide it is without a limit.
    natural: usize,
    limit: usize,
    cells: Vec<String>,
}

impl Column {
    /// A column of words, which is broken into lines where it is too wide.
    pub fn words(header: impl Into<Cow<'static, str>>, cells: Vec<String>) -> Self {
        let lines = cells.iter().flat_map(|cell| cell.split('\n'));
        Self {
            header: header.into(),
            right: false,
            breaks: true,
            rank: 0,
            natural: lines.map(measure_text_width).max().unwrap_or(0),
            limit: usize::MAX,
            cells,
        }
    }

    /// A column of numbers, which is never broken.
    pub fn numbers(header: impl Into<Cow<'static, str>>, cells: Vec<String>) -> Self {
        Self {
            right: true,
            breaks: false,
            ..Self::words(header, cells)
        }
    }

    /// Keeps its words whole: ids to copy, words of one kind.
    #[must_use]
    pub fn whole(self) -> Self {
        Self {
            breaks: false,
            ..self
        }
    }

    /// Lets it be left out; the highest rank goes first, and those of one rank go together.
    #[must_use]
    pub fn dispensable(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    /// No wider than its limit, to which its cells are broken in the end.
    fn width(&self) -> usize {
        self.natural
            .min(self.limit)
            .max(measure_text_width(&self.header))
    }
}

/// Words are broken to this before any column is left out.
const ROOMY: usize = 24;

/// The narrowest that a column of words is broken to.
const NARROWEST: usize = 12;

/// The columns as a table within the page's width.
///
/// Where leaving columns out is not enough, the widest words are broken into lines.
pub fn fitted(page: &Page, mut columns: Vec<Column>) -> String {
    if let Some(width) = page.width.map(usize::from) {
        leave_out(&mut columns, width);
        narrow(&mut columns, width);
    }
    let headers: Vec<&str> = columns.iter().map(|column| &*column.header).collect();
    // The widths are right already; the table must not arrange them again.
    let unbounded = Page {
        width: None,
        ..*page
    };
    let mut table = Table::new(&unbounded, &headers);
    for (place, column) in columns.iter().enumerate() {
        if column.right {
            table.right(place);
        }
    }
    let rows = columns.first().map_or(0, |column| column.cells.len());
    for row in 0..rows {
        table.row(columns.iter().map(|column| {
            let cell = column.cells.get(row);
            cell.map(|cell| broken(cell, column.limit))
                .unwrap_or_default()
        }));
    }
    table.text()
}

fn leave_out(columns: &mut Vec<Column>, width: usize) {
    for column in &mut *columns {
        column.limit = if column.breaks { ROOMY } else { usize::MAX };
    }
    while excess(columns, width) > 0 {
        let ranks = columns.iter().map(|column| column.rank);
        let Some(rank) = ranks.max().filter(|rank| *rank > 0) else {
            break;
        };
        columns.retain(|column| column.rank != rank);
    }
}

fn narrow(columns: &mut [Column], width: usize) {
    for column in &mut *columns {
        column.limit = usize::MAX;
    }
    loop {
        let excess = excess(columns, width);
        let widest = columns
            .iter_mut()
            .filter(|column| column.breaks && column.width() > NARROWEST)
            .max_by_key(|column| column.width());
        let Some(column) = widest.filter(|_| excess > 0) else {
            break;
        };
        // A little at a time, so that the widest ones share the loss.
        column.limit = (column.width() - excess.min(2)).max(NARROWEST);
    }
}

fn excess(columns: &[Column], width: usize) -> usize {
    let gaps = 2 * columns.len().saturating_sub(1);
    let wanted: usize = columns.iter().map(Column::width).sum();
    (wanted + gaps).saturating_sub(width)
}

/// A cell whose lines are at most so wide; a coloured line keeps its colour when it is broken.
fn broken(cell: &str, width: usize) -> String {
    let lines: Vec<String> = cell
        .split('\n')
        .map(|line| {
            if measure_text_width(line) <= width {
                return line.to_owned();
            }
            let bare = console::strip_ansi_codes(line);
            let (before, after) = line.split_once(&*bare).unwrap_or_default();
            let mut parts = vec![String::new()];
            for character in bare.chars() {
                let part = parts.last().map_or("", |part| part);
                if measure_text_width(&format!("{part}{character}")) > width {
                    parts.push(String::new());
                }
                if let Some(part) = parts.last_mut() {
                    part.push(character);
                }
            }
            let parts = parts.iter().map(|part| format!("{before}{part}{after}"));
            parts.collect::<Vec<_>>().join("\n")
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Style;

    fn page(width: u16) -> Page {
        Page {
            style: Style::PLAIN,
            width: Some(width),
        }
    }

    fn columns() -> Vec<Column> {
        vec![
            Column::words("name", vec!["a-rather-long-name-of-a-service".to_owned()]),
            Column::numbers("requests", vec!["12".to_owned()]),
            Column::numbers("p50", vec!["1.00 ms".to_owned()]).dispensable(2),
            Column::words("type", vec!["remote".to_owned()]).dispensable(1),
        ]
    }

    #[test]
    fn columns_go_by_rank_and_words_break_last() {
        insta::assert_snapshot!(fitted(&page(80), columns()), @r"
        NAME                             REQUESTS      P50  TYPE
        a-rather-long-name-of-a-service        12  1.00 ms  remote
        ");
        insta::assert_snapshot!(fitted(&page(50), columns()), @r"
        NAME                             REQUESTS  TYPE
        a-rather-long-name-of-a-service        12  remote
        ");
        insta::assert_snapshot!(fitted(&page(30), columns()), @"
        NAME                  REQUESTS
        a-rather-long-name-o        12
        f-a-service
        ");
        for width in 25..90 {
            let text = fitted(&page(width), columns());
            for line in text.lines() {
                assert!(
                    measure_text_width(line) <= usize::from(width),
                    "{width}\n{text}"
                );
            }
        }
    }

    #[test]
    fn a_broken_cell_keeps_its_colour() {
        let cell = "\u{1b}[1mabcdefghijklmnop\u{1b}[0m";
        assert_eq!(
            broken(cell, 12),
            "\u{1b}[1mabcdefghijkl\u{1b}[0m\n\u{1b}[1mmnop\u{1b}[0m"
        );
    }
}
