//! Members of JSON bodies, taken one by one, so that a refusal names the one that is wrong.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// The members of a body; no body has none.
pub(super) fn of(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Refusal::bad("The request body must be a JSON object.")),
        Err(error) => Err(Refusal::bad(format!(
            "The request body could not be parsed: {error}"
        ))),
    }
}

/// A text.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong_type(name, "a text")),
    }
}

/// A whole number.
pub(super) fn whole(members: &Map<String, Value>, name: &str) -> Result<Option<i64>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_i64() {
            Some(number) => Ok(Some(number)),
            None => Err(wrong_type(name, "a whole number")),
        },
    }
}

/// True or false.
pub(super) fn boolean(members: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(wrong_type(name, "true or false")),
    }
}

fn wrong_type(name: &str, wanted: &str) -> Refusal {
    Refusal::member(name, "incorrect_type", format!("{name} must be {wanted}"))
}

/// A member that has to be there.
pub(super) fn required(name: &str) -> Refusal {
    Refusal::member(name, "missing", format!("{name} is required"))
}

/// A moment as answers have it.
pub(super) fn moment(milliseconds: i64) -> Value {
    Timestamp::from_millisecond(milliseconds)
        .map_or(Value::Null, |time| Value::String(time.to_string()))
}
