//! Which trace a request goes on with, and what is told to others about it.

use axum::http::{HeaderMap, Method};
use opentelemetry::trace::SpanId;

use super::{Asked, Running, Stub, answer, to_otlp};
use crate::settings::Propagators;
use crate::telemetry::tracing::{Tracing, XraySettings, XrayTransport};
use crate::xray::daemon_address::DaemonAddress;

const W3C: &str = "00-11112222333344445555666677778888-9999aaaabbbbcccc-01";
const W3C_TRACE: u128 = 0x1111_2222_3333_4444_5555_6666_7777_8888;
const XRAY_TRACE: u128 = 0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793;

/// What is to be seen of a request that came with these headers.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    trace: Option<u128>,
    parent: Option<u64>,
    link: Option<u128>,
    is_sampled: bool,
    is_recorded_by_xray: bool,
}

fn seen(headers: &[(&'static str, &str)], propagators: Propagators) -> Seen {
    let mut settings = to_otlp();
    settings.opentelemetry.propagators = propagators;
    settings.xray = XraySettings::new(XrayTransport::Daemon(DaemonAddress::default()));
    let stub = Stub::answering(vec![answer(200)]);
    let tracing = Tracing::bind(&settings, &stub.client).unwrap();
    let asked = headers.iter().fold(Asked::home(), |asked, (name, value)| {
        asked.with(name, value)
    });
    let request = asked.begin(&tracing.tracer());
    let incoming = &request.0.incoming;
    let bits = |id: SpanId| u64::from_be_bytes(id.to_bytes());
    let trace = request.trace_id().bits();
    Seen {
        trace: [W3C_TRACE, XRAY_TRACE].contains(&trace).then_some(trace),
        parent: incoming
            .parent
            .as_ref()
            .map(|parent| bits(parent.span_id())),
        link: incoming
            .link
            .as_ref()
            .map(|link| u128::from_be_bytes(link.trace_id().to_bytes())),
        is_sampled: request.is_sampled(),
        is_recorded_by_xray: request.is_recorded_by_xray(),
    }
}

const NEW: Seen = Seen {
    trace: None,
    parent: None,
    link: None,
    is_sampled: true,
    is_recorded_by_xray: true,
};

const FROM_W3C: Seen = Seen {
    trace: Some(W3C_TRACE),
    parent: Some(0x9999_aaaa_bbbb_cccc),
    ..NEW
};

const FROM_XRAY: Seen = Seen {
    trace: Some(XRAY_TRACE),
    parent: Some(0x5399_5c3f_42cd_8ad8),
    ..NEW
};

#[test]
fn headers_that_begin_or_go_on_with_a_trace() {
    let xray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8";
    let own = |rest: &str| format!("{xray}{rest}");
    let unsampled = Seen {
        is_sampled: false,
        ..FROM_W3C
    };
    let unrecorded = Seen {
        is_recorded_by_xray: false,
        ..FROM_XRAY
    };
    let usual = Propagators::default();
    for (headers, expected) in [
        (vec![], NEW),
        (vec![("traceparent", W3C.to_owned())], FROM_W3C),
        // Version, length, case, zeros: what is not right is as good as not there.
        (vec![("traceparent", W3C.replace("00-", "ff-"))], NEW),
        (vec![("traceparent", W3C.replace("00-", "01-"))], FROM_W3C),
        (
            vec![("traceparent", format!("{}-more", W3C.replace("00-", "01-")))],
            FROM_W3C,
        ),
        (vec![("traceparent", format!("{W3C}-more"))], NEW),
        (vec![("traceparent", W3C.replace("aaaa", "AAAA"))], NEW),
        (
            vec![(
                "traceparent",
                W3C.replace("9999aaaabbbbcccc", "0000000000000000"),
            )],
            NEW,
        ),
        (vec![("traceparent", "rubbish".to_owned())], NEW),
        (vec![("traceparent", "é".repeat(30))], NEW),
        (vec![("traceparent", String::new())], NEW),
        // Bits beyond the first say nothing about recording.
        (vec![("traceparent", W3C.replace("-01", "-03"))], FROM_W3C),
        (
            vec![("traceparent", W3C.replace("-01", "-00"))],
            Seen { ..unsampled },
        ),
        (vec![("x-amzn-trace-id", own(""))], FROM_XRAY),
        (vec![("x-amzn-trace-id", own(";Sampled=1"))], FROM_XRAY),
        (vec![("x-amzn-trace-id", own(";Sampled=?"))], FROM_XRAY),
        // X-Ray's decision is about X-Ray: the capture of such a request has spans.
        (vec![("x-amzn-trace-id", own(";Sampled=0"))], unrecorded),
        (
            vec![("x-amzn-trace-id", "Root=rubbish;Sampled=0".to_owned())],
            NEW,
        ),
        (vec![("x-amzn-trace-id", "no pair".to_owned())], NEW),
        // A load balancer names a trace and no span of it.
        (
            vec![(
                "x-amzn-trace-id",
                "Self=1-1-1;Root=1-5759e988-bd862e3fe1be46a994272793".to_owned(),
            )],
            Seen {
                parent: None,
                ..FROM_XRAY
            },
        ),
        (
            vec![
                ("x-amzn-trace-id", own("")),
                ("traceparent", W3C.to_owned()),
            ],
            Seen {
                link: Some(W3C_TRACE),
                ..FROM_XRAY
            },
        ),
        (
            vec![
                (
                    "x-amzn-trace-id",
                    "Root=1-11112222-333344445555666677778888".to_owned(),
                ),
                ("traceparent", W3C.to_owned()),
            ],
            FROM_W3C,
        ),
        // The zero of a trace that an SDK does not record is none.
        (
            vec![(
                "x-amzn-trace-id",
                "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned(),
            )],
            Seen {
                is_recorded_by_xray: false,
                ..NEW
            },
        ),
    ] {
        let given: Vec<(&'static str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(seen(&given, usual), expected, "{headers:?}");
    }
}

#[test]
fn propagators_are_chosen() {
    let xray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
    let none = Propagators {
        trace_context: false,
        baggage: false,
        xray: false,
    };
    assert_eq!(seen(&[("traceparent", W3C)], none), NEW);
    // Where X-Ray's header was chosen for OpenTelemetry, its decision counts there as well.
    let chosen = Propagators { xray: true, ..none };
    let expected = Seen {
        is_sampled: false,
        is_recorded_by_xray: false,
        ..FROM_XRAY
    };
    assert_eq!(seen(&[("x-amzn-trace-id", xray)], chosen), expected);
}

#[tokio::test]
async fn answers_and_calls_name_the_trace() {
    let stub = Stub::answering(vec![answer(200)]);
    let mut settings = to_otlp();
    settings.xray = XraySettings::new(XrayTransport::Daemon(DaemonAddress::default()));
    let running = Running::start(&settings, &stub.client);
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    for (asked, answered) in [
        (format!("{root};Sampled=?"), format!("{root};Sampled=1")),
        (format!("{root};Sampled=0"), root.to_owned()),
    ] {
        let request = Asked::home()
            .with("x-amzn-trace-id", &asked)
            .begin(&running.tracer);
        let mut headers = HeaderMap::new();
        request.write_headers(&mut headers);
        assert_eq!(headers["x-amzn-trace-id"], answered.as_str());
        let id = request.span_id();
        let expected = format!("00-5759e988bd862e3fe1be46a994272793-{id}-01");
        assert_eq!(headers["traceparent"], expected.as_str());
    }
    let asked = Asked::home()
        .with("traceparent", W3C)
        .with("tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7")
        .with("baggage", "user=ada;secret=no");
    let request = asked.begin(&running.tracer);
    let mut headers = HeaderMap::new();
    request
        .call(&Method::GET, "http://127.0.0.1/")
        .write_headers(&mut headers);
    assert_eq!(
        headers["tracestate"],
        "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"
    );
    assert_eq!(headers["baggage"], "user=ada;secret=no");
    let extra = "Root=1-5759e988-bd862e3fe1be46a994272793;Self=1-2-3;Lineage=a:1;foo=bar;Sampled=0";
    let request = Asked::home()
        .with("x-amzn-trace-id", extra)
        .begin(&running.tracer);
    let mut headers = HeaderMap::new();
    request
        .call(&Method::GET, "http://127.0.0.1/")
        .write_headers(&mut headers);
    let told = headers["x-amzn-trace-id"].to_str().unwrap();
    assert!(told.ends_with(";Sampled=0;Lineage=a:1;foo=bar"), "{told}");
    running.stop().await;
}
