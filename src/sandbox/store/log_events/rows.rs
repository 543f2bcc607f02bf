//! Reading rows, a few at a time, so that who reads holds nobody up.

use std::ops::ControlFlow;

use memchr::memmem::Finder;

use super::super::{Fault, Store};
use super::batch::RowText;
use super::index::Row;

/// About so many bytes are read at once.
const AT_ONCE: usize = 1 << 20;

impl Store {
    /// Shows rows, in the order given, until told to stop; what has been removed since is left
    /// out, and so are rows in whose body the required text is not.
    ///
    /// `is_wanted` is asked before a row is read.
    pub(super) fn visit_log_rows<Context>(
        &self,
        context: &mut Context,
        rows: &[Row],
        required: Option<&Finder<'_>>,
        is_wanted: impl Fn(&mut Context, &Row) -> ControlFlow<()>,
        mut show: impl FnMut(&mut Context, &Row, &RowText) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        let mut rest = rows;
        let mut read: Vec<(Row, RowText)> = Vec::new();
        while let Some(next) = rest.first() {
            if is_wanted(context, next).is_break() {
                return Ok(());
            }
            let chunk = chunk(rest);
            rest = &rest[chunk.len()..];
            read.clear();
            self.read_rows(chunk, required, &mut read)?;
            for (row, text) in &read {
                if is_wanted(context, row).is_break() || show(context, row, text).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn read_rows(
        &self,
        rows: &[Row],
        required: Option<&Finder<'_>>,
        read: &mut Vec<(Row, RowText)>,
    ) -> Result<(), Fault> {
        self.reading(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT body, entries FROM log_event_batch WHERE id = ?1")?;
            for row in rows {
                let mut found = statement.query([row.id])?;
                let Some(columns) = found.next()? else {
                    continue;
                };
                let body = columns
                    .get_ref(0)?
                    .as_bytes()
                    .map_err(rusqlite::Error::from)?;
                if required.is_some_and(|required| required.find(body).is_none()) {
                    continue;
                }
                // What is no text any more was damaged; it has no messages.
                let Ok(body) = str::from_utf8(body) else {
                    continue;
                };
                let text = RowText {
                    body: body.to_owned(),
                    entries: columns.get(1)?,
                };
                read.push((*row, text));
            }
            Ok(())
        })
    }
}

/// The first rows, as many as are read at once.
fn chunk(rows: &[Row]) -> &[Row] {
    let mut bytes = 0;
    let mut count = 0;
    for row in rows {
        bytes += row.body as usize;
        if count > 0 && bytes > AT_ONCE {
            break;
        }
        count += 1;
    }
    &rows[..count]
}
