//! Names of segments, and what they make miss.

use crate::telemetry::tracing::{XraySettings, XrayTransport};
use crate::xray::daemon_address::DaemonAddress;
use crate::xray::sampling_rule::SamplingRule;

fn rule(name: &str, service: &str) -> SamplingRule {
    let all = || "*".to_owned();
    SamplingRule {
        name: name.to_owned(),
        arn: String::new(),
        resource_arn: all(),
        priority: 9000,
        fixed_rate: 0.1,
        reservoir_size: 5,
        service_name: service.to_owned(),
        service_type: all(),
        host: all(),
        http_method: all(),
        url_path: all(),
        version: 1,
        attributes: std::collections::BTreeMap::new(),
        boost: None,
    }
}

#[test]
fn dynamic_naming_says_what_it_makes_miss() {
    let mut settings = XraySettings::new(XrayTransport::Daemon(DaemonAddress::default()));
    let host = "4567-ws.gitpod.example";
    let rules = [
        rule("Cruddur", "Cruddur"),
        rule("all", "*"),
        rule("hosts", "4567-*"),
    ];
    let groups = [
        ("Cruddur", "service(\"Cruddur\") {fault OR error}"),
        ("hosts", "service(\"4567-ws.gitpod.example\")"),
    ];
    assert_eq!(settings.name_for(host), "Cruddur");
    assert_eq!(settings.naming_misses(host, &rules, &groups), [""; 0]);
    settings.dynamic_naming = Some("*4567-WS.gitpod.example*".to_owned());
    assert_eq!(settings.name_for(host), host);
    assert_eq!(settings.name_for("127.0.0.1:4567"), "Cruddur");
    insta::assert_snapshot!(settings.naming_misses(host, &rules, &groups).join("\n"), @r#"
    AWS_XRAY_URL names segments of requests to 4567-ws.gitpod.example after that host, so sampling rule Cruddur (service Cruddur) does not apply to them; unset AWS_XRAY_URL, or give the rule the service 4567-ws.gitpod.example
    AWS_XRAY_URL names segments of requests to 4567-ws.gitpod.example after that host, so group Cruddur (service("Cruddur") {fault OR error}) does not hold them; unset AWS_XRAY_URL, or let the group ask for service("4567-ws.gitpod.example")
    "#);
}

#[test]
fn variables_of_x_rays_sdks() {
    let read = |variables: &[(&str, &str)]| {
        let find = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        XraySettings::read(find, None)
    };
    let address = |settings: &XraySettings| match &settings.transport {
        XrayTransport::Daemon(address) => address.to_string(),
        other => format!("{other:?}"),
    };
    let (settings, warnings) = read(&[]);
    assert_eq!(
        (settings.name.as_str(), address(&settings)),
        ("Cruddur", "127.0.0.1:2000".to_owned())
    );
    assert!(settings.off.is_none() && warnings.is_empty());
    let (settings, warnings) = read(&[
        ("AWS_XRAY_DAEMON_ADDRESS", "tcp:a:1 udp:b:2"),
        ("AWS_XRAY_TRACING_NAME", "backend-flask"),
        ("AWS_XRAY_URL", "*4567*"),
        ("AWS_XRAY_SDK_ENABLED", "false"),
    ]);
    assert_eq!(address(&settings), "tcp:a:1 udp:b:2");
    assert_eq!(settings.name, "backend-flask");
    assert_eq!(settings.dynamic_naming.as_deref(), Some("*4567*"));
    assert_eq!(
        settings.off.as_deref(),
        Some("AWS_XRAY_SDK_ENABLED is false")
    );
    assert!(warnings.is_empty());
    let (settings, warnings) = read(&[
        ("AWS_XRAY_DAEMON_ADDRESS", "http://a:1"),
        ("AWS_XRAY_SDK_ENABLED", "maybe"),
    ]);
    assert_eq!(address(&settings), "127.0.0.1:2000");
    assert_eq!(warnings.len(), 2, "{warnings:?}");
}
