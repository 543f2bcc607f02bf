//! Runs of queries: each is done while it is started; the newest few hundred are kept.

use rusqlite::OptionalExtension as _;
use serde_json::{Value, json};

use super::super::{Fault, Store};
use super::query::{Asked, Outcome, Query, Running};
use super::scan::Wanted;
use super::{NOT_FOUND, names};

/// The most results that are kept, and the most bytes of them besides the newest.
const MOST: i64 = 500;
const MOST_BYTES: i64 = 64 << 20;

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct HoneycombQueryResult {
    /// Names it.
    pub id: String,
    /// The query as it was written, with its id.
    pub query: Value,
    /// What it came to.
    pub outcome: Outcome,
}

impl Store {
    /// Runs a query over a dataset, or over all, and keeps what it comes to.
    pub fn run_honeycomb_query(
        &self,
        environment: &str,
        dataset: &str,
        query: &Query,
        written: &Value,
        asked: Asked,
    ) -> Result<HoneycombQueryResult, Fault> {
        let slug = self.existing_dataset(environment, dataset)?;
        let mut running = Running::new(query, asked, self.clock.now());
        let (start, end) = running.window();
        let wanted = Wanted {
            environment,
            dataset: slug.as_deref(),
            start,
            end,
        };
        self.scan_honeycomb(wanted, &mut |event| running.take(event))?;
        let result = HoneycombQueryResult {
            id: names::new_id(),
            query: written.clone(),
            outcome: running.finish(),
        };
        let place = slug.as_deref().unwrap_or(names::ALL_DATASETS);
        let outcome = match &result.outcome {
            Outcome::Data(data) => json!({ "data": data }),
            Outcome::Failed(error) => json!({ "error": error }),
        };
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO honeycomb_query_result (id, environment, dataset, query, outcome)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((
                    &result.id,
                    environment,
                    place,
                    result.query.to_string(),
                    outcome.to_string(),
                ))?;
            transaction
                .prepare_cached(
                    "DELETE FROM honeycomb_query_result WHERE sequence IN (
                        SELECT sequence FROM (
                            SELECT sequence,
                                row_number() OVER newest AS place,
                                sum(length(outcome)) OVER newest AS bytes
                            FROM honeycomb_query_result WINDOW newest AS (ORDER BY sequence DESC)
                        ) WHERE place > ?1 OR place > 1 AND bytes > ?2
                    )",
                )?
                .execute([MOST, MOST_BYTES])?;
            Ok(())
        })?;
        Ok(result)
    }

    /// What a run came to.
    pub fn honeycomb_query_result(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
    ) -> Result<HoneycombQueryResult, Fault> {
        let place = self.queried(environment, dataset)?;
        let texts: Option<(String, String)> = self.reading(|connection| {
            let texts = connection
                .prepare_cached(
                    "SELECT query, outcome FROM honeycomb_query_result
                     WHERE id = ?1 AND environment = ?2 AND dataset = ?3",
                )?
                .query_row((id, environment, &place), |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            Ok(texts)
        })?;
        let (query, outcome) =
            texts.ok_or_else(|| Fault::new(NOT_FOUND, "Query result not found"))?;
        let mut outcome: Value = serde_json::from_str(&outcome).unwrap_or_default();
        Ok(HoneycombQueryResult {
            id: id.to_owned(),
            query: serde_json::from_str(&query).unwrap_or_default(),
            outcome: match outcome.get("error").and_then(Value::as_str) {
                Some(error) => Outcome::Failed(error.to_owned()),
                None => Outcome::Data(outcome["data"].take()),
            },
        })
    }
}
