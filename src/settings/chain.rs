//! Credentials that the machine itself provides: a token file, a container's agent, EC2.

use std::fmt;

use super::candidates::is_blank;
use super::environment::Environment;
use super::origin::{Origin, Setting};

/// A source that the SDK's default chain asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainSource {
    /// A token file and a role, as in Kubernetes.
    WebIdentity,
    /// The agent of a container, as in ECS.
    Container,
    /// The metadata service of an EC2 instance.
    Instance,
}

impl fmt::Display for ChainSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::WebIdentity => "web identity token",
            Self::Container => "container credentials",
            Self::Instance => "EC2 instance metadata",
        })
    }
}

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";
const CONTAINER: [&str; 2] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];
const NO_INSTANCE: &str = "AWS_EC2_METADATA_DISABLED";

/// The first source that is present, in the SDK's order; else what was looked at.
///
/// The metadata service answers on EC2 only, and asking for it elsewhere costs seconds: it counts
/// where the hardware says EC2 or somebody names its address.
pub(super) fn source(environment: &Environment) -> Result<Setting<ChainSource>, Vec<String>> {
    let is_set = |name: &&str| {
        environment
            .variable(name)
            .is_some_and(|value| !is_blank(value))
    };
    let from = |source, name: &str| Setting::new(source, Origin::Environment(name.to_owned()));
    let mut tried = Vec::new();
    match (is_set(&TOKEN_FILE), is_set(&ROLE)) {
        (true, true) => return Ok(from(ChainSource::WebIdentity, TOKEN_FILE)),
        (true, false) => tried.push(format!("{TOKEN_FILE}: set, but {ROLE} is not")),
        (false, _) => {}
    }
    if let Some(name) = container(environment) {
        return Ok(from(ChainSource::Container, name));
    }
    let disabled = environment
        .variable(NO_INSTANCE)
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    let address = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    if disabled {
        tried.push(format!(
            "EC2 instance metadata: switched off by {NO_INSTANCE}"
        ));
    } else if is_set(&address) {
        return Ok(from(ChainSource::Instance, address));
    } else if environment.looks_like_ec2() {
        return Ok(Setting::new(ChainSource::Instance, Origin::Default));
    } else {
        tried.push("EC2 instance metadata: this machine is no EC2 instance".to_owned());
    }
    Err(tried)
}

/// The variable that leads to a container's agent.
pub(super) fn container(environment: &Environment) -> Option<&'static str> {
    CONTAINER.into_iter().find(|name| {
        environment
            .variable(name)
            .is_some_and(|value| !is_blank(value))
    })
}
