//! The request and its answer.

use serde::Serialize;

use super::attributes::Attributes;

#[derive(Debug, Serialize)]
pub(super) struct Http<'a> {
    #[serde(skip_serializing_if = "Request::is_empty")]
    request: Request<'a>,
    #[serde(skip_serializing_if = "Answer::is_empty")]
    response: Answer,
}

#[derive(Debug, Serialize, PartialEq, Eq, Default)]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x_forwarded_for: Option<bool>,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_length: Option<i64>,
}

impl Request<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Answer {
    fn is_empty(&self) -> bool {
        self.status.is_none() && self.content_length.is_none()
    }
}

impl<'a> Http<'a> {
    /// The request of a span that has one.
    pub(super) fn of(attributes: &Attributes<'a>, is_server: bool) -> Option<Self> {
        let Attributes {
            method,
            user_agent,
            status,
            content_length,
            ..
        } = *attributes;
        let is_http = method.is_some() || status.is_some() || attributes.url.is_some();
        if !is_http {
            return None;
        }
        // A forwarded address is one that the server was told; the peer is one that it saw.
        let told = attributes.client_ip;
        let seen = attributes.peer_ip.filter(|_| is_server);
        let client_ip = told.or(seen);
        Some(Self {
            request: Request {
                url: url(attributes, is_server),
                method,
                user_agent,
                client_ip,
                x_forwarded_for: (is_server && told.is_some() && told != attributes.peer_ip)
                    .then_some(true),
            },
            response: Answer {
                status,
                content_length,
            },
        })
    }
}

/// The URL as it was given, or put together from its parts.
fn url(attributes: &Attributes<'_>, is_server: bool) -> Option<String> {
    if let Some(url) = attributes.url {
        return Some(url.to_owned());
    }
    let host = if is_server {
        attributes
            .http_host
            .or(attributes.server_address)
            .or(attributes.host_name)
            .or(attributes.server_name)
    } else {
        attributes.http_host.or(attributes.called_host())
    }?;
    let scheme = attributes.scheme.unwrap_or("http");
    let port = match is_server {
        true if attributes.server_address.is_none() => attributes.host_port,
        true => attributes.server_port,
        false => attributes.called_port(),
    };
    let mut url = format!("{scheme}://{host}");
    let usual = if scheme == "https" { 443 } else { 80 };
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    if let Some(port) =
        port.filter(|port| !has_port && *port != usual && attributes.http_host.is_none())
    {
        url.push_str(&format!(":{port}"));
    }
    match (attributes.target, attributes.path) {
        (Some(target), _) => url.push_str(target),
        (None, Some(path)) => {
            url.push_str(path);
            if let Some(query) = attributes.query {
                url.push('?');
                url.push_str(query);
            }
        }
        (None, None) => {}
    }
    Some(url)
}
