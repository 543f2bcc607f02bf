//! Builds the clients, once, from settings that are known to be usable.

use std::path::Path;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_xray::config::Credentials as Keys;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::calls::Calls;
use super::facts::Facts;
use super::logs::LogsClient;
use super::secrets::Secrets;
use super::signer::Signer;
use super::transport::{self, LocalService};
use super::xray::XrayClient;
use super::{retry, role};
use crate::error::Result;
use crate::settings::{AwsAccess, Credentials};

/// The host that in-process requests are addressed to; no socket is opened for it.
const IN_PROCESS: &str = "http://sandbox.localhost";

/// The clients of one run.
#[derive(Debug, Clone)]
pub struct Clients {
    /// AWS X-Ray.
    pub xray: XrayClient,
    /// CloudWatch Logs.
    pub logs: LogsClient,
    /// Signs requests to X-Ray that no client has an operation for.
    pub signer: Signer,
    /// What has been called so far.
    pub calls: Calls,
    /// Where the calls go.
    pub facts: Facts,
}

/// How the daemon's own flags bend the way of its calls.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// The role to call as.
    pub role_arn: Option<String>,
    /// The proxy to call through, in place of the environment's.
    pub proxy: Option<String>,
}

/// Builds the clients; `local` answers in place of a network where the sandbox is in process.
pub async fn connect(
    access: &AwsAccess,
    ca_bundle: Option<&Path>,
    local: Option<LocalService>,
) -> Result<Clients> {
    connect_by(&Route::default(), access, ca_bundle, local).await
}

/// Builds the clients as [`connect`] does, with a route of their own.
pub async fn connect_by(
    route: &Route,
    access: &AwsAccess,
    ca_bundle: Option<&Path>,
    local: Option<LocalService>,
) -> Result<Clients> {
    let proxy = route.proxy.as_deref();
    let calls = Calls::default();
    let secrets = Secrets::default();
    if let Credentials::Static {
        access_key_id,
        secret_access_key,
        session_token,
    } = &access.credentials
    {
        secrets.learn_access_key(&access_key_id.value);
        secrets.learn(secret_access_key.expose());
        if let Some(token) = session_token {
            secrets.learn(token.expose());
        }
    }
    let facts = Facts::of(access, secrets.clone(), calls.clone());
    let endpoint = |given: &Option<(String, String)>| match (given, &local) {
        (_, Some(_)) => Some(IN_PROCESS.to_owned()),
        (Some((url, _)), None) => Some(url.clone()),
        (None, None) => None,
    };
    let xray_endpoint = endpoint(&facts.xray_endpoint);
    let logs_endpoint = endpoint(&facts.logs_endpoint);
    let transport_to = |endpoint: &Option<String>| match &local {
        Some(service) => Ok(transport::local(service.clone())),
        None => transport::network(endpoint.as_deref(), ca_bundle, proxy),
    };
    let xray_transport = transport_to(&xray_endpoint)?;
    let logs_transport = if logs_endpoint == xray_endpoint {
        xray_transport.clone()
    } else {
        transport_to(&logs_endpoint)?
    };
    // Credential providers call endpoints of their own (SSO, STS), over TLS; with keys at hand
    // none is called, and the certificates need not be read.
    let providers = match &access.credentials {
        Credentials::Static { .. } => xray_transport.clone(),
        Credentials::Profile { .. } | Credentials::Chain { .. } => transport_to(&None)?,
    };
    let sdk = configuration(access, providers).await;
    let sdk = match &route.role_arn {
        None => sdk,
        Some(role) => {
            let endpoint = access.endpoint_sts.as_ref().map(|setting| &*setting.value);
            let transport = transport::network(endpoint, ca_bundle, proxy)?;
            Box::pin(role::assume(role, sdk, endpoint, transport)).await
        }
    };

    let mut xray = aws_sdk_xray::config::Builder::from(&sdk)
        .http_client(xray_transport)
        .retry_classifier(retry::Classifier)
        .interceptor(calls.clone())
        .interceptor(secrets.clone());
    xray.set_endpoint_url(xray_endpoint);
    let mut logs = aws_sdk_cloudwatchlogs::config::Builder::from(&sdk)
        .http_client(logs_transport)
        .retry_classifier(retry::Classifier)
        .interceptor(calls.clone())
        .interceptor(secrets);
    logs.set_endpoint_url(logs_endpoint);

    Ok(Clients {
        signer: Signer::new(
            "xray",
            access.region.value.clone(),
            sdk.credentials_provider(),
        ),
        xray: XrayClient::new(aws_sdk_xray::Client::from_conf(xray.build()), facts.clone()),
        logs: LogsClient::new(
            aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
            facts.clone(),
        ),
        calls,
        facts,
    })
}

/// A call may take as long as the settings say; an attempt is given up earlier, so that there is
/// time for another.
fn timeouts(access: &AwsAccess) -> TimeoutConfig {
    let most = u64::from(access.limits.timeout.value);
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(most.min(5)))
        .operation_attempt_timeout(Duration::from_secs(most.min(10)))
        .operation_timeout(Duration::from_secs(most))
        .build()
}

/// AWS's own resolution for all that the settings leave open.
async fn configuration(access: &AwsAccess, transport: SharedHttpClient) -> SdkConfig {
    let mut loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(access.region.value.clone()))
        .http_client(transport.clone())
        .retry_config(retry::configuration(access.limits.max_attempts.value))
        .timeout_config(timeouts(access));
    loader = loader.profile_files(profile_files(access));
    match &access.credentials {
        Credentials::Static { .. } => {
            if let Some(keys) = static_keys(&access.credentials) {
                loader = loader.credentials_provider(keys);
            }
        }
        // The profile was chosen over keys that stand in the environment: name its provider.
        Credentials::Profile { name, .. } => {
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&provider_configuration(access, transport))
                .profile_name(name.value.clone())
                .profile_files(profile_files(access))
                .build();
            loader = loader
                .profile_name(name.value.clone())
                .credentials_provider(provider);
        }
        Credentials::Chain { .. } => {}
    }
    loader.load().await
}

/// What a provider needs that is named by hand: without a client of its own, the first one that
/// calls SSO, STS or a sign-in service ends the process.
fn provider_configuration(access: &AwsAccess, transport: SharedHttpClient) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_region(Some(Region::new(access.region.value.clone())))
        .with_http_client(transport)
        .with_retry_config(retry::configuration(access.limits.max_attempts.value))
        .with_timeout_config(timeouts(access))
}

/// The files that the settings found, and no others: none for the sandbox.
fn profile_files(access: &AwsAccess) -> EnvConfigFiles {
    // The SDK wants at least one; this one says nothing.
    let mut files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, "");
    if !access.sandbox {
        let given = [
            (EnvConfigFileKind::Config, &access.config_file),
            (EnvConfigFileKind::Credentials, &access.credentials_file),
        ];
        for (kind, path) in given {
            if let Some(path) = path.as_ref().filter(|path| path.exists()) {
                files = files.with_file(kind, path);
            }
        }
    }
    files.build()
}

fn static_keys(credentials: &Credentials) -> Option<Keys> {
    match credentials {
        Credentials::Static {
            access_key_id,
            secret_access_key,
            session_token,
        } => Some(Keys::new(
            access_key_id.value.clone(),
            secret_access_key.expose(),
            session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
            None,
            "cruddur-obs settings",
        )),
        Credentials::Profile { .. } | Credentials::Chain { .. } => None,
    }
}
