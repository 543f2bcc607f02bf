//! `sandbox env`: the variables that turn any app into a client.

use std::process::ExitCode;

use super::super::context::Context;
use super::https::{self, HttpsArgs};
use super::{control, serve};
use crate::error::{Error, Result};
use crate::sandbox::{Running, client_environment, running};
use crate::settings::{Environment, Sandbox};
use crate::view::variables::VariablesView;

/// Where the sandbox is unless something says otherwise.
const USUAL: &str = "http://127.0.0.1:4000";

/// Where it takes segments unless that port was taken.
const USUAL_DAEMON: &str = "127.0.0.1:2000";

/// What leads to a real account, and would be sent along or preferred by some client.
const LEADING_ELSEWHERE: [&str; 12] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ENDPOINT_URL_XRAY",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
];

/// Print the variables that turn any app into a client of the sandbox
///
/// Use it as: eval "$(cruddur-obs sandbox env)"
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    https: HttpsArgs,
}

pub(super) async fn run(context: &Context<'_>, args: Args) -> Result<ExitCode> {
    let given = context
        .settings
        .sandbox()
        .and_then(|setting| match &setting.value {
            Sandbox::At(url) => Some(url.clone()),
            Sandbox::InProcess => None,
        });
    let Running { url, daemon } = match given {
        Some(url) => {
            let daemon = context.until_stopped(daemon_of(&url)).await?;
            Running { url, daemon }
        }
        None => match running(&context.settings.data_directory()?.value) {
            Some(running) => running,
            None if args.https.https => return Err(not_running()),
            None => {
                context
                    .output
                    .status("no sandbox is running; these will be right once it is");
                context.output.next("cruddur-obs sandbox");
                Running {
                    url: USUAL.to_owned(),
                    daemon: Some(USUAL_DAEMON.to_owned()),
                }
            }
        },
    };
    let https = if args.https.https {
        let https = https::lead(context, &url).await?;
        https::warn(context);
        https.variables
    } else {
        Vec::new()
    };
    let region = serve::region(context);
    let set = client_environment(&url, daemon.as_deref(), &region)
        .into_iter()
        .chain(https)
        .map(|(name, value)| (name, Some(value)));
    let unset = leading_elsewhere(&context.environment).map(|name| (name, None));
    context
        .output
        .emit(&VariablesView(set.chain(unset).collect()))?;
    Ok(ExitCode::SUCCESS)
}

fn not_running() -> Error {
    Error::unreachable("no sandbox is running, and --https needs the certificate of one")
        .code("unreachable")
        .fix("cruddur-obs sandbox")
}

/// Where a sandbox takes segments. One that is elsewhere names an address of its own machine, so
/// the host is taken from its URL.
pub(in crate::cli) async fn daemon_of(url: &str) -> Result<Option<String>> {
    let health = control::get(url, "health").await?;
    let daemon = health["xray_daemon"].as_str();
    Ok(daemon.and_then(|daemon| {
        let (_, port) = daemon.rsplit_once(':')?;
        let host = reqwest::Url::parse(url).ok()?.host_str()?.to_owned();
        Some(format!("{host}:{port}"))
    }))
}

/// Those variables of the environment that must not reach a client of the sandbox.
pub(super) fn leading_elsewhere(environment: &Environment) -> impl Iterator<Item = &'static str> {
    LEADING_ELSEWHERE
        .into_iter()
        .filter(|name| environment.variable(name).is_some())
}
