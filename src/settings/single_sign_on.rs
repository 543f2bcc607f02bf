//! Profiles of IAM Identity Center: complete, logged in, not expired.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use sha1::{Digest as _, Sha1};

use super::environment::Environment;
use super::profiles::{Found, Sections, listed};
use super::resolve::Settings;
use super::spelling;
use crate::error::{Error, Result};

const SESSION: &str = "sso_session";
const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const ACCOUNT: &str = "sso_account_id";
const ROLE: &str = "sso_role_name";

/// Whether the profile means to sign in this way.
pub(super) fn is_meant(section: &Sections<'_>) -> bool {
    [SESSION, START_URL, REGION, ACCOUNT, ROLE]
        .into_iter()
        .any(|key| section.filled(key).is_some())
}

/// Checks the profile's lines and the token that the login left behind.
pub(super) fn check(
    settings: &Settings,
    environment: &Environment,
    now: Timestamp,
    name: &str,
    section: &Sections<'_>,
) -> Result<()> {
    require(name, section, "the profile", &[ACCOUNT, ROLE])?;
    let (identifier, renewable) = match section.filled(SESSION) {
        Some(session) => (session_of(settings, name, section, session)?, true),
        None => (legacy(name, section)?, false),
    };
    let Some(home) = environment.home() else {
        return Ok(());
    };
    let digest = hexadecimal(&Sha1::digest(identifier));
    let file = home.join(".aws/sso/cache").join(format!("{digest}.json"));
    let token = token(&file).map_err(|seen| {
        Error::configuration(format!("not logged in for profile '{name}'"))
            .code("sso-not-logged-in")
            .tried(format!("{}: {seen}", environment.shown(&file)))
            .fix(login(name))
    })?;
    let expired = time(&token, "expiresAt").filter(|end| *end <= now);
    let Some(end) = expired else {
        return Ok(());
    };
    if renewable && can_be_renewed(&token, now) {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "SSO session expired {}",
        in_words(end, now, &zone(environment))
    ))
    .code("sso-expired")
    .tried(format!("profile '{name}' in {}", section.files()))
    .fix(login(name)))
}

/// Checks a session that has a section of its own; the token's file is called after its name.
fn session_of<'a>(
    settings: &Settings,
    name: &str,
    section: &Sections<'_>,
    session: Found<'a>,
) -> Result<&'a str> {
    let sections = settings.profiles.sso_session(session.value);
    let sections = sections.ok_or_else(|| no_session(settings, name, session))?;
    let title = format!("[sso-session {}]", session.value);
    require(name, &sections, &title, &[REGION, START_URL])?;
    let mut misplaced = [START_URL, REGION].into_iter();
    let Some(found) = misplaced.find_map(|key| section.filled(key)) else {
        return Ok(session.value);
    };
    Err(Error::configuration(format!(
        "profile '{name}' has a line that belongs to its SSO session"
    ))
    .code("sso-incomplete")
    .tried(found.place())
    .cause(format!(
        "with `{SESSION}`, `{START_URL}` and `{REGION}` stand in {title} only"
    ))
    .fix(format!("remove line {} of {}", found.line, found.file)))
}

/// Checks a profile without a session; the token's file is called after the URL.
fn legacy<'a>(name: &str, section: &Sections<'a>) -> Result<&'a str> {
    require(name, section, "the profile", &[REGION, START_URL])?;
    Ok(section.filled(START_URL).map_or("", |found| found.value))
}

fn require(name: &str, sections: &Sections<'_>, title: &str, keys: &[&str]) -> Result<()> {
    let missing: Vec<String> = keys
        .iter()
        .filter(|key| sections.filled(key).is_none())
        .map(|key| format!("`{key}`"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::configuration(format!(
        "profile '{name}' cannot sign in: {title} has no {}",
        missing.join(" and no ")
    ))
    .code("sso-incomplete")
    .tried(sections.place())
    .fix(match name {
        "default" => "aws configure sso".to_owned(),
        name => format!("aws configure sso --profile {name}"),
    }))
}

fn no_session(settings: &Settings, name: &str, session: Found<'_>) -> Error {
    let names = settings.profiles.sso_session_names();
    let place = session.place();
    let session = session.value;
    let error = Error::configuration(format!(
        "profile '{name}' uses the SSO session '{session}', which does not exist"
    ))
    .code("sso-session-missing")
    .tried(format!("`sso_session` in {place}"))
    .tried(format!("available: {}", listed(&names)))
    .fix("aws configure sso-session");
    match spelling::nearest(session, &names) {
        Some(near) => error.cause(format!("did you mean '{near}'?")),
        None => error,
    }
}

/// The token, or what was seen in its place.
fn token(file: &Path) -> Result<Map<String, Value>, &'static str> {
    let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist",
        _ => "cannot be read",
    })?;
    let token: Map<String, Value> =
        serde_json::from_str(&text).map_err(|_| "is not a JSON object")?;
    match token.get("accessToken") {
        Some(Value::String(_)) => Ok(token),
        _ => Err("has no accessToken"),
    }
}

/// A time of the token; the AWS CLI 1 wrote `UTC` where others write `Z`.
fn time(token: &Map<String, Value>, key: &str) -> Option<Timestamp> {
    let text = token.get(key)?.as_str()?;
    text.replace("UTC", "Z").parse().ok()
}

/// Whether the SDK can renew the token by itself.
fn can_be_renewed(token: &Map<String, Value>, now: Timestamp) -> bool {
    let present = ["clientId", "clientSecret", "refreshToken"]
        .into_iter()
        .all(|key| token.get(key).is_some_and(Value::is_string));
    present && time(token, "registrationExpiresAt").is_some_and(|end| end > now)
}

fn login(name: &str) -> String {
    match name {
        "default" => "aws sso login".to_owned(),
        name => format!("aws sso login --profile {name}"),
    }
}

fn zone(environment: &Environment) -> TimeZone {
    environment
        .variable("TZ")
        .map(|name| name.trim_start_matches(':'))
        .and_then(|name| TimeZone::get(name).or_else(|_| TimeZone::posix(name)).ok())
        .unwrap_or_else(TimeZone::system)
}

/// A time that is past: `at 14:02 (2 h ago)`.
fn in_words(end: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let local = end.to_zoned(zone.clone());
    let today = now.to_zoned(zone.clone()).date() == local.date();
    let at = if today {
        local.strftime("at %H:%M")
    } else {
        local.strftime("on %Y-%m-%d at %H:%M")
    };
    let minutes = (now.as_second() - end.as_second()) / 60;
    let ago = match minutes {
        0..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    };
    format!("{at} ({ago} ago)")
}

/// A digest as the names of cache files have it.
pub(super) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
