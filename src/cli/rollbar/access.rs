//! Where Rollbar is, and with which token: the sandbox's, where one stands in.

use super::super::context::Context;
use crate::error::{Error, Result};
use crate::sandbox::ROLLBAR_TOKEN;
use crate::settings::{Origin, Secret, Setting};

/// What a client of Rollbar needs to know.
#[derive(Debug)]
pub(in crate::cli) struct Access {
    /// The token, and where it stands.
    pub(in crate::cli) token: Setting<Secret>,
    /// The API, unless it is Rollbar's own.
    pub(in crate::cli) base: Option<String>,
}

/// The variable of the token that reports.
const TOKEN: &str = "ROLLBAR_ACCESS_TOKEN";

/// The variable of the token that reads.
const READ_TOKEN: &str = "ROLLBAR_READ_TOKEN";

/// For reporting; nothing where there is no token.
pub(in crate::cli) fn access(context: &Context<'_>) -> Result<Option<Access>> {
    of(context, TOKEN)
}

/// For reading back; nothing where there is no token.
pub(in crate::cli) fn read_access(context: &Context<'_>) -> Result<Option<Access>> {
    of(context, READ_TOKEN)
}

fn of(context: &Context<'_>, variable: &str) -> Result<Option<Access>> {
    let said = context.settings.variable(variable);
    let said =
        said.map(|setting| Setting::new(Secret::new(setting.value.trim()), setting.origin.clone()));
    // A real token need not come near a sandbox, and the sandbox gives one to everybody.
    if let Some(url) = context.sandbox_url()? {
        let token = said
            .filter(|_| variable == TOKEN)
            .unwrap_or_else(|| Setting::new(Secret::new(ROLLBAR_TOKEN), Origin::Sandbox));
        return Ok(Some(Access {
            token,
            base: Some(format!("{url}/api/1/")),
        }));
    }
    let base = context.settings.variable("ROLLBAR_ENDPOINT");
    Ok(said.map(|token| Access {
        token,
        base: base.map(|setting| setting.value.clone()),
    }))
}

/// Why there is no token, in a sentence with what to do.
pub(in crate::cli) fn no_token(context: &Context<'_>) -> String {
    match context.settings.blank_variable(TOKEN) {
        Some(place) => format!("{place} is empty; fix: export {TOKEN}=…"),
        None => format!("no token; fix: export {TOKEN}=…"),
    }
}

/// The same as an error.
pub(super) fn without_token(context: &Context<'_>) -> Error {
    let error = Error::configuration("no Rollbar token").code("no-rollbar-token");
    let error = match context.settings.blank_variable(TOKEN) {
        Some(place) => error
            .tried(format!("{place}: set, and empty"))
            .cause("an empty variable says nothing; compose files leave one behind where the shell has none"),
        None => error.tried(format!("{TOKEN}: not set, in the environment and in .env")),
    };
    error
        .fix(format!(
            "copy the project's token with the scope post_server_item, then: export {TOKEN}=…"
        ))
        .fix("without an account: cruddur-obs --sandbox rollbar test")
}
