//! Columns: seen in events, or made by hand.

use std::collections::BTreeMap;

use super::super::{Fault, Store};
use super::{CONFLICT, NOT_FOUND, names};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoneycombColumn {
    /// Names it; the same for as long as its dataset and name are.
    pub id: String,
    /// The name of the field.
    pub key_name: String,
    /// `string`, `float`, `integer` or `boolean`.
    pub column_type: String,
    /// For people.
    pub description: String,
    /// It is not offered.
    pub hidden: bool,
    /// When the last value came, in milliseconds since 1970.
    pub last_written: Option<i64>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
}

/// A column that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewColumn {
    /// The name of the field.
    pub key_name: String,
    /// `string`, `float`, `integer` or `boolean`.
    pub column_type: String,
    /// For people.
    pub description: String,
    /// It is not offered.
    pub hidden: bool,
}

impl Store {
    /// The columns of a dataset by name.
    pub fn honeycomb_columns(
        &self,
        environment: &str,
        dataset: &str,
    ) -> Result<Vec<HoneycombColumn>, Fault> {
        let slug = self.existing_dataset(environment, dataset)?;
        let in_table = slug.as_deref().unwrap_or(names::ALL_DATASETS);
        let mut columns: BTreeMap<String, HoneycombColumn> = self
            .made_columns(environment, in_table)?
            .into_iter()
            .map(|column| (column.key_name.clone(), column))
            .collect();
        self.seen(environment, |seen| {
            let datasets = seen
                .datasets
                .iter()
                .filter(|(known, _)| slug.as_ref().is_none_or(|slug| slug == *known));
            for (name, found) in datasets.flat_map(|(_, dataset)| &dataset.columns) {
                let column = columns
                    .entry(name.clone())
                    .or_insert_with(|| HoneycombColumn {
                        id: names::stable_id(&[environment, in_table, name]),
                        key_name: name.clone(),
                        column_type: found.column_type.to_owned(),
                        description: String::new(),
                        hidden: false,
                        last_written: None,
                        created_at: found.first,
                        updated_at: found.first,
                    });
                column.last_written = column.last_written.max(Some(found.last));
            }
        })?;
        Ok(columns.into_values().collect())
    }

    /// A column by its id.
    pub fn honeycomb_column(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
    ) -> Result<HoneycombColumn, Fault> {
        self.honeycomb_columns(environment, dataset)?
            .into_iter()
            .find(|column| column.id == id)
            .ok_or_else(|| Fault::new(NOT_FOUND, "Column not found"))
    }

    /// Makes a column.
    pub fn create_honeycomb_column(
        &self,
        environment: &str,
        dataset: &str,
        new: &NewColumn,
    ) -> Result<HoneycombColumn, Fault> {
        let columns = self.honeycomb_columns(environment, dataset)?;
        if columns.iter().any(|column| column.key_name == new.key_name) {
            return Err(Fault::new(CONFLICT, "Column already exists"));
        }
        let slug = self.existing_dataset(environment, dataset)?;
        let slug = slug.as_deref().unwrap_or(names::ALL_DATASETS);
        let now = self.clock.now();
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO honeycomb_column VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
                )?
                .execute((
                    environment,
                    slug,
                    &new.key_name,
                    &new.column_type,
                    &new.description,
                    new.hidden,
                    now,
                ))?;
            Ok(())
        })?;
        let id = names::stable_id(&[environment, slug, &new.key_name]);
        self.honeycomb_column(environment, dataset, &id)
    }

    fn made_columns(
        &self,
        environment: &str,
        dataset: &str,
    ) -> Result<Vec<HoneycombColumn>, Fault> {
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key_name, type, description, hidden, created_at, updated_at
                 FROM honeycomb_column WHERE environment = ?1 AND dataset = ?2",
            )?;
            let columns = statement
                .query_map((environment, dataset), |row| {
                    let key_name: String = row.get(0)?;
                    Ok(HoneycombColumn {
                        id: names::stable_id(&[environment, dataset, &key_name]),
                        key_name,
                        column_type: row.get(1)?,
                        description: row.get(2)?,
                        hidden: row.get(3)?,
                        last_written: None,
                        created_at: row.get(4)?,
                        updated_at: row.get(5)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(columns)
        })
    }
}
