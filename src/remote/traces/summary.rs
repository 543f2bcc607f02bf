//! A trace in a few words, as X-Ray sends it.

use std::collections::BTreeMap;

use aws_sdk_xray::types;

use super::{micros, root_causes, service_id, time};
use crate::trace::summary::{Given, ServiceId, Summary};
use crate::trace::{AnnotationValue, Http, Time};

/// Reads a summary; `None` where its id is none.
pub(super) fn summary(found: &types::TraceSummary) -> Option<Summary> {
    let id: crate::trace::TraceId = found.id()?.parse().ok()?;
    // Older answers have no start: the id does, where an SDK of X-Ray made it.
    let start = found
        .start_time()
        .or(found.matched_event_time())
        .map(time)
        .or_else(|| Time::from_seconds(f64::from(id.stamp())))
        .unwrap_or_default();
    Some(Summary {
        id,
        start,
        duration: found.duration().and_then(micros).unwrap_or(0),
        response_time: found.response_time().and_then(micros),
        has_fault: found.has_fault().unwrap_or(false),
        has_error: found.has_error().unwrap_or(false),
        has_throttle: found.has_throttle().unwrap_or(false),
        is_partial: found.is_partial().unwrap_or(false),
        http: found.http().and_then(http),
        annotations: found
            .annotations()
            .into_iter()
            .flatten()
            .map(|(key, values)| (key.clone(), values.iter().filter_map(annotation).collect()))
            .collect::<BTreeMap<_, _>>(),
        users: found
            .users()
            .iter()
            .filter_map(|user| {
                Some(Given {
                    value: user.user_name()?.to_owned(),
                    services: services(user.service_ids()),
                })
            })
            .collect(),
        services: services(found.service_ids()),
        entry_point: found.entry_point().map(service_id),
        resource_arns: texts(
            found
                .resource_arns()
                .iter()
                .map(types::ResourceArnDetail::arn),
        ),
        instance_ids: texts(found.instance_ids().iter().map(types::InstanceIdDetail::id)),
        availability_zones: texts(
            found
                .availability_zones()
                .iter()
                .map(types::AvailabilityZoneDetail::name),
        ),
        fault_root_causes: root_causes::of_faults(found.fault_root_causes()),
        error_root_causes: root_causes::of_errors(found.error_root_causes()),
        response_time_root_causes: root_causes::of_response_times(
            found.response_time_root_causes(),
        ),
    })
}

fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    texts.flatten().map(str::to_owned).collect()
}

fn services(services: &[types::ServiceId]) -> Vec<ServiceId> {
    services.iter().map(service_id).collect()
}

fn annotation(value: &types::ValueWithServiceIds) -> Option<Given<AnnotationValue>> {
    Some(Given {
        value: match value.annotation_value()? {
            types::AnnotationValue::BooleanValue(boolean) => AnnotationValue::Boolean(*boolean),
            types::AnnotationValue::NumberValue(number) => AnnotationValue::Number(*number),
            types::AnnotationValue::StringValue(text) => AnnotationValue::String(text.clone()),
            _ => return None,
        },
        services: services(value.service_ids()),
    })
}

/// `None` where the member is there and says nothing, as in traces that HTTP did not begin.
fn http(found: &types::Http) -> Option<Http> {
    let http = Http {
        url: found.http_url().map(str::to_owned),
        method: found.http_method().map(str::to_owned),
        user_agent: found.user_agent().map(str::to_owned),
        client_ip: found.client_ip().map(str::to_owned),
        status: found.http_status().map(i64::from),
        ..Http::default()
    };
    (http != Http::default()).then_some(http)
}
