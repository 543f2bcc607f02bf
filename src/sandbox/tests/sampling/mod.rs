//! What samplers of X-Ray report and what they are told.

mod any_body;
mod boosts;
mod fleet;
mod refusals;
mod statistics;
mod targets;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::{Caller, memory, on};
use crate::sandbox::store::{Clock, Store};

const INVALID: &str = "InvalidRequestException";
const NOW: i64 = 1_528_317_567;
const CLIENT: &str = "ffffffffffffffffffffffff";
const OTHER: &str = "000000000000000000000001";

/// A clock that is set by hand, in seconds.
#[derive(Clone)]
struct Watch(Arc<AtomicI64>);

impl Watch {
    fn set(&self, second: i64) {
        self.0.store(second * 1000 + 891, Ordering::SeqCst);
    }
}

fn watched() -> (Caller, Watch) {
    let (store, watch) = store();
    (on(store), watch)
}

fn store() -> (Store, Watch) {
    let watch = Watch(Arc::default());
    watch.set(NOW);
    let told = watch.clone();
    let clock = Clock::from_fn(move || told.0.load(Ordering::SeqCst));
    (memory().with_clock(clock), watch)
}

async fn create(caller: &Caller, name: &str, more: Value) -> Value {
    let mut rule = json!({
        "RuleName": name, "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1, "ReservoirSize": 5,
        "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1,
    });
    if let Value::Object(more) = more {
        rule.as_object_mut().unwrap().extend(more);
    }
    let body = json!({"SamplingRule": rule});
    caller.done("/CreateSamplingRule", body).await
}

async fn delete(caller: &Caller, name: &str) {
    let body = json!({"RuleName": name});
    caller.done("/DeleteSamplingRule", body).await;
}

fn document(rule: &str, client: &str, requests: u64) -> Value {
    json!({
        "RuleName": rule, "ClientID": client, "Timestamp": NOW, "RequestCount": requests, "SampledCount": 2,
        "BorrowCount": 1,
    })
}

async fn report(caller: &Caller, documents: Value) -> Value {
    let body = json!({"SamplingStatisticsDocuments": documents});
    caller.done("/SamplingTargets", body).await
}

async fn last_modification(caller: &Caller) -> Value {
    report(caller, json!([])).await["LastRuleModification"].clone()
}

/// A time as it is answered.
fn at(second: i64) -> Value {
    json!(json!(second).as_f64())
}

async fn summaries(caller: &Caller) -> Value {
    let answer = caller.done("/SamplingStatisticSummaries", json!({})).await;
    answer["SamplingStatisticSummaries"].clone()
}

fn boost_document(anomalies: u64, sampled: u64) -> Value {
    json!({
        "RuleName": "Cruddur", "ServiceName": "backend", "Timestamp": NOW, "AnomalyCount": anomalies, "TotalCount": 100,
        "SampledAnomalyCount": sampled, "ClientID": "what OpenTelemetry's sampler sends too",
    })
}
