//! The errors of `serve`: to Rollbar, where there is a token.

use super::super::context::Context;
use super::super::stream_name;
use super::trace_command;
use crate::server::About;
use crate::view::served::PipelineLine;

const NAME: &str = "Rollbar";

/// The seeds' environment.
const ENVIRONMENT: &str = "production";

/// The pipeline, or why there is none.
pub(super) struct Errors {
    pub(super) about: About,
    pub(super) state: PipelineLine,
}

/// Sets the pipeline up; nothing is called yet.
pub(super) fn bind(context: &Context<'_>) -> Errors {
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
    Errors {
        about,
        state: PipelineLine {
            name: NAME,
            state: Err(match context.settings.variable("ROLLBAR_ACCESS_TOKEN") {
                None => "no token: set ROLLBAR_ACCESS_TOKEN".to_owned(),
                Some(_) => "this build reports nothing yet".to_owned(),
            }),
        },
    }
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
