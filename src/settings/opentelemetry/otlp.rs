//! Where spans go over the wire: each variable has a form for all signals and one for traces,
//! which wins.

use std::path::PathBuf;
use std::time::Duration;

use super::read::Reader;
use super::{Otlp, SandboxOtlp};
use crate::settings::pairs::pairs;
use crate::settings::{Origin, Secret, Setting};

/// Where Honeycomb takes spans.
const HONEYCOMB: &str = "https://api.honeycomb.io";

/// The header that Honeycomb's key goes in.
const TEAM: &str = "x-honeycomb-team";

/// Where a collector on this machine takes spans, as the specification has it.
const COLLECTOR: &str = "http://localhost:4318";

/// The path of traces, below the address for all signals.
const PATH: &str = "/v1/traces";

/// Reads the place, or says why there is none.
pub(super) fn read(
    reader: &mut Reader<'_>,
    sandbox: Option<&SandboxOtlp>,
    is_asked_for: bool,
) -> Result<Otlp, String> {
    protocol(reader, sandbox.is_some());
    let mut headers = headers(reader);
    let key = reader.text("HONEYCOMB_API_KEY").cloned();
    let url = match sandbox {
        Some(sandbox) => Setting::new(below(&sandbox.url), Origin::Sandbox),
        None => url(reader, key.as_ref(), is_asked_for)?,
    };
    let key = match (&key, sandbox) {
        (Some(key), _) => Some(Secret::new(key.value.trim())),
        (None, Some(sandbox)) => Some(Secret::new(sandbox.key.clone())),
        (None, None) => None,
    };
    let is_honeycomb = sandbox.is_some() || url.value.contains("honeycomb.io");
    let given = headers.iter().find(|(name, _)| name == TEAM);
    match (given, key) {
        (None, Some(key)) if is_honeycomb => headers.push((TEAM.to_owned(), key)),
        (Some((_, given)), Some(key)) if is_honeycomb && *given != key && sandbox.is_none() => {
            let text = format!(
                "spans are sent with the key {given} of OTEL_EXPORTER_OTLP_HEADERS, and HONEYCOMB_API_KEY is another one, {key}"
            );
            reader.warn(text);
        }
        _ => {}
    }
    let gzip = compression(reader);
    let timeout = reader
        .number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", 1)
        .or_else(|| reader.number("OTEL_EXPORTER_OTLP_TIMEOUT", 1));
    let certificate = reader.first(&[
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
    ]);
    let certificate = certificate
        .filter(|_| sandbox.is_none())
        .map(|(_, setting)| PathBuf::from(&setting.value));
    Ok(Otlp {
        headers,
        gzip,
        timeout: timeout.map_or(Duration::from_secs(10), Duration::from_millis),
        certificate,
        url,
    })
}

fn url(
    reader: &Reader<'_>,
    key: Option<&Setting<String>>,
    is_asked_for: bool,
) -> Result<Setting<String>, String> {
    if let Some(whole) = reader.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
        return checked(whole, str::to_owned);
    }
    if let Some(base) = reader.text("OTEL_EXPORTER_OTLP_ENDPOINT") {
        return checked(base, below);
    }
    if let Some(base) = reader.text("HONEYCOMB_API_ENDPOINT") {
        return checked(base, below);
    }
    match key {
        Some(key) => Ok(Setting::new(below(HONEYCOMB), key.origin.clone())),
        None if is_asked_for => Ok(Setting::new(below(COLLECTOR), Origin::Default)),
        None => Err(
            "no endpoint: set OTEL_EXPORTER_OTLP_ENDPOINT, or HONEYCOMB_API_KEY for Honeycomb"
                .to_owned(),
        ),
    }
}

fn checked(
    setting: &Setting<String>,
    make: impl Fn(&str) -> String,
) -> Result<Setting<String>, String> {
    let url = setting.value.trim();
    let lower = url.to_ascii_lowercase();
    let rest = ["http://", "https://"]
        .into_iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    let is_url = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    if !is_url || url.contains(char::is_whitespace) {
        return Err(format!(
            "{} is \"{url}\", which is no URL such as http://localhost:4318",
            setting.origin
        ));
    }
    Ok(Setting::new(make(url), setting.origin.clone()))
}

fn below(base: &str) -> String {
    format!("{}{PATH}", base.trim_end_matches('/'))
}

fn protocol(reader: &mut Reader<'_>, is_sandbox: bool) {
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
    ];
    let Some((name, setting)) = reader.first(&names) else {
        return;
    };
    let protocol = setting.value.trim().to_ascii_lowercase();
    if protocol == "http/protobuf" {
        return;
    }
    let endpoint = reader.text("OTEL_EXPORTER_OTLP_ENDPOINT");
    let is_grpc_port =
        endpoint.is_some_and(|one| one.value.trim_end_matches('/').ends_with(":4317"));
    let port = if is_grpc_port && !is_sandbox {
        "; port 4317 is for gRPC, and 4318 is the one for HTTP"
    } else {
        ""
    };
    reader.warn(format!(
        "{name} is \"{protocol}\", which is not spoken here; http/protobuf is used{port}"
    ));
}

fn compression(reader: &mut Reader<'_>) -> bool {
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
    ];
    let Some((name, setting)) = reader.first(&names) else {
        return false;
    };
    match setting.value.trim().to_ascii_lowercase().as_str() {
        "gzip" => true,
        "none" => false,
        other => {
            let text = format!("{name} is \"{other}\"; gzip and none are known, and none is used");
            reader.warn(text);
            false
        }
    }
}

fn headers(reader: &mut Reader<'_>) -> Vec<(String, Secret)> {
    let names = [
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_HEADERS",
    ];
    let Some((name, setting)) = reader.first(&names) else {
        return Vec::new();
    };
    let (known, wrong) = pairs(&setting.value);
    for pair in wrong {
        // It may be a key that stands there on its own.
        let shown = Secret::new(pair);
        reader.warn(format!(
            "{name}: {shown} is not of the form name=value, and left out; for Honeycomb write {TEAM}=KEY"
        ));
    }
    let mut headers: Vec<(String, Secret)> = Vec::new();
    for (key, value) in known {
        let key = key.to_ascii_lowercase();
        if value.contains("${") {
            reader.warn(format!(
                "{name}: the value of {key} has a variable in it that was not filled in"
            ));
        }
        let is_valid = !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
            && value
                .bytes()
                .all(|byte| matches!(byte, b' '..=b'~' | b'\t' | 0x80..));
        if !is_valid {
            reader.warn(format!(
                "{name}: {key:?} cannot be sent as a header, and is left out"
            ));
            continue;
        }
        headers.retain(|(known, _)| *known != key);
        headers.push((key, Secret::new(value)));
    }
    headers
}
