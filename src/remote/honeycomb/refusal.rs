//! What Honeycomb, or somebody in its place, says when it does not do what was asked.
//!
//! <https://docs.honeycomb.io/api/errors/>, <https://docs.honeycomb.io/api/rate-limits/>

use axum::body::Bytes;
use axum::http::Response;
use jiff::Timestamp;
use prost::Message as _;
use serde_json::Value;

use super::super::explain::SHOWN;
use super::super::http::HttpFailure;
use super::super::secrets::Secrets;
use crate::error::{Error, Kind};
use crate::honeycomb::region::Region;

/// A call that did not bring what was asked for; nothing in it is secret.
#[derive(Debug, Clone)]
pub struct HoneycombFailure {
    url: String,
    cause: Cause,
}

#[derive(Debug, Clone)]
enum Cause {
    /// There is no reply.
    NoReply(HttpFailure),
    /// Honeycomb refused.
    Refused {
        status: u16,
        said: String,
        /// When to come back, as it was said.
        wait: Option<String>,
        request_id: Option<String>,
    },
    /// The reply is not Honeycomb's.
    Stranger {
        status: u16,
        beginning: String,
        leads_to: Option<String>,
    },
}

/// `google.rpc.Status`, in which OTLP endpoints refuse.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(string, tag = "2")]
    message: String,
}

impl HoneycombFailure {
    pub(super) fn no_reply(url: &str, failure: &HttpFailure, secrets: &Secrets) -> Self {
        let hidden = match failure {
            HttpFailure::Connect(text) => HttpFailure::Connect(secrets.hide(text)),
            HttpFailure::Invalid(text) => HttpFailure::Invalid(secrets.hide(text)),
            other => other.clone(),
        };
        Self {
            url: url.to_owned(),
            cause: Cause::NoReply(hidden),
        }
    }

    /// A reply whose status is no success.
    pub(super) fn refused(url: &str, response: &Response<Bytes>, secrets: &Secrets) -> Self {
        let status = response.status().as_u16();
        let Some(said) = said(response).filter(|_| !(300..400).contains(&status) && status != 407)
        else {
            return Self::unreadable(url, response, secrets);
        };
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(secrets.hide(value))
        };
        Self {
            url: url.to_owned(),
            cause: Cause::Refused {
                status,
                said: cut(&secrets.hide(&said)),
                wait: wait(&header),
                request_id: header("x-request-id").or_else(|| header("request-id")),
            },
        }
    }

    /// A reply that is not Honeycomb's.
    pub(super) fn unreadable(url: &str, response: &Response<Bytes>, secrets: &Secrets) -> Self {
        let body = String::from_utf8_lossy(response.body());
        let leads_to = response.headers().get("location");
        Self {
            url: url.to_owned(),
            cause: Cause::Stranger {
                status: response.status().as_u16(),
                beginning: cut(&secrets.hide_all(body.trim())),
                leads_to: leads_to
                    .and_then(|value| value.to_str().ok())
                    .map(|place| secrets.hide_all(place.split(['?', '#']).next().unwrap_or(place))),
            },
        }
    }

    /// The status, where Honeycomb gave one.
    pub fn status(&self) -> Option<u16> {
        match self.cause {
            Cause::Refused { status, .. } => Some(status),
            _ => None,
        }
    }

    /// Whether Honeycomb does not take the key.
    pub fn is_key_refused(&self) -> bool {
        self.status() == Some(401)
    }

    /// What happened, in a few words.
    pub fn in_short(&self) -> String {
        match &self.cause {
            Cause::NoReply(failure) => failure.to_string(),
            Cause::Refused { status, said, .. } if said.is_empty() => format!("HTTP {status}"),
            Cause::Refused { status, said, .. } => format!("HTTP {status}: {said}"),
            Cause::Stranger { status, .. } => format!("HTTP {status}, and not from Honeycomb"),
        }
    }

    /// The line of what was tried.
    pub fn tried(&self) -> String {
        format!("{}: {}", self.url, self.in_short())
    }

    /// The failure for people.
    pub fn explain(&self) -> Error {
        match &self.cause {
            Cause::NoReply(failure) => failure.explain("Honeycomb", &self.url),
            Cause::Stranger {
                status,
                beginning,
                leads_to,
            } => self.stranger(*status, beginning, leads_to.as_deref()),
            Cause::Refused {
                status,
                said,
                wait,
                request_id,
            } => self
                .refusal(*status, said, wait.as_deref())
                .request_id(request_id.clone()),
        }
    }

    fn refusal(&self, status: u16, said: &str, wait: Option<&str>) -> Error {
        let error = |kind, code, message: &str| {
            let error = Error::new(kind, message)
                .code(code)
                .tried(format!("{}: HTTP {status}", self.url));
            if said.is_empty() {
                error
            } else {
                error.cause(format!("Honeycomb says: {said}"))
            }
        };
        match status {
            401 if said.to_lowercase().contains("disabled") => error(
                Kind::Configuration,
                "honeycomb-key-disabled",
                "the Honeycomb key is switched off",
            )
            .fix("switch it on in Honeycomb under Account, Team Settings, API Keys, or make a new one"),
            401 => {
                let region = Region::of_url(&self.url);
                let error = error(
                    Kind::Configuration,
                    "honeycomb-key-refused",
                    &match region {
                        Some(region) => format!("Honeycomb does not know the key in the {}", region.name()),
                        None => "Honeycomb does not know the key".to_owned(),
                    },
                );
                error.fix("copy the key again, in Honeycomb under Account, Team Settings, API Keys")
            }
            403 => error(Kind::Permission, "honeycomb-denied", "Honeycomb refused: the key may not do this")
                .fix("cruddur-obs honeycomb whoami   # what the key may do"),
            404 => error(
                Kind::Configuration,
                "honeycomb-no-such-path",
                "there is no such path at Honeycomb",
            )
            .fix("check the address; the base alone is meant, such as https://api.honeycomb.io"),
            429 => error(Kind::Unreachable, "throttled", "Honeycomb throttles").fix(match wait {
                Some(wait) => format!("run the command again {wait}"),
                None => "wait a minute and run the command again".to_owned(),
            }),
            500.. => error(
                Kind::Unreachable,
                "service-failure",
                &format!("Honeycomb failed with HTTP {status}"),
            )
            .fix(match wait {
                Some(wait) => format!("run the command again {wait}"),
                None => "run the command again; if it stays so, see https://status.honeycomb.io".to_owned(),
            }),
            _ => error(
                Kind::Unexpected,
                "honeycomb-refused",
                &format!("Honeycomb refused with HTTP {status}"),
            )
            .fix("check the address and the key: cruddur-obs config"),
        }
    }

    fn stranger(&self, status: u16, beginning: &str, leads_to: Option<&str>) -> Error {
        let message = format!("what answers at {} is not Honeycomb", self.url);
        let error = Error::unreachable(message).code("not-honeycomb");
        let guess = match status {
            407 => "a proxy wants you to sign in",
            200..=399 => "a VPN, a proxy or a captive portal?",
            _ => "a proxy, a firewall, or another program at that address?",
        };
        let cause = match leads_to {
            Some(place) => format!("{guess} HTTP {status} to {place}"),
            None if beginning.is_empty() => format!("{guess} HTTP {status} with an empty body"),
            None => format!("{guess} HTTP {status}, beginning:\n{beginning}"),
        };
        error
            .cause(cause)
            .fix("sign in to the network; then check address and proxy: cruddur-obs config")
    }
}

/// What a refusal says in any of the forms that Honeycomb has; `None` where it is none of them.
fn said(response: &Response<Bytes>) -> Option<String> {
    let body = response.body();
    if body.is_empty() {
        return Some(String::new());
    }
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        return of_json(&value);
    }
    let content_type = response.headers().get("content-type");
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.contains("protobuf") {
        let status = RpcStatus::decode(body.clone()).ok()?;
        return Some(status.message);
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    (content_type.starts_with("text/plain") && !text.starts_with('<')).then(|| text.to_owned())
}

fn of_json(value: &Value) -> Option<String> {
    let of = |value: &Value, name: &str| {
        let text = value.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    // Problem details say more in `detail`, and JSON:API has a list.
    let first = value.get("errors").and_then(|errors| errors.get(0));
    [Some(value), first].into_iter().flatten().find_map(|one| {
        ["detail", "error", "message", "title"]
            .into_iter()
            .find_map(|name| of(one, name))
    })
}

/// When to come back: `Retry-After` is a date at Honeycomb and seconds elsewhere; `RateLimit` has
/// the seconds until the window begins anew.
fn wait(header: &impl Fn(&str) -> Option<String>) -> Option<String> {
    if let Some(text) = header("retry-after") {
        if let Ok(seconds) = text.trim().parse::<u64>() {
            return Some(format!("in {seconds} s"));
        }
        // "GMT" stands where the parser wants an offset.
        let date = text.trim().replace("GMT", "+0000");
        if let Ok(zoned) = jiff::fmt::rfc2822::parse(&date) {
            let seconds = zoned.timestamp().as_second() - Timestamp::now().as_second();
            let time = zoned.timestamp();
            return Some(if seconds > 0 {
                format!("after {time}, in {seconds} s")
            } else {
                "now".to_owned()
            });
        }
    }
    let limits = header("ratelimit")?;
    let reset = limits.split([',', ';']).find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        matches!(name.trim(), "reset" | "t").then(|| value.trim().parse::<u64>().ok())?
    })?;
    Some(format!("in {reset} s"))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_read_in_every_form() {
        let of = |content_type: &str, body: &[u8]| {
            let mut response = Response::new(Bytes::copy_from_slice(body));
            let value = content_type.parse().expect("a header's value");
            response.headers_mut().insert("content-type", value);
            said(&response)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            of("application/json", br#"{"error": "unknown API key"}"#),
            some("unknown API key")
        );
        assert_eq!(
            of(
                "application/problem+json",
                br#"{"status": 429, "title": "t", "error": "e", "detail": "d"}"#
            ),
            some("d")
        );
        assert_eq!(
            of(
                "application/vnd.api+json",
                br#"{"errors": [{"title": "t", "detail": "d"}]}"#
            ),
            some("d")
        );
        let status = RpcStatus {
            message: "no key".to_owned(),
        };
        assert_eq!(
            of("application/x-protobuf", &status.encode_to_vec()),
            some("no key")
        );
        assert_eq!(
            of("text/plain; charset=utf-8", b" no such type\n"),
            some("no such type")
        );
        assert_eq!(of("text/plain", b""), some(""));
        assert_eq!(of("text/html", b"<html>no</html>"), None);
        assert_eq!(of("text/plain", b"<html>no</html>"), None);
        assert_eq!(of("application/json", b"[]"), None);
    }

    #[test]
    fn it_is_said_when_to_come_back() {
        let of = |name: &'static str, value: &'static str| {
            wait(&move |asked: &str| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(of("retry-after", "7").as_deref(), Some("in 7 s"));
        assert_eq!(
            of("retry-after", "Fri, 20 Nov 2020 08:00:00 GMT").as_deref(),
            Some("now")
        );
        let later = of("retry-after", "Thu, 20 Nov 2200 08:00:00 GMT").expect("it can be read");
        assert!(
            later.starts_with("after 2200-11-20T08:00:00Z, in "),
            "{later}"
        );
        assert_eq!(
            of("ratelimit", "limit=100, remaining=0, reset=42").as_deref(),
            Some("in 42 s")
        );
        assert_eq!(of("ratelimit", "nonsense"), None);
        assert_eq!(of("retry-after", "soon"), None);
    }
}
