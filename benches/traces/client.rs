//! HTTP as cheap as it gets, so that the load costs little beside what is measured.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::Result;

/// A connection that is kept.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    /// Whether the other end has said that it closes the connection.
    pub(crate) is_over: bool,
}

impl Client {
    /// Connects to `http://host:port`.
    pub(crate) fn connect(url: &str) -> Result<Self> {
        let host = url.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
            is_over: false,
        })
    }

    /// Asks, and gives the body of an answer that is 200. Each further header ends its line.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Result<Vec<u8>> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{headers}Content-Type: application/json\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=sandbox/20261120/us-east-1/xray/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n",
            self.host,
            body.len()
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.clone();
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            self.is_over |= header == "connection: close";
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        if status.contains(" 200 ") {
            Ok(answer)
        } else {
            Err(format!("{path}: {status}{}", String::from_utf8_lossy(&answer)).into())
        }
    }

    /// What the sandbox says of itself.
    pub(crate) fn health(&mut self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.ask(
            "GET",
            "/_sandbox/health",
            "",
            b"",
        )?)?)
    }
}
