//! What has come since somebody last looked.

use std::collections::HashMap;
use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension as _};

use super::super::{Fault, Store, Tenant};
use super::event_key::EventKey;
use super::index::Row;
use super::{LogEventView, LogStreams};

/// Up to where somebody has seen what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TailPosition(i64);

/// A group that somebody watches.
#[derive(Debug, Clone)]
pub struct LiveGroup {
    /// Its name.
    pub name: String,
    /// Which of its streams.
    pub streams: LogStreams,
}

/// Where a stream belongs: the group, by its place among those watched, and the stream's name.
type Belongs = Option<(usize, String)>;

impl Store {
    /// The position of one who has seen everything that has come so far.
    pub fn tail_position(&self) -> Result<TailPosition, Fault> {
        self.sync_log_events()?;
        Ok(TailPosition(self.log_events.index().last_row()))
    }

    /// Shows what has come to some groups since a position, in the order of arrival, and gives the
    /// position after it. What a group's retention hides is not asked here: it has just come.
    pub fn log_events_since(
        &self,
        tenant: &Tenant,
        groups: &[LiveGroup],
        position: TailPosition,
        mut show: impl FnMut(&LogEventView<'_>) -> ControlFlow<()>,
    ) -> Result<TailPosition, Fault> {
        self.sync_log_events()?;
        let (rows, last) = {
            let index = self.log_events.index();
            let rows: Vec<Row> = index.rows_after(position.0).copied().collect();
            (rows, index.last_row())
        };
        let mut known: HashMap<i64, Belongs> = HashMap::new();
        for row in &rows {
            if let std::collections::hash_map::Entry::Vacant(vacant) = known.entry(row.stream) {
                let belongs =
                    self.reading(|connection| belongs(connection, tenant, groups, row.stream))?;
                vacant.insert(belongs);
            }
        }
        let watched: Vec<Row> = rows
            .into_iter()
            .filter(|row| known.get(&row.stream).is_some_and(Option::is_some))
            .collect();
        self.visit_log_rows(
            &mut (),
            &watched,
            None,
            |(), _| ControlFlow::Continue(()),
            |(), row, text| {
                let Some(Some((group, stream))) = known.get(&row.stream) else {
                    return ControlFlow::Continue(());
                };
                for index in 0..text.len() {
                    let Some(entry) = text.entry(index) else {
                        break;
                    };
                    let Some(message) = text.message(entry) else {
                        continue;
                    };
                    show(&LogEventView {
                        key: EventKey::new(entry.timestamp, row.id, index),
                        group: &groups[*group].name,
                        stream,
                        timestamp: entry.timestamp,
                        ingested_at: row.ingested_at,
                        message,
                    })?;
                }
                ControlFlow::Continue(())
            },
        )?;
        Ok(TailPosition(last))
    }
}

fn belongs(
    connection: &Connection,
    tenant: &Tenant,
    groups: &[LiveGroup],
    stream: i64,
) -> Result<Belongs, Fault> {
    let found: Option<(String, String)> = connection
        .prepare_cached(
            "SELECT log_group, name FROM log_stream WHERE id = ?1 AND account = ?2 AND region = ?3",
        )?
        .query_row((stream, &tenant.account, &tenant.region), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(found.and_then(|(group, name)| {
        let place = groups
            .iter()
            .position(|live| live.name == group && live.streams.wants(&name))?;
        Some((place, name))
    }))
}
