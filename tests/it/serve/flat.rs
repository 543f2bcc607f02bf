//! What was captured and what we send, as lists of paths and values that can be compared.
//!
//! Ids, times, ports, processes and hosts differ from run to run: of them the shape is kept. The
//! places of lists are left out where a list says the same of many things.

use std::collections::BTreeMap;

use serde_json::Value;

/// Paths with their values.
pub(super) type Flat = BTreeMap<String, String>;

/// Every value below `value`, under its path.
pub(super) fn flatten(value: &Value) -> Flat {
    let mut flat = Flat::new();
    walk("", value, &mut flat);
    flat
}

fn walk(path: &str, value: &Value, flat: &mut Flat) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(members) => {
            if members.is_empty() {
                flat.insert(path.to_owned(), "{}".to_owned());
            }
            for (name, value) in members {
                walk(&below(name), value, flat);
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                flat.insert(path.to_owned(), "[]".to_owned());
            }
            for item in items {
                walk(&format!("{path}[]"), item, flat);
            }
        }
        _ => {
            flat.insert(path.to_owned(), shown(path, value));
        }
    }
}

/// A value, or the shape of one that differs from run to run.
fn shown(path: &str, value: &Value) -> String {
    let name = path.rsplit('.').next().unwrap_or_default();
    let text = value.as_str().unwrap_or_default();
    match name {
        "id"
        | "parent_id"
        | "spanId"
        | "parentSpanId"
        | "traceId"
        | "trace_id"
        | "uuid"
        | "service.instance.id"
        | "cause" => format!("<{} characters>", text.len()),
        "start_time" | "end_time" | "startTimeUnixNano" | "endTimeUnixNano" | "timeUnixNano"
        | "timestamp" | "app.now" | "now" => {
            let is_number = value.is_number() || text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { "<time>" } else { "<ISO time>" }.to_owned()
        }
        "net.peer.port" | "net.host.port" | "pid" | "lineno" | "line" | "server.port"
        | "client.port" | "network.peer.port" => "<number>".to_owned(),
        "argv[]"
        | "root"
        | "host"
        | "working_directory"
        | "filename"
        | "path"
        | "code"
        | "method"
        | "label"
        | "exception.stacktrace"
            if !path.starts_with("http.") && !path.starts_with("request.") =>
        {
            "<text>".to_owned()
        }
        "message" => without_time(text),
        _ => match value {
            Value::String(text) => without_port(text),
            other => other.to_string(),
        },
    }
}

/// A log line's own time differs from run to run.
fn without_time(text: &str) -> String {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((time, rest)) if time.len() == 17 => format!("[<time>]{}", without_port(rest)),
        _ => text.to_owned(),
    }
}

/// A text with an address of this machine whose port is left out.
fn without_port(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|each: char| each.is_ascii_digit());
        out.push_str("127.0.0.1:PORT");
        out.push_str(rest);
    }
    out
}

/// Spans as one object: by kind and name, with attributes by key.
pub(super) fn spans(requests: &[Value]) -> Value {
    let mut all = serde_json::Map::new();
    for resource in requests.iter().flat_map(|one| list(&one["resourceSpans"])) {
        all.insert(
            "resource".to_owned(),
            attributes(&resource["resource"]["attributes"]),
        );
        for scope in list(&resource["scopeSpans"]) {
            for span in list(&scope["spans"]) {
                let mut span = span.clone();
                let name = span["name"].as_str().unwrap_or_default().to_owned();
                let kind = kind(&span["kind"]);
                let members = span.as_object_mut().expect("a span is an object");
                members.remove("kind");
                members.insert("scope".to_owned(), scope["scope"].clone());
                if let Some(url) = scope["schemaUrl"].as_str() {
                    members.insert("schemaUrl".to_owned(), url.into());
                }
                let found = attributes(&members["attributes"]);
                members.insert("attributes".to_owned(), found);
                if let Some(events) = members.get_mut("events").and_then(Value::as_array_mut) {
                    for event in events {
                        event["attributes"] = attributes(&event["attributes"]);
                    }
                }
                all.insert(format!("{kind} {name}"), span);
            }
        }
    }
    Value::Object(all)
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn kind(value: &Value) -> &'static str {
    match (value.as_str(), value.as_u64()) {
        (Some("SPAN_KIND_SERVER"), _) | (_, Some(2)) => "SERVER",
        (Some("SPAN_KIND_CLIENT"), _) | (_, Some(3)) => "CLIENT",
        (Some("SPAN_KIND_INTERNAL"), _) | (_, Some(1)) => "INTERNAL",
        _ => "OTHER",
    }
}

fn attributes(value: &Value) -> Value {
    let pairs = list(value).into_iter().map(|pair| {
        let key = pair["key"].as_str().unwrap_or_default().to_owned();
        // Each value is an object with one member, which names its type.
        let value = pair["value"]
            .as_object()
            .and_then(|value| value.iter().next())
            .map_or(Value::Null, |(kind, value)| match (kind.as_str(), value) {
                ("intValue", Value::String(text)) => {
                    text.parse::<i64>().map_or(Value::Null, Value::from)
                }
                _ => value.clone(),
            });
        (key, value)
    });
    Value::Object(pairs.collect())
}
