//! What became of one export, and what an answer means.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, Response, StatusCode};
use jiff::Timestamp;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How much of an answer is repeated, in characters.
const SHOWN: usize = 300;

/// What became of one export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server took it, but for so many spans, and said so.
    Taken { rejected: u64, said: String },
    /// The server did not accept the key.
    Unauthorised { status: u16, said: String },
    /// The server refused it, and would again.
    Refused { why: String },
    /// No attempt succeeded.
    GaveUp { why: String },
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is over.
    Final(Outcome),
    /// The same request may succeed later; after this pause, where the server named one.
    Later {
        why: String,
        pause: Option<Duration>,
    },
}

impl Answer {
    /// Reads an answer.
    pub(super) fn of(response: &Response<Bytes>, now: Timestamp) -> Self {
        let status = response.status();
        if status.is_success() {
            return Self::Final(taken(response));
        }
        let said = said(response);
        let with_status = |said: &str| match said {
            "" => format!("HTTP {}", status.as_u16()),
            said => format!("HTTP {}: {said}", status.as_u16()),
        };
        match status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Self::Later {
                why: with_status(&said),
                pause: pause(response.headers(), now),
            },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Self::Final(Outcome::Unauthorised {
                    status: status.as_u16(),
                    said,
                })
            }
            _ => Self::Final(Outcome::Refused {
                why: with_status(&said),
            }),
        }
    }
}

fn taken(response: &Response<Bytes>) -> Outcome {
    let content_type = response.headers().get(CONTENT_TYPE);
    // Who answers with a page for people has not understood.
    if content_type.is_some_and(|text| text.as_bytes().starts_with(b"text/html")) {
        return Outcome::Refused {
            why: "it answers with a web page, and not as a receiver of OTLP does".to_owned(),
        };
    }
    let partial = ExportTraceServiceResponse::decode(response.body().as_ref())
        .ok()
        .and_then(|answer| answer.partial_success);
    let (rejected, said) = partial.map_or((0, String::new()), |partial| {
        (partial.rejected_spans, partial.error_message)
    });
    Outcome::Taken {
        rejected: u64::try_from(rejected).unwrap_or_default(),
        said: said.chars().take(SHOWN).collect(),
    }
}

/// What an answer says for people: the message of a `google.rpc.Status`, or its text.
fn said(response: &Response<Bytes>) -> String {
    /// <https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto>
    #[derive(Clone, PartialEq, prost::Message)]
    struct Status {
        #[prost(int32, tag = "1")]
        code: i32,
        #[prost(string, tag = "2")]
        message: String,
    }
    let body = response.body();
    let is_protobuf = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|text| text.as_bytes().starts_with(b"application/x-protobuf"));
    let text = is_protobuf
        .then(|| Status::decode(body.as_ref()).ok())
        .flatten()
        .map_or_else(
            || String::from_utf8_lossy(body).into_owned(),
            |status| status.message,
        );
    let plain = text
        .trim()
        .chars()
        .map(|each| if each.is_control() { ' ' } else { each });
    plain.take(SHOWN).collect()
}

/// `Retry-After`: seconds, or a date.
fn pause(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        // A date that is over asks for no pause.
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &'static [u8]) -> Answer {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let now = "2026-11-27T10:00:00Z".parse().unwrap();
        Answer::of(&response.body(Bytes::from_static(body)).unwrap(), now)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_long() {
        for (text, pause) in [
            ("2", Some(2)),
            ("0", Some(0)),
            ("3600", Some(30)),
            ("Fri, 27 Nov 2026 10:00:07 GMT", Some(7)),
            ("Fri, 27 Nov 2026 09:00:00 GMT", Some(0)),
            ("Fri, 27 Nov 2026 11:00:00 GMT", Some(30)),
            ("soon", None),
            ("-1", None),
        ] {
            let expected = Answer::Later {
                why: "HTTP 429: slow down".to_owned(),
                pause: pause.map(Duration::from_secs),
            };
            let answer = answer(429, &[("retry-after", text)], b"slow down\n");
            assert_eq!(answer, expected, "{text}");
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [429, 502, 503, 504] {
            assert!(matches!(answer(status, &[], b""), Answer::Later { .. }));
        }
        for status in [301, 400, 404, 408, 413, 500, 501] {
            let expected = Outcome::Refused {
                why: format!("HTTP {status}: no"),
            };
            assert_eq!(answer(status, &[], b"no"), Answer::Final(expected));
        }
        for status in [401, 403] {
            let expected = Outcome::Unauthorised {
                status,
                said: "unknown API key".to_owned(),
            };
            let protobuf = [("content-type", "application/x-protobuf")];
            let body = b"\x08\x10\x12\x0funknown API key";
            assert_eq!(answer(status, &protobuf, body), Answer::Final(expected));
        }
    }

    #[test]
    fn what_was_taken_in_part_and_what_only_seems_to_be_taken() {
        let partial = b"\x0a\x08\x08\x03\x12\x04late";
        let expected = Outcome::Taken {
            rejected: 3,
            said: "late".to_owned(),
        };
        assert_eq!(answer(200, &[], partial), Answer::Final(expected));
        let all = Outcome::Taken {
            rejected: 0,
            said: String::new(),
        };
        assert_eq!(answer(200, &[], b""), Answer::Final(all.clone()));
        assert_eq!(answer(202, &[], b"\xff\xff"), Answer::Final(all));
        let page = [("content-type", "text/html; charset=utf-8")];
        assert!(matches!(
            answer(200, &page, b"<html>"),
            Answer::Final(Outcome::Refused { .. })
        ));
    }
}
