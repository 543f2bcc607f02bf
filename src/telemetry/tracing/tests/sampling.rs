//! What the variables of X-Ray's SDKs say.

use crate::telemetry::tracing::{XraySettings, XrayTransport};

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
