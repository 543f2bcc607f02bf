//! OpenTelemetry's spans as segment documents, as AWS shows them.
//!
//! A span that a server or a consumer made, or that began its process' part of a trace, becomes a
//! segment named by `service.name`; every other one becomes a subsegment, and a client's is a call
//! to whom it names. Attributes that X-Ray has members for go there, all others into the metadata.
//! From then on a trace is assembled, summed up and drawn as any other.
//!
//! The mapping is that of OpenTelemetry's exporter for X-Ray
//! (<https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/awsxrayexporter>);
//! what AWS's own endpoint makes of spans is told in less detail
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>).

mod attributes;
mod aws;
mod beside;
mod cause;
mod convert;
mod http;
mod ids;
mod notes;
mod resource;
mod sql;
mod stack;
mod value;

pub use beside::beside;
pub use convert::documents;
pub use ids::{span_id, time, trace_id};
