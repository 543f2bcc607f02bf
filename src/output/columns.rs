//! A table that leaves out what a narrow terminal has no room for, so that no line ever breaks.

use console::measure_text_width;

use super::{Page, Table};

/// One column.
#[derive(Debug)]
pub struct Column {
    header: &'static str,
    right: bool,
    rank: u8,
    cells: Vec<String>,
}

impl Column {
    /// A column of words, which is broken into lines where it is too wide.
    pub fn words(header: &'static str, cells: Vec<String>) -> Self {
        Self {
            header,
            right: false,
            rank: 0,
            cells,
        }
    }

    /// A column of numbers, which is never broken.
    pub fn numbers(header: &'static str, cells: Vec<String>) -> Self {
        Self {
            right: true,
            ..Self::words(header, cells)
        }
    }

    /// Lets it be left out; the highest rank goes first, and those of one rank go together.
    #[must_use]
    pub fn dispensable(self, rank: u8) -> Self {
        Self { rank, ..self }
    }

    fn width(&self) -> usize {
        self.cells
            .iter()
            .flat_map(|cell| cell.split(JOINT))
            .map(measure_text_width)
            .chain([self.header.len()])
            .max()
            .unwrap_or(0)
    }
}

/// The narrowest that a column of words is broken to.
const NARROWEST: usize = 12;

/// The columns as a table within the page's width.
///
/// Where leaving columns out is not enough, the widest words are broken into lines.
pub fn fitted(page: &Page, mut columns: Vec<Column>) -> String {
    if let Some(width) = page.width.map(usize::from) {
        while excess(&columns, width) > 0 {
            let Some(rank) = columns
                .iter()
                .map(|column| column.rank)
                .max()
                .filter(|rank| *rank > 0)
            else {
                break;
            };
            columns.retain(|column| column.rank != rank);
        }
        loop {
            let excess = excess(&columns, width);
            let widest = columns
                .iter_mut()
                .filter(|column| !column.right && column.width() > NARROWEST)
                .max_by_key(|column| column.width());
            let Some(column) = widest.filter(|_| excess > 0) else {
                break;
            };
            // Towards the second widest and no further, so that the room is shared.
            let to = column.width() - excess.min(4);
            for cell in &mut column.cells {
                *cell = broken(cell, to.max(NARROWEST));
            }
        }
    }
    let headers: Vec<&str> = columns.iter().map(|column| column.header).collect();
    // The widths are right already; the table must not arrange them again.
    let mut table = Table::new(
        &Page {
            width: None,
            ..*page
        },
        &headers,
    );
    for (place, column) in columns.iter().enumerate() {
        if column.right {
            table.right(place);
        }
    }
    let rows = columns.first().map_or(0, |column| column.cells.len());
    for row in 0..rows {
        table.row(
            columns
                .iter()
                .map(|column| column.cells.get(row).cloned().unwrap_or_default()),
        );
    }
    table.text()
}

fn excess(columns: &[Column], width: usize) -> usize {
    let gaps = 2 * columns.len().saturating_sub(1);
    let wanted: usize = columns.iter().map(Column::width).sum();
    (wanted + gaps).saturating_sub(width)
}

/// A cell in lines of at most `width` columns; a coloured cell keeps its colour on every line.
fn broken(cell: &str, width: usize) -> String {
    let joined = cell.replace(JOINT, "");
    let bare = console::strip_ansi_codes(&joined);
    if measure_text_width(&bare) <= width {
        return joined;
    }
    let (before, after) = joined.split_once(&*bare).unwrap_or_default();
    let mut lines = vec![String::new()];
    for character in bare.chars() {
        let line = lines.last().map_or("", |line| line);
        if measure_text_width(&format!("{line}{character}")) > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push(character);
        }
    }
    lines
        .iter()
        .map(|line| format!("{before}{line}{after}"))
        .collect::<Vec<_>>()
        .join(JOINT)
}

/// Where a cell was broken.
const JOINT: &str = "\n";

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
        insta::assert_snapshot!(fitted(&page(30), columns()), @"");
        for width in 25..90 {
            let text = fitted(&page(width), columns());
            for line in text.lines() {
                assert!(measure_text_width(line) <= usize::from(width), "{width}\n{text}");
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
