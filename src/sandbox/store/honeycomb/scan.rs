//! Going through the events of a dataset, those of OpenTelemetry among them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::super::{Fault, Signal, Store};
use super::event::HoneycombEvent;
use super::otlp_events::{self, Arrived, Payload};
use super::{events, names};
use crate::trace::Time;
use crate::trace::graph::Window;

/// Rows that are read at once; in between others may use the connection.
const ROWS: i64 = 64;

/// Which events are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) environment: &'a str,
    /// A slug; all where absent.
    pub(super) dataset: Option<&'a str>,
    /// From when, in nanoseconds since 1970.
    pub(super) start: i64,
    /// Until when; not within it any more.
    pub(super) end: i64,
}

impl Store {
    /// Gives every event that is wanted, and perhaps some beyond the window.
    pub(super) fn scan_honeycomb(
        &self,
        wanted: Wanted<'_>,
        visit: &mut dyn FnMut(&HoneycombEvent<'_>),
    ) -> Result<(), Fault> {
        let mut after = 0;
        loop {
            let rows = self.batches_after(wanted, after)?;
            let Some((last, _)) = rows.last() else {
                break;
            };
            after = *last;
            for (_, body) in &rows {
                for event in events::decode(body) {
                    visit(&event);
                }
            }
        }
        self.scan_otlp(wanted, visit)
    }

    fn batches_after(&self, wanted: Wanted<'_>, after: i64) -> Result<Vec<(i64, String)>, Fault> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, body FROM honeycomb_event_batch
                 WHERE environment = ?1 AND (?2 IS NULL OR dataset = ?2)
                     AND last >= ?3 AND first < ?4 AND id > ?5
                 ORDER BY id LIMIT ?6",
            )?;
            let rows = statement
                .query_map(
                    (
                        wanted.environment,
                        wanted.dataset,
                        wanted.start,
                        wanted.end,
                        after,
                        ROWS,
                    ),
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    fn scan_otlp(
        &self,
        wanted: Wanted<'_>,
        visit: &mut dyn FnMut(&HoneycombEvent<'_>),
    ) -> Result<(), Fault> {
        let deleted = self.deleted_datasets(wanted.environment)?;
        let window = Window {
            start: Time::from_micros(wanted.start.div_euclid(1000)),
            end: Time::from_micros(wanted.end.div_euclid(1000).saturating_add(1)),
        };
        let mut slugs = Slugs::default();
        self.otlp_payloads(wanted.environment, None, window, &mut |payload| {
            let arrived = Arrived {
                dataset: payload.dataset,
                is_classic: wanted.environment.is_empty(),
                at: payload.received_at_ms,
            };
            let kind = payload_of(payload.signal);
            otlp_events::visit(kind, payload.body, arrived, &mut |dataset, event| {
                let slug = slugs.of(dataset);
                if wanted.dataset.is_none_or(|wanted| wanted == slug)
                    && deleted
                        .get(slug)
                        .is_none_or(|deleted| *deleted < payload.received_at_ms)
                {
                    visit(event);
                }
            });
            ControlFlow::Continue(())
        })
    }

    /// When datasets were deleted: what came by then is not seen any more.
    pub(super) fn deleted_datasets(
        &self,
        environment: &str,
    ) -> Result<HashMap<String, i64>, Fault> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT slug, deleted_at FROM honeycomb_dataset_deletion WHERE environment = ?1",
            )?;
            let deletions = statement
                .query_map([environment], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(deletions)
        })
    }
}

/// The kind of a payload.
pub(super) fn payload_of(signal: Signal) -> Payload {
    match signal {
        Signal::Traces => Payload::Traces,
        Signal::Logs => Payload::Logs,
        Signal::Metrics => Payload::Metrics,
    }
}

/// The slug of the last name is remembered: events of one dataset come together.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    name: String,
    slug: String,
}

impl Slugs {
    pub(super) fn of(&mut self, name: &str) -> &str {
        if self.name != name {
            name.clone_into(&mut self.name);
            self.slug = names::slug(name);
        }
        &self.slug
    }
}
