//! The server: guard, fault switches, cut connections, start and stop.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::error::Kind;
use crate::sandbox::{FaultSwitch, Location, Log, Options, Sandbox, running};

fn options() -> Options {
    Options {
        port: 0,
        log: Log::to(std::io::sink()),
        ..Options::default()
    }
}

fn with(switches: &[&str]) -> Options {
    let fault_switches = switches
        .iter()
        .map(|text| text.parse::<FaultSwitch>().unwrap())
        .collect();
    Options {
        fault_switches,
        ..options()
    }
}

/// Serves while `test` runs on a thread of its own, then stops cleanly.
async fn served<T: Send + 'static>(
    options: Options,
    test: impl FnOnce(SocketAddr) -> T + Send + 'static,
) -> T {
    let sandbox = Sandbox::bind(options).unwrap();
    let address = sandbox.address();
    let cancel = CancellationToken::new();
    let stop = cancel.clone().drop_guard();
    let server = tokio::spawn(sandbox.serve(cancel));
    let result = tokio::task::spawn_blocking(move || test(address))
        .await
        .unwrap();
    drop(stop);
    server.await.unwrap().unwrap();
    result
}

/// Sends bytes and reads until the connection ends.
fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    String::from_utf8(answer).unwrap()
}

fn call(address: SocketAddr, path: &str, body: &str, extra: &str) -> String {
    let host = if extra.contains("Host:") {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    let length = body.len();
    raw(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\n{host}{extra}Connection: close\r\nContent-Length: {length}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261120/eu-west-1/xray/aws4_request\r\n\r\n{body}"
        ),
    )
}

fn page(address: SocketAddr, path: &str) -> Value {
    let answer = raw(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    );
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn strangers_are_turned_away() {
    let options = Options {
        allowed_hosts: vec!["obs.example.test".to_owned()],
        ..options()
    };
    served(options, |address| {
        for extra in [
            "",
            "Host: obs.example.test\r\n",
            "Host: stream-obs.example.test:4000\r\n",
        ] {
            assert!(
                call(address, "/Groups", "{}", extra).starts_with("HTTP/1.1 200"),
                "{extra}"
            );
        }
        for extra in [
            "Host: evil.example\r\n",
            "Origin: http://evil.example\r\n",
            "Origin: null\r\n",
        ] {
            for path in ["/Groups", "/_sandbox/reset", "/_sandbox/calls"] {
                let answer = call(address, path, "{}", extra);
                assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
                assert!(answer.contains("refused a request"), "{answer}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_drop_is_done_and_a_refusal_is_not() {
    served(with(&["drop@CreateGroup=once", "refuse@CreateGroup=2"]), |address| {
        let group = |name: &str| call(address, "/CreateGroup", &json!({"GroupName": name}).to_string(), "");
        assert_eq!(group("dropped"), "", "done, and cut before the answer");
        assert_eq!(group("refused"), "", "cut before it was done");
        assert!(group("third").starts_with("HTTP/1.1 200"));
        let groups = call(address, "/Groups", "{}", "");
        assert!(groups.contains("group/dropped/") && !groups.contains("group/refused/"), "{groups}");
        let calls = page(address, "/_sandbox/calls");
        assert_eq!(
            calls["calls"][0],
            json!({"service": "xray", "operation": "CreateGroup", "writes": true, "fault": "drop"})
        );
        assert_eq!(calls["calls"][1]["fault"], "refuse");
    })
    .await;
}

#[tokio::test]
async fn switched_on_faults_are_worded_as_aws_words_them() {
    let switches = [
        "throttle@GetGroups=once",
        "deny@GetGroup=1",
        "fail@CreateGroup=1",
        "abort@CreateLogGroup=once",
        "throttle@DescribeLogGroups=once",
        "delay=20ms",
    ];
    served(with(&switches), |address| {
        let throttled = call(address, "/Groups", "{}", "");
        assert!(throttled.starts_with("HTTP/1.1 429"), "{throttled}");
        assert!(throttled.contains("ThrottledException") && throttled.contains("Rate exceeded"));
        let denied = call(address, "/GetGroup", "{}", "");
        assert!(denied.starts_with("HTTP/1.1 403"), "{denied}");
        assert!(
            denied.contains("is not authorized to perform: xray:GetGroup on resource: *"),
            "{denied}"
        );
        assert!(call(address, "/CreateGroup", "{}", "").starts_with("HTTP/1.1 500"));
        let logs = |operation: &str, body: &str| {
            call(
                address,
                "/",
                body,
                &format!("X-Amz-Target: Logs_20140328.{operation}\r\n"),
            )
        };
        let aborted = logs("CreateLogGroup", r#"{"logGroupName":"a"}"#);
        assert!(
            aborted.starts_with("HTTP/1.1 400") && aborted.contains("OperationAbortedException"),
            "{aborted}"
        );
        assert!(logs("CreateLogGroup", r#"{"logGroupName":"a"}"#).starts_with("HTTP/1.1 200"));
        let throttled = logs("DescribeLogGroups", "{}");
        assert!(
            throttled.starts_with("HTTP/1.1 400") && throttled.contains("ThrottlingException"),
            "{throttled}"
        );
        assert!(logs("DescribeLogGroups", "{}").starts_with("HTTP/1.1 200"));
    })
    .await;
}

#[tokio::test]
async fn rubbish_does_not_end_the_server() {
    served(options(), |address| {
        for rubbish in [
            "\u{0}\u{1}\u{2}\r\n\r\n",
            "GET",
            "POST /Groups HTTP/1.1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
        ] {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(rubbish.as_bytes()).unwrap();
        }
        assert_eq!(page(address, "/_sandbox/health")["status"], "ok");
    })
    .await;
}

#[tokio::test]
async fn a_directory_has_one_server_and_says_where() {
    let directory = tempfile::tempdir().unwrap();
    let ready_file = directory.path().join("ready.json");
    let location = Location::Directory(directory.path().join("store"));
    let options = Options {
        location,
        ready_file: Some(ready_file.clone()),
        ..options()
    };
    let store: std::path::PathBuf = directory.path().join("store");
    std::fs::write(&ready_file, "left by another").unwrap();
    let again = options.clone();
    let seen = ready_file.clone();
    let held = store.clone();
    served(options, move |address| {
        let url = format!("http://{address}");
        assert_eq!(running(&held).map(|server| server.url), Some(url.clone()));
        let ready: Value = wait_for(&seen);
        assert_eq!(
            ready,
            json!({"url": url, "pid": std::process::id(), "address": address.to_string(), "xray_daemon": null, "otlp": null})
        );
        let error = Sandbox::bind(again).unwrap_err();
        assert!(
            seen.exists(),
            "the second server must not touch what is the first one's"
        );
        assert_eq!(error.kind(), Kind::Configuration);
        assert!(error.message().ends_with(&format!("at {url}")), "{error}");
    })
    .await;
    assert_eq!(running(&store), None);
    assert!(!ready_file.exists() && !store.join("server.json").exists());
}

fn wait_for(path: &Path) -> Value {
    for _ in 0..1000 {
        if let Some(value) = std::fs::read(path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
        {
            return value;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{} never came", path.display());
}

#[tokio::test]
async fn a_taken_port_is_named_with_a_way_out() {
    let first = Sandbox::bind(options()).unwrap();
    let port = first.address().port();
    let error = Sandbox::bind(Options { port, ..options() }).unwrap_err();
    assert_eq!(
        error.message(),
        format!("port {port} of 127.0.0.1 is taken")
    );
    assert!(error.fixes()[0].contains("`--port 0`"));
}

#[tokio::test]
async fn stopping_lets_a_request_in_flight_finish() {
    let sandbox = Sandbox::bind(with(&["delay=300ms"])).unwrap();
    let address = sandbox.address();
    let cancel = CancellationToken::new();
    let server = tokio::spawn(sandbox.serve(cancel.clone()));
    // An idle connection must not hold the stop up.
    let idle = TcpStream::connect(address).unwrap();
    let answer = tokio::task::spawn_blocking(move || call(address, "/Groups", "{}", ""));
    tokio::time::sleep(Duration::from_millis(150)).await;
    cancel.cancel();
    tokio::time::timeout(Duration::from_secs(4), server)
        .await
        .expect("no deadline was needed")
        .unwrap()
        .unwrap();
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(TcpStream::connect(address).is_err());
    drop(idle);
}

#[tokio::test]
async fn the_url_is_one_that_clients_on_this_machine_can_use() {
    let host = "0.0.0.0".to_owned();
    let sandbox = Sandbox::bind(Options { host, ..options() }).unwrap();
    let port = sandbox.address().port();
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{port}"));
    let host = "no.such.host.invalid".to_owned();
    let error = Sandbox::bind(Options { host, ..options() }).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(!error.fixes().is_empty());
}
