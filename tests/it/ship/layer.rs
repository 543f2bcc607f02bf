//! `tracing` on top of the shipper.

use cruddur_obs::telemetry::{LogLayer, LogShipper, TraceContext};
use cruddur_obs::trace::{SpanId, TraceId};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan as _;

use super::service::{Call, Ended, fine, settings, ship};

const TRACE: u128 = 0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793;

async fn emitted(emit: impl FnOnce()) -> (Vec<Value>, Ended) {
    let ended = ship(
        settings(),
        |_| fine(),
        async |shipper: LogShipper, _: CancellationToken| {
            let subscriber = tracing_subscriber::registry().with(LogLayer::new(shipper.clone()));
            with_default(subscriber, emit);
            shipper.close();
        },
    )
    .await;
    let puts = ended.service.puts();
    let lines = puts.iter().flat_map(Call::messages);
    let lines = lines.map(|line| serde_json::from_str(line).expect("a line is JSON"));
    (lines.collect(), ended)
}

/// Checks the time, and takes it out.
fn without_time(mut line: Value) -> Value {
    let object = line.as_object_mut().expect("a line is an object");
    let time = object.shift_remove("timestamp").expect("it has a time");
    let time = time.as_str().expect("the time is text").to_owned();
    assert!(
        time.ends_with('Z') && time.len() == "2026-11-24T10:00:00.123Z".len(),
        "{time}"
    );
    let time: jiff::Timestamp = time.parse().expect("RFC 3339");
    assert!(jiff::Timestamp::now().duration_since(time).as_secs() < 60);
    line
}

#[tokio::test(start_paused = true)]
async fn an_event_is_one_line_of_json() {
    let (lines, ended) = emitted(|| {
        tracing::info!(target: "api", status = 200, took = 0.5, ok = true, user = "ada", "done\nwell");
        tracing::error!(error = &std::io::Error::other("no") as &dyn std::error::Error, "failed");
        tracing::warn!(list = ?[1, 2]);
    })
    .await;
    let lines: Vec<Value> = lines.into_iter().map(without_time).collect();
    assert_eq!(
        lines,
        [
            json!({"level": "INFO", "target": "api", "message": "done\nwell",
                   "fields": {"status": 200, "took": 0.5, "ok": true, "user": "ada"}}),
            json!({"level": "ERROR", "target": "it::ship::layer", "message": "failed", "fields": {"error": "no"}}),
            json!({"level": "WARN", "target": "it::ship::layer", "message": "", "fields": {"list": "[1, 2]"}}),
        ]
    );
    assert_eq!(ended.totals.sent, 3);
}

/// The ids of a line: trace as W3C and as X-Ray write it, and span.
fn ids(line: &Value) -> [Option<&str>; 3] {
    ["trace_id", "xray_trace_id", "span_id"].map(|name| line[name].as_str())
}

#[tokio::test(start_paused = true)]
async fn the_innermost_span_that_knows_it_names_the_trace() {
    let w3c = TraceId::new(TRACE).w3c();
    let xray = TraceId::new(TRACE).to_string();
    let other = TraceId::new(7);
    let (lines, _) = emitted(|| {
        tracing::info!("no span");
        let outer =
            tracing::info_span!("request", xray_trace_id = %xray, span_id = "00000000000000aa");
        outer.in_scope(|| {
            tracing::info!("of X-Ray's spelling");
            tracing::info_span!("knows nothing").in_scope(|| tracing::info!("inside"));
            let late = tracing::info_span!("late", span_id = tracing::field::Empty);
            late.record("span_id", "00000000000000bb");
            late.in_scope(|| tracing::info!("its own id"));
            tracing::info_span!("another", trace_id = other.w3c()).in_scope(|| {
                tracing::info!("another trace, whose span is not known");
            });
            tracing::info_span!("nonsense", trace_id = "x", span_id = 5).in_scope(|| {
                tracing::info!("as if there were none");
            });
        });
    })
    .await;
    let known = [Some(w3c.as_str()), Some(xray.as_str())];
    let all = |span| [known[0], known[1], Some(span)];
    assert_eq!(ids(&lines[0]), [None; 3]);
    assert_eq!(ids(&lines[1]), all("00000000000000aa"));
    assert_eq!(ids(&lines[2]), all("00000000000000aa"));
    assert_eq!(ids(&lines[3]), all("00000000000000bb"));
    let (w3c, xray) = (other.w3c(), other.to_string());
    assert_eq!(ids(&lines[4]), [Some(&*w3c), Some(&*xray), None]);
    assert_eq!(ids(&lines[5]), all("00000000000000aa"));
}

#[tokio::test(start_paused = true)]
async fn a_span_may_carry_its_trace_as_a_value() {
    let context = TraceContext {
        trace_id: Some(TraceId::new(TRACE)),
        span_id: Some("53995c3f42cd8ad8".parse::<SpanId>().expect("an id")),
    };
    let (lines, _) = emitted(|| {
        let span = tracing::info_span!("request");
        tracing::dispatcher::get_default(|dispatch| {
            let registry: &tracing_subscriber::layer::Layered<
                LogLayer,
                tracing_subscriber::Registry,
            > = dispatch.downcast_ref().expect("this subscriber");
            let id = span.id().expect("the span is enabled");
            let span = registry.span(&id).expect("the span is there");
            span.extensions_mut().insert(context);
        });
        span.in_scope(|| tracing::info!("done"));
    })
    .await;
    assert_eq!(
        ids(&lines[0]),
        [
            Some("5759e988bd862e3fe1be46a994272793"),
            Some("1-5759e988-bd862e3fe1be46a994272793"),
            Some("53995c3f42cd8ad8")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn shipping_does_not_ship_itself() {
    // The subscriber is that of the whole thread: it hears the worker, and the SDK inside it.
    let (client, service) = super::service::client(|_| {
        tracing::info!("said while a request is answered");
        fine()
    })
    .await;
    let shipping =
        cruddur_obs::telemetry::LogShipping::bind(settings(), client).expect("the names are fine");
    let shipper = shipping.shipper();
    let subscriber = tracing_subscriber::registry().with(LogLayer::new(shipper.clone()));
    let _heard = tracing::subscriber::set_default(subscriber);
    let say = |_| tracing::warn!("said by the worker");
    let application = async {
        tracing::info!("one line");
        tracing::info!(target: "hyper::client", "a carrier in a task of its own");
        tracing::info!(target: "aws_smithy_runtime::client", "another");
        tracing::info!(target: "hyperspace", "not a carrier");
        tokio::time::sleep(std::time::Duration::from_mins(1)).await;
        shipper.close();
    };
    let (served, ()) = tokio::join!(shipping.serve(CancellationToken::new(), say), application);
    served.expect("it is shipped");
    assert_eq!(
        shipper.totals().to_string(),
        "logs: given 2 · sent 2 · dropped 0 · rejected 0"
    );
    assert_eq!(service.puts().len(), 1);
}
