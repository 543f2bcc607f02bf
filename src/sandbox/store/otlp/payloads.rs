//! Reading requests back, as they came.

use std::ops::ControlFlow;
use std::sync::PoisonError;

use rusqlite::OptionalExtension as _;

use super::super::{Fault, Store};
use super::Signal;
use crate::trace::graph::Window;

/// A request that was kept.
#[derive(Debug, Clone, Copy)]
pub struct OtlpPayload<'a> {
    /// What it carries.
    pub signal: Signal,
    /// The request in protobuf.
    pub body: &'a [u8],
    /// The dataset that the sender named.
    pub dataset: Option<&'a str>,
    /// When it came, in milliseconds.
    pub received_at_ms: i64,
}

impl Store {
    /// Shows the requests of a Honeycomb environment that have something in a window, in the order
    /// in which they came, of one signal or of all. The store may be used while it is shown one.
    pub fn otlp_payloads(
        &self,
        environment: &str,
        signal: Option<Signal>,
        window: Window,
        visit: &mut dyn FnMut(OtlpPayload<'_>) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        let ids: Vec<i64> = self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id FROM otlp_request
                 WHERE environment = ?1 AND (?2 IS NULL OR signal = ?2) AND last >= ?3 AND first < ?4
                 ORDER BY id",
            )?;
            let wanted = (
                environment,
                signal.map(Signal::number),
                window.start.micros(),
                window.end.micros(),
            );
            let rows = statement.query_map(wanted, |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        for id in ids {
            let read = self.reading(|connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT signal, dataset, received_at, body FROM otlp_request WHERE id = ?1",
                )?;
                let row = statement.query_row([id], |row| {
                    let columns: (i64, Option<String>, i64, Vec<u8>) =
                        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                    Ok(columns)
                });
                Ok(row.optional()?)
            })?;
            // One that has been removed since is left out.
            let Some((number, dataset, received_at_ms, body)) = read else {
                continue;
            };
            let Some(signal) = Signal::from_number(number) else {
                continue;
            };
            let payload = OtlpPayload {
                signal,
                body: &body,
                dataset: dataset.as_deref(),
                received_at_ms,
            };
            if visit(payload) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    /// The body of one request; none where it has been removed.
    pub(in super::super) fn otlp_body(&self, id: i64) -> Result<Option<Vec<u8>>, Fault> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut statement =
            connection.prepare_cached("SELECT body FROM otlp_request WHERE id = ?1")?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?)
    }
}
