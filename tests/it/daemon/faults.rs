//! X-Ray on a bad day: nothing is lost within the spool, and the books are right.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Daemon, batches, segment, taken, xray};
use crate::world::{Answer, Stub, World, until};

/// X-Ray that is as `bad` says until it is mended.
fn mendable(bad: Answer) -> (Stub, Arc<AtomicBool>) {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let stub = Stub::start(move |_| {
        if is_well.load(Ordering::SeqCst) {
            taken()
        } else {
            bad.clone()
        }
    });
    (stub, well)
}

/// The documents of the batches that were taken, in the order in which they were.
fn taken_since(stub: &Stub, seen: usize) -> Vec<String> {
    batches(stub).split_off(seen).concat()
}

fn recovers_from(bad: Answer) {
    let (stub, well) = mendable(bad);
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    // One after another, so that the spool has an order that can be told.
    for number in 0..4 {
        for each in 0..50 {
            daemon.send(&segment(number * 50 + each));
        }
        daemon.until_spooled(number as u64 * 50 + 50);
    }
    assert_eq!(daemon.health()["status"], "retrying");
    well.store(true, Ordering::SeqCst);
    until("all have arrived", || {
        daemon.metric("documents_sent_total") == 200
    });
    let all = batches(&stub);
    let good = &all[all.len() - 4..];
    assert_eq!(good.concat(), (0..200).map(segment).collect::<Vec<_>>());
    let health = daemon.health();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["spool"]["documents"], 0);
    assert!(daemon.stop().0.success());
    assert_eq!(daemon.truth(), [200, 0, 200, 0, 0, 0]);
    let log = daemon.log();
    assert_eq!(log.matches("Could not send batch").count(), 1, "{log}");
    assert!(log.contains("X-Ray answers again after"), "{log}");
}

#[test]
fn throttling_loses_nothing_and_keeps_the_order() {
    recovers_from(Answer::error(429, "ThrottledException", "Rate exceeded"));
}

#[test]
fn a_broken_service_loses_nothing_and_keeps_the_order() {
    recovers_from(Answer::error(500, "InternalFailure", "oops"));
}

#[test]
fn cut_connections_lose_nothing_and_keep_the_order() {
    recovers_from(Answer::Cut);
}

#[test]
fn an_endpoint_that_hangs_for_a_while_gets_everything() {
    let (stub, well) = mendable(Answer::Hang);
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    for number in 0..50 {
        daemon.send(&segment(number));
    }
    // After the patience of one upload.
    daemon.until_spooled(50);
    well.store(true, Ordering::SeqCst);
    until("all have arrived", || {
        daemon.metric("documents_sent_total") == 50
    });
    assert!(daemon.stop().0.success());
    assert_eq!(daemon.truth(), [50, 0, 50, 0, 0, 0]);
    assert!(daemon.log().contains("X-Ray answers again after"));
}

#[test]
fn an_endpoint_that_comes_up_later_gets_everything() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener
            .local_addr()
            .expect("it has an address")
            .to_string()
    };
    let world = World::new().pointed_at(&format!("http://{address}"));
    let daemon = Daemon::start(&world, "");
    for number in 0..60 {
        daemon.send(&segment(number));
    }
    daemon.until_spooled(60);
    let log = daemon.log();
    assert!(log.contains("connection refused"), "{log}");
    assert!(daemon.metric("upload_failures_total{cause=\"refused\"}") >= 1);
    let stub = Stub::start_at(&address, |_| taken());
    until("all have arrived", || batches(&stub).concat().len() == 60);
    assert_eq!(
        batches(&stub).concat(),
        (0..60).map(segment).collect::<Vec<_>>()
    );
}

#[test]
fn what_is_spooled_survives_kill_9_and_goes_first_next_time() {
    let (stub, well) = mendable(Answer::error(503, "ServiceUnavailable", "later"));
    let world = World::new().pointed_at(stub.url());
    let mut killed = Daemon::start(&world, "");
    for number in 0..60 {
        killed.send(&segment(number));
    }
    killed.until_spooled(60);
    killed.kill();
    let seen = batches(&stub).len();
    well.store(true, Ordering::SeqCst);
    let mut next = Daemon::start(&world, "");
    until("all have arrived", || taken_since(&stub, seen).len() == 60);
    assert_eq!(
        taken_since(&stub, seen),
        (0..60).map(segment).collect::<Vec<_>>()
    );
    assert!(next.stop().0.success());
    assert_eq!(next.truth(), [0, 60, 60, 0, 0, 0]);
    let log = next.log();
    assert!(log.contains("Resending 60 segments"), "{log}");
}

#[test]
fn a_full_spool_drops_the_oldest_and_says_so() {
    let (stub, _well) = mendable(Answer::error(500, "InternalFailure", "oops"));
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "--spool-size 1");
    let large = |number: usize| format!("{{\"n\": {number}, \"x\": \"{}\"}}", "x".repeat(50_000));
    for number in 0..30 {
        daemon.send(&large(number));
    }
    until("some are dropped", || {
        daemon.metric("documents_dropped_total{reason=\"spool_full\"}") > 0
    });
    assert!(daemon.stop().0.success());
    let [received, _, sent, rejected, spooled, dropped] = daemon.truth();
    assert_eq!((received, sent, rejected), (30, 0, 0));
    assert_eq!(spooled + dropped, 30);
    assert!(spooled <= 20 && dropped >= 10, "{}", daemon.log());
    assert!(daemon.log().contains("Spilling over"), "{}", daemon.log());
}

/// Sends five times as much as fits into memory.
fn flood(daemon: &Daemon) {
    let document = format!("{{\"x\": \"{}\"}}", "x".repeat(10_000));
    for _ in 0..1500 {
        daemon.send(&document);
    }
}

#[test]
fn a_stop_with_a_full_queue_accounts_for_every_datagram() {
    let stub = Stub::always(Answer::Hang);
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "-m 3");
    flood(&daemon);
    let (status, took) = daemon.stop();
    assert!(status.success());
    assert!(took < Duration::from_secs(15), "{took:?}");
    let [received, earlier, sent, rejected, spooled, dropped] = daemon.truth();
    assert!(received > 100, "{}", daemon.log());
    assert_eq!((earlier, sent, rejected), (0, 0, 0));
    assert_eq!(received, spooled + dropped, "{}", daemon.log());
    assert!(spooled > 0, "{}", daemon.log());
    // What it says is in the spool is there for the next run.
    let next = Daemon::start(&world, "");
    assert_eq!(next.metric("documents_recovered_total"), spooled);
}

#[test]
fn memory_is_bounded_when_nothing_gets_away_and_drops_are_counted() {
    let stub = Stub::always(Answer::Hang);
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "-m 3 --spool-size 0");
    flood(&daemon);
    until("memory is full", || {
        daemon.metric("documents_dropped_total{reason=\"memory_full\"}") > 0
    });
    let queue = &daemon.health()["queue"];
    assert_eq!(queue["capacity"], 3 * 1024 * 1024);
    assert!(
        queue["bytes"].as_u64() <= queue["capacity"].as_u64(),
        "{queue}"
    );
    assert!(daemon.stop().0.success());
    let [received, _, sent, rejected, spooled, dropped] = daemon.truth();
    assert_eq!(received, dropped, "{}", daemon.log());
    assert_eq!((sent, rejected, spooled), (0, 0, 0));
}

#[test]
fn a_batch_that_xray_refuses_for_good_does_not_block_the_others() {
    let stub = Stub::start(|asked| {
        if asked.operation == "/TraceSegments" && asked.nth == 0 {
            return Answer::error(400, "InvalidRequestException", "no");
        }
        taken()
    });
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    daemon.send(&segment(1));
    until("it is refused", || {
        daemon.metric("documents_rejected_total{scope=\"batch\"}") == 1
    });
    daemon.send(&segment(2));
    until("the other arrives", || {
        daemon.metric("documents_sent_total") == 1
    });
    assert!(daemon.stop().0.success());
    assert_eq!(daemon.truth(), [2, 0, 1, 1, 0, 0]);
}

#[test]
fn a_stop_sends_what_has_just_come_in() {
    let stub = xray();
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "");
    for number in 0..75 {
        daemon.send(&segment(number));
    }
    assert!(daemon.stop().0.success());
    assert_eq!(batches(&stub).concat().len(), 75);
    assert_eq!(daemon.truth(), [75, 0, 75, 0, 0, 0]);
}

#[test]
fn what_an_answer_repeats_of_the_request_is_not_logged() {
    let stub = Stub::start(|asked| {
        let signature = asked.header("authorization");
        Answer::page(403, &format!("<pre>authorization: {signature}</pre>"))
    });
    let world = World::new().pointed_at(stub.url());
    let mut daemon = Daemon::start(&world, "-l debug");
    daemon.send(&segment(1));
    daemon.until_spooled(1);
    let health = daemon.health().to_string();
    assert!(daemon.stop().0.success());
    let asked = &stub.asked()[0];
    let (_, signature) = asked
        .header("authorization")
        .split_once("Signature=")
        .expect("it was signed");
    let log = daemon.log();
    assert!(log.contains("Could not send batch"), "{log}");
    for text in [log, health] {
        assert!(!text.contains(signature), "{text}");
    }
}
