//! What a call says about the one who was called.
//!
//! Databases, AWS services and untraced hosts send no segments. X-Ray makes one up from the
//! caller's subsegment
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>).

use serde_json::{Map, Value, value::RawValue};

use super::assembly::Trace;
use super::document::Document;
use super::id::{SpanId, TraceId};
use super::span::{Aws, Kind, Namespace, Span};
use super::time::seconds;
use crate::json;

/// Whom a call goes to: a node of the service graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Destination<'a> {
    /// The node's name.
    pub name: &'a str,
    /// The node's type, such as `AWS::DynamoDB::Table`.
    pub kind: &'static str,
}

/// The type of a host that is neither AWS nor a database.
const REMOTE: &str = "remote";

/// AWS services by what SDKs call them in lower case: Python takes botocore's endpoint prefix,
/// Java and Node the name of the client. Beyond the first eight, types follow their pattern.
const SERVICES: [(&str, &str); 30] = [
    ("dynamodb", "AWS::DynamoDB"),
    ("sqs", "AWS::SQS"),
    ("s3", "AWS::S3"),
    ("sns", "AWS::SNS"),
    ("sts", "AWS::STS"),
    ("ssm", "AWS::SSM"),
    ("lambda", "AWS::Lambda"),
    ("kinesis", "AWS::Kinesis"),
    ("apigateway", "AWS::ApiGateway"),
    ("athena", "AWS::Athena"),
    ("batch", "AWS::Batch"),
    ("cloudwatch", "AWS::CloudWatch"),
    ("monitoring", "AWS::CloudWatch"),
    ("cloudwatchlogs", "AWS::CloudWatchLogs"),
    ("logs", "AWS::CloudWatchLogs"),
    ("cognito-idp", "AWS::Cognito"),
    ("ec2", "AWS::EC2"),
    ("ecs", "AWS::ECS"),
    ("email", "AWS::SES"),
    ("ses", "AWS::SES"),
    ("eventbridge", "AWS::Events"),
    ("events", "AWS::Events"),
    ("firehose", "AWS::Firehose"),
    ("glue", "AWS::Glue"),
    ("kms", "AWS::KMS"),
    ("rds", "AWS::RDS"),
    ("secretsmanager", "AWS::SecretsManager"),
    ("states", "AWS::StepFunctions"),
    ("sfn", "AWS::StepFunctions"),
    ("xray", "AWS::XRay"),
];

impl<'a> Destination<'a> {
    /// Whom a call goes to, as far as the caller knows; `None` when it is no call.
    pub fn of(span: &'a Span) -> Option<Self> {
        if !span.is_call() {
            return None;
        }
        let name = span.name.as_str();
        if span.namespace == Namespace::Remote {
            let is_database = span.sql.is_some();
            let kind = if is_database { "Database::SQL" } else { REMOTE };
            return Some(Self { name, kind });
        }
        let known = SERVICES
            .iter()
            .find(|(service, _)| service.eq_ignore_ascii_case(name));
        let Some((_, kind)) = known else {
            return Some(Self {
                name,
                kind: "AWS::Unknown",
            });
        };
        Some(Self::resource(kind, span.aws.as_deref()).unwrap_or(Self { name, kind }))
    }

    /// The resource behind the service, where it makes a node of its own.
    fn resource(kind: &str, aws: Option<&'a Aws>) -> Option<Self> {
        let aws = aws?;
        let (name, kind) = match kind {
            "AWS::DynamoDB" => (&aws.table_name, "AWS::DynamoDB::Table"),
            "AWS::SQS" => (&aws.queue_url, "AWS::SQS::Queue"),
            "AWS::Lambda" => (&aws.function_name, "AWS::Lambda"),
            _ => return None,
        };
        name.as_deref().map(|name| Self { name, kind })
    }

    /// The origin of the inferred segment; a plain host has none.
    pub fn origin(self) -> Option<&'static str> {
        (self.kind != REMOTE).then_some(self.kind)
    }
}

/// An id for what has none, the same for the same input.
pub(super) fn derive_id(trace: TraceId, span: SpanId, place: usize) -> SpanId {
    let high = u64::try_from(trace.bits() >> 64).unwrap_or_default();
    let low = u64::try_from(trace.bits() & u128::from(u64::MAX)).unwrap_or_default();
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for part in [high, low, span.bits(), place as u64] {
        // The finisher of splitmix64, so that neighbours end far apart.
        bits ^= part;
        bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
    }
    SpanId::new(bits)
}

impl Trace {
    /// The segments that nobody sent: one for every call that no received segment answers.
    pub fn inferred_segments(&self) -> Vec<Span> {
        let unanswered = |place: &usize| {
            self[*place].span.is_call()
                && !self
                    .children(*place)
                    .any(|child| self[child].span.kind == Kind::Segment)
        };
        (0..self.len())
            .filter(unanswered)
            .map(|place| {
                let call = &self[place].span;
                Span {
                    id: derive_id(call.trace_id, call.id, usize::MAX),
                    parent_id: Some(call.id),
                    kind: Kind::Segment,
                    namespace: Namespace::None,
                    origin: Destination::of(call)
                        .and_then(Destination::origin)
                        .map(str::to_owned),
                    annotations: Vec::new(),
                    metadata: None,
                    links: Vec::new(),
                    inferred: true,
                    ..call.clone()
                }
            })
            .collect()
    }
}

/// The document of an inferred segment, made from the document of its call.
pub fn inferred_text(segment: &Span, documents: &[Document]) -> Option<String> {
    let call = documents
        .get(segment.document)?
        .text()
        .get(segment.text.clone())?;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("id", segment.id.to_string().into());
    put("name", segment.name.clone().into());
    put("start_time", segment.start.seconds().into());
    match segment.end {
        Some(end) => put("end_time", seconds(end.micros()).into()),
        None => put("in_progress", true.into()),
    };
    put("parent_id", segment.parent_id?.to_string().into());
    put("trace_id", segment.trace_id.to_string().into());
    if let Some(origin) = &segment.origin {
        put("origin", origin.clone().into());
    }
    put("inferred", true.into());
    let mut text = serde_json::to_string(&members).ok()?;
    let mut copied = String::new();
    json::members(call, |name, raw| {
        let is_flag = matches!(name, "error" | "throttle" | "fault") && json::is_true(raw);
        if is_flag || matches!(name, "http" | "aws" | "cause") {
            copied.push_str(&format!(",\"{name}\":{raw}"));
        }
    })
    .ok()?;
    text.pop();
    text.push_str(&copied);
    text.push('}');
    // A safeguard against our own splicing: what is answered is JSON.
    serde_json::from_str::<&RawValue>(&text).ok()?;
    Some(text)
}
