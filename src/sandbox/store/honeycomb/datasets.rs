//! Datasets: made by hand, by the first event, or by the first span.

use rusqlite::Transaction;

use super::super::{Fault, Store};
use super::catalogue::Catalogue;
use super::{CONFLICT, names, no_dataset};

/// A dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoneycombDataset {
    /// What it is called in addresses.
    pub slug: String,
    /// As it was first spelled.
    pub name: String,
    /// For people.
    pub description: String,
    /// How deep nested JSON is unpacked; kept, but nothing is unpacked.
    pub expand_json_depth: i64,
    /// It cannot be deleted.
    pub delete_protected: bool,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When the last event came.
    pub last_written_at: Option<i64>,
    /// How many columns it has.
    pub columns: usize,
}

/// What is set by hand; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetChange {
    /// For people.
    pub description: Option<String>,
    /// How deep nested JSON is to be unpacked.
    pub expand_json_depth: Option<i64>,
    /// Whether it cannot be deleted.
    pub delete_protected: Option<bool>,
}

impl Store {
    /// The datasets of an environment, by slug.
    pub fn honeycomb_datasets(&self, environment: &str) -> Result<Vec<HoneycombDataset>, Fault> {
        let made = self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT slug, name, description, expand_json_depth, delete_protected, created_at,
                     last_written_at
                 FROM honeycomb_dataset WHERE environment = ?1",
            )?;
            let datasets: Vec<HoneycombDataset> = statement
                .query_map([environment], |row| {
                    Ok(HoneycombDataset {
                        slug: row.get(0)?,
                        name: row.get(1)?,
                        description: row.get(2)?,
                        expand_json_depth: row.get(3)?,
                        delete_protected: row.get(4)?,
                        created_at: row.get(5)?,
                        last_written_at: row.get(6)?,
                        columns: 0,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(datasets)
        })?;
        self.seen(environment, |seen| with_seen(made, seen))
    }

    /// A dataset; names that differ in case only are one.
    pub fn honeycomb_dataset(
        &self,
        environment: &str,
        name: &str,
    ) -> Result<HoneycombDataset, Fault> {
        let slug = names::slug(name);
        self.honeycomb_datasets(environment)?
            .into_iter()
            .find(|dataset| dataset.slug == slug)
            .ok_or_else(no_dataset)
    }

    /// Makes a dataset; tells whether it is new.
    pub fn create_honeycomb_dataset(
        &self,
        environment: &str,
        name: &str,
        change: &DatasetChange,
    ) -> Result<(HoneycombDataset, bool), Fault> {
        match self.honeycomb_dataset(environment, name) {
            Ok(dataset) => return Ok((dataset, false)),
            Err(fault) if fault.code == super::NOT_FOUND => {}
            Err(fault) => return Err(fault),
        }
        let slug = names::slug(name);
        let now = self.clock.now();
        self.write(|transaction| {
            insert(transaction, environment, &slug, name, now, None)?;
            update(transaction, environment, &slug, change)
        })?;
        Ok((self.honeycomb_dataset(environment, name)?, true))
    }

    /// Changes a dataset.
    pub fn update_honeycomb_dataset(
        &self,
        environment: &str,
        name: &str,
        change: &DatasetChange,
    ) -> Result<HoneycombDataset, Fault> {
        let dataset = self.honeycomb_dataset(environment, name)?;
        self.write(|transaction| {
            // One that came of spans has no row yet.
            insert(
                transaction,
                environment,
                &dataset.slug,
                &dataset.name,
                dataset.created_at,
                dataset.last_written_at,
            )?;
            update(transaction, environment, &dataset.slug, change)
        })?;
        self.honeycomb_dataset(environment, name)
    }

    /// Deletes a dataset with its events, columns and markers. Payloads of OpenTelemetry stay, as
    /// they are X-Ray's too; what came until now is not seen in Honeycomb any more.
    pub fn delete_honeycomb_dataset(&self, environment: &str, name: &str) -> Result<(), Fault> {
        let dataset = self.honeycomb_dataset(environment, name)?;
        if dataset.delete_protected {
            return Err(Fault::new(
                CONFLICT,
                "Dataset is delete protected and can not be deleted",
            ));
        }
        let now = self.clock.now();
        let slug = &dataset.slug;
        self.write(|transaction| {
            for table in [
                "honeycomb_event_batch WHERE environment = ?1 AND dataset = ?2",
                "honeycomb_column WHERE environment = ?1 AND dataset = ?2",
                "honeycomb_marker WHERE environment = ?1 AND dataset = ?2",
                "honeycomb_dataset WHERE environment = ?1 AND slug = ?2",
            ] {
                transaction.execute(&format!("DELETE FROM {table}"), (environment, slug))?;
            }
            transaction.execute(
                "INSERT OR REPLACE INTO honeycomb_dataset_deletion VALUES (?1, ?2, ?3)",
                (environment, slug, now),
            )?;
            Ok(())
        })?;
        self.unsee(environment, slug);
        Ok(())
    }

    /// The slug of a dataset that is there, or nothing where all are meant.
    pub(super) fn existing_dataset(
        &self,
        environment: &str,
        dataset: &str,
    ) -> Result<Option<String>, Fault> {
        let Some(slug) = super::catalogue::addressed(dataset) else {
            return Ok(None);
        };
        let is_made = self.reading(|connection| {
            let found = connection
                .prepare_cached(
                    "SELECT 1 FROM honeycomb_dataset WHERE environment = ?1 AND slug = ?2",
                )?
                .exists((environment, &slug))?;
            Ok(found)
        })?;
        let is_there =
            is_made || self.seen(environment, |seen| seen.datasets.contains_key(&slug))?;
        is_there.then_some(Some(slug)).ok_or_else(no_dataset)
    }
}

fn with_seen(mut datasets: Vec<HoneycombDataset>, seen: &Catalogue) -> Vec<HoneycombDataset> {
    for (slug, found) in &seen.datasets {
        match datasets.iter_mut().find(|dataset| dataset.slug == *slug) {
            Some(dataset) => {
                dataset.columns = found.columns.len();
                dataset.last_written_at = dataset.last_written_at.max(Some(found.last));
            }
            None => datasets.push(HoneycombDataset {
                slug: slug.clone(),
                name: found.name.clone(),
                description: String::new(),
                expand_json_depth: 0,
                delete_protected: false,
                created_at: found.first,
                last_written_at: Some(found.last),
                columns: found.columns.len(),
            }),
        }
    }
    datasets.sort_by(|one, other| one.slug.cmp(&other.slug));
    datasets
}

/// Notes that events came, and makes the dataset if it is not there.
pub(super) fn written(
    transaction: &Transaction<'_>,
    environment: &str,
    slug: &str,
    name: &str,
    now: i64,
) -> Result<(), Fault> {
    insert(transaction, environment, slug, name, now, Some(now))?;
    transaction
        .prepare_cached(
            "UPDATE honeycomb_dataset SET last_written_at = ?3
             WHERE environment = ?1 AND slug = ?2",
        )?
        .execute((environment, slug, now))?;
    Ok(())
}

fn insert(
    transaction: &Transaction<'_>,
    environment: &str,
    slug: &str,
    name: &str,
    created_at: i64,
    last_written_at: Option<i64>,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO honeycomb_dataset VALUES (?1, ?2, ?3, '', 0, 0, ?4, ?5)",
        )?
        .execute((environment, slug, name.trim(), created_at, last_written_at))?;
    Ok(())
}

fn update(
    transaction: &Transaction<'_>,
    environment: &str,
    slug: &str,
    change: &DatasetChange,
) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "UPDATE honeycomb_dataset SET
                 description = coalesce(?3, description),
                 expand_json_depth = coalesce(?4, expand_json_depth),
                 delete_protected = coalesce(?5, delete_protected)
             WHERE environment = ?1 AND slug = ?2",
        )?
        .execute((
            environment,
            slug,
            &change.description,
            change.expand_json_depth,
            change.delete_protected,
        ))?;
    Ok(())
}
