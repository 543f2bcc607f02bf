//! Who may ask: requests that name us as their host and that no foreign web page sent.
//!
//! A page in a browser can reach a server on this machine by pointing a name of its own at
//! 127.0.0.1 ("DNS rebinding"); such a request carries that name as its `Host`. Names that no
//! stranger can own are let through: addresses, `localhost`, and names without a dot, which is how
//! the services of a compose file call each other.
//!
//! What comes through a tunnel is for the host of that tunnel, and no other.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};

use crate::sockets::tunnel::Through;

/// SDKs put this in front of the host of streaming operations; the second is the older one.
const STREAM_PREFIXES: [&str; 2] = ["stream-", "streaming-"];

/// Lets requests in or not.
#[derive(Debug, Clone, Default)]
pub(in crate::sandbox) struct Guard {
    names: Vec<String>,
}

impl Guard {
    /// Lets requests for these names in, besides those that are always safe.
    pub(in crate::sandbox) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            names: names
                .into_iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
        }
    }

    /// Why the request is refused, in one sentence, if it is.
    pub(super) fn refusal(&self, request: &Request) -> Option<String> {
        let hosts: Vec<_> = request.headers().get_all(HOST).iter().collect();
        let host = match hosts.as_slice() {
            [host] => host.to_str().ok(),
            [] => request
                .uri()
                .authority()
                .map(axum::http::uri::Authority::as_str),
            _ => None,
        };
        let Some(host) = host else {
            return Some(
                "refused a request that does not name one host; send one `Host` header".to_owned(),
            );
        };
        let through = request.extensions().get::<Through>();
        match through {
            Some(Through(own)) if !is(host, own) => {
                return Some(format!(
                    "refused a request for the host \"{host}\" that came through a tunnel to {own}"
                ));
            }
            None if !self.allows(host) => {
                return Some(format!(
                    "refused a request for the host \"{host}\", which is not this sandbox; \
                     name it as an allowed host if it is yours"
                ));
            }
            _ => {}
        }
        let origin = request.headers().get(ORIGIN)?;
        let ours = match through {
            Some(Through(own)) => format!("https://{own}"),
            None => format!("http://{host}"),
        };
        if origin
            .to_str()
            .is_ok_and(|origin| origin.eq_ignore_ascii_case(&ours))
        {
            return None;
        }
        Some(format!(
            "refused a request that a web page of {} sent to \"{host}\"",
            String::from_utf8_lossy(origin.as_bytes())
        ))
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let Some(name) = without_port(&host) else {
            return false;
        };
        self.allows_name(name)
            || STREAM_PREFIXES
                .iter()
                .filter_map(|prefix| name.strip_prefix(prefix))
                .any(|name| self.allows_name(name))
    }

    fn allows_name(&self, name: &str) -> bool {
        let bare = name.strip_suffix('.').unwrap_or(name);
        if bare.is_empty() {
            return false;
        }
        if let Some(address) = bare.strip_prefix('[') {
            return address
                .strip_suffix(']')
                .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
        }
        bare.parse::<IpAddr>().is_ok()
            || bare == "host.docker.internal"
            || bare.ends_with(".localhost")
            || is_single_label(bare)
            || self.names.iter().any(|allowed| allowed == bare)
    }
}

/// Whether a host is this one, on the port of HTTPS.
fn is(host: &str, own: &str) -> bool {
    host.strip_suffix(":443")
        .unwrap_or(host)
        .eq_ignore_ascii_case(own)
}

fn is_single_label(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Takes `:4000` off a host; `None` if what follows the colon is no port.
fn without_port(host: &str) -> Option<&str> {
    let colon = match host.rfind(']') {
        Some(bracket) => host[bracket..].find(':').map(|at| bracket + at),
        None => host.find(':'),
    };
    match colon {
        None => Some(host),
        Some(colon) => {
            let port = &host[colon + 1..];
            port.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(&host[..colon])
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn hosts_that_a_stranger_cannot_own_are_ours() {
        let guard = Guard::new(["Sandbox.Example.Test".to_owned()]);
        for host in [
            "127.0.0.1:4000",
            "127.0.0.1",
            "[::1]:4000",
            "[::1]",
            "10.1.2.3:80",
            "localhost:4000",
            "LOCALHOST",
            "localhost.",
            "aws.localhost:4000",
            "sandbox:4000",
            "my_service",
            "host.docker.internal:4000",
            "stream-127.0.0.1:4000",
            "streaming-localhost:4000",
            "stream-sandbox:4000",
            "sandbox.example.test:4000",
            "stream-sandbox.example.test",
        ] {
            assert!(guard.allows(host), "{host}");
        }
        for host in [
            "",
            ":4000",
            ".",
            "evil.example",
            "evil.example:4000",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "stream-evil.example",
            "localhost:4000@evil.example",
            "localhost:x",
            "[::1",
            "[evil.example]",
            "::1",
            "evil.example#localhost",
            "host.docker.internal.evil.example",
            "notlocalhost.example",
            "a/b",
        ] {
            assert!(!guard.allows(host), "{host}");
        }
    }

    #[test]
    fn a_foreign_origin_is_refused() {
        let refusal = |origin: Option<&str>, host: &str| {
            let mut request = Request::builder().header(HOST, host);
            if let Some(origin) = origin {
                request = request.header(ORIGIN, origin);
            }
            Guard::default().refusal(&request.body(Body::empty()).unwrap())
        };
        assert_eq!(refusal(None, "localhost:4000"), None);
        assert_eq!(
            refusal(Some("http://localhost:4000"), "localhost:4000"),
            None
        );
        for origin in [
            "http://evil.example",
            "null",
            "https://localhost:4000",
            "http://localhost:3000",
            "",
        ] {
            assert!(
                refusal(Some(origin), "localhost:4000").is_some(),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_tunnel_leads_to_its_own_host_only() {
        let refusal = |host: &str, origin: Option<&str>| {
            let mut request = Request::builder()
                .header(HOST, host)
                .extension(Through("api.rollbar.com"));
            if let Some(origin) = origin {
                request = request.header(ORIGIN, origin);
            }
            Guard::default().refusal(&request.body(Body::empty()).unwrap())
        };
        for host in ["api.rollbar.com", "API.Rollbar.com", "api.rollbar.com:443"] {
            assert_eq!(refusal(host, None), None);
            assert_eq!(refusal(host, Some("https://api.rollbar.com")), None);
        }
        for host in [
            "localhost",
            "api.honeycomb.io",
            "api.rollbar.com:80",
            "127.0.0.1",
        ] {
            assert!(refusal(host, None).is_some(), "{host}");
        }
        for origin in ["http://api.rollbar.com", "https://evil.example", "null"] {
            assert!(refusal("api.rollbar.com", Some(origin)).is_some());
        }
    }
}
