//! A client behind a proxy: `CONNECT`, then TLS that trusts one authority, then HTTP.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::world::get;

/// A connection to the sandbox at `url`.
pub(super) fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("it listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a time-out can be set");
    stream
}

/// Asks for a tunnel; gives the head of the answer, and of a refusal all of it.
pub(super) fn ask(stream: &mut (impl io::Read + io::Write), target: &str) -> String {
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
    answer(stream)
}

/// Reads one answer.
pub(super) fn answer(stream: &mut impl io::Read) -> String {
    let mut all = Vec::new();
    let mut byte = [0];
    let mut missing = None;
    while missing != Some(0) && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        all.push(byte[0]);
        if let Some(missing) = &mut missing {
            *missing -= 1;
        } else if all.ends_with(b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&all);
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            missing = Some(length.map_or(0, |length| length.parse().expect("a number")));
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// TLS within a tunnel to `host`, whose client trusts the authority in `certificate` alone.
pub(super) fn enter(
    mut stream: TcpStream,
    host: &str,
    certificate: &str,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let opened = ask(&mut stream, &format!("{host}:443"));
    assert!(opened.starts_with("HTTP/1.1 200 OK\r\n"), "{opened}");
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("it is PEM");
    roots.add(authority).expect("it is a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS has versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::new(config), name).expect("it can begin");
    while client.is_handshaking() {
        client.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(client, stream))
}

/// The certificate that the sandbox at `url` gives out.
pub(super) fn authority(url: &str) -> String {
    let reply = get(url, "/_sandbox/authority");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// POSTs JSON, and leaves the connection open.
pub(super) fn post(
    stream: &mut (impl io::Read + io::Write),
    path: &str,
    headers: &str,
    body: &str,
) -> String {
    let request = format!(
        "POST {path} HTTP/1.1\r\n{headers}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("it is sent");
    answer(stream)
}
