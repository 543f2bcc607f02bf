//! The variables that turn any app into a client of the sandbox.

use super::api::honeycomb::keys;

/// The token that is given to Rollbar's notifiers: any of its kind is taken.
pub const ROLLBAR_TOKEN: &str = "5a4db0c5a4db0c5a4db0c5a4db0c5a4d";

/// The key that is given to Honeycomb's clients.
pub const HONEYCOMB_KEY: &str = keys::USUAL;

/// Gives the variables for a sandbox at `url`.
///
/// `AWS_ENDPOINT_URL` leads every AWS service of an SDK there,
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>. The credentials are
/// dummies on purpose: any signature is accepted, and real keys should not be near a sandbox. Both
/// names of the region are set because SDKs disagree about them: boto3 and the first AWS CLI read
/// only `AWS_DEFAULT_REGION`, the others only `AWS_REGION`. Host prefixes are off because Live Tail
/// would otherwise look for a host called `stream-127.0.0.1`. The instance metadata service is off
/// so that nothing waits for one that is not there.
///
/// What is sent by OpenTelemetry and by Honeycomb's own clients goes to the sandbox as to Honeycomb,
/// with a key that it takes. Rollbar's notifiers read no address from the environment; the
/// variable is for apps that pass it on.
///
/// `daemon` is where X-Ray SDKs send segments and ask for sampling rules.
pub fn client_environment(
    url: &str,
    daemon: Option<&str>,
    region: &str,
) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_ACCESS_KEY_ID", "sandbox".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("HONEYCOMB_API_ENDPOINT", url.to_owned()),
        ("HONEYCOMB_API_KEY", keys::USUAL.to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.to_owned()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            format!("x-honeycomb-team={}", keys::USUAL),
        ),
        ("ROLLBAR_ACCESS_TOKEN", ROLLBAR_TOKEN.to_owned()),
        ("ROLLBAR_ENDPOINT", format!("{url}/api/1/")),
    ];
    if let Some(daemon) = daemon {
        variables.push(("AWS_XRAY_DAEMON_ADDRESS", daemon.to_owned()));
    }
    variables
}
