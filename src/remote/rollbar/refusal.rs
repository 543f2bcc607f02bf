//! Why Rollbar did not do it, and what to do about that.
//!
//! Texts are for display only; what counts is the status
//! (<https://docs.rollbar.com/reference/getting-started-1>).

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Response;
use serde_json::Value;

use crate::error::{Error, Kind};
use crate::rollbar::remark;
use crate::settings::Secret;

/// The longest pause that is taken from an answer.
const LONGEST: u64 = 60;

/// How much of an answer that is no JSON is shown.
const SHOWN: usize = 300;

/// An answer that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// What Rollbar says, or the beginning of what came in its place.
    pub message: String,
    /// How long to wait, where it says so.
    pub pause: Option<Duration>,
    /// Whether what answered speaks as Rollbar does.
    is_rollbar: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HTTP {}", self.status)?;
        if !self.message.is_empty() {
            write!(formatter, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl Refusal {
    /// The refusal in an answer, if it is one.
    pub(super) fn of(answer: &Response<Bytes>) -> Option<Self> {
        let status = answer.status().as_u16();
        let json: Option<Value> = serde_json::from_slice(answer.body()).ok();
        let says_error = |json: &Value| json["err"].as_i64().is_some_and(|err| err != 0);
        let is_rollbar = json.as_ref().is_some_and(|json| json.get("err").is_some());
        if (200..300).contains(&status) && !json.as_ref().is_some_and(says_error) {
            return None;
        }
        let said = json
            .as_ref()
            .and_then(|json| json["message"].as_str())
            .map(str::to_owned);
        let message = said.unwrap_or_else(|| {
            let text = String::from_utf8_lossy(answer.body());
            text.trim().chars().take(SHOWN).collect()
        });
        let seconds = ["x-rate-limit-remaining-seconds", "retry-after"]
            .into_iter()
            .find_map(|name| {
                answer
                    .headers()
                    .get(name)?
                    .to_str()
                    .ok()?
                    .trim()
                    .parse()
                    .ok()
            });
        Some(Self {
            status,
            message,
            pause: seconds.map(|seconds: u64| Duration::from_secs(seconds.min(LONGEST))),
            is_rollbar,
        })
    }

    /// Whether the same request may be taken later.
    pub fn may_pass(&self) -> bool {
        self.status == 429 || self.status >= 500 || self.status == 408
    }

    /// In one sentence, for whoever watches a pipeline.
    pub fn sentence(&self) -> String {
        let meaning = match self.status {
            401 | 403 => {
                "the token is not accepted: fix ROLLBAR_ACCESS_TOKEN, or look: cruddur-obs rollbar test"
            }
            404 => "the address is none of Rollbar's: fix ROLLBAR_ENDPOINT",
            413 => "the item is too large",
            422 => "the item is not acceptable",
            429 => "too many: the token's rate limit, or the plan's quota, is reached",
            500.. => "Rollbar has a failure",
            _ => "refused",
        };
        format!("{meaning} ({self})")
    }

    /// For people: what it means and what to do; `wanted` is the kind of token that is needed.
    pub fn explain(&self, wanted: &str, token: &Secret) -> Error {
        let remark = remark(token.expose());
        let error = match self.status {
            401 | 403 => {
                let error = Error::new(
                    Kind::Permission,
                    format!("Rollbar does not accept the token {}", token.masked()),
                )
                .code("rollbar-token");
                let cause = match remark {
                    Some(remark) => format!("{self}; {remark}"),
                    None => format!(
                        "{self}; it is mistyped, disabled, of another project, or lacks the scope: {wanted} is needed"
                    ),
                };
                error.cause(cause).fix(
                    "copy it from the project's settings, \"Project Access Tokens\", then: export ROLLBAR_ACCESS_TOKEN=…",
                )
            }
            404 => Error::usage("Rollbar does not know what was asked for")
                .code("rollbar-not-found")
                .cause(self.to_string())
                .fix("unset ROLLBAR_ENDPOINT, or let it end in /api/1/"),
            413 => Error::usage("Rollbar takes no item of this size")
                .code("rollbar-too-large")
                .cause(self.to_string())
                .fix("send a shorter message"),
            422 | 400 => Error::usage("Rollbar could not accept the item")
                .code("rollbar-item")
                .cause(self.to_string())
                .fix("read the sentence above; environment and message must not be empty"),
            429 => {
                let wait = self.pause.map_or_else(
                    || "wait a minute, then try again".to_owned(),
                    |pause| format!("wait {} s, then try again", pause.as_secs()),
                );
                Error::unreachable("Rollbar takes no more for now")
                    .code("rollbar-rate-limit")
                    .cause(format!(
                        "{self}; the token's rate limit or the plan's monthly quota is reached"
                    ))
                    .fix(format!(
                        "{wait}; limits stand with the token in the project's settings"
                    ))
            }
            500.. => Error::unreachable("Rollbar failed")
                .code("rollbar-failed")
                .cause(self.to_string())
                .fix("try again; https://status.rollbar.com says whether it is Rollbar"),
            _ => Error::unexpected("Rollbar answered what nobody expects")
                .code("rollbar-answer")
                .cause(self.to_string()),
        };
        if self.is_rollbar {
            error
        } else {
            error.tried("the answer is not in Rollbar's form: something else may have answered, such as a proxy")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(Bytes::from(body.to_owned())).unwrap()
    }

    #[test]
    fn an_answer_is_a_refusal_by_its_status_or_its_words() {
        assert_eq!(
            Refusal::of(&answer(200, &[], r#"{"err":0,"result":{}}"#)),
            None
        );
        assert_eq!(Refusal::of(&answer(200, &[], "")), None);
        let refusal = Refusal::of(&answer(200, &[], r#"{"err":1,"message":"no"}"#)).unwrap();
        assert_eq!(refusal.message, "no");
        assert!(!refusal.may_pass());
        let page = format!("<html>{}", "é".repeat(1000));
        let refusal = Refusal::of(&answer(502, &[], &page)).unwrap();
        assert!(refusal.may_pass());
        assert_eq!(refusal.message.chars().count(), SHOWN);
    }

    #[test]
    fn pauses_are_bounded() {
        let headers = [("x-rate-limit-remaining-seconds", "9000")];
        let refusal = Refusal::of(&answer(429, &headers, r#"{"err":1}"#)).unwrap();
        assert_eq!(refusal.pause, Some(Duration::from_mins(1)));
        let headers = [("retry-after", "soon")];
        let refusal = Refusal::of(&answer(429, &headers, "{}")).unwrap();
        assert_eq!(refusal.pause, None);
    }
}
