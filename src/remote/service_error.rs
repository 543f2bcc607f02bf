//! What a service answered instead of success.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::access_denied;
use super::explain::cut;
use super::facts::{Facts, for_profile};
use super::retry::THROTTLED;
use crate::error::{Error, Kind};
use crate::settings::ProfileKind;

/// An answer that is not a success, reduced to what an explanation needs.
#[derive(Debug)]
pub(super) struct Answer {
    /// The IAM action, such as `xray:CreateGroup`.
    pub(super) action: &'static str,
    code: Option<String>,
    message: String,
    status: u16,
    body: String,
    /// The scheme and host that a redirection leads to.
    leads_to: Option<String>,
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
            leads_to: headers.get("location").and_then(|location| {
                let (scheme, rest) = location.split_once("://")?;
                Some(format!(
                    "{scheme}://{}",
                    rest.split(['/', '?', '#']).next()?
                ))
            }),
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
        service(self.action)
    }
}

fn service(action: &str) -> &'static str {
    if action.starts_with("logs:") {
        "CloudWatch Logs"
    } else {
        "X-Ray"
    }
}

/// The codes and texts are those measured in the table of AWS errors; a code that is not known
/// is shown as it came.
pub(super) fn explain(facts: &Facts, answer: &Answer) -> Error {
    let code = answer.code.as_deref().unwrap_or_default();
    let text = facts.secrets.hide(&answer.message);
    let error = match code {
        "UnrecognizedClientException" | "InvalidClientTokenId" => unknown_key(facts),
        "RequestExpired" | "RequestTimeTooSkewed" => clock(answer),
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            if ["Signature expired", "Signature not yet current"]
                .into_iter()
                .any(|about_time| text.contains(about_time))
            {
                clock(answer)
            } else {
                wrong_secret(facts)
            }
        }
        "ExpiredTokenException" | "ExpiredToken" => expired(facts),
        "AccessDeniedException" | "AccessDenied" => access_denied::explain(answer.action, &text),
        "RuleLimitExceededException" => {
            Error::new(Kind::Usage, "the quota of sampling rules is used up")
                .code("quota")
                .tried(facts.where_to(answer.action))
                .cause(cut(&text))
                .fix("find one that nobody needs: cruddur-obs xray rules")
                .fix("delete it: aws xray delete-sampling-rule --rule-name NAME")
        }
        "LimitExceededException" => Error::new(
            Kind::Usage,
            format!("a quota of {} is used up", answer.service()),
        )
        .code("quota")
        .tried(facts.where_to(answer.action))
        .cause(cut(&text))
        .fix("delete what nobody needs: cruddur-obs logs groups")
        .fix("or ask AWS for more: aws service-quotas list-service-quotas --service-code logs"),
        _ if answer.status == 429 || THROTTLED.contains(&code) => throttled(facts, answer.action),
        "" if answer.body.trim().is_empty() && answer.status >= 500 => {
            failed(facts, answer, "with an empty body")
        }
        "" => not_aws(facts, answer),
        _ if answer.status >= 500 => failed(facts, answer, &format!("{code} {text}")),
        _ => Error::new(
            Kind::Usage,
            format!("{} refused {}", answer.service(), answer.action),
        )
        .code("refused")
        .tried(facts.where_to(answer.action))
        .cause(cut(format!("{code}: {text}").trim_end_matches(": ")))
        .fix("compare what the files or the command line ask for with what the cause says")
        .fix("for AWS's support, -v shows the request's id"),
    };
    error.request_id(answer.request_id.as_deref())
}

fn failed(facts: &Facts, answer: &Answer, how: &str) -> Error {
    let error = Error::unreachable(format!("{} failed on its side", answer.service()))
        .code("service-failure")
        .tried(facts.where_to(answer.action))
        .cause(format!("HTTP {} {}", answer.status, cut(how)).trim_end());
    error.fix("run the command again in a minute: it goes on where it stopped")
}

fn unknown_key(facts: &Facts) -> Error {
    let key = facts.secrets.access_key();
    let error = Error::configuration(format!(
        "AWS does not know the access key {}",
        key.as_deref().unwrap_or("that was used")
    ))
    .code("key-unknown")
    .tried(facts.key_from())
    .cause(format!(
        "it is mistyped, deleted or switched off, or its account has not enabled {}",
        facts.region
    ));
    renewed(facts, error)
}

fn wrong_secret(facts: &Facts) -> Error {
    let key = facts.secrets.access_key();
    let error = Error::configuration(format!(
        "the secret does not belong to the access key {}",
        key.as_deref().unwrap_or("that was used")
    ))
    .code("wrong-secret")
    .tried(facts.key_from())
    .cause("the signature does not match: look for a missing end, pasted quotes or spaces");
    match (&facts.profile, &facts.dot_env) {
        (Some((name, _)), _) => error.fix(for_profile("aws configure", name)),
        (None, Some(file)) => error.fix(format!("write `AWS_SECRET_ACCESS_KEY=…` in {file}")),
        (None, None) => error.fix("export AWS_SECRET_ACCESS_KEY=…"),
    }
}

fn expired(facts: &Facts) -> Error {
    let error = Error::configuration("the temporary credentials have expired")
        .code("credentials-expired")
        .tried(facts.key_from());
    renewed(facts, error)
}

/// Adds the way to new credentials, as it is for the place that the old ones come from.
fn renewed(facts: &Facts, error: Error) -> Error {
    match (&facts.profile, &facts.dot_env) {
        (Some((name, kind)), _) => match kind {
            ProfileKind::Sso => error.fix(for_profile("aws sso login", name)),
            ProfileKind::Login => error.fix(for_profile("aws login", name)),
            ProfileKind::Keys if is_temporary(facts) => error
                .fix(format!(
                    "write new ones, token included, below [{name}] in ~/.aws/credentials"
                ))
                .fix(format!("or sign in: {}", for_profile("aws login", name))),
            ProfileKind::Keys => error.fix(for_profile("aws configure", name)),
            ProfileKind::Process => error.fix(format!(
                "log in to what its credential_process asks: {}",
                for_profile("aws configure get credential_process", name)
            )),
            ProfileKind::AssumeRole | ProfileKind::WebIdentity => {
                error.fix(for_profile("aws sts get-caller-identity", name))
            }
        },
        (None, Some(file)) => error
            .fix(format!(
                "write new ones in {file}: {}",
                variables(facts, "=…")
            ))
            .fix(format!(
                "or remove the lines from {file} and sign in: aws login"
            )),
        (None, None) if facts.credentials_origin.starts_with("this machine") => {
            error.fix("aws sts get-caller-identity")
        }
        (None, None) => error
            .fix(format!("export {}", variables(facts, "=…")))
            .fix(format!("unset {} && aws login", variables(facts, ""))),
    }
}

/// The variables of the keys in use, each with an ending.
fn variables(facts: &Facts, ending: &str) -> String {
    let mut names = vec!["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    if is_temporary(facts) {
        names.push("AWS_SESSION_TOKEN");
    }
    let names: Vec<String> = names.iter().map(|name| format!("{name}{ending}")).collect();
    names.join(" ")
}

/// Whether the key in use has a session token.
fn is_temporary(facts: &Facts) -> bool {
    let key = facts.secrets.access_key();
    key.is_some_and(|key| key.starts_with("ASIA"))
}

/// The clock is off, as the answer's date says, or the time in its text.
fn clock(answer: &Answer) -> Error {
    let theirs = answer.date.or_else(|| time_in(&answer.message));
    let seconds = theirs.map(|theirs| theirs.as_second() - jiff::Timestamp::now().as_second());
    match seconds {
        // The SDK signs with AWS's time once it has learnt of a difference; AWS still refuses.
        Some(seconds) if seconds.abs() < 240 => {
            Error::configuration("AWS says that the signature is too old or too new")
                .code("clock")
                .cause("this clock and the answer's date agree: something held the request back, such as a proxy, or the clock jumped meanwhile")
                .fix("run the command again")
        }
        _ => {
            let message = match seconds {
                Some(seconds) => format!(
                    "your clock is {} {} AWS",
                    duration(seconds.unsigned_abs()),
                    if seconds >= 0 { "behind" } else { "ahead of" },
                ),
                None => "your clock differs from that of AWS".to_owned(),
            };
            Error::configuration(message)
                .code("clock")
                .cause("AWS refuses signatures that are more than 5 minutes off")
                .fix("sudo hwclock -s                  # WSL2")
                .fix("sudo timedatectl set-ntp true    # Linux")
        }
    }
}

/// The service's time in `… (20261120T081500Z - 5 min.)` or `(… + 5 min.)`.
fn time_in(text: &str) -> Option<jiff::Timestamp> {
    let (_, rest) = text.rsplit_once('(')?;
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", rest.get(..16)?)
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// `8 h 13 m`, `4 m`, `40 s`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3570 => format!("{} m", (seconds + 30) / 60),
        3570..172_800 => {
            let minutes = (seconds + 30) / 60;
            format!("{} h {} m", minutes / 60, minutes % 60)
        }
        _ => format!("{} days", seconds / 86400),
    }
}

pub(super) fn throttled(facts: &Facts, action: &'static str) -> Error {
    let attempts = facts.max_attempts;
    Error::unreachable(format!("{} is rate limiting", service(action)))
        .code("throttled")
        .tried(match attempts {
            1 => format!("{action}, once"),
            _ => format!("{action}, up to {attempts} times, waiting longer each time"),
        })
        .cause("other programs, or many of this one, use up the account's calls")
        .fix("wait a minute and run the command again: it goes on where it stopped")
        .fix(format!(
            "or add more patience: --max-attempts {} --timeout {}",
            attempts.max(4).saturating_mul(2).min(100),
            facts.timeout.saturating_mul(2).min(3600)
        ))
}

/// An answer without an error code: a web page, a proxy, something that is not AWS.
fn not_aws(facts: &Facts, answer: &Answer) -> Error {
    let shown = cut(&facts.secrets.hide_all(&answer.body));
    let error = |message: String| {
        let endpoint = facts.endpoint_of(answer.action);
        let error = Error::unreachable(message)
            .code("not-aws")
            .tried(facts.where_to(answer.action));
        match facts.proxy_to(&endpoint) {
            Some(proxy) => error.tried(proxy),
            None => error,
        }
    };
    let endpoint = facts.endpoint_of(answer.action);
    let status = answer.status;
    if let Some(elsewhere) = &answer.leads_to {
        return error(format!("{endpoint} leads somewhere else"))
            .cause(format!(
                "HTTP {status} to {elsewhere}: a VPN, a proxy or a captive portal?"
            ))
            .fix("sign in to the network; then check endpoint and proxy: cruddur-obs config");
    }
    if shown.starts_with('<') {
        return error(format!("got a web page instead of AWS from {endpoint}"))
            .cause(format!(
                "a VPN, a proxy or a captive portal? HTTP {status}, beginning:\n{shown}"
            ))
            .fix("sign in to the network; then check endpoint and proxy: cruddur-obs config");
    }
    error(format!("{endpoint} does not answer as AWS does"))
        .cause(if shown.is_empty() {
            format!("HTTP {status} with an empty body")
        } else {
            format!("HTTP {status}, beginning:\n{shown}")
        })
        .fix("check endpoint and proxy: cruddur-obs config")
}

/// A success that lacks what AWS never leaves out: somebody else says yes to everything.
pub(super) fn hollow(facts: &Facts, action: &'static str, member: &str) -> Error {
    Error::unreachable(format!(
        "{} does not answer as AWS does",
        facts.endpoint_of(action)
    ))
    .code("not-aws")
    .tried(facts.where_to(action))
    .cause(format!("its answer is JSON without `{member}`"))
    .fix("check endpoint and proxy: cruddur-obs config")
}

/// An answer that ends before its end.
pub(super) fn cut_off(facts: &Facts, action: &'static str) -> Error {
    Error::unreachable(format!(
        "the answer of {} was cut off",
        facts.endpoint_of(action)
    ))
    .code("cut-off")
    .tried(facts.where_to(action))
    .fix("run the command again; if it stays so, check endpoint and proxy: cruddur-obs config")
}

#[cfg(test)]
mod tests {
    use super::{duration, time_in};

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration(40), "40 s");
        assert_eq!(duration(240), "4 m");
        assert_eq!(duration(3599), "1 h 0 m");
        assert_eq!(duration(8 * 3600 + 13 * 60 + 5), "8 h 13 m");
        assert_eq!(duration(3 * 86400), "3 days");
    }

    #[test]
    fn the_time_of_the_service_is_read_from_its_text() {
        let text = "Signature expired: 20261120T080000Z is now earlier than 20261120T081000Z (20261120T081500Z - 5 min.)";
        assert_eq!(
            time_in(text).map(|time| time.to_string()),
            Some("2026-11-20T08:15:00Z".to_owned())
        );
        assert_eq!(time_in("Signature expired (long ago)"), None);
    }
}
