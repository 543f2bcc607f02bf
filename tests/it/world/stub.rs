//! A server with fixed answers: what stands between people and AWS, and AWS on a bad day.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// `POST /Groups`, as the first line has it.
    pub(crate) line: String,
    /// The headers, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// The operation: the path of X-Ray's, or the target of CloudWatch Logs'.
    pub(crate) operation: String,
    /// How many requests for this operation came before.
    pub(crate) nth: usize,
    /// The body, byte for byte.
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(each, _)| each == name)
            .map_or("", |(_, value)| value)
    }
}

/// What to do with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// An HTTP answer.
    Http {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
        /// How many bytes more than there are the head promises.
        missing: usize,
    },
    /// Read the request and close the connection.
    Cut,
    /// Read the request and say nothing until the client has gone.
    Hang,
}

impl Answer {
    /// An answer with a body of AWS's content type.
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self::Http {
            status,
            headers: vec![("Content-Type", "application/json".to_owned())],
            body: body.to_owned(),
            missing: 0,
        }
    }

    /// An error as AWS writes it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"__type": code, "message": message, "Message": message});
        Self::new(status, &body.to_string())
            .with("x-amzn-ErrorType", code)
            .with("x-amzn-RequestId", "11111111-2222-3333-4444-555555555555")
    }

    /// A web page.
    pub(crate) fn page(status: u16, html: &str) -> Self {
        Self::Http {
            status,
            headers: vec![("Content-Type", "text/html".to_owned())],
            body: html.to_owned(),
            missing: 0,
        }
    }

    /// The answer with another header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Http { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    /// The answer cut off: the head promises so many bytes more.
    pub(crate) fn lacking(mut self, bytes: usize) -> Self {
        if let Self::Http { missing, .. } = &mut self {
            *missing = bytes;
        }
        self
    }
}

/// What AWS says where nothing was ever made.
pub(crate) fn empty_account(operation: &str) -> Answer {
    match operation {
        "/Groups" => Answer::new(200, r#"{"Groups": []}"#),
        "/GetSamplingRules" => Answer::new(200, r#"{"SamplingRuleRecords": []}"#),
        "DescribeLogGroups" => Answer::new(200, r#"{"logGroups": []}"#),
        _ => Answer::new(200, "{}"),
    }
}

/// A listening stub; its threads end with the process.
pub(crate) struct Stub {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// Starts one that answers as `answers` says.
    pub(crate) fn start(answers: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", answers)
    }

    /// Starts one at an address.
    pub(crate) fn start_at(
        address: &str,
        answers: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).expect("the port is free");
        let address = listener.local_addr().expect("it has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<dyn Fn(&Asked) -> Answer + Send + Sync> = Arc::new(answers);
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (Arc::clone(&answers), Arc::clone(&seen));
                thread::spawn(move || serve(stream, &*answers, &seen));
            }
        });
        Self {
            url: format!("http://{address}"),
            asked,
        }
    }

    /// Starts one that gives the same answer to everything.
    pub(crate) fn always(answer: Answer) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no thread panicked").clone()
    }

    /// The operations so far that may change something.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.asked()
            .into_iter()
            .map(|asked| asked.operation)
            .filter(|operation| {
                ["Create", "Update", "Delete", "Put", "/Tag", "Tag"]
                    .iter()
                    .any(|verb| operation.trim_start_matches('/').starts_with(verb))
            })
            .collect()
    }
}

fn serve(
    stream: TcpStream,
    answers: &(dyn Fn(&Asked) -> Answer + Send + Sync),
    seen: &Mutex<Vec<Asked>>,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket can be cloned"));
    let mut stream = stream;
    while let Some(mut asked) = read(&mut reader) {
        {
            let mut seen = seen.lock().expect("no thread panicked");
            asked.nth = seen
                .iter()
                .filter(|each| each.operation == asked.operation)
                .count();
            seen.push(asked.clone());
        }
        match answers(&asked) {
            Answer::Cut => return,
            Answer::Hang => {
                let mut rest = Vec::new();
                drop(stream.set_read_timeout(Some(Duration::from_secs(30))));
                drop(reader.read_to_end(&mut rest));
                return;
            }
            Answer::Http {
                status,
                headers,
                body,
                missing,
            } => {
                let head = head(status, &headers, body.len() + missing);
                if stream
                    .write_all(format!("{head}\r\n{body}").as_bytes())
                    .is_err()
                    || missing > 0
                {
                    return;
                }
            }
        }
    }
}

/// The head of an answer.
pub(super) fn head(status: u16, headers: &[(&'static str, String)], length: usize) -> String {
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("a string takes all");
    }
    head
}

pub(super) fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        operation: line
            .split_whitespace()
            .nth(1)
            .unwrap_or_default()
            .to_owned(),
        line: line.trim_end().to_owned(),
        headers,
        nth: 0,
        body: Vec::new(),
    };
    let target = asked.header("x-amz-target").split_once('.');
    if let Some(target) = target.map(|(_, target)| target.to_owned()) {
        asked.operation = target;
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = body;
    Some(asked)
}
