//! Makes an item small enough to be taken, and says in it what was cut.
//!
//! Rollbar's item page allows 1024 KB and its overview of the API 128 KB
//! (<https://docs.rollbar.com/reference/getting-started-1>): the smaller one is kept to.

use serde_json::{Map, Value, json};

/// The longest item, in bytes of its JSON, with room for what stands around it.
const MOST: usize = 127 * 1024;

/// Where it is said what was cut.
const CUT: &str = "cut_to_fit";

/// One way to make an item smaller, and what it takes away.
type Step = (&'static str, fn(&mut Map<String, Value>));

/// Cuts what is least missed first, until the item fits.
pub(super) fn fit(data: &mut Map<String, Value>) {
    let steps: [Step; 5] = [
        ("texts beyond 4096 bytes", |data| shorten(data, 4096)),
        ("frames in the middle of stacks", |data| thin(data)),
        ("texts beyond 512 bytes", |data| shorten(data, 512)),
        ("custom data", |data| drop(data.remove("custom"))),
        ("the request", |data| drop(data.remove("request"))),
    ];
    let mut cut: Vec<&str> = Vec::new();
    for (what, step) in steps {
        if size(data) <= MOST {
            break;
        }
        step(data);
        cut.push(what);
    }
    if size(data) > MOST {
        failsafe(data);
        cut.push("everything but where it came from");
    }
    if !cut.is_empty() {
        let custom = data.entry("custom").or_insert_with(|| json!({}));
        if let Value::Object(custom) = custom {
            custom.insert(CUT.to_owned(), json!(cut));
        }
    }
}

fn size(data: &Map<String, Value>) -> usize {
    // Strings and numbers always serialise.
    serde_json::to_vec(data).map_or(0, |text| text.len())
}

fn shorten(data: &mut Map<String, Value>, most: usize) {
    data.values_mut().for_each(|value| shortened(value, most));
}

fn shortened(value: &mut Value, most: usize) {
    match value {
        Value::String(text) if text.len() > most => {
            let end = text.floor_char_boundary(most);
            let cut = text.len() - end;
            text.truncate(end);
            text.push_str(&format!("… [{cut} bytes more]"));
        }
        Value::Array(all) => all.iter_mut().for_each(|one| shortened(one, most)),
        Value::Object(members) => members.values_mut().for_each(|one| shortened(one, most)),
        _ => {}
    }
}

/// Keeps the outermost frames and those nearest to the failure.
fn thin(data: &mut Map<String, Value>) {
    const OUTER: usize = 5;
    const INNER: usize = 25;
    let Some(body) = data.get_mut("body") else {
        return;
    };
    let thin_one = |trace: &mut Value| {
        if let Some(Value::Array(frames)) = trace.get_mut("frames")
            && frames.len() > OUTER + INNER
        {
            let inner = frames.split_off(frames.len() - INNER);
            frames.truncate(OUTER);
            frames.extend(inner);
        }
    };
    if let Some(trace) = body.get_mut("trace") {
        thin_one(trace);
    }
    if let Some(Value::Array(chain)) = body.get_mut("trace_chain") {
        chain.truncate(5);
        chain.iter_mut().for_each(thin_one);
    }
}

/// What is left of an item that cannot be made to fit: that there was one.
fn failsafe(data: &mut Map<String, Value>) {
    let kept = ["timestamp", "environment", "level", "uuid", "notifier"];
    data.retain(|name, value| kept.contains(&name.as_str()) && value.to_string().len() <= 1024);
    data.insert(
        "body".to_owned(),
        json!({ "message": { "body": "an item was too large to be sent" } }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(object) => object,
            _ => panic!("an object"),
        }
    }

    #[test]
    fn what_is_small_is_left_alone() {
        let mut data = object(json!({"body": {"message": {"body": "Hello World!"}}}));
        let before = data.clone();
        fit(&mut data);
        assert_eq!(data, before);
    }

    #[test]
    fn everything_fits_in_the_end() {
        let frames: Vec<Value> = (0..2000)
            .map(|line| json!({"filename": "a".repeat(300), "lineno": line}))
            .collect();
        let many: Map<String, Value> = (0..20_000)
            .map(|number| (format!("name {number}"), json!(number)))
            .collect();
        for (large, first) in [
            (
                json!({"body": {"message": {"body": "é".repeat(200_000)}}}),
                "texts beyond 4096 bytes",
            ),
            (
                json!({"body": {"trace": {"frames": frames}}}),
                "texts beyond 4096 bytes",
            ),
            (
                json!({"custom": many.clone(), "uuid": "u"}),
                "texts beyond 4096 bytes",
            ),
            (
                json!({"body": many, "uuid": "u"}),
                "texts beyond 4096 bytes",
            ),
        ] {
            let mut data = object(large);
            fit(&mut data);
            assert!(size(&data) <= MOST + 1024);
            assert_eq!(data["custom"][CUT][0], first);
        }
    }
}
