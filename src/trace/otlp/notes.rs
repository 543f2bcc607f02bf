//! Annotations and metadata: what X-Ray has no members for.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::attributes::Attributes;
use super::value::Json;

/// What a span and its resource say beyond X-Ray's members.
pub(super) struct Notes<'a> {
    pub(super) attributes: &'a Attributes<'a>,
    /// Only segments tell of their resource.
    pub(super) resource: &'a [(&'a str, &'a AnyValue)],
}

impl Notes<'_> {
    /// Writes what there is: the keys that `aws.xray.annotations` lists can be searched for.
    pub(super) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if self.annotations().next().is_some() {
            map.serialize_entry("annotations", &Annotations(self))?;
        }
        if self.metadata().next().is_some() || !self.resource.is_empty() {
            map.serialize_entry("metadata", &Metadata(self))?;
        }
        Ok(())
    }

    fn annotations(&self) -> impl Iterator<Item = &(&str, &AnyValue)> {
        let others = self.attributes.others.iter();
        others.filter(|(key, value)| self.is_annotation(key, value))
    }

    fn metadata(&self) -> impl Iterator<Item = &(&str, &AnyValue)> {
        let others = self.attributes.others.iter();
        others.filter(|(key, value)| !self.is_annotation(key, value))
    }

    fn is_annotation(&self, key: &str, value: &AnyValue) -> bool {
        let is_plain = matches!(
            value.value,
            Some(
                Value::StringValue(_)
                    | Value::BoolValue(_)
                    | Value::IntValue(_)
                    | Value::DoubleValue(_)
            )
        );
        is_plain && self.attributes.annotated.contains(&key)
    }
}

struct Annotations<'a>(&'a Notes<'a>);

impl Serialize for Annotations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let annotations = self.0.annotations();
        serializer.collect_map(annotations.map(|(key, value)| (indexed(key), Json(value))))
    }
}

/// A key as X-Ray indexes it.
fn indexed(key: &str) -> String {
    let allowed = |character: char| {
        if character.is_ascii_alphanumeric() {
            character
        } else {
            '_'
        }
    };
    key.chars().map(allowed).collect()
}

struct Metadata<'a>(&'a Notes<'a>);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut namespaces = serializer.serialize_map(Some(1))?;
        namespaces.serialize_entry("default", &Default(self.0))?;
        namespaces.end()
    }
}

struct Default<'a>(&'a Notes<'a>);

impl Serialize for Default<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.0.metadata() {
            map.serialize_entry(key, &Json(value))?;
        }
        for (key, value) in self.0.resource {
            map.serialize_entry(&format!("otel.resource.{key}"), &Json(value))?;
        }
        map.end()
    }
}
