//! The traces of `serve`: to X-Ray by one of its ways, and by OpenTelemetry.

use std::time::Duration;

use super::super::context::Context;
use super::super::sandbox;
use super::{lines, sandbox_url};
use crate::error::Result;
use crate::output::Console;
use crate::remote::HttpClient;
use crate::sandbox::{HONEYCOMB_KEY, running};
use crate::settings::{Sandbox, SandboxOtlp};
use crate::telemetry::tracing::{self, Tracing, TracingSettings, XraySettings, XrayTransport};
use crate::xray::daemon_address::DaemonAddress;

/// How X-Ray gets segments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Way {
    /// From a daemon; with a sandbox that has none, by its API
    #[default]
    Auto,
    /// From a daemon at the address of the environment, or 127.0.0.1:2000
    Udp,
    /// By X-Ray's API
    Api,
    /// As signed spans, to X-Ray's own OTLP endpoint
    Otlp,
    /// Not at all
    Off,
}

/// How long the start waits for sampling rules, so that the first request is decided by them.
const RULES: Duration = Duration::from_secs(1);

/// What traces go through.
pub(super) struct Traces {
    pub(super) tracing: Tracing,
    pub(super) warnings: Vec<String>,
}

/// Sets both pipelines up; nothing is sent yet.
pub(super) async fn bind(
    context: &Context<'_>,
    way: Way,
    http: &HttpClient,
    spans: Option<Console>,
    name: Option<&str>,
) -> Result<Traces> {
    let sandbox = sandbox_url(context)?;
    let variable = |name: &str| {
        let setting = context.settings.variable(name);
        setting.map(|setting| setting.value.clone())
    };
    let stand_in = sandbox.map(|url| SandboxOtlp {
        url,
        key: variable("HONEYCOMB_API_KEY").unwrap_or_else(|| HONEYCOMB_KEY.to_owned()),
    });
    let (mut opentelemetry, mut warnings) = context.settings.opentelemetry(stand_in.as_ref());
    opentelemetry.console |= spans.is_some();
    let mut xray = xray(context, way, http).await;
    if let Some(name) = variable("AWS_XRAY_TRACING_NAME") {
        xray.name = name;
    }
    if let Some(pattern) = variable("AWS_XRAY_URL") {
        warnings.push(format!(
            "AWS_XRAY_URL names segments after the host where it matches {pattern}: groups and sampling rules for {} do not see those",
            xray.name
        ));
        xray.dynamic_naming = Some(pattern);
    }
    if let Some(name) = name {
        name.clone_into(&mut xray.name);
        name.clone_into(&mut opentelemetry.service_name.value);
    }
    let mut settings = TracingSettings::new(opentelemetry, xray);
    settings.console =
        spans.map(|console| tracing::Console::new(move |text: &str| console.put(text.to_owned())));
    let mut tracing = Tracing::bind(&settings, http)?;
    tracing.first_rules(RULES).await;
    Ok(Traces { tracing, warnings })
}

async fn xray(context: &Context<'_>, way: Way, http: &HttpClient) -> XraySettings {
    let is_off = context
        .settings
        .variable("AWS_XRAY_SDK_ENABLED")
        .is_some_and(|setting| setting.value.eq_ignore_ascii_case("false"));
    match way {
        Way::Off => XraySettings::off("--xray off"),
        _ if is_off => XraySettings::off("AWS_XRAY_SDK_ENABLED is false"),
        Way::Api => by_api(context).await,
        Way::Otlp => by_otlp(context, http).await,
        Way::Auto | Way::Udp => match daemon(context).await {
            Ok(Some(address)) => XraySettings::new(XrayTransport::Daemon(address)),
            Ok(None) if way == Way::Auto => by_api(context).await,
            Ok(None) => {
                XraySettings::off("the sandbox takes no segments over UDP; fix: --xray api")
            }
            Err(why) => XraySettings::off(why),
        },
    }
}

/// The daemon's address: of the sandbox, where one stands in, else as the variable has it.
async fn daemon(context: &Context<'_>) -> std::result::Result<Option<DaemonAddress>, String> {
    let address = match context.settings.sandbox().map(|setting| &setting.value) {
        None => {
            let Some(setting) = context.settings.variable("AWS_XRAY_DAEMON_ADDRESS") else {
                return Ok(Some(DaemonAddress::default()));
            };
            return setting.value.parse().map(Some).map_err(|error| {
                format!("AWS_XRAY_DAEMON_ADDRESS cannot be read: {error}; fix: export AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000")
            });
        }
        Some(Sandbox::At(url)) => sandbox::daemon_of(url)
            .await
            .map_err(|error| lines::why(&error))?,
        Some(Sandbox::InProcess) => {
            let directory = context.settings.data_directory();
            let directory = directory.map_err(|error| lines::why(&error))?;
            running(&directory.value).and_then(|server| server.daemon)
        }
    };
    Ok(address.and_then(|address| address.parse().ok()))
}

async fn by_api(context: &Context<'_>) -> XraySettings {
    match context.clients().await {
        Ok(clients) => XraySettings::new(XrayTransport::Api(clients.xray.clone())),
        Err(error) => XraySettings::off(lines::why(&error)),
    }
}

async fn by_otlp(context: &Context<'_>, http: &HttpClient) -> XraySettings {
    match context.clients().await {
        Ok(clients) => XraySettings::new(XrayTransport::Otlp {
            url: format!(
                "{}/v1/traces",
                clients.xray.endpoint().trim_end_matches('/')
            ),
            signer: clients.signer.clone(),
            http: http.clone(),
            api: clients.xray.clone(),
        }),
        Err(error) => XraySettings::off(lines::why(&error)),
    }
}
