//! What a service answered instead of success.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::access_denied;
use super::connect::Facts;
use super::explain::cut;
use super::retry::THROTTLED;
use crate::error::{Error, Kind};

/// An answer that is not a success, reduced to what an explanation needs.
#[derive(Debug)]
pub(super) struct Answer {
    /// The IAM action, such as `xray:CreateGroup`.
    pub(super) action: &'static str,
    code: Option<String>,
    message: String,
    status: u16,
    body: String,
    date: Option<jiff::Timestamp>,
    request_id: Option<String>,
}

impl Answer {
    pub(super) fn of(
        action: &'static str,
        code: Option<&str>,
        message: Option<&str>,
        response: &HttpResponse,
    ) -> Self {
        let headers = response.headers();
        Self {
            action,
            code: code.map(|code| code.rsplit('#').next().unwrap_or(code).to_owned()),
            message: message.unwrap_or_default().to_owned(),
            status: response.status().as_u16(),
            body: response
                .body()
                .bytes()
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default(),
            date: headers
                .get("date")
                .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
                .map(|date| date.timestamp()),
            request_id: headers
                .get("x-amzn-requestid")
                .or_else(|| headers.get("x-amz-request-id"))
                .map(str::to_owned),
        }
    }

    fn service(&self) -> &'static str {
        if self.action.starts_with("logs:") {
            "CloudWatch Logs"
        } else {
            "X-Ray"
        }
    }
}

/// The codes and texts are those measured in the table of AWS errors; a code that is not known
/// is shown as it came.
pub(super) fn explain(facts: &Facts, answer: &Answer) -> Error {
    let code = answer.code.as_deref().unwrap_or_default();
    let text = answer.message.as_str();
    let error = match code {
        "UnrecognizedClientException" | "InvalidClientTokenId" => unknown_key(facts),
        "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
            if code.starts_with("RequestE")
                || code.starts_with("RequestT")
                || text.contains("Signature expired")
                || text.contains("Signature not yet current") =>
        {
            clock(answer)
        }
        "InvalidSignatureException" | "SignatureDoesNotMatch" => wrong_secret(facts),
        "ExpiredTokenException" | "ExpiredToken" => expired(facts),
        "AccessDeniedException" | "AccessDenied" => access_denied::explain(answer.action, text),
        "RuleLimitExceededException" => Error::new(
            Kind::Usage,
            "the quota of 25 sampling rules is used up",
        )
        .code("quota")
        .cause(cut(text))
        .fix("cruddur-obs xray rules    # then: aws xray delete-sampling-rule --rule-name NAME"),
        "LimitExceededException" => Error::new(
            Kind::Usage,
            format!("a quota of {} is used up", answer.service()),
        )
        .code("quota")
        .cause(cut(text)),
        _ if answer.status == 429 || THROTTLED.contains(&code) => throttled(answer),
        "" => not_aws(facts, answer),
        _ if answer.status >= 500 => {
            Error::unreachable(format!("{} failed on its side", answer.service()))
                .code("service-failure")
                .cause(
                    format!("HTTP {} {code} {}", answer.status, cut(text))
                        .trim_end()
                        .to_owned(),
                )
                .fix("run the command again in a minute")
        }
        _ => Error::new(
            Kind::Usage,
            format!("{} refused {}", answer.service(), answer.action),
        )
        .code("refused")
        .cause(format!("{code}: {}", cut(text))),
    };
    error.request_id(answer.request_id.as_deref())
}

fn unknown_key(facts: &Facts) -> Error {
    let key = facts.access_key.as_deref().unwrap_or("that was used");
    Error::configuration(format!("AWS does not know the access key {key}"))
        .code("key-unknown")
        .tried(facts.key_from())
        .cause(format!(
            "the key is mistyped, deleted or switched off, or region {} is not enabled for its account",
            facts.region
        ))
        .fix("aws login    # or: export a key pair that `aws sts get-caller-identity` accepts")
}

fn wrong_secret(facts: &Facts) -> Error {
    let key = facts.access_key.as_deref().unwrap_or("the access key");
    Error::configuration(format!("the secret does not belong to {key}"))
        .code("wrong-secret")
        .tried(facts.key_from())
        .cause("the signature does not match: look for pasted quotes, spaces, or a missing end")
        .fix("export AWS_SECRET_ACCESS_KEY=…    # the secret that was made with this key")
}

fn expired(facts: &Facts) -> Error {
    let error = Error::configuration("the temporary credentials have expired")
        .code("credentials-expired")
        .tried(facts.key_from());
    match facts.profile.as_deref() {
        Some(profile) => error.fix(format!("aws sso login --profile {profile}    # or: aws login --profile {profile}")),
        None => error.fix("get new ones and export all three: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"),
    }
}

fn clock(answer: &Answer) -> Error {
    let (by, side) = match answer.date {
        Some(theirs) => {
            let seconds = theirs.as_second() - jiff::Timestamp::now().as_second();
            (
                duration(seconds.unsigned_abs()),
                if seconds >= 0 { "behind" } else { "ahead of" },
            )
        }
        None => ("minutes".to_owned(), "off, seen from"),
    };
    Error::configuration(format!("your clock is {by} {side} AWS"))
        .code("clock")
        .cause("AWS refuses signatures that are more than 5 minutes off")
        .fix("sudo timedatectl set-ntp true    # Linux")
        .fix("sudo hwclock -s                  # WSL2")
}

/// `8 h 13 m`, `4 m`, `40 s`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} m", seconds / 60),
        _ => format!("{} h {} m", seconds / 3600, seconds % 3600 / 60),
    }
}

fn throttled(answer: &Answer) -> Error {
    Error::unreachable(format!("{} is rate limiting", answer.service()))
        .code("throttled")
        .tried(format!(
            "{} eight times, waiting longer each time",
            answer.action
        ))
        .fix("wait a minute, then run the command again: it goes on where it stopped")
}

/// An answer without an error code: a web page, a proxy, something that is not AWS.
fn not_aws(facts: &Facts, answer: &Answer) -> Error {
    let endpoint = facts.endpoint_of(answer.action);
    let shown = cut(&answer.body);
    if shown.trim_start().starts_with('<') {
        return Error::unreachable(format!("got a web page instead of AWS from {endpoint}"))
            .code("not-aws")
            .tried(facts.where_to(answer.action))
            .cause(format!("a VPN, proxy or captive portal? HTTP {}, beginning: {shown}", answer.status))
            .fix("sign in to the network, or check HTTPS_PROXY and AWS_ENDPOINT_URL: cruddur-obs config");
    }
    Error::unreachable(format!("{endpoint} does not answer as AWS does"))
        .code("not-aws")
        .tried(facts.where_to(answer.action))
        .cause(if shown.is_empty() {
            format!("HTTP {} with an empty body", answer.status)
        } else {
            format!("HTTP {}, beginning: {shown}", answer.status)
        })
        .fix("check the endpoint: cruddur-obs config")
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration(40), "40 s");
        assert_eq!(duration(240), "4 m");
        assert_eq!(duration(8 * 3600 + 13 * 60 + 5), "8 h 13 m");
    }
}
