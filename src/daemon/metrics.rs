//! The books for Prometheus; the names are a contract.

use super::counters::Totals;
use super::health::Health;
use crate::xray::datagram::Refusal;

/// The causes of failed uploads, in the order in which they are counted.
const CAUSES: [&str; 6] = [
    "timeout",
    "refused",
    "http_4xx",
    "http_5xx",
    "unknown_host",
    "other",
];

/// Writes one family after another.
struct Text(String);

impl Text {
    /// A family with one value for each label, or one value without any.
    fn family(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        values: &[(Option<(&str, &str)>, u64)],
    ) {
        let Self(text) = self;
        let name = format!("cruddur_obs_daemon_{name}");
        text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        for (label, value) in values {
            text.push_str(&match label {
                None => format!("{name} {value}\n"),
                Some((key, label)) => format!("{name}{{{key}=\"{label}\"}} {value}\n"),
            });
        }
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help, &[(None, value)]);
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "gauge", help, &[(None, value)]);
    }
}

/// The text that `/metrics` answers.
pub(super) fn text(totals: &Totals, health: &Health, lost_in_kernel: Option<u64>) -> String {
    let mut text = Text(String::with_capacity(4096));
    text.counter(
        "datagrams_received_total",
        "Datagrams read from the socket.",
        totals.received,
    );
    let refused: Vec<_> = Refusal::NAMES
        .iter()
        .zip(totals.refused)
        .map(|(name, count)| (Some(("reason", *name)), count))
        .collect();
    text.family(
        "datagrams_refused_total",
        "counter",
        "Datagrams that carry no document, by reason.",
        &refused,
    );
    if let Some(lost) = lost_in_kernel {
        text.counter(
            "datagrams_lost_in_kernel_total",
            "Datagrams that the kernel dropped because they were not read in time.",
            lost,
        );
    }
    text.counter(
        "documents_sent_total",
        "Documents that X-Ray took.",
        totals.sent,
    );
    text.family(
        "documents_rejected_total",
        "counter",
        "Documents that X-Ray refused, alone or with their whole batch.",
        &[
            (Some(("scope", "document")), totals.unprocessed),
            (Some(("scope", "batch")), totals.refused_by_xray),
        ],
    );
    text.family(
        "documents_dropped_total",
        "counter",
        "Documents that are lost, by reason.",
        &[
            (Some(("reason", "memory_full")), totals.no_room_in_queue),
            (Some(("reason", "spool_full")), totals.no_room_in_spool),
            (Some(("reason", "damaged")), totals.damaged),
        ],
    );
    text.counter(
        "documents_spooled_total",
        "Documents that were put into the spool.",
        totals.spooled,
    );
    text.counter(
        "documents_recovered_total",
        "Documents that an earlier run left in the spool.",
        totals.recovered,
    );
    text.counter(
        "batches_sent_total",
        "Batches that X-Ray took.",
        totals.batches,
    );
    let failures: Vec<_> = CAUSES
        .iter()
        .zip(totals.failures)
        .map(|(cause, count)| (Some(("cause", *cause)), count))
        .collect();
    text.family(
        "upload_failures_total",
        "counter",
        "Attempts to send a batch that failed, by cause.",
        &failures,
    );
    text.family(
        "proxy_requests_total",
        "counter",
        "Requests of samplers, by what became of them.",
        &[
            (Some(("outcome", "forwarded")), totals.forwarded),
            (Some(("outcome", "refused")), totals.not_forwarded),
        ],
    );
    gauges(&mut text, health);
    text.0
}

fn gauges(text: &mut Text, health: &Health) {
    text.gauge(
        "queue_documents",
        "Documents in memory, those under way included.",
        health.queue.documents,
    );
    text.gauge(
        "queue_bytes",
        "Bytes of the documents in memory.",
        health.queue.bytes,
    );
    text.gauge(
        "queue_capacity_bytes",
        "The most bytes that may be in memory.",
        health.queue.capacity,
    );
    text.gauge(
        "spool_documents",
        "Documents that wait in the spool.",
        health.spool.documents,
    );
    text.gauge(
        "spool_bytes",
        "Bytes that wait in the spool.",
        health.spool.bytes,
    );
    text.gauge(
        "failing_seconds",
        "For how long uploads have failed; 0 when they do not.",
        health.failing_seconds.unwrap_or(0),
    );
    text.gauge(
        "uptime_seconds",
        "Seconds since the start.",
        health.uptime_seconds,
    );
}
