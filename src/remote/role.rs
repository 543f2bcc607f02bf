//! Calls made as another role: the daemon's `--role-arn`.

use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_sdk_xray::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The name that AWS's own daemon gives its sessions; policies and audit trails know it.
const SESSION: &str = "xray-daemon";

/// The same configuration with the credentials of `role`, which those of `sdk` ask STS for.
pub(super) async fn assume(
    role: &str,
    sdk: SdkConfig,
    endpoint: Option<&str>,
    transport: SharedHttpClient,
) -> SdkConfig {
    let mut base = sdk.to_builder().http_client(transport);
    base.set_endpoint_url(endpoint.map(str::to_owned));
    let mut builder = AssumeRoleProvider::builder(role)
        .session_name(SESSION)
        .configure(&base.build());
    if let Some(region) = sdk.region() {
        builder = builder.region(region.clone());
    }
    let provider = match sdk.credentials_provider() {
        Some(own) => builder.build_from_provider(own).await,
        None => builder.build().await,
    };
    sdk.to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .build()
}
