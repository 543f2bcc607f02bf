//! What the backend sends to: four services that remember everything.

use std::net::UdpSocket;
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use serde_json::{Value, json};

use crate::world::{Answer, Asked, Stub, World};

/// The token that the backend is given.
pub(super) const TOKEN: &str = "00000000000000000000000000000000";

/// Four services.
pub(super) struct Sinks {
    pub(super) xray: Stub,
    pub(super) logs: Stub,
    pub(super) otlp: Stub,
    pub(super) rollbar: Stub,
    udp: String,
    datagrams: Arc<Mutex<Vec<String>>>,
}

/// What a service that is well says.
pub(super) fn well(asked: &Asked) -> Answer {
    match asked.operation.as_str() {
        "/GetSamplingRules" => Answer::new(200, &everything().to_string()),
        "/SamplingTargets" => Answer::new(
            200,
            r#"{"SamplingTargetDocuments": [], "LastRuleModification": 1, "UnprocessedStatistics": []}"#,
        ),
        "/TraceSegments" => Answer::new(200, r#"{"UnprocessedTraceSegments": []}"#),
        "/v1/traces" => Answer::new(200, "").with("Content-Type", "application/x-protobuf"),
        operation if operation.contains("/item") => {
            Answer::new(200, r#"{"err": 0, "result": {"id": null, "uuid": "u"}}"#)
        }
        _ => Answer::new(200, "{}"),
    }
}

/// One rule, by which every request is recorded.
fn everything() -> Value {
    json!({"SamplingRuleRecords": [{"CreatedAt": 1, "ModifiedAt": 1, "SamplingRule": {
        "RuleName": "Default", "RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/Default",
        "ResourceARN": "*", "Priority": 10000, "FixedRate": 1.0, "ReservoirSize": 0,
        "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*",
        "Version": 1, "Attributes": {},
    }}]})
}

impl Sinks {
    /// Services that are well.
    pub(super) fn start() -> Self {
        Self::of(
            Stub::start(well),
            Stub::start(well),
            Stub::start(well),
            Stub::start(well),
        )
    }

    /// These services.
    pub(super) fn of(xray: Stub, logs: Stub, otlp: Stub, rollbar: Stub) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port is free");
        let udp = socket.local_addr().expect("it has an address").to_string();
        let datagrams = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&datagrams);
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok((length, _)) = socket.recv_from(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                seen.lock().expect("no thread panicked").push(text);
            }
        });
        Self {
            xray,
            logs,
            otlp,
            rollbar,
            udp,
            datagrams,
        }
    }

    /// A world whose four services these are.
    pub(super) fn world(&self) -> World {
        let tcp = self.xray.url().trim_start_matches("http://");
        World::new()
            .pointed_at("http://127.0.0.1:9")
            .with("AWS_ENDPOINT_URL_XRAY", self.xray.url())
            .with("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", self.logs.url())
            .with(
                "AWS_XRAY_DAEMON_ADDRESS",
                &format!("tcp:{tcp} udp:{}", self.udp),
            )
            .with("OTEL_EXPORTER_OTLP_ENDPOINT", self.otlp.url())
            .with(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "x-honeycomb-team=test-honeycomb-key",
            )
            .with("OTEL_SERVICE_NAME", "backend-flask")
            .with("ROLLBAR_ACCESS_TOKEN", TOKEN)
            .with(
                "ROLLBAR_ENDPOINT",
                &format!("{}/api/1/", self.rollbar.url()),
            )
    }

    /// The documents that came over UDP.
    pub(super) fn segments(&self) -> Vec<Value> {
        let datagrams = self.datagrams.lock().expect("no thread panicked");
        datagrams
            .iter()
            .map(|datagram| {
                let (header, document) = datagram.split_once('\n').expect("it has a header");
                assert_eq!(header.replace(' ', ""), r#"{"format":"json","version":1}"#);
                serde_json::from_str(document).expect("it is JSON")
            })
            .collect()
    }

    /// The requests for spans, as their JSON has them.
    pub(super) fn spans(&self) -> Vec<Value> {
        let asked = self.otlp.asked();
        asked
            .iter()
            .map(|asked| {
                let request = ExportTraceServiceRequest::decode(asked.body.as_slice());
                let request = request.expect("it is a request for spans");
                serde_json::to_value(request).expect("it has JSON")
            })
            .collect()
    }

    /// The log events, in order.
    pub(super) fn events(&self) -> Vec<Value> {
        let asked = self.logs.asked();
        let puts = asked.iter().filter(|one| one.operation == "PutLogEvents");
        puts.flat_map(|one| {
            let body: Value = serde_json::from_slice(&one.body).expect("it is JSON");
            body["logEvents"].as_array().cloned().unwrap_or_default()
        })
        .collect()
    }

    /// The items.
    pub(super) fn items(&self) -> Vec<Value> {
        let asked = self.rollbar.asked();
        let items = asked.iter().filter(|one| one.operation.contains("/item"));
        items
            .map(|one| serde_json::from_slice(&one.body).expect("it is JSON"))
            .collect()
    }
}
