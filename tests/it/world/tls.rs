//! The network as it is for clients behind a proxy: every host is reached through one address, and
//! speaks TLS with a certificate of its own authority.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::stub::{head, read};
use super::{Answer, Asked};

/// A proxy behind which these hosts answer; its threads end with the process.
pub(crate) struct Front {
    url: String,
    certificate: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Front {
    /// Starts one whose hosts answer as `answers` says; the host is in the request's header.
    pub(crate) fn start(
        hosts: &[&str],
        answers: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate can be made");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS has versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("the key is the certificate's");
        let (config, answers) = (Arc::new(config), Arc::new(answers));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, answers) = (Arc::clone(&config), Arc::clone(&answers));
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(stream, config, &*answers, &seen));
            }
        });
        Self {
            url: format!("http://{address}"),
            certificate: made.cert.pem(),
            asked,
        }
    }

    /// The proxy's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of its authority.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no thread panicked").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    answers: &(dyn Fn(&Asked) -> Answer + Send + Sync),
    seen: &Mutex<Vec<Asked>>,
) {
    // CONNECT: byte by byte, so that nothing of what follows is taken.
    let mut connect = Vec::new();
    let mut byte = [0];
    while !connect.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => connect.push(byte[0]),
            _ => return,
        }
    }
    if stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").is_err() {
        return;
    }
    let connection = ServerConnection::new(config).expect("the configuration is whole");
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(asked) = read(&mut reader) {
        seen.lock().expect("no thread panicked").push(asked.clone());
        let Answer::Http {
            status,
            headers,
            body,
            ..
        } = answers(&asked)
        else {
            return;
        };
        let text = format!("{}\r\n{body}", head(status, &headers, body.len()));
        let stream = reader.get_mut();
        if stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush())
            .is_err()
        {
            return;
        }
    }
}
