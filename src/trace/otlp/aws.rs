//! What AWS and its SDKs add: of the machine, of the call, and of who made the span.

use serde::Serialize;

use super::attributes::Attributes;
use super::resource::Resource;

#[derive(Debug, Serialize)]
pub(super) struct Aws<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ec2: Option<Ec2<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ecs: Option<Ecs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eks: Option<Eks<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elastic_beanstalk: Option<Beanstalk<'a>>,
    xray: Maker<'a>,
}

#[derive(Debug, Serialize)]
struct Ec2<'a> {
    instance_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Ecs<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_arn: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Eks<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_id: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Beanstalk<'a> {
    environment_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_label: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Maker<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk_version: Option<&'a str>,
    auto_instrumentation: bool,
}

impl<'a> Aws<'a> {
    pub(super) fn of(attributes: &Attributes<'a>, resource: &'a Resource<'a>) -> Self {
        let is_aws = attributes.is_aws();
        Self {
            account_id: attributes.aws_account.or(resource.account),
            operation: attributes
                .aws_operation
                .or(attributes.rpc_method.filter(|_| is_aws)),
            region: attributes.aws_region.or(resource.region),
            request_id: attributes.aws_request_id,
            table_name: attributes.aws_table,
            queue_url: attributes.aws_queue,
            bucket_name: attributes.aws_bucket,
            topic_arn: attributes.aws_topic,
            function_name: attributes.aws_function,
            ec2: resource.instance.map(|instance_id| Ec2 {
                instance_id,
                availability_zone: resource.zone,
            }),
            ecs: resource.is_ecs().then_some(Ecs {
                container: resource.container,
                container_id: resource.container_id,
                container_arn: resource.container_arn,
            }),
            eks: resource.cluster.map(|cluster_name| Eks {
                cluster_name: Some(cluster_name),
                pod: resource.pod,
                container_id: resource.container_id,
            }),
            elastic_beanstalk: resource.beanstalk().map(|environment_name| Beanstalk {
                environment_name,
                version_label: resource.version,
            }),
            xray: Maker {
                sdk: resource.sdk.as_deref(),
                sdk_version: resource.sdk_version,
                auto_instrumentation: resource.is_automatic,
            },
        }
    }
}
