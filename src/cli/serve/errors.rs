//! The errors of `serve`: to Rollbar, where there is a token.

use super::super::context::Context;
use super::super::rollbar;
use super::super::stream_name;
use super::trace_command;
use crate::error::Result;
use crate::remote::{HttpClient, RollbarClient};
use crate::server::About;
use crate::settings::Secret;
use crate::telemetry::rollbar::{Reporting, ReportingSettings};
use crate::view::served::PipelineLine;

const NAME: &str = "Rollbar";

/// The seeds' environment.
const ENVIRONMENT: &str = "production";

/// The pipeline, or why there is none.
pub(super) struct Errors {
    pub(super) about: About,
    pub(super) reporting: Option<Reporting>,
    pub(super) state: PipelineLine,
}

/// Sets the pipeline up; nothing is called yet.
pub(super) fn bind(context: &Context<'_>, http: &HttpClient) -> Result<Errors> {
    let said = |name: &str, otherwise: &str| {
        let setting = context.settings.variable(name);
        setting.map_or_else(|| otherwise.to_owned(), |setting| setting.value.clone())
    };
    let about = About {
        environment: said("ROLLBAR_ENVIRONMENT", ENVIRONMENT),
        code_version: said("ROLLBAR_CODE_VERSION", env!("CARGO_PKG_VERSION")),
        host: stream_name::host(),
        trace_link: trace_link(context),
    };
    let (reporting, state) = match rollbar::access(context)? {
        Some(access) => {
            let token = Secret::new(access.token.value.expose());
            let client = RollbarClient::new(http.clone(), access.base.as_deref(), token);
            let to = format!("{}, environment {}", client.item_url(), about.environment);
            let reporting = Reporting::bind(ReportingSettings::default(), client);
            (Some(reporting), Ok(to))
        }
        None => (None, Err(rollbar::no_token(context))),
    };
    Ok(Errors {
        about,
        reporting,
        state: PipelineLine { name: NAME, state },
    })
}

/// What leads to a trace: X-Ray's page, or the command that shows it.
fn trace_link(context: &Context<'_>) -> String {
    let region = context.settings.region().map(|setting| setting.value);
    match region {
        Some(region) if context.settings.sandbox().is_none() && !region.is_empty() => format!(
            "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#xray:traces/"
        ),
        _ => trace_command(context),
    }
}
