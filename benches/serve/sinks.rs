//! The four services: they read, and answer as they are told to.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::Result;

/// How a service is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Health {
    /// It takes everything.
    Well,
    /// It ends the connection.
    Cut,
    /// It takes ten seconds.
    Slow,
    /// It answers with this status.
    Status(u16),
}

impl fmt::Display for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well => formatter.write_str("well"),
            Self::Cut => formatter.write_str("cutting connections"),
            Self::Slow => formatter.write_str("slow, 10 s"),
            Self::Status(status) => write!(formatter, "answering {status}"),
        }
    }
}

/// The seeds' rule, and one that records everything.
const SEEDS: &str = r#"{"RuleName":"Cruddur","Priority":9000,"FixedRate":0.1,"ReservoirSize":5,"#;
const EVERYTHING: &str =
    r#"{"RuleName":"Default","Priority":10000,"FixedRate":1.0,"ReservoirSize":0,"#;
const OF_ALL: &str = r#""RuleARN":"arn","ResourceARN":"*","ServiceName":"*","ServiceType":"*","Host":"*","HTTPMethod":"*","URLPath":"*","Version":1,"Attributes":{}}"#;

/// All four; their threads end with the process.
pub(crate) struct Sinks {
    addresses: Vec<String>,
    udp: String,
    health: Arc<Mutex<[Health; 4]>>,
    records_everything: Arc<AtomicBool>,
}

impl Sinks {
    pub(crate) fn start() -> Result<Self> {
        let health = Arc::new(Mutex::new([Health::Well; 4]));
        let records_everything = Arc::new(AtomicBool::new(false));
        let mut addresses = Vec::new();
        for place in 0..4 {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            addresses.push(listener.local_addr()?.to_string());
            let (health, everything) = (Arc::clone(&health), Arc::clone(&records_everything));
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (health, everything) = (Arc::clone(&health), Arc::clone(&everything));
                    // A connection that fails has nobody left to be told.
                    thread::spawn(move || drop(serve(stream, place, &health, &everything)));
                }
            });
        }
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let udp = socket.local_addr()?.to_string();
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while socket.recv(&mut buffer).is_ok() {}
        });
        Ok(Self {
            addresses,
            udp,
            health,
            records_everything,
        })
    }

    /// Makes a service ill, or well again.
    pub(crate) fn set(&self, place: usize, health: Health) {
        let mut all = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        all[place] = health;
    }

    /// Whether X-Ray's rule records every request, or only those of the seeds' rule.
    pub(crate) fn record_everything(&self, is_wanted: bool) {
        self.records_everything.store(is_wanted, Ordering::Relaxed);
    }

    /// What leads the backend here.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let url = |place: usize| format!("http://{}", self.addresses[place]);
        vec![
            ("AWS_ENDPOINT_URL_XRAY", url(0)),
            ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", url(2)),
            (
                "AWS_XRAY_DAEMON_ADDRESS",
                format!("tcp:{} udp:{}", self.addresses[0], self.udp),
            ),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", url(1)),
            ("ROLLBAR_ENDPOINT", format!("{}/api/1/", url(3))),
            ("ROLLBAR_ACCESS_TOKEN", "0".repeat(32)),
        ]
    }
}

fn serve(
    stream: TcpStream,
    place: usize,
    health: &Mutex<[Health; 4]>,
    everything: &AtomicBool,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(256 * 1024, stream);
    let mut body = Vec::new();
    loop {
        let (mut line, mut length) = (String::new(), 0);
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        let now = health.lock().unwrap_or_else(PoisonError::into_inner)[place];
        let is_rules = path == "/GetSamplingRules";
        let (status, text) = match now {
            _ if is_rules => {
                let rule = if everything.load(Ordering::Relaxed) {
                    EVERYTHING
                } else {
                    SEEDS
                };
                let rules =
                    format!(r#"{{"SamplingRuleRecords":[{{"SamplingRule":{rule}{OF_ALL}}}]}}"#);
                (200, rules)
            }
            Health::Well => (200, well(place).to_owned()),
            Health::Cut => return Ok(()),
            Health::Slow => {
                thread::sleep(Duration::from_secs(10));
                (200, well(place).to_owned())
            }
            Health::Status(status) => (status, "{}".to_owned()),
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nContent-Type: application/json\r\n\r\n",
            text.len()
        );
        reader
            .get_mut()
            .write_all(format!("{head}{text}").as_bytes())?;
    }
}

fn well(place: usize) -> &'static str {
    match place {
        0 => r#"{"UnprocessedTraceSegments":[],"SamplingTargetDocuments":[]}"#,
        1 => "",
        3 => r#"{"err":0,"result":{}}"#,
        _ => "{}",
    }
}
