//! Queries that were saved; the newest thousand are kept.

use rusqlite::OptionalExtension as _;
use serde_json::Value;

use super::super::{Fault, Store};
use super::{NOT_FOUND, names};

/// The most queries that are kept.
const MOST: i64 = 1000;

/// A query that was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct HoneycombQuery {
    /// Names it.
    pub id: String,
    /// As it was written.
    pub specification: Value,
}

impl Store {
    /// Saves a query, which the caller has checked.
    pub fn create_honeycomb_query(
        &self,
        environment: &str,
        dataset: &str,
        specification: &Value,
    ) -> Result<HoneycombQuery, Fault> {
        let place = self.queried(environment, dataset)?;
        let query = HoneycombQuery {
            id: names::new_id(),
            specification: specification.clone(),
        };
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO honeycomb_query (id, environment, dataset, specification)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((&query.id, environment, &place, specification.to_string()))?;
            let newest = transaction.last_insert_rowid();
            transaction
                .prepare_cached("DELETE FROM honeycomb_query WHERE sequence <= ?1")?
                .execute([newest - MOST])?;
            Ok(())
        })?;
        Ok(query)
    }

    /// A query that was saved for this dataset.
    pub fn honeycomb_query(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
    ) -> Result<HoneycombQuery, Fault> {
        let place = self.queried(environment, dataset)?;
        let text: Option<String> = self.reading(|connection| {
            let text = connection
                .prepare_cached(
                    "SELECT specification FROM honeycomb_query
                     WHERE id = ?1 AND environment = ?2 AND dataset = ?3",
                )?
                .query_row((id, environment, &place), |row| row.get(0))
                .optional()?;
            Ok(text)
        })?;
        let text = text.ok_or_else(|| Fault::new(NOT_FOUND, "Query not found"))?;
        Ok(HoneycombQuery {
            id: id.to_owned(),
            specification: serde_json::from_str(&text).unwrap_or_default(),
        })
    }

    /// Under which name queries of a dataset, or of all, are kept.
    pub(super) fn queried(&self, environment: &str, dataset: &str) -> Result<String, Fault> {
        let slug = self.existing_dataset(environment, dataset)?;
        Ok(slug.unwrap_or_else(|| names::ALL_DATASETS.to_owned()))
    }
}
