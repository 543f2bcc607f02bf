//! From JSON bodies to the members of a request.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sandbox::store::Fault;

/// Reads a request; no body at all is a request without members, as some SDKs send it.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    let body = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    serde_json::from_slice::<Object<T>>(body)
        .map(|Object(value)| value)
        .map_err(|error| Fault::new("SerializationException", error.to_string()))
}

/// Reads a request whose texts stay where they are, for bodies that are large.
pub(super) fn decode_in_place<'body, T: Deserialize<'body>>(body: &'body [u8]) -> Result<T, Fault> {
    let body = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    serde_json::from_slice::<InPlace<T>>(body)
        .map(|InPlace(value)| value)
        .map_err(|error| Fault::new("SerializationException", error.to_string()))
}

/// Writes an answer.
pub(super) fn encode(answer: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(answer).map_err(|error| Fault::internal(error.to_string()))
}

/// A structure that is written as a JSON object and nothing else: serde by itself would take an
/// array with the members in order.
#[derive(Debug, Default)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        serde_json::from_value(Value::Object(members))
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// As [`Object`], for a structure that borrows from the text.
#[derive(Debug)]
pub(super) struct InPlace<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InPlace<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = InPlace<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<InPlace<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(InPlace)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Request {
        #[serde(rename = "Count")]
        count: Option<i64>,
        #[serde(rename = "Inner")]
        inner: Option<Object<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        value: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Borrowing<'a> {
        #[serde(rename = "Count")]
        _count: Option<i64>,
        #[serde(rename = "Inner", borrow)]
        inner: Option<InPlace<Leaf<'a>>>,
    }

    #[derive(Debug, Deserialize)]
    struct Leaf<'a> {
        value: Option<&'a str>,
    }

    #[test]
    fn texts_may_stay_where_they_are() {
        let body = br#"{"Inner": {"value": "a"}}"#;
        let request: Borrowing<'_> = decode_in_place(body).unwrap();
        let value = request.inner.unwrap().0.value.unwrap();
        assert!(body.as_ptr_range().contains(&value.as_ptr()));
        let nothing: Borrowing<'_> = decode_in_place(b"").unwrap();
        assert!(nothing.inner.is_none());
    }

    #[test]
    fn nothing_null_and_unknown_members_are_absent() {
        for body in [
            "",
            " \n",
            "{}",
            r#"{"Count": null, "Inner": null}"#,
            r#"{"New": [1]}"#,
        ] {
            let request: Request = decode(body.as_bytes()).unwrap();
            assert!(request.count.is_none() && request.inner.is_none(), "{body}");
        }
    }

    #[test]
    fn a_wrong_type_is_a_serialization_error() {
        for body in [
            "[]",
            "[1]",
            "null",
            "1",
            "{",
            r#"{"Count": "1"}"#,
            r#"{"Count": 1.5}"#,
            r#"{"Inner": ["a"]}"#,
            r#"{"Inner": {"value": 1}}"#,
            "\u{0}",
            "{} x",
        ] {
            let fault = decode::<Request>(body.as_bytes()).unwrap_err();
            assert_eq!(fault.code, "SerializationException", "{body}");
            let fault = decode_in_place::<Borrowing<'_>>(body.as_bytes()).unwrap_err();
            assert_eq!(fault.code, "SerializationException", "{body}");
        }
        let request: Request = decode(br#"{"Inner": {"value": "a"}}"#).unwrap();
        assert_eq!(request.inner.unwrap().0.value.as_deref(), Some("a"));
    }
}
