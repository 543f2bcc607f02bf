//! Markers: lines in graphs, such as one for a deploy.

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::super::{Fault, Store, json};
use super::{NOT_FOUND, names};

/// What is written into a marker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarkerMembers {
    /// The second since 1970 at which it begins.
    pub start_time: Option<i64>,
    /// The second at which it ends, if it is a stretch of time.
    pub end_time: Option<i64>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Markers of one type look alike.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub marker_type: Option<String>,
    /// Where more is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoneycombMarker {
    /// Names it.
    pub id: String,
    /// What was written.
    pub members: MarkerMembers,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
}

impl Store {
    /// Makes a marker; without a beginning it begins now.
    pub fn create_honeycomb_marker(
        &self,
        environment: &str,
        dataset: &str,
        mut members: MarkerMembers,
    ) -> Result<HoneycombMarker, Fault> {
        let slug = self.marked(environment, dataset)?;
        let now = self.clock.now();
        members.start_time.get_or_insert(now.div_euclid(1000));
        let marker = HoneycombMarker {
            id: names::new_id(),
            members,
            created_at: now,
            updated_at: now,
        };
        let text = json(&marker.members)?;
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO honeycomb_marker VALUES (?1, ?2, ?3, ?4, ?5, ?5)")?
                .execute((&marker.id, environment, &slug, text, now))?;
            Ok(())
        })?;
        Ok(marker)
    }

    /// The markers of a dataset, the oldest first.
    pub fn honeycomb_markers(
        &self,
        environment: &str,
        dataset: &str,
    ) -> Result<Vec<HoneycombMarker>, Fault> {
        let slug = self.marked(environment, dataset)?;
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, members, created_at, updated_at FROM honeycomb_marker
                 WHERE environment = ?1 AND dataset = ?2 ORDER BY created_at, id",
            )?;
            let markers = statement
                .query_map((environment, &slug), read)?
                .collect::<Result<_, _>>()?;
            Ok(markers)
        })
    }

    /// Changes a marker: what is absent is erased, but for its beginning.
    pub fn update_honeycomb_marker(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
        mut members: MarkerMembers,
    ) -> Result<HoneycombMarker, Fault> {
        let before = self.honeycomb_marker(environment, dataset, id)?;
        members.start_time = members.start_time.or(before.members.start_time);
        let marker = HoneycombMarker {
            members,
            updated_at: self.clock.now(),
            ..before
        };
        let text = json(&marker.members)?;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "UPDATE honeycomb_marker SET members = ?2, updated_at = ?3 WHERE id = ?1",
                )?
                .execute((id, text, marker.updated_at))?;
            Ok(())
        })?;
        Ok(marker)
    }

    /// Deletes a marker, and gives it.
    pub fn delete_honeycomb_marker(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
    ) -> Result<HoneycombMarker, Fault> {
        let marker = self.honeycomb_marker(environment, dataset, id)?;
        self.write(|transaction| {
            transaction
                .prepare_cached("DELETE FROM honeycomb_marker WHERE id = ?1")?
                .execute([id])?;
            Ok(())
        })?;
        Ok(marker)
    }

    fn honeycomb_marker(
        &self,
        environment: &str,
        dataset: &str,
        id: &str,
    ) -> Result<HoneycombMarker, Fault> {
        self.honeycomb_markers(environment, dataset)?
            .into_iter()
            .find(|marker| marker.id == id)
            .ok_or_else(|| Fault::new(NOT_FOUND, "Marker not found"))
    }

    /// Markers of all datasets are kept under a name of their own.
    fn marked(&self, environment: &str, dataset: &str) -> Result<String, Fault> {
        let slug = self.existing_dataset(environment, dataset)?;
        Ok(slug.unwrap_or_else(|| names::ALL_DATASETS.to_owned()))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<HoneycombMarker> {
    let members: String = row.get(1)?;
    Ok(HoneycombMarker {
        id: row.get(0)?,
        members: serde_json::from_str(&members).unwrap_or_default(),
        created_at: row.get(2)?,
        updated_at: row.get(3)?,
    })
}
