//! The variables that turn any app into a client of the sandbox.

use super::api::honeycomb::keys;
use super::authority::HOSTS;

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
/// variable is for apps that pass it on, and [`https_environment`] for those that do not.
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

/// What is reached without a proxy in any case; tools disagree about how a name and an address is written.
const HERE: [&str; 5] = ["localhost", ".localhost", "127.0.0.1", "::1", "[::1]"];

/// Gives the variables that lead HTTPS to the sandbox at `url`, as to a proxy that is trusted
/// with the certificates of `bundle`.
///
/// Nothing of AWS's: its clients have an address in the environment that is plain HTTP, and for
/// that no proxy is set. Names of proxies are written both ways: curl reads `https_proxy`, others
/// read one of the two. Node adds to its own roots, and asks for a proxy only when told to, from
/// version 22.21 on. `not_through` is what needed no proxy so far.
pub fn https_environment(
    url: &str,
    bundle: &str,
    not_through: &str,
) -> Vec<(&'static str, String)> {
    let mut direct: Vec<&str> = HERE.to_vec();
    for entry in not_through
        .split([',', ' '])
        .filter(|entry| !entry.is_empty())
    {
        if !direct.contains(&entry) && !HOSTS.iter().any(|host| covers(entry, host)) {
            direct.push(entry);
        }
    }
    let direct = direct.join(",");
    vec![
        ("HTTPS_PROXY", url.to_owned()),
        ("https_proxy", url.to_owned()),
        ("NO_PROXY", direct.clone()),
        ("no_proxy", direct),
        ("CURL_CA_BUNDLE", bundle.to_owned()),
        ("NODE_EXTRA_CA_CERTS", bundle.to_owned()),
        ("NODE_USE_ENV_PROXY", "1".to_owned()),
        ("REQUESTS_CA_BUNDLE", bundle.to_owned()),
        ("SSL_CERT_FILE", bundle.to_owned()),
    ]
}

/// Whether an entry of `NO_PROXY` is for this host, for those too who look at nothing but the end.
fn covers(entry: &str, host: &str) -> bool {
    let entry = entry.to_ascii_lowercase();
    let name = entry.split(':').next().unwrap_or_default();
    let name = name.trim_start_matches('*').trim_start_matches('.');
    host.ends_with(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needed_no_proxy_still_needs_none_unless_it_would_lead_out() {
        let direct = |before: &str| {
            let variables = https_environment("http://127.0.0.1:4000", "/b.pem", before);
            let values: Vec<_> = variables
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case("no_proxy"))
                .map(|(_, value)| value.clone())
                .collect();
            assert_eq!(values.len(), 2);
            assert_eq!(values[0], values[1]);
            values[0].clone()
        };
        let here = HERE.join(",");
        assert_eq!(direct(""), here);
        assert_eq!(
            direct("git.corp.example, localhost ,10.0.0.0/8"),
            format!("{here},git.corp.example,10.0.0.0/8")
        );
        for leak in [
            "*",
            "api.rollbar.com",
            ".rollbar.com",
            "*.Honeycomb.io",
            "io",
            "bar.com",
            "api.honeycomb.io:443",
        ] {
            assert_eq!(direct(leak), here, "{leak}");
        }
        assert_eq!(direct("rollbar.example"), format!("{here},rollbar.example"));
    }
}
