//! Data points become events: those of one moment with the same attributes become one.
//!
//! Honeycomb documents this much, <https://docs.honeycomb.io/send-data/metrics/>: a metric is a field
//! of its name, and a histogram is several, of which here are `.count`, `.sum`, `.avg`, `.min` and
//! `.max`. Percentiles of histograms, and turning running totals into steps, are not done.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, NumberDataPoint, metric::Data, number_data_point,
};
use prost::Message as _;

use super::super::event::{Field, FieldValue, HoneycombEvent};
use super::super::names;
use super::{Arrived, Visit, attributes, moment, text};

/// A moment, and the attributes as bytes.
type Place = (u64, Vec<u8>);

/// The points of one place: their attributes, and what was measured.
type Points<'a> = BTreeMap<Place, (&'a [KeyValue], Vec<Field<'a>>)>;

/// Gives the events of a request.
pub(super) fn visit(
    request: &ExportMetricsServiceRequest,
    arrived: Arrived<'_>,
    visit: &mut Visit<'_>,
) {
    let dataset = names::of_metrics(arrived.dataset);
    for of_resource in &request.resource_metrics {
        let resource =
            super::resource_fields(of_resource.resource.as_ref(), &of_resource.schema_url);
        for of_scope in &of_resource.scope_metrics {
            let scope = super::scope_fields(of_scope.scope.as_ref(), &of_scope.schema_url);
            let mut points = Points::new();
            for metric in &of_scope.metrics {
                gather(metric, &mut points);
            }
            for ((time, _), (own, measured)) in points {
                let mut fields = vec![text("meta.signal_type", "metric")];
                let around = resource.iter().chain(&scope);
                fields.extend(around.map(|(name, value)| (name.as_ref().into(), value.borrowed())));
                attributes::add(&mut fields, own);
                fields.extend(measured);
                let time = match time {
                    0 => arrived.at.saturating_mul(1_000_000),
                    time => moment(time),
                };
                visit(
                    &dataset,
                    &HoneycombEvent {
                        time,
                        sample_rate: 1,
                        fields,
                    },
                );
            }
        }
    }
}

fn gather<'a>(metric: &'a Metric, points: &mut Points<'a>) {
    let name = metric.name.as_str();
    match &metric.data {
        None => {}
        Some(Data::Gauge(gauge)) => numbers(name, &gauge.data_points, points),
        Some(Data::Sum(sum)) => numbers(name, &sum.data_points, points),
        Some(Data::Histogram(histogram)) => {
            for point in &histogram.data_points {
                let fields = [("sum", point.sum), ("min", point.min), ("max", point.max)];
                let measured = distribution(name, point.count, &fields);
                put(points, point.time_unix_nano, &point.attributes, measured);
            }
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            for point in &histogram.data_points {
                let fields = [("sum", point.sum), ("min", point.min), ("max", point.max)];
                let measured = distribution(name, point.count, &fields);
                put(points, point.time_unix_nano, &point.attributes, measured);
            }
        }
        Some(Data::Summary(summary)) => {
            for point in &summary.data_points {
                let mut measured = distribution(name, point.count, &[("sum", Some(point.sum))]);
                for at in &point.quantile_values {
                    let quantile = format!("{name}.quantile.{}", at.quantile);
                    measured.push((quantile.into(), FieldValue::Float(at.value)));
                }
                put(points, point.time_unix_nano, &point.attributes, measured);
            }
        }
    }
}

fn numbers<'a>(name: &'a str, data: &'a [NumberDataPoint], points: &mut Points<'a>) {
    for point in data {
        let value = match point.value {
            None => continue,
            Some(number_data_point::Value::AsDouble(value)) => FieldValue::Float(value),
            Some(number_data_point::Value::AsInt(value)) => FieldValue::Integer(value),
        };
        let measured = vec![(name.into(), value)];
        put(points, point.time_unix_nano, &point.attributes, measured);
    }
}

fn distribution(name: &str, count: u64, fields: &[(&str, Option<f64>)]) -> Vec<Field<'static>> {
    let mut measured = vec![(
        format!("{name}.count").into(),
        FieldValue::Integer(i64::try_from(count).unwrap_or(i64::MAX)),
    )];
    for (field, value) in fields {
        let Some(value) = value else {
            continue;
        };
        measured.push((format!("{name}.{field}").into(), FieldValue::Float(*value)));
        if *field == "sum" && count > 0 {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an average needs no more than 53 bits"
            )]
            let average = value / count as f64;
            measured.push((format!("{name}.avg").into(), FieldValue::Float(average)));
        }
    }
    measured
}

fn put<'a>(points: &mut Points<'a>, time: u64, own: &'a [KeyValue], measured: Vec<Field<'a>>) {
    let attributes = own
        .iter()
        .flat_map(KeyValue::encode_length_delimited_to_vec)
        .collect();
    let (_, fields) = points
        .entry((time, attributes))
        .or_insert_with(|| (own, Vec::new()));
    fields.extend(measured);
}
