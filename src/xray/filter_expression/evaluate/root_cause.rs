//! Root causes: their elements, and their shape as JSON.
//!
//! `first`, `last` and `index` speak of the lists that the API has: the services of a cause, the
//! `EntityPath` of a service, the exceptions of an entity
//! (<https://docs.aws.amazon.com/xray/latest/api/API_FaultRootCause.html>). Keywords that no such
//! element has are false, or have no value.

use serde_json::{Map, Value, json};

use super::super::keyword::{
    BooleanKeyword, NumberKeyword, RootCauseKind, RootCausePart, TextKeyword,
};
use super::element::{Element, Place};
use crate::trace::Exception;
use crate::trace::summary::{CauseEntity, CauseService, RootCause, Summary};

/// The causes of one kind.
pub(super) fn of(summary: &Summary, kind: RootCauseKind) -> &[RootCause] {
    match kind {
        RootCauseKind::Fault => &summary.fault_root_causes,
        RootCauseKind::Error => &summary.error_root_causes,
        RootCauseKind::ResponseTime => &summary.response_time_root_causes,
    }
}

/// Whether one of a cause's elements satisfies a test.
pub(super) fn any(
    cause: &RootCause,
    part: RootCausePart,
    test: &dyn Fn(&dyn Element) -> bool,
) -> bool {
    counted(&cause.services).any(|(service, place)| match part {
        RootCausePart::Service => test(&Service { service, place }),
        RootCausePart::Entity => counted(&service.path).any(|(entity, place)| {
            test(&Step {
                service,
                entity,
                place,
            })
        }),
        RootCausePart::Exception => service.path.iter().any(|entity| {
            counted(&entity.exceptions).any(|(exception, place)| test(&Thrown { exception, place }))
        }),
    })
}

fn counted<T>(items: &[T]) -> impl Iterator<Item = (&T, Place)> {
    let count = items.len();
    let places = (0..count).map(move |index| Place { index, count });
    items.iter().zip(places)
}

struct Service<'a> {
    service: &'a CauseService,
    place: Place,
}

struct Step<'a> {
    service: &'a CauseService,
    entity: &'a CauseEntity,
    place: Place,
}

struct Thrown<'a> {
    exception: &'a Exception,
    place: Place,
}

impl Element for Service<'_> {
    fn flag(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::Inferred => self.service.inferred,
            BooleanKeyword::First | BooleanKeyword::Root => self.place.is_first(),
            BooleanKeyword::Last => self.place.is_last(),
            _ => false,
        }
    }

    /// A service covers what the first of its entities covers: the others are inside that one.
    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::Index => self.place.number(),
            NumberKeyword::Coverage => self.service.path.first()?.coverage,
            _ => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool {
        let service = &self.service.service;
        match keyword {
            TextKeyword::Name => test(&service.name),
            TextKeyword::Type => service.kind.as_deref().is_some_and(test),
            _ => false,
        }
    }
}

impl Element for Step<'_> {
    fn flag(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::Inferred => self.service.inferred,
            BooleanKeyword::First => self.place.is_first(),
            BooleanKeyword::Last => self.place.is_last(),
            BooleanKeyword::Remote => self.entity.remote,
            _ => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::Index => self.place.number(),
            NumberKeyword::Coverage => self.entity.coverage,
            _ => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool {
        match keyword {
            TextKeyword::Name => test(&self.entity.name),
            TextKeyword::Type => self.service.service.kind.as_deref().is_some_and(test),
            TextKeyword::Message => {
                let mut exceptions = self.entity.exceptions.iter();
                exceptions.any(|exception| exception.message.as_deref().is_some_and(test))
            }
            _ => false,
        }
    }
}

impl Element for Thrown<'_> {
    fn flag(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::First => self.place.is_first(),
            BooleanKeyword::Last => self.place.is_last(),
            BooleanKeyword::Remote => self.exception.remote,
            _ => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        (keyword == NumberKeyword::Index)
            .then(|| self.place.number())
            .flatten()
    }

    fn any_text(&self, keyword: TextKeyword, test: &dyn Fn(&str) -> bool) -> bool {
        match keyword {
            TextKeyword::Name => self.exception.class.as_deref().is_some_and(test),
            TextKeyword::Message => self.exception.message.as_deref().is_some_and(test),
            _ => false,
        }
    }
}

/// Whether every one of some patterns fits a cause of the trace, of whichever kind.
///
/// A pattern's members must be those of the cause, and its lists as long as the cause's; members
/// that are not given may be anything. No pattern at all fits nothing: it would fit every trace.
pub(super) fn fit(summary: &Summary, patterns: &[Value]) -> bool {
    let causes: Vec<Value> = RootCauseKind::ALL
        .iter()
        .flat_map(|kind| of(summary, *kind))
        .map(as_json)
        .collect();
    let fits_one = |pattern: &Value| causes.iter().any(|cause| fits(pattern, cause));
    !patterns.is_empty() && patterns.iter().all(fits_one)
}

fn fits(pattern: &Value, value: &Value) -> bool {
    match (pattern, value) {
        (Value::Object(pattern), Value::Object(value)) => pattern
            .iter()
            .all(|(name, pattern)| fits(pattern, value.get(name).unwrap_or(&Value::Null))),
        (Value::Array(pattern), Value::Array(value)) => {
            pattern.len() == value.len()
                && pattern
                    .iter()
                    .zip(value)
                    .all(|(pattern, value)| fits(pattern, value))
        }
        // 1 and 1.0 are two values of serde_json, and one of JSON.
        (Value::Number(pattern), Value::Number(value)) => pattern.as_f64() == value.as_f64(),
        _ => pattern == value,
    }
}

fn as_json(cause: &RootCause) -> Value {
    let services: Vec<Value> = cause
        .services
        .iter()
        .map(|service| {
            let path: Vec<Value> = service.path.iter().map(entity_as_json).collect();
            json!({
                "Name": service.service.name,
                "Names": [service.service.name],
                "Type": service.service.kind,
                "AccountId": service.service.account_id,
                "Inferred": service.inferred,
                "EntityPath": path,
            })
        })
        .collect();
    json!({"Services": services, "ClientImpacting": cause.client_impacting})
}

fn entity_as_json(entity: &CauseEntity) -> Value {
    let mut members = Map::new();
    members.insert("Name".to_owned(), entity.name.clone().into());
    members.insert("Remote".to_owned(), entity.remote.into());
    if let Some(coverage) = entity.coverage {
        members.insert("Coverage".to_owned(), coverage.into());
    } else {
        let exceptions = entity.exceptions.iter();
        let exceptions = exceptions
            .map(|exception| json!({"Name": exception.class, "Message": exception.message}));
        members.insert("Exceptions".to_owned(), exceptions.collect());
    }
    Value::Object(members)
}
