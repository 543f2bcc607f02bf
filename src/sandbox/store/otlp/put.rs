//! Keeping a request.

use rusqlite::{Connection, TransactionBehavior};

use super::super::group_commit::GroupCommit;
use super::super::{Fault, Store, Tenant};
use super::message::Contents;
use super::{OtlpMessage, Signal, parts};

/// Requests on their way to the database.
pub(in super::super) type Requests = GroupCommit<Waiting>;

/// A request that is to be kept.
#[derive(Debug)]
pub struct PutOtlp {
    /// To whose X-Ray its spans belong.
    pub tenant: Tenant,
    /// The slug of the Honeycomb environment, if that may see it; Classic's is empty.
    pub environment: Option<String>,
    /// The dataset that the sender named.
    pub dataset: Option<String>,
    /// What it says.
    pub message: OtlpMessage,
    /// The same as protobuf.
    pub body: Vec<u8>,
}

/// A request on its way to the database.
#[derive(Debug)]
pub(in super::super) struct Waiting {
    pub(in super::super) tenant: Tenant,
    pub(in super::super) signal: Signal,
    pub(in super::super) received_at: i64,
    pub(in super::super) items: u64,
    pub(in super::super) parts: Vec<super::Part>,
    pub(in super::super) bytes: u64,
    environment: Option<String>,
    dataset: Option<String>,
    first: i64,
    last: i64,
    body: Vec<u8>,
}

impl Store {
    /// Keeps a request; it is on the disk when this returns.
    pub fn put_otlp(&self, put: PutOtlp) -> Result<(), Fault> {
        let received_at = self.clock.now();
        let Contents {
            items,
            first,
            last,
            parts,
        } = put.message.contents(put.environment.is_none());
        let arrival = received_at.saturating_mul(1000);
        let waiting = Waiting {
            tenant: put.tenant,
            signal: put.message.signal(),
            received_at,
            items,
            parts,
            bytes: put.body.len() as u64,
            environment: put.environment,
            dataset: put.dataset,
            first: first.map_or(arrival, crate::trace::Time::micros),
            last: last.map_or(arrival, crate::trace::Time::micros),
            body: put.body,
        };
        // Decoded, it takes several times the room of the body that waits.
        drop(put.message);
        self.otlp
            .put(&self.connection, waiting, |connection, rows| {
                let ids = write(connection, rows)?;
                self.follow_otlp(connection, rows, &ids);
                Ok(())
            })
    }
}

/// Writes all rows or none, and gives their ids.
fn write(connection: &mut Connection, rows: &[Waiting]) -> Result<Vec<i64>, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut ids = Vec::with_capacity(rows.len());
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO otlp_request (account, region, signal, environment, dataset, received_at,
                                       first, last, items, bytes, entries, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        for row in rows {
            ids.push(statement.insert((
                &row.tenant.account,
                &row.tenant.region,
                row.signal.number(),
                &row.environment,
                &row.dataset,
                row.received_at,
                row.first,
                row.last,
                i64::try_from(row.items).unwrap_or(i64::MAX),
                i64::try_from(row.bytes).unwrap_or(i64::MAX),
                parts::encode(&row.parts),
                &row.body,
            ))?);
        }
    }
    transaction.commit()?;
    Ok(ids)
}
