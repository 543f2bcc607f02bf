//! The one kind of table: upper-case headers, two spaces between columns, no lines.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};

use super::Page;

/// What stands where there is no value.
pub const MISSING: &str = "—";

/// A table under construction.
#[derive(Debug)]
pub struct Table {
    grid: Grid,
    columns: usize,
}

impl Table {
    /// A table with these headers.
    pub fn new(page: &Page, headers: &[&str]) -> Self {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING);
        if let Some(width) = page.width {
            grid.set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        grid.set_header(
            headers
                .iter()
                .map(|header| Cell::new(page.style.dim(&header.to_uppercase()))),
        );
        Self {
            grid,
            columns: headers.len(),
        }
    }

    /// Aligns a column of numbers to the right.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.grid.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.grid.add_row(cells);
    }

    /// The table as text, without spaces at the ends of lines.
    pub fn text(mut self) -> String {
        for index in 0..self.columns {
            if let Some(column) = self.grid.column_mut(index) {
                // Between columns two spaces, before the first none.
                column.set_padding((0, 2));
            }
        }
        let mut text = String::new();
        for line in self.grid.to_string().lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
