//! From datagram to X-Ray, when all is well.

use std::fs;

use super::{Daemon, batches, documents_of, segment, taken, xray};
use crate::world::{Answer, Stub, World, repository, until};

#[test]
fn what_the_seeds_application_sends_arrives_byte_for_byte_and_in_order() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let daemon = Daemon::start(&world, "");
    let folder = repository().join("tests/fixtures/seed-app");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    paths.sort();
    let mut expected = Vec::new();
    for path in paths {
        let datagram = fs::read_to_string(path).expect("the file can be read");
        daemon.datagram(datagram.as_bytes());
        let (_, document) = datagram.split_once('\n').expect("there is a header");
        expected.push(document.to_owned());
    }
    until("all have arrived", || {
        batches(&stub).concat().len() == expected.len()
    });
    assert_eq!(batches(&stub).concat(), expected);
    until("it is said", || {
        daemon
            .log()
            .contains("[Info] Successfully sent batch of 18 segments (0.")
    });
    let asked = &stub.asked()[0];
    assert!(
        asked
            .header("authorization")
            .contains("/us-east-1/xray/aws4_request")
    );
}

#[test]
fn batches_have_at_most_fifty_documents_and_none_waits_long() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    let expected: Vec<String> = (0..120).map(segment).collect();
    for document in &expected {
        daemon.send(document);
    }
    until("all have arrived", || batches(&stub).concat().len() == 120);
    let mut sizes: Vec<usize> = batches(&stub).iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [20, 50, 50]);
    let mut arrived = batches(&stub).concat();
    arrived.sort();
    assert_eq!(arrived, expected);
    let (status, _) = daemon.stop();
    assert!(status.success());
    assert_eq!(daemon.truth(), [120, 0, 120, 0, 0, 0]);
    // The last thing it does.
    let asked = stub.asked();
    let record = asked.last().expect("there were requests");
    assert_eq!(record.operation, "/TelemetryRecords");
    let record: serde_json::Value = serde_json::from_slice(&record.body).expect("it is JSON");
    assert_eq!(record["TelemetryRecords"][0]["SegmentsReceivedCount"], 120);
    assert_eq!(record["TelemetryRecords"][0]["SegmentsSentCount"], 120);
}

#[test]
fn datagrams_without_a_document_are_counted_by_reason_and_said() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    for datagram in [
        "no newline at all",
        "GET / HTTP/1.1\n{}",
        "{\"format\":\"json\",\"version\":2}\n{}",
        "{\"format\":\"json\",\"version\":1}\n",
        "",
    ] {
        daemon.datagram(datagram.as_bytes());
    }
    daemon.datagram(&[b'\n', 0xff]);
    daemon.send(&segment(1));
    until("all were read", || {
        daemon.metric("datagrams_received_total") == 7
    });
    for (reason, count) in [
        ("no_newline", 2),
        ("no_header", 2),
        ("version", 1),
        ("no_document", 1),
        ("format", 0),
    ] {
        let name = format!("datagrams_refused_total{{reason=\"{reason}\"}}");
        assert_eq!(daemon.metric(&name), count, "{reason}");
    }
    assert!(
        daemon
            .log()
            .contains("[Warn] Refused datagram: the header's version is 2; only 1 is known"),
        "{}",
        daemon.log()
    );
    assert!(daemon.stop().0.success());
    assert_eq!(daemon.truth(), [7, 0, 1, 6, 0, 0]);
}

#[test]
fn a_rejected_segment_is_named_with_its_trace_id_and_the_reason() {
    let stub = Stub::start(|asked| {
        if asked.operation != "/TraceSegments" || documents_of(asked).len() != 3 {
            return taken();
        }
        Answer::new(
            200,
            r#"{"UnprocessedTraceSegments": [
                {"Id": "0000000000000002", "ErrorCode": "InvalidName", "Message": "Invalid segment. ErrorCode: InvalidName"},
                {"ErrorCode": "InvalidSegment", "Message": "not JSON"}]}"#,
        )
    });
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    for document in [&segment(1), &segment(2), "nonsense"] {
        daemon.send(document);
    }
    until("it is counted", || {
        daemon.metric("documents_rejected_total{scope=\"document\"}") == 2
    });
    assert!(daemon.stop().0.success());
    let log = daemon.log();
    for line in [
        "[Warn] Rejected segment: id 0000000000000002, trace id 1-5759e988-000000000000000000000002, InvalidName: Invalid segment. ErrorCode: InvalidName",
        "[Warn] Rejected segment: id unknown, trace id unknown, InvalidSegment: not JSON",
    ] {
        assert!(log.contains(line), "{log}");
    }
    assert_eq!(daemon.truth(), [3, 0, 1, 2, 0, 0]);
}
