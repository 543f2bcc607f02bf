//! The table that is printed: what was measured, on which machine, and against what.

use std::io::Write as _;

use super::Result;

/// One line per figure.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
}

impl Table {
    /// Adds a figure; `wanted` is what it is held against.
    pub(crate) fn row(&mut self, what: &str, figure: String, ratio: String, wanted: &str) {
        let row = [what.to_owned(), figure, ratio, wanted.to_owned()];
        // A part may take a minute: say what is known already.
        drop(writeln!(std::io::stderr(), "  {}", row.join("  ")));
        self.rows.push(row);
    }

    /// Prints everything.
    pub(crate) fn print(self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", machine())?;
        let head = ["what", "figure", "ratio", "wanted"].map(str::to_owned);
        let rows: Vec<[String; 4]> = std::iter::once(head).chain(self.rows).collect();
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths = [0, 1, 2, 3].map(width);
        for row in &rows {
            let cells = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split(':').nth(1)?.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    format!("{cores} cores, {processor}, the load on the same cores")
}
