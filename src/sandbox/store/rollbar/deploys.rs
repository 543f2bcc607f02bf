//! Deploys: which revision ran where, and since when.

use rusqlite::{OptionalExtension as _, Row};

use super::super::{Fault, Store};

/// Deploys on a page.
const PAGE: u32 = 20;

/// A deploy to note.
#[derive(Debug, Clone)]
pub struct NewDeploy {
    /// The environment.
    pub environment: String,
    /// The revision of the code.
    pub revision: String,
    /// `started`, `succeeded`, `failed` or `timed_out`.
    pub status: String,
    /// Who did it, as Rollbar knows them.
    pub rollbar_username: Option<String>,
    /// Who did it, as their machine knows them.
    pub local_username: Option<String>,
    /// What for.
    pub comment: Option<String>,
}

/// A deploy.
#[derive(Debug, Clone)]
pub struct RollbarDeploy {
    /// Its id.
    pub id: i64,
    /// What was noted.
    pub deploy: NewDeploy,
    /// When it began, in seconds since the epoch.
    pub started_at: i64,
    /// When it ended, unless it has not.
    pub finished_at: Option<i64>,
}

/// What is changed about a deploy.
#[derive(Debug, Clone, Default)]
pub struct DeployChange {
    /// The status.
    pub status: Option<String>,
    /// What for.
    pub comment: Option<String>,
}

const COLUMNS: &str = "id, environment, revision, status, rollbar_username, local_username,
    comment, started_at, finished_at";

fn read(row: &Row<'_>) -> rusqlite::Result<RollbarDeploy> {
    Ok(RollbarDeploy {
        id: row.get(0)?,
        deploy: NewDeploy {
            environment: row.get(1)?,
            revision: row.get(2)?,
            status: row.get(3)?,
            rollbar_username: row.get(4)?,
            local_username: row.get(5)?,
            comment: row.get(6)?,
        },
        started_at: row.get(7)?,
        finished_at: row.get(8)?,
    })
}

impl Store {
    /// Notes a deploy, and gives its id.
    pub fn put_rollbar_deploy(&self, new: &NewDeploy) -> Result<i64, Fault> {
        let now = self.clock.now() / 1000;
        let finished = (new.status != "started").then_some(now);
        self.write(|transaction| {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO rollbar_deploy (environment, revision, status, rollbar_username,
                    local_username, comment, started_at, finished_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            Ok(statement.insert((
                &new.environment,
                &new.revision,
                &new.status,
                &new.rollbar_username,
                &new.local_username,
                &new.comment,
                now,
                finished,
            ))?)
        })
    }

    /// Changes a deploy; false when it is not there.
    pub fn update_rollbar_deploy(&self, id: i64, change: &DeployChange) -> Result<bool, Fault> {
        let now = self.clock.now() / 1000;
        let ends = change
            .status
            .as_deref()
            .is_some_and(|status| status != "started");
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE rollbar_deploy SET status = coalesce(?2, status),
                 comment = coalesce(?3, comment), finished_at = coalesce(?4, finished_at)
                 WHERE id = ?1",
                (id, &change.status, &change.comment, ends.then_some(now)),
            )?;
            Ok(changed > 0)
        })
    }

    /// A deploy.
    pub fn rollbar_deploy(&self, id: i64) -> Result<Option<RollbarDeploy>, Fault> {
        self.reading(|connection| {
            Ok(connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM rollbar_deploy WHERE id = ?1"
                ))?
                .query_row([id], read)
                .optional()?)
        })
    }

    /// A page of deploys, the latest first.
    pub fn rollbar_deploys(&self, page: u32) -> Result<Vec<RollbarDeploy>, Fault> {
        let offset = i64::from(page.saturating_sub(1)) * i64::from(PAGE);
        self.reading(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM rollbar_deploy ORDER BY id DESC LIMIT {PAGE} OFFSET ?1"
            ))?;
            let all = statement.query_map([offset], read)?;
            Ok(all.collect::<Result<_, _>>()?)
        })
    }
}
