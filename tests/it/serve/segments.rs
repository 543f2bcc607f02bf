//! Segments over X-Ray's API: what is tried again, what is refused for good, and what is in part.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::backend::{Backend, Ended};
use super::sinks::{Sinks, well};
use crate::world::{Answer, Asked, Stub, until};

/// Makes three requests to a backend whose X-Ray answers so to segments.
fn ended(answers: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Ended, Sinks) {
    let xray = Stub::start(move |asked| match asked.operation.as_str() {
        "/TraceSegments" => answers(asked),
        _ => well(asked),
    });
    let sinks = Sinks::of(
        xray,
        Stub::start(well),
        Stub::start(well),
        Stub::start(well),
    );
    let world = sinks.world();
    let backend = Backend::start(&world, "--xray api -o json");
    until("the rules are here", || {
        sinks
            .xray
            .asked()
            .iter()
            .any(|asked| asked.operation == "/GetSamplingRules")
    });
    for _ in 0..3 {
        assert_eq!(backend.get("/api/activities/home").status, 200);
    }
    until("segments are sent", || !batches(&sinks).is_empty());
    (backend.end(), sinks)
}

/// The documents of every call, in order.
fn batches(sinks: &Sinks) -> Vec<Vec<String>> {
    let asked = sinks.xray.asked();
    let calls = asked
        .iter()
        .filter(|asked| asked.operation == "/TraceSegments");
    calls
        .map(|asked| {
            let body: Value = serde_json::from_slice(&asked.body).expect("it is JSON");
            let documents = body["TraceSegmentDocuments"].as_array().expect("a list");
            let documents = documents.iter().map(|document| document.as_str());
            documents
                .map(|document| document.expect("a text").to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn what_does_not_arrive_is_sent_again_as_it_was() {
    for illness in [
        Answer::error(500, "InternalFailure", "oh"),
        Answer::error(429, "ThrottledException", "slowly"),
        Answer::Cut,
    ] {
        let (ended, sinks) = ended(move |asked| match asked.nth {
            0 | 1 => illness.clone(),
            _ => well(asked),
        });
        let [given, sent, dropped, rejected] = ended.counts("X-Ray");
        assert!(given > 0, "{}", ended.err);
        assert_eq!([sent, dropped, rejected], [given, 0, 0], "{}", ended.err);
        let batches = batches(&sinks);
        assert_eq!(batches[0], batches[1]);
        assert_eq!(batches[0], batches[2]);
        let said = |text: &str| ended.err.matches(text).count();
        assert_eq!(said("segments do not reach X-Ray"), 1, "{}", ended.err);
        assert_eq!(said("segments reach X-Ray again"), 1, "{}", ended.err);
    }
}

#[test]
fn what_is_refused_is_not_sent_again() {
    for (status, code) in [
        (400, "InvalidRequestException"),
        (403, "AccessDeniedException"),
        (413, "RequestEntityTooLarge"),
    ] {
        let (ended, sinks) = ended(move |_| Answer::error(status, code, "never"));
        let [given, sent, dropped, rejected] = ended.counts("X-Ray");
        assert!(given > 0, "{}", ended.err);
        assert_eq!([sent, dropped], [0, 0], "{code}: {}", ended.err);
        assert_eq!(rejected, given, "{code}: {}", ended.err);
        let batches = batches(&sinks);
        let sent: usize = batches.iter().map(Vec::len).sum();
        assert_eq!(sent as u64, given, "{code}: once each");
        let said = ended.err.matches("segments do not reach X-Ray").count();
        assert_eq!(said, 1, "{code}: {}", ended.err);
    }
}

#[test]
fn what_is_refused_in_part_is_counted_in_part() {
    // The first document that ever comes is not processed.
    let first: Mutex<Option<String>> = Mutex::new(None);
    let (ended, _sinks) = ended(move |asked| {
        let body: Value = serde_json::from_slice(&asked.body).expect("it is JSON");
        let document = body["TraceSegmentDocuments"][0].as_str().expect("a text");
        let id: Value = serde_json::from_str(document).expect("it is JSON");
        let id = id["id"].as_str().expect("an id").to_owned();
        let mut first = first.lock().expect("nobody panicked");
        if first.is_some() {
            return well(asked);
        }
        *first = Some(id.clone());
        let unprocessed = json!({"UnprocessedTraceSegments": [
            {"Id": id, "ErrorCode": "ParseError", "Message": "not a segment"}
        ]});
        Answer::new(200, &unprocessed.to_string())
    });
    let [given, sent, dropped, rejected] = ended.counts("X-Ray");
    assert!(given > 0, "{}", ended.err);
    assert_eq!(
        [sent, dropped, rejected],
        [given - 1, 0, 1],
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("ParseError: not a segment"),
        "{}",
        ended.err
    );
}
