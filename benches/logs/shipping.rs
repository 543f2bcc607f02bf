//! The operations that the parts call.

use serde_json::{Value, json};

use super::Result;
use super::client::Client;

/// Calls an operation.
pub(crate) fn call(client: &mut Client, operation: &str, body: &[u8]) -> Result<Value> {
    let target = format!("X-Amz-Target: Logs_20140328.{operation}\r\n");
    let answer = client.ask("POST", "/", &target, body)?;
    if answer.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_slice(&answer)?)
}

/// Makes the group and so many streams, `s0` and so on.
pub(crate) fn prepare(url: &str, streams: u64) -> Result<()> {
    let mut client = Client::connect(url)?;
    let mut make = |operation: &str, body: Value| {
        call(&mut client, operation, body.to_string().as_bytes()).map(drop)
    };
    make("CreateLogGroup", json!({"logGroupName": "bench"}))?;
    for stream in 0..streams {
        let name = format!("s{stream}");
        make(
            "CreateLogStream",
            json!({"logGroupName": "bench", "logStreamName": name}),
        )?;
    }
    Ok(())
}

/// Puts events; nothing may be rejected.
pub(crate) fn put(client: &mut Client, body: &[u8]) -> Result<()> {
    let answer = call(client, "PutLogEvents", body)?;
    match answer.get("rejectedLogEventsInfo") {
        None => Ok(()),
        Some(rejected) => Err(format!("rejected: {rejected}").into()),
    }
}

/// Searches to the end; gives how many events were found on how many pages.
pub(crate) fn search(client: &mut Client, pattern: &str) -> Result<(usize, usize)> {
    let mut request = json!({"logGroupName": "bench", "filterPattern": pattern});
    let (mut events, mut pages) = (0, 0);
    loop {
        let page = call(client, "FilterLogEvents", request.to_string().as_bytes())?;
        events += page["events"].as_array().map_or(0, Vec::len);
        pages += 1;
        if page["nextToken"].is_null() {
            return Ok((events, pages));
        }
        request["nextToken"] = page["nextToken"].clone();
    }
}
