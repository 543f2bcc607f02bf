//! What tracing has to know; the environment is read by others.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::remote::{HttpClient, Signer, XrayClient};
use crate::settings::OpenTelemetry;
use crate::xray::daemon_address::DaemonAddress;

/// The name of segments where nobody gives another: the seeds'.
const NAME: &str = "Cruddur";

/// What tracing has to know.
#[derive(Debug, Clone)]
pub struct TracingSettings {
    /// How spans are made and where they go.
    pub opentelemetry: OpenTelemetry,
    /// How segments are made and where they go.
    pub xray: XraySettings,
    /// The version of the service.
    pub service_version: String,
    /// How long may be taken at the stop to send what waits.
    pub drain: Duration,
    /// Takes what is printed, where spans are printed: whole lines.
    pub console: Option<Console>,
}

/// Takes text for a terminal.
#[derive(Clone)]
pub struct Console(Arc<dyn Fn(&str) + Send + Sync>);

impl Console {
    /// Text goes to `write`.
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    pub(super) fn write(&self, text: &str) {
        (self.0)(text);
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Console")
    }
}

/// How segments are made and where they go.
#[derive(Debug, Clone)]
pub struct XraySettings {
    /// Why there are none, if so.
    pub off: Option<String>,
    /// The name of segments.
    pub name: String,
    /// The pattern of hosts after which segments are named instead.
    pub dynamic_naming: Option<String>,
    /// Where they go.
    pub transport: XrayTransport,
}

/// Where segments go.
#[derive(Debug, Clone)]
pub enum XrayTransport {
    /// To a daemon: documents over UDP, sampling over TCP.
    Daemon(DaemonAddress),
    /// To X-Ray's API, by `PutTraceSegments`.
    Api(XrayClient),
    /// To X-Ray's own OTLP endpoint, as signed spans; sampling by the API.
    Otlp {
        /// The endpoint, path and all.
        url: String,
        /// Signs what goes there.
        signer: Signer,
        /// Carries it there.
        http: HttpClient,
        /// Answers samplers.
        api: XrayClient,
    },
}

impl XraySettings {
    /// What the variables of X-Ray's SDKs say, and what has to be said about them: one sentence
    /// each. `transport` is the way where a daemon is not asked for.
    ///
    /// <https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-python-configuration.html>
    pub fn read(
        variable: impl Fn(&str) -> Option<String>,
        transport: Option<XrayTransport>,
    ) -> (Self, Vec<String>) {
        let mut warnings = Vec::new();
        let mut settings = Self::new(match (transport, variable("AWS_XRAY_DAEMON_ADDRESS")) {
            (Some(transport), _) => transport,
            (None, None) => XrayTransport::Daemon(DaemonAddress::default()),
            (None, Some(address)) => {
                XrayTransport::Daemon(address.parse().unwrap_or_else(|error| {
                    warnings.push(format!(
                        "AWS_XRAY_DAEMON_ADDRESS cannot be used: {error}; segments go to {}",
                        DaemonAddress::default()
                    ));
                    DaemonAddress::default()
                }))
            }
        });
        if let Some(name) = variable("AWS_XRAY_TRACING_NAME") {
            settings.name = name;
        }
        settings.dynamic_naming = variable("AWS_XRAY_URL");
        match variable("AWS_XRAY_SDK_ENABLED").as_deref() {
            None | Some("true" | "True" | "TRUE" | "1") => {}
            Some("false" | "False" | "FALSE" | "0") => {
                settings.off = Some("AWS_XRAY_SDK_ENABLED is false".to_owned());
            }
            Some(other) => warnings.push(format!(
                "AWS_XRAY_SDK_ENABLED is \"{other}\", which is neither true nor false: X-Ray stays on"
            )),
        }
        (settings, warnings)
    }

    /// X-Ray by this way, under the seeds' name.
    pub fn new(transport: XrayTransport) -> Self {
        Self {
            off: None,
            name: NAME.to_owned(),
            dynamic_naming: None,
            transport,
        }
    }

    /// No X-Ray, and why.
    pub fn off(why: impl Into<String>) -> Self {
        Self {
            off: Some(why.into()),
            ..Self::new(XrayTransport::Daemon(DaemonAddress::default()))
        }
    }
}

impl TracingSettings {
    /// These settings, with what suits most for the rest.
    pub fn new(opentelemetry: OpenTelemetry, xray: XraySettings) -> Self {
        Self {
            opentelemetry,
            xray,
            service_version: env!("CARGO_PKG_VERSION").to_owned(),
            drain: Duration::from_secs(5),
            console: None,
        }
    }
}
