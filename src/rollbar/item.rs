//! An item as it is sent: built once, scrubbed, and made to fit.

use serde_json::{Map, Value, json};

use super::fit::fit;
use super::level::Level;
use super::scrub::{scrub, scrub_address};

/// What only the sender knows: which occurrence it is, and when it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The occurrence's id, by which Rollbar drops what comes twice.
    pub uuid: String,
    /// When it happened, in seconds since the epoch.
    pub timestamp: i64,
}

/// Where items come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The environment, such as `production`.
    pub environment: String,
    /// The version of the code.
    pub code_version: Option<String>,
    /// The machine's name.
    pub host: String,
    /// The directory of the code.
    pub root: Option<String>,
    /// What the service is made with.
    pub framework: Option<String>,
}

/// One place of a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The file.
    pub filename: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The function.
    pub method: String,
}

/// A failure, and the way to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exception {
    /// What sort of failure, such as `DeliberateError`.
    pub class: String,
    /// What it says.
    pub message: String,
    /// The stack, the most recent call last.
    pub frames: Vec<Frame>,
}

/// The request during which it happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The whole address.
    pub url: String,
    /// The method.
    pub method: String,
    /// The headers, as they came.
    pub headers: Vec<(String, String)>,
    /// The query string, without its question mark.
    pub query_string: Option<String>,
    /// The address of whoever asked.
    pub user_ip: String,
}

/// An item that can be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    uuid: String,
    level: Level,
    data: Map<String, Value>,
}

impl Item {
    /// A message.
    pub fn message(identity: Identity, source: &Source, level: Level, text: &str) -> Self {
        let body = json!({ "message": { "body": text } });
        Self::new(identity, source, level, body)
    }

    /// A failure with what caused it, the outermost first.
    pub fn failure(identity: Identity, source: &Source, level: Level, chain: &[Exception]) -> Self {
        let traces: Vec<Value> = chain.iter().map(trace).collect();
        let body = match <[Value; 1]>::try_from(traces) {
            Ok([only]) => json!({ "trace": only }),
            Err(several) => json!({ "trace_chain": several }),
        };
        Self::new(identity, source, level, body)
    }

    fn new(identity: Identity, source: &Source, level: Level, body: Value) -> Self {
        let mut data = Map::new();
        let mut put = |name: &str, value: Value| drop(data.insert(name.to_owned(), value));
        put("timestamp", json!(identity.timestamp));
        put("environment", json!(bounded(&source.environment, 255)));
        put("level", json!(level.name()));
        put("language", json!("rust"));
        put(
            "notifier",
            json!({ "name": "cruddur-obs", "version": env!("CARGO_PKG_VERSION") }),
        );
        put("uuid", json!(identity.uuid));
        if let Some(framework) = &source.framework {
            put("framework", json!(framework));
        }
        if let Some(version) = &source.code_version {
            put("code_version", json!(bounded(version, 40)));
        }
        put("body", body);
        let mut server = json!({ "host": source.host });
        if let Some(root) = &source.root {
            server["root"] = json!(root);
        }
        put("server", server);
        Self {
            uuid: identity.uuid,
            level,
            data,
        }
    }

    /// Says where in the service it happened: the pattern of the route.
    #[must_use]
    pub fn context(mut self, context: &str) -> Self {
        self.data
            .insert("context".to_owned(), json!(bounded(context, 255)));
        self
    }

    /// Adds the request.
    #[must_use]
    pub fn request(mut self, request: &Request) -> Self {
        let headers: Map<String, Value> = request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let mut block = json!({
            "url": scrub_address(&request.url),
            "method": request.method,
            "headers": headers,
            "user_ip": request.user_ip,
        });
        if let Some(query) = &request.query_string {
            block["query_string"] = json!(query);
        }
        self.data.insert("request".to_owned(), block);
        self
    }

    /// Adds something of one's own.
    #[must_use]
    pub fn custom(mut self, name: &str, value: impl Into<Value>) -> Self {
        let custom = self
            .data
            .entry("custom")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(custom) = custom {
            custom.insert(name.to_owned(), value.into());
        }
        self
    }

    /// The occurrence's id.
    pub fn uuid(&self) -> &str {
        &self.uuid
    }

    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The body of the request that sends it: without secrets, and not too long.
    pub fn body(mut self) -> String {
        let mut data = Value::Object(std::mem::take(&mut self.data));
        scrub(&mut data);
        if let Value::Object(data) = &mut data {
            fit(data);
        }
        json!({ "data": data }).to_string()
    }
}

fn trace(exception: &Exception) -> Value {
    let frames: Vec<Value> = exception
        .frames
        .iter()
        .map(|frame| {
            json!({ "filename": frame.filename, "lineno": frame.line, "method": frame.method })
        })
        .collect();
    json!({
        "frames": frames,
        "exception": { "class": exception.class, "message": exception.message },
    })
}

fn bounded(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            uuid: "a165a64a-a793-4f28-8a1c-65bcc5273a25".to_owned(),
            timestamp: 1_795_167_757,
        }
    }

    fn source() -> Source {
        Source {
            environment: "production".to_owned(),
            host: "vm".to_owned(),
            ..Source::default()
        }
    }

    #[test]
    fn a_message_is_as_small_as_the_seeds() {
        let item = Item::message(identity(), &source(), Level::Warning, "Hello World!");
        let body: Value = serde_json::from_str(&item.body()).unwrap();
        let names: Vec<&String> = body["data"].as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "timestamp",
                "environment",
                "level",
                "language",
                "notifier",
                "uuid",
                "body",
                "server"
            ]
        );
        assert_eq!(body["data"]["body"]["message"]["body"], "Hello World!");
    }

    #[test]
    fn a_failure_with_a_cause_is_a_chain() {
        let exception = |class: &str| Exception {
            class: class.to_owned(),
            ..Exception::default()
        };
        let one = [exception("DeliberateError")];
        let item = Item::failure(identity(), &source(), Level::Error, &one);
        let body: Value = serde_json::from_str(&item.body()).unwrap();
        assert_eq!(
            body["data"]["body"]["trace"]["exception"]["class"],
            "DeliberateError"
        );
        let two = [exception("DeliberateError"), exception("KeyError")];
        let item = Item::failure(identity(), &source(), Level::Error, &two);
        let body: Value = serde_json::from_str(&item.body()).unwrap();
        assert_eq!(
            body["data"]["body"]["trace_chain"][1]["exception"]["class"],
            "KeyError"
        );
    }

    #[test]
    fn secrets_of_a_request_stay_here() {
        let request = Request {
            url: "http://localhost:4567/a?password=s3cret".to_owned(),
            headers: vec![
                ("authorization".to_owned(), "Bearer s3cret".to_owned()),
                ("x-honeycomb-team".to_owned(), "s3cret".to_owned()),
                ("accept".to_owned(), "*/*".to_owned()),
            ],
            query_string: Some("password=s3cret".to_owned()),
            ..Request::default()
        };
        let item = Item::message(identity(), &source(), Level::Error, "m").request(&request);
        let text = item.custom("token", "s3cret").body();
        assert!(!text.contains("s3cret"), "{text}");
        assert!(text.contains("*/*"));
    }
}
