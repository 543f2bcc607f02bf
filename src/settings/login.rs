//! Profiles that `aws login` made: is there a session on this machine?

use sha2::{Digest as _, Sha256};

use super::environment::Environment;
use super::profiles::Found;
use super::single_sign_on::hexadecimal;
use crate::error::{Error, Result};

/// Checks that a session was begun; whether it can still be renewed, the SDK finds out.
pub(super) fn check(environment: &Environment, name: &str, session: Found<'_>) -> Result<()> {
    let directory = match environment.variable("AWS_LOGIN_CACHE_DIRECTORY") {
        Some(written) => environment.expanded(written),
        None => match environment.home() {
            Some(home) => home.join(".aws/login/cache"),
            None => return Ok(()),
        },
    };
    let digest = hexadecimal(&Sha256::digest(session.value.trim()));
    let file = directory.join(format!("{digest}.json"));
    if file.exists() {
        return Ok(());
    }
    Err(
        Error::configuration(format!("not logged in for profile '{name}'"))
            .code("login-needed")
            .tried(format!("`login_session` in {}", session.place()))
            .tried(format!("{}: does not exist", environment.shown(&file)))
            .fix(match name {
                "default" => "aws login".to_owned(),
                name => format!("aws login --profile {name}"),
            }),
    )
}
