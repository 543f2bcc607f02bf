//! Answers from before the last write: AWS shows a change some time after it accepted it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::operation::Operation;
use crate::sandbox::store::Tenant;

/// What reads were answered before the last write.
#[derive(Debug, Default)]
pub(in crate::sandbox::api) struct Past(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last_write: Option<Instant>,
    answers: HashMap<Question, Value>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Question {
    operation: &'static str,
    tenant: String,
    body: Vec<u8>,
}

impl Past {
    /// Notes that something was written.
    pub(in crate::sandbox::api) fn wrote(&self) {
        self.state().last_write = Some(Instant::now());
    }

    /// The answer to give in place of a fresh one, for `lag` after the last write; what was never
    /// asked before has no older answer.
    pub(in crate::sandbox::api) fn answer(
        &self,
        operation: &'static Operation,
        tenant: &Tenant,
        body: &[u8],
        lag: Duration,
        fresh: Value,
    ) -> Value {
        let question = Question {
            operation: operation.name,
            tenant: tenant.arn(operation.service.name(), ""),
            body: body.to_vec(),
        };
        let mut state = self.state();
        let is_behind = state.last_write.is_some_and(|write| write.elapsed() < lag);
        match state.answers.get(&question) {
            Some(older) if is_behind => older.clone(),
            _ => {
                state.answers.insert(question, fresh.clone());
                fresh
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
