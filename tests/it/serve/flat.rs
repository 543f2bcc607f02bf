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

/// Ends of paths whose values differ from run to run, and what is kept of them.
const SHAPES: [(&str, &str); 31] = [
    (".id", "<id>"),
    ("parent_id", "<id>"),
    ("trace_id", "<id>"),
    ("spanId", "<id>"),
    ("parentSpanId", "<id>"),
    ("traceId", "<id>"),
    ("uuid", "<id>"),
    ("service.instance.id", "<id>"),
    ("start_time", "<time>"),
    ("end_time", "<time>"),
    ("TimeUnixNano", "<time>"),
    ("timeUnixNano", "<time>"),
    ("timestamp", "<time>"),
    ("app.now", "<time>"),
    ("key.now", "<time>"),
    (".port", "<number>"),
    ("pid", "<number>"),
    ("lineno", "<number>"),
    ("stack[].line", "<number>"),
    ("status.code", "<text>"),
    ("argv[]", "<text>"),
    ("server.root", "<text>"),
    ("server.host", "<text>"),
    ("host.name", "<text>"),
    ("working_directory", "<text>"),
    ("frames[].filename", "<text>"),
    ("stack[].path", "<text>"),
    ("stack[].label", "<text>"),
    ("frames[].method", "<text>"),
    ("exception.stacktrace", "<text>"),
    ("duration_ms", "<number>"),
];

/// A value, or the shape of one that differs from run to run.
fn shown(path: &str, value: &Value) -> String {
    let name = path.rsplit('.').next().unwrap_or_default();
    let text = value.as_str().unwrap_or_default();
    if path == "id" || (name == "cause" && value.is_string()) {
        return "<id>".to_owned();
    }
    // The host that was asked for has a port, and stays.
    let shape = SHAPES.iter().find(|(end, _)| path.ends_with(end));
    match shape {
        Some((end, shape)) if !(*end == "host.name" && text.contains(':')) => {
            return (*shape).to_owned();
        }
        _ => {}
    }
    match value {
        Value::String(text) if name == "message" => without_time(text),
        Value::String(text) => without_port(text),
        other => other.to_string(),
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
                let found = attributes(members.get("attributes").unwrap_or(&Value::Null));
                members.insert("attributes".to_owned(), found);
                // What protobuf leaves out, its JSON may write all the same.
                prune(&mut members["scope"]);
                members.values_mut().for_each(prune);
                members.retain(|_, value| !is_default(value));
                if let Some(events) = members.get_mut("events").and_then(Value::as_array_mut) {
                    for event in events {
                        event["attributes"] = attributes(&event["attributes"]);
                        prune(event);
                    }
                }
                // A request has one server span; its name is compared with the rest.
                let key = match kind {
                    "CLIENT" => format!("{kind} {name}"),
                    _ => kind.to_owned(),
                };
                all.insert(key, span);
            }
        }
    }
    Value::Object(all)
}

/// Leaves out members that have their type's default, at one level.
fn prune(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, value| !is_default(value));
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
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
