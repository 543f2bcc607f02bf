//! How a profile of the AWS files gets its credentials, followed as the SDK follows it.

use jiff::Timestamp;

use super::candidates::is_blank;
use super::chain;
use super::environment::Environment;
use super::keys::Pair;
use super::origin::Setting;
use super::profiles::{Found, Sections};
use super::resolve::Settings;
use super::{login, single_sign_on, spelling};
use crate::error::{Error, Result};

/// A profile's way to credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// Keys in the file.
    Keys,
    /// IAM Identity Center: `aws sso login`.
    Sso,
    /// A console session: `aws login`.
    Login,
    /// A program that prints credentials.
    Process,
    /// A role, assumed with the credentials of another source.
    AssumeRole,
    /// A role, assumed with a token file.
    WebIdentity,
}

/// The profile and what is known around it.
struct Walk<'a> {
    settings: &'a Settings,
    environment: &'a Environment,
    now: Timestamp,
}

/// The profile's way to credentials; `None` where it has none, or does not exist.
pub(super) fn kind(
    settings: &Settings,
    environment: &Environment,
    now: Timestamp,
    name: &str,
) -> Result<Option<ProfileKind>> {
    let Some(section) = settings.profiles.profile(name) else {
        return Ok(None);
    };
    let walk = Walk {
        settings,
        environment,
        now,
    };
    walk.follow(name, section)
}

/// The program of a profile and its place; arguments may hold a password and are left out.
pub(super) fn process(settings: &Settings, name: &str) -> Option<String> {
    let section = settings.profiles.profile(name)?;
    let found = section.filled("credential_process")?;
    let program = match found.value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => found.value.split_whitespace().next(),
    };
    Some(format!(
        "`{}` of {}",
        program.unwrap_or_default(),
        found.place()
    ))
}

impl Walk<'_> {
    /// Goes from profile to source profile until credentials are found.
    fn follow<'a>(&'a self, name: &'a str, section: Sections<'a>) -> Result<Option<ProfileKind>> {
        let (mut name, mut section) = (name, section);
        let mut visited: Vec<&str> = Vec::new();
        loop {
            visited.push(name);
            let chained = visited.len() > 1;
            let keys =
                || ["aws_access_key_id", "aws_secret_access_key"].map(|key| section.filled(key));
            if chained && keys().iter().all(Option::is_some) {
                check_keys(name, &section)?;
                return Ok(Some(ProfileKind::AssumeRole));
            }
            let Some(source) = source_of_role(name, &section)? else {
                let base = self.base(name, &section)?;
                return match base {
                    Some(_) if chained => Ok(Some(ProfileKind::AssumeRole)),
                    None if chained => Err(nothing_to_assume_with(name, &section)),
                    base => Ok(base),
                };
            };
            match source {
                RoleSource::Named(found) => {
                    self.named_source(name, found)?;
                    return Ok(Some(ProfileKind::AssumeRole));
                }
                RoleSource::Profile(found) if found.value == name => {
                    let base = self.base(name, &section)?;
                    base.ok_or_else(|| nothing_to_assume_with(name, &section))?;
                    return Ok(Some(ProfileKind::AssumeRole));
                }
                RoleSource::Profile(found) => {
                    if visited.contains(&found.value) {
                        return Err(circle(&visited, found));
                    }
                    section = self.source_profile(name, found)?;
                    name = found.value;
                }
            }
        }
    }

    fn source_profile(&self, name: &str, found: Found<'_>) -> Result<Sections<'_>> {
        let source = found.value;
        self.settings.profiles.profile(source).ok_or_else(|| {
            let error = Error::configuration(format!(
                "profile '{name}' builds on profile '{source}', which does not exist"
            ))
            .code("source-profile-missing")
            .tried(format!("`source_profile` in {}", found.place()));
            let origin = found.origin(name);
            self.settings.profiles.not_found(source, &origin, error)
        })
    }

    /// The way of a profile that builds on no other.
    fn base(&self, name: &str, section: &Sections<'_>) -> Result<Option<ProfileKind>> {
        if let Some(found) = section.filled("credential_source") {
            self.named_source(name, found)?;
            return Ok(Some(ProfileKind::AssumeRole));
        }
        if let Some(found) = section.filled("web_identity_token_file") {
            return match section.filled("role_arn") {
                Some(_) => Ok(Some(ProfileKind::WebIdentity)),
                None => Err(Error::configuration(format!(
                    "profile '{name}' has a `web_identity_token_file` and no `role_arn`"
                ))
                .code("role-missing")
                .tried(found.place())
                .fix(format!("add `role_arn = …` to {}", section.place()))),
            };
        }
        if single_sign_on::is_meant(section) {
            single_sign_on::check(self.settings, self.environment, self.now, name, section)?;
            return Ok(Some(ProfileKind::Sso));
        }
        if let Some(session) = section.filled("login_session") {
            login::check(self.environment, name, session)?;
            return Ok(Some(ProfileKind::Login));
        }
        if section.filled("credential_process").is_some() {
            return Ok(Some(ProfileKind::Process));
        }
        let has_keys = check_keys(name, section)?;
        Ok(has_keys.then_some(ProfileKind::Keys))
    }

    /// Checks a `credential_source`.
    fn named_source(&self, name: &str, found: Found<'_>) -> Result<()> {
        const NAMES: [&str; 3] = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];
        let is_set = |variable: &&str| {
            self.environment
                .variable(variable)
                .is_some_and(|value| !is_blank(value))
        };
        let lacking = match found.value {
            "Environment" => ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
                .into_iter()
                .find(|variable| !is_set(variable)),
            "EcsContainer" => chain::container(self.environment)
                .is_none()
                .then_some("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            // Only the network knows.
            "Ec2InstanceMetadata" => None,
            other => {
                let near = spelling::nearest(other, &NAMES).unwrap_or(NAMES[0]);
                return Err(Error::configuration(format!(
                    "profile '{name}' has an unknown `credential_source`: '{other}'"
                ))
                .code("credential-source-unknown")
                .tried(found.place())
                .cause(format!("there are {}", NAMES.join(", ")))
                .fix(found.origin(name).rewritten("credential_source", near)));
            }
        };
        lacking.map_or(Ok(()), |variable| {
            Err(Error::configuration(format!(
                "profile '{name}' takes its credentials from {}, and {variable} is not set",
                found.value
            ))
            .code("credential-source-absent")
            .tried(format!("`credential_source` in {}", found.place()))
            .fix(format!("export {variable}=…")))
        })
    }
}

/// What a role is assumed with.
enum RoleSource<'a> {
    Profile(Found<'a>),
    Named(Found<'a>),
}

/// What the profile's role is assumed with; `None` where it has no such role.
fn source_of_role<'a>(name: &str, section: &Sections<'a>) -> Result<Option<RoleSource<'a>>> {
    let Some(role) = section.filled("role_arn") else {
        return Ok(None);
    };
    if section.filled("web_identity_token_file").is_some() {
        return Ok(None);
    }
    let both = (
        section.filled("source_profile"),
        section.filled("credential_source"),
    );
    match both {
        (Some(profile), None) => Ok(Some(RoleSource::Profile(profile))),
        (None, Some(named)) => Ok(Some(RoleSource::Named(named))),
        (Some(profile), Some(named)) => Err(Error::configuration(format!(
            "profile '{name}' has both a `source_profile` and a `credential_source`"
        ))
        .code("role-source-ambiguous")
        .tried(profile.place())
        .tried(named.place())
        .fix(format!("remove one of the two from {}", named.file))),
        (None, None) => Err(Error::configuration(format!(
            "profile '{name}' has a role and nothing to assume it with"
        ))
        .code("role-source-missing")
        .tried(format!("`role_arn` in {}", role.place()))
        .cause("a role needs a `source_profile` or a `credential_source`")
        .fix(format!(
            "add `source_profile = default` below {}",
            role.place()
        ))),
    }
}

fn nothing_to_assume_with(name: &str, section: &Sections<'_>) -> Error {
    Error::configuration(format!(
        "profile '{name}' is to assume a role and has no credentials"
    ))
    .code("source-profile-empty")
    .tried(section.place())
    .fix(match name {
        "default" => "aws configure".to_owned(),
        name => format!("aws configure --profile {name}"),
    })
}

fn circle(visited: &[&str], found: Found<'_>) -> Error {
    let mut names = visited.to_vec();
    names.push(found.value);
    Error::configuration("the source profiles run in a circle")
        .code("source-profile-circle")
        .tried(names.join(" → "))
        .cause(format!("`source_profile` in {} closes it", found.place()))
        .fix(format!("name another profile in {}", found.place()))
}

/// Checks the keys in a profile, and says whether there are any.
fn check_keys(name: &str, section: &Sections<'_>) -> Result<bool> {
    const KEYS: [&str; 3] = [
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
    ];
    let setting = |key: &str| {
        let found = section.filled(key)?;
        Some(Setting::new(found.value.to_owned(), found.origin(name)))
    };
    let [id, secret, token] = KEYS.map(setting);
    let (present, absent) = match (&id, &secret, &token) {
        (None, None, None) => return Ok(false),
        (Some(access_key_id), Some(secret_access_key), token) => {
            let pair = Pair {
                access_key_id,
                secret_access_key,
                session_token: token.as_ref(),
            };
            let names = KEYS.map(|key| match key {
                "aws_access_key_id" => format!("{key} of profile '{name}'"),
                key => key.to_owned(),
            });
            let names = names.each_ref().map(String::as_str);
            pair.check(names, &addition(KEYS[2], KEYS[0], section))?;
            return Ok(true);
        }
        (None, _, _) => (if secret.is_some() { KEYS[1] } else { KEYS[2] }, KEYS[0]),
        (Some(_), None, _) => (KEYS[0], KEYS[1]),
    };
    let place = section.get(present).map_or_else(String::new, Found::place);
    Err(Error::configuration(format!(
        "profile '{name}' has `{present}` and no `{absent}`"
    ))
    .code("profile-keys-incomplete")
    .tried(place)
    .fix(addition(absent, present, section)))
}

fn addition(key: &str, below: &str, section: &Sections<'_>) -> String {
    let place = section.get(below).map_or_else(String::new, Found::place);
    format!("add `{key} = …` below {place}")
}
