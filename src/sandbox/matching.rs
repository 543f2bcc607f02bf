//! How many traces match, asked of a store without a server.

use serde_json::Value;

use super::Store;
use super::api;
use crate::error::{Error, Result};

/// Answers as `POST /_sandbox/matching` of a server does.
pub fn matching(store: &Store, filter: &str) -> Result<Value> {
    store
        .matching_traces(filter)
        .map(|counted| api::matching_answer(&counted))
        .map_err(|fault| {
            Error::unexpected("the sandbox could not be searched").cause(fault.to_string())
        })
}
