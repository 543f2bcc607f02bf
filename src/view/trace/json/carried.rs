//! What spans carry, as JSON; names are those of segment documents.

use serde::Serialize;

use crate::trace::{Aws, Cause, Exception, Frame, Http, Link, Sql};

/// The request and its answer.
#[derive(Debug, Serialize)]
pub(super) struct HttpRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_ip: Option<&'a str>,
    x_forwarded_for: bool,
    traced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_length: Option<i64>,
}

impl<'a> HttpRecord<'a> {
    pub(super) fn of(http: &'a Http) -> Self {
        Self {
            url: http.url.as_deref(),
            method: http.method.as_deref(),
            user_agent: http.user_agent.as_deref(),
            client_ip: http.client_ip.as_deref(),
            x_forwarded_for: http.x_forwarded_for,
            traced: http.traced,
            status: http.status,
            content_length: http.content_length,
        }
    }
}

/// What AWS and its SDKs add.
#[derive(Debug, Serialize)]
pub(super) struct AwsRecord<'a> {
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
    function_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    resource_names: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    log_groups: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampling_rule_name: Option<&'a str>,
}

impl<'a> AwsRecord<'a> {
    pub(super) fn of(aws: &'a Aws) -> Self {
        Self {
            account_id: aws.account_id.as_deref(),
            operation: aws.operation.as_deref(),
            region: aws.region.as_deref(),
            request_id: aws.request_id.as_deref(),
            table_name: aws.table_name.as_deref(),
            queue_url: aws.queue_url.as_deref(),
            function_name: aws.function_name.as_deref(),
            bucket_name: aws.bucket_name.as_deref(),
            topic_arn: aws.topic_arn.as_deref(),
            resource_names: &aws.resource_names,
            retries: aws.retries,
            instance_id: aws.instance_id.as_deref(),
            availability_zone: aws.availability_zone.as_deref(),
            container: aws.container.as_deref(),
            container_id: aws.container_id.as_deref(),
            container_arn: aws.container_arn.as_deref(),
            environment_name: aws.environment_name.as_deref(),
            cluster_name: aws.cluster_name.as_deref(),
            pod: aws.pod.as_deref(),
            log_groups: &aws.log_groups,
            sdk: aws.sdk.as_deref(),
            sdk_version: aws.sdk_version.as_deref(),
            sampling_rule_name: aws.sampling_rule_name.as_deref(),
        }
    }
}

/// The database query.
#[derive(Debug, Serialize)]
pub(super) struct SqlRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_string: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sanitized_query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    driver_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preparation: Option<&'a str>,
}

impl<'a> SqlRecord<'a> {
    pub(super) fn of(sql: &'a Sql) -> Self {
        Self {
            connection_string: sql.connection_string.as_deref(),
            url: sql.url.as_deref(),
            sanitized_query: sql.sanitized_query.as_deref(),
            database_type: sql.database_type.as_deref(),
            database_version: sql.database_version.as_deref(),
            driver_version: sql.driver_version.as_deref(),
            user: sql.user.as_deref(),
            preparation: sql.preparation.as_deref(),
        }
    }
}

/// Why a span failed: the exceptions, or the id of the one that stands further in.
#[derive(Debug, Serialize)]
pub(super) struct CauseRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    exception_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    working_directory: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    paths: &'a [String],
    exceptions: Vec<ExceptionRecord<'a>>,
}

impl<'a> CauseRecord<'a> {
    pub(super) fn of(cause: &'a Cause) -> Self {
        match cause {
            Cause::Reference(id) => Self {
                exception_id: Some(id.to_string()),
                working_directory: None,
                paths: &[],
                exceptions: Vec::new(),
            },
            Cause::Exceptions {
                working_directory,
                paths,
                exceptions,
            } => Self {
                exception_id: None,
                working_directory: working_directory.as_deref(),
                paths,
                exceptions: exceptions.iter().map(ExceptionRecord::of).collect(),
            },
        }
    }
}

#[derive(Debug, Serialize)]
struct ExceptionRecord<'a> {
    id: Option<String>,
    r#type: Option<&'a str>,
    message: Option<&'a str>,
    remote: bool,
    cause: Option<String>,
    truncated: Option<i64>,
    skipped: Option<i64>,
    stack: Vec<FrameRecord<'a>>,
}

impl<'a> ExceptionRecord<'a> {
    fn of(exception: &'a Exception) -> Self {
        Self {
            id: exception.id.map(|id| id.to_string()),
            r#type: exception.class.as_deref(),
            message: exception.message.as_deref(),
            remote: exception.remote,
            cause: exception.cause.map(|id| id.to_string()),
            truncated: exception.truncated,
            skipped: exception.skipped,
            stack: exception.stack.iter().map(FrameRecord::of).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct FrameRecord<'a> {
    path: Option<&'a str>,
    line: Option<i64>,
    label: Option<&'a str>,
}

impl<'a> FrameRecord<'a> {
    fn of(frame: &'a Frame) -> Self {
        Self {
            path: frame.path.as_deref(),
            line: frame.line,
            label: frame.label.as_deref(),
        }
    }
}

/// A span of another trace.
#[derive(Debug, Serialize)]
pub(super) struct LinkRecord {
    trace_id: String,
    span_id: String,
    is_child: bool,
}

impl LinkRecord {
    pub(super) fn of(link: &Link) -> Self {
        Self {
            trace_id: link.trace_id.to_string(),
            span_id: link.span_id.to_string(),
            is_child: link.is_child,
        }
    }
}
