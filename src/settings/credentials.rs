//! The credentials: the first source that has any.

use jiff::Timestamp;

use super::candidates::Candidates;
use super::chain::{self, ChainSource};
use super::environment::Environment;
use super::keys::Pair;
use super::origin::{Origin, Setting};
use super::profile_credentials::{self, ProfileKind};
use super::resolve::Settings;
use super::secret::{Secret, mask};
use crate::error::{Error, Result};

/// Where the credentials come from.
#[derive(Clone)]
pub enum Credentials {
    /// Keys that are known already.
    Static {
        /// The id of the access key.
        access_key_id: Setting<String>,
        /// The secret half.
        secret_access_key: Secret,
        /// The token of a temporary key.
        session_token: Option<Secret>,
    },
    /// A profile of the AWS files; the SDK does the rest.
    Profile {
        /// The profile.
        name: Setting<String>,
        /// How the profile gets its credentials.
        kind: ProfileKind,
        /// The program that prints them, without its arguments, and its place; where it is one.
        process: Option<String>,
    },
    /// What the machine itself provides; the SDK's default chain finds it.
    Chain {
        /// The first source that is present.
        source: Setting<ChainSource>,
    },
}

impl Credentials {
    /// Keys for something that takes any.
    pub(super) fn dummy(origin: Origin) -> Self {
        Self::Static {
            access_key_id: Setting::new("test".to_owned(), origin),
            secret_access_key: Secret::new("test"),
            session_token: None,
        }
    }
}

impl std::fmt::Debug for Credentials {
    /// Shows no key.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Static {
                access_key_id,
                secret_access_key,
                session_token,
            } => formatter
                .debug_struct("Static")
                .field("access_key_id", &access_key_id.clone().map(Secret::new))
                .field("secret_access_key", secret_access_key)
                .field("session_token", session_token)
                .finish(),
            Self::Profile {
                name,
                kind,
                process,
            } => formatter
                .debug_struct("Profile")
                .field("name", name)
                .field("kind", kind)
                .field("process", process)
                .finish(),
            Self::Chain { source } => formatter
                .debug_struct("Chain")
                .field("source", source)
                .finish(),
        }
    }
}

/// The names of the three variables.
pub(super) const VARIABLES: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// Finds the credentials: the environment's keys, those of `.env`, the profile, the machine. A
/// profile goes before the keys of every place that is weaker than the one that names it:
/// `--profile` before all keys, `AWS_PROFILE` in the environment before those of `.env`.
pub(super) fn find(
    settings: &Settings,
    environment: &Environment,
    now: Timestamp,
) -> Result<Credentials> {
    let profile = settings.profile();
    for layer in Layer::before(&profile.origin) {
        if let Some(credentials) = layer.keys(settings)? {
            return Ok(credentials);
        }
    }
    if let Some(error) = settings.profile_not_found() {
        return Err(error);
    }
    if let Some(kind) = profile_credentials::kind(settings, environment, now, &profile.value)? {
        return Ok(Credentials::Profile {
            process: profile_credentials::process(settings, &profile.value),
            name: profile,
            kind,
        });
    }
    match chain::source(environment) {
        Ok(source) => Ok(Credentials::Chain { source }),
        Err(tried) => Err(missing(settings, &profile, tried)),
    }
}

/// One of the two places that hold keys as variables.
#[derive(Clone, Copy)]
enum Layer {
    Environment,
    DotEnv,
}

impl Layer {
    /// The layers whose keys go before a profile that this place names.
    fn before(profile: &Origin) -> &'static [Self] {
        match profile {
            Origin::Flag(_) => &[],
            Origin::Environment(_) => &[Self::Environment],
            _ => &[Self::Environment, Self::DotEnv],
        }
    }

    fn has(self, origin: &Origin) -> bool {
        match self {
            Self::Environment => matches!(origin, Origin::Environment(_)),
            Self::DotEnv => matches!(origin, Origin::DotEnv { .. }),
        }
    }

    /// The pair of this place, where it has one; half a pair is an error.
    fn keys(self, settings: &Settings) -> Result<Option<Credentials>> {
        let [id, secret, session_token] = [
            &settings.access_key_id,
            &settings.secret_access_key,
            &settings.session_token,
        ]
        .map(|candidates| candidates.spoken().find(|each| self.has(&each.origin)));
        let (access_key_id, secret_access_key) = match (id, secret) {
            (None, None) => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (Some(present), None) => return Err(self.half(settings, present, VARIABLES[1])),
            (None, Some(present)) => return Err(self.half(settings, present, VARIABLES[0])),
        };
        let pair = Pair {
            access_key_id,
            secret_access_key,
            session_token,
        };
        let names = VARIABLES.map(|name| self.place(settings, name));
        let shown = names.each_ref().map(ToString::to_string);
        let fix = names[2].rewritten("aws_session_token", "…");
        pair.check(shown.each_ref().map(String::as_str), &fix)?;
        let (secret_access_key, session_token) = pair.secrets();
        Ok(Some(Credentials::Static {
            access_key_id: access_key_id.clone(),
            secret_access_key,
            session_token,
        }))
    }

    fn place(self, settings: &Settings, variable: &str) -> Origin {
        let variable = variable.to_owned();
        match (self, settings.dot_env()) {
            (Self::DotEnv, Some(path)) => Origin::DotEnv {
                path: path.to_owned(),
                variable,
            },
            _ => Origin::Environment(variable),
        }
    }

    fn half(self, settings: &Settings, present: &Setting<String>, absent: &str) -> Error {
        let place = self.place(settings, absent);
        let blank = [&settings.access_key_id, &settings.secret_access_key]
            .into_iter()
            .flat_map(Candidates::blank)
            .any(|origin| *origin == place);
        let shown = mask(&present.value);
        let (message, code) = if blank {
            (format!("{place} is empty"), "keys-empty")
        } else {
            let message = match &present.origin {
                Origin::DotEnv { path, variable } => {
                    format!("{path} has {variable} but no {absent}")
                }
                origin => format!("{origin} is set but {place} is not"),
            };
            (message, "keys-incomplete")
        };
        let error = Error::configuration(message)
            .code(code)
            .tried(present.origin.holding(&shown))
            .cause("the two only work as a pair; a compose file or a CI job often forwards one of them")
            .fix(place.rewritten("", "…"));
        let elsewhere = settings
            .dot_env
            .as_ref()
            .filter(|file| matches!(self, Self::Environment) && file.variable(absent).is_some());
        match elsewhere {
            None => error,
            Some(file) => error.tried(format!(
                "{}: has {absent}, which is not mixed with the environment's",
                file.shown()
            )),
        }
    }
}

/// The error for no credentials at all.
fn missing(settings: &Settings, profile: &Setting<String>, chain: Vec<String>) -> Error {
    let flag = matches!(profile.origin, Origin::Flag(_));
    let before_dot_env = matches!(profile.origin, Origin::Environment(_));
    let blank: Vec<String> = [&settings.access_key_id, &settings.secret_access_key]
        .into_iter()
        .flat_map(Candidates::blank)
        .map(ToString::to_string)
        .collect();
    let empty = !flag && !blank.is_empty();
    let mut error = if empty {
        let verb = if blank.len() == 1 { "is" } else { "are" };
        Error::configuration(format!("{} {verb} empty", blank.join(" and ")))
            .code("keys-empty")
            .cause("typical of a compose file that forwards variables which are not set")
    } else {
        Error::configuration("no AWS credentials").code("no-credentials")
    };
    if flag {
        error = error.tried(format!(
            "--profile {}: goes before keys in the environment",
            profile.value
        ));
    } else {
        if !empty {
            error = error.tried("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not set");
        }
        if let Some(file) = &settings.dot_env {
            let shown = file.shown();
            error = error.tried(if before_dot_env {
                format!("{shown}: not looked at, {} goes before it", profile.origin)
            } else {
                format!("{shown}: no AWS keys in it")
            });
        }
    }
    error = error.tried(settings.profile_without("no credentials in it"));
    for line in chain {
        error = error.tried(line);
    }
    error = error
        .fix("aws login")
        .fix("aws configure sso")
        .fix("export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…")
        .fix("add `--sandbox` to try it without an AWS account");
    // Whoever names a profile, or has variables for keys, has an account.
    if flag || empty || before_dot_env {
        return error;
    }
    error.fix("cruddur-obs demo   # all of it on this machine, without an account")
}
