//! What AWS and its SDKs add to a segment or a subsegment.

use crate::json;

/// What AWS and its SDKs add to a segment or a subsegment: the union of what the schema, the
/// guide and the SDKs have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aws {
    /// The account that it ran in.
    pub account_id: Option<String>,
    /// The call's operation, such as `PutItem`.
    pub operation: Option<String>,
    /// The region that was called.
    pub region: Option<String>,
    /// The call's request id.
    pub request_id: Option<String>,
    /// The `DynamoDB` table.
    pub table_name: Option<String>,
    /// The SQS queue.
    pub queue_url: Option<String>,
    /// The Lambda function.
    pub function_name: Option<String>,
    /// The S3 bucket.
    pub bucket_name: Option<String>,
    /// The SNS topic.
    pub topic_arn: Option<String>,
    /// The resources that were called.
    pub resource_names: Vec<String>,
    /// How often the call was repeated.
    pub retries: Option<i64>,
    /// The EC2 instance.
    pub instance_id: Option<String>,
    /// Its availability zone.
    pub availability_zone: Option<String>,
    /// The ECS container.
    pub container: Option<String>,
    /// Its id.
    pub container_id: Option<String>,
    /// Its ARN.
    pub container_arn: Option<String>,
    /// The Beanstalk environment.
    pub environment_name: Option<String>,
    /// The EKS cluster.
    pub cluster_name: Option<String>,
    /// The pod in it.
    pub pod: Option<String>,
    /// The log groups that go with the service.
    pub log_groups: Vec<String>,
    /// The SDK that made the segment.
    pub sdk: Option<String>,
    /// Its version.
    pub sdk_version: Option<String>,
    /// The sampling rule that let the request through.
    pub sampling_rule_name: Option<String>,
}

impl Aws {
    pub(super) fn read(raw: &str) -> Option<Box<Self>> {
        let mut aws = Self::default();
        json::members(raw, |name, raw| aws.member(name, raw)).ok()?;
        Some(Box::new(aws))
    }

    fn member(&mut self, name: &str, raw: &str) {
        let read = match name {
            "resource_names" => {
                json::items(raw, |item| self.resource_names.extend(json::filled(item)))
            }
            "retries" => {
                self.retries = json::integer(raw);
                Ok(())
            }
            "ec2" | "ecs" | "eks" | "elastic_beanstalk" | "xray" => {
                json::members(raw, |inner, raw| self.nested(name, inner, raw))
            }
            "tracing" => json::members(raw, |inner, raw| {
                if inner == "sdk" && self.sdk.is_none() {
                    self.sdk = json::filled(raw);
                }
            }),
            "cloudwatch_logs" => json::items(raw, |item| {
                let read = json::members(item, |name, raw| {
                    if name == "log_group" {
                        self.log_groups.extend(json::filled(raw));
                    }
                });
                drop(read);
            }),
            _ => {
                self.plain(name, raw);
                Ok(())
            }
        };
        drop(read);
    }

    fn plain(&mut self, name: &str, raw: &str) {
        let field = match name {
            "account_id" => &mut self.account_id,
            "operation" => &mut self.operation,
            "region" => &mut self.region,
            "request_id" => &mut self.request_id,
            "table_name" => &mut self.table_name,
            "queue_url" => &mut self.queue_url,
            "function_name" => &mut self.function_name,
            "bucket_name" => &mut self.bucket_name,
            "topic_arn" => &mut self.topic_arn,
            _ => return,
        };
        *field = json::filled(raw);
    }

    fn nested(&mut self, block: &str, name: &str, raw: &str) {
        let field = match (block, name) {
            ("ec2", "instance_id") => &mut self.instance_id,
            ("ec2", "availability_zone") => &mut self.availability_zone,
            ("ecs", "container") => &mut self.container,
            ("ecs" | "eks", "container_id") => &mut self.container_id,
            ("ecs", "container_arn") => &mut self.container_arn,
            ("eks", "cluster_name") => &mut self.cluster_name,
            ("eks", "pod") => &mut self.pod,
            ("elastic_beanstalk", "environment_name") => &mut self.environment_name,
            ("xray", "sdk") => &mut self.sdk,
            ("xray", "sdk_version") => &mut self.sdk_version,
            ("xray", "sampling_rule_name") => &mut self.sampling_rule_name,
            _ => return,
        };
        *field = json::filled(raw);
    }
}
