//! Who it is that sends spans: the resource.
//!
//! <https://opentelemetry.io/docs/specs/semconv/resource/>

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::TelemetryResourceDetector;

use super::settings::{TracingSettings, XrayTransport};

/// The resource. What the settings say goes before what is found out; the name of the service, and
/// what the SDK says about itself, before everything.
pub(super) fn of(settings: &TracingSettings) -> Resource {
    let opentelemetry = &settings.opentelemetry;
    let mut attributes: Vec<KeyValue> = vec![
        KeyValue::new("service.version", settings.service_version.clone()),
        KeyValue::new("service.instance.id", uuid::Uuid::new_v4().to_string()),
        KeyValue::new("process.pid", i64::from(std::process::id())),
        KeyValue::new("process.runtime.name", "rust"),
        KeyValue::new("host.arch", std::env::consts::ARCH),
        KeyValue::new("os.type", std::env::consts::OS),
    ];
    let executable = std::env::current_exe().ok();
    let name = executable
        .as_ref()
        .and_then(|path| path.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    attributes.extend(name.map(|name| KeyValue::new("process.executable.name", name)));
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    if !host.is_empty() {
        attributes.push(KeyValue::new("host.name", host));
    }
    // Where one service receives both, it need not show both.
    let by_another_way = !matches!(settings.xray.transport, XrayTransport::Otlp { .. });
    if settings.xray.off.is_none() && by_another_way {
        attributes.push(KeyValue::new("aws.xray.sends_segments", true));
    }
    let given = opentelemetry.resource.iter();
    attributes.extend(given.map(|(key, value)| KeyValue::new(key.clone(), value.clone())));
    // Not `builder`, whose other detectors read the environment.
    Resource::builder_empty()
        .with_attributes(attributes)
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_service_name(opentelemetry.service_name.value.clone())
        .build()
}
