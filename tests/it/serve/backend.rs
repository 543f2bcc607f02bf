//! The backend in a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::world::{World, until};

/// A running `serve`; it is killed with the test.
pub(super) struct Backend {
    child: Child,
    url: String,
    out: std::path::PathBuf,
    err: std::path::PathBuf,
}

/// An answer, with its head.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    /// The first line and the headers, names in small letters.
    pub(super) reason: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Backend {
    /// Starts one on a free port, with further words on its command line.
    pub(super) fn start(world: &World, words: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = |end: &str| world.path(&format!("serve-{number}.{end}"));
        let (ready, out, err) = (path("json"), path("out"), path("err"));
        let file = |path| File::create(path).expect("a file can be made");
        let ready_text = ready.display().to_string();
        let mut all = vec!["serve", "--port", "0", "--ready-file", &ready_text];
        all.extend(words.split_whitespace());
        let mut child = world
            .command(all)
            .stdin(Stdio::null())
            .stdout(file(&out))
            .stderr(file(&err))
            .spawn()
            .expect("the backend starts");
        let mut text = String::new();
        until("the backend is ready", || {
            if let Ok(Some(status)) = child.try_wait() {
                let said = fs::read_to_string(&err).unwrap_or_default();
                panic!("the backend ended with {status}: {said}");
            }
            text = fs::read_to_string(&ready).unwrap_or_default();
            !text.is_empty()
        });
        let ready: Value = serde_json::from_str(&text).expect("the ready file is JSON");
        Self {
            child,
            url: ready["url"].as_str().expect("there is a URL").to_owned(),
            out,
            err,
        }
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// GETs a path.
    pub(super) fn get(&self, path: &str) -> Answered {
        self.ask("GET", path, &[], "")
    }

    /// Sends a request on a connection of its own, with these headers and a `User-Agent`.
    pub(super) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answered {
        let stream = self.begin(method, path, headers, body);
        answer_of(stream, method)
    }

    /// Sends a request and does not wait for the answer.
    pub(super) fn begin(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> TcpStream {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("the backend listens");
        let patience = Some(Duration::from_mins(1));
        stream.set_read_timeout(patience).expect("it can be set");
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head.push_str(&format!("Host: {address}\r\n"));
        }
        head.push_str("User-Agent: curl/7.88.1\r\nAccept: */*\r\n");
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let request = format!("{head}\r\n{body}");
        stream.write_all(request.as_bytes()).expect("it is read");
        stream
    }

    /// What it has said so far.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(&self.err).expect("the file is there")
    }

    /// What `/health` says.
    pub(super) fn health(&self) -> Value {
        serde_json::from_str(&self.get("/health").body).expect("it is JSON")
    }

    /// Asks it to end.
    pub(super) fn terminate(&self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(asked.success());
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn end(self) -> Ended {
        self.terminate();
        self.ended()
    }

    /// Waits until it has ended.
    pub(super) fn ended(mut self) -> Ended {
        let status = self.child.wait().expect("it can be waited for");
        Ended {
            code: status.code(),
            out: fs::read_to_string(&self.out).expect("the file is there"),
            err: self.said(),
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads an answer to its end.
pub(super) fn answer_of(stream: TcpStream, method: &str) -> Answered {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).expect("there is an answer");
    let mut words = line.trim_end().splitn(3, ' ').skip(1);
    let status = words.next().and_then(|status| status.parse().ok());
    let reason = words.next().unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("the head is whole");
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut body = Vec::new();
    reader.read_to_end(&mut body).expect("the body is whole");
    assert!(method != "HEAD" || body.is_empty(), "HEAD has no body");
    Answered {
        status: status.unwrap_or_else(|| panic!("no status in {line:?}")),
        reason,
        headers,
        body: String::from_utf8(body).expect("the body is text"),
    }
}

impl Answered {
    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(each, _)| each == name)
            .map(|(_, value)| value.as_str())
    }

    /// The trace's id, as W3C writes it; both headers must name the same.
    pub(super) fn trace_id(&self) -> String {
        let traceparent = self.header("traceparent").expect("it has a traceparent");
        let w3c = traceparent.split('-').nth(1).expect("it has an id");
        let xray = self.header("x-amzn-trace-id").expect("it has a trace id");
        let root = xray.split(';').next().expect("it has a root");
        let digits = root.trim_start_matches("Root=1-").replace('-', "");
        assert_eq!(digits, w3c);
        w3c.to_owned()
    }
}

impl Ended {
    /// The counts of a pipeline: given, sent, dropped, rejected.
    pub(super) fn counts(&self, pipeline: &str) -> [u64; 4] {
        let view: Value = serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in {}\n{}", self.out, self.err));
        let all = view["pipelines"].as_array().expect("there are pipelines");
        let one = all
            .iter()
            .find(|one| one["name"] == pipeline)
            .unwrap_or_else(|| panic!("no {pipeline} in {view}"));
        let number = |name: &str| one[name].as_u64().expect("it is a number");
        let sum = |name: &str| {
            let reasons = one[name].as_array().expect("it is a list");
            reasons.iter().filter_map(|one| one["count"].as_u64()).sum()
        };
        assert_eq!(number("waiting"), 0, "{view}");
        [
            number("given"),
            number("sent"),
            sum("dropped"),
            sum("rejected"),
        ]
    }
}
