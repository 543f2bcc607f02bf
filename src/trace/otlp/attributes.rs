//! A span's attributes, sorted by what X-Ray has members for.
//!
//! OpenTelemetry renamed most of them when it made them stable; both names are read
//! (<https://opentelemetry.io/docs/specs/semconv/non-normative/http-migration/>).

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use super::value;

type Text<'a> = Option<&'a str>;

/// What is known of a span by its attributes, and the others.
#[derive(Debug, Default)]
pub(super) struct Attributes<'a> {
    pub(super) method: Text<'a>,
    pub(super) url: Text<'a>,
    pub(super) scheme: Text<'a>,
    pub(super) http_host: Text<'a>,
    pub(super) server_name: Text<'a>,
    pub(super) host_name: Text<'a>,
    pub(super) host_port: Option<i64>,
    pub(super) server_address: Text<'a>,
    pub(super) server_port: Option<i64>,
    /// The port of the other side, whoever that is.
    pub(super) peer_port: Option<i64>,
    /// Path and query together.
    pub(super) target: Text<'a>,
    pub(super) path: Text<'a>,
    pub(super) query: Text<'a>,
    pub(super) user_agent: Text<'a>,
    pub(super) client_ip: Text<'a>,
    pub(super) peer_name: Text<'a>,
    pub(super) peer_ip: Text<'a>,
    pub(super) status: Option<i64>,
    pub(super) content_length: Option<i64>,
    pub(super) peer_service: Text<'a>,
    pub(super) rpc_system: Text<'a>,
    pub(super) rpc_service: Text<'a>,
    pub(super) rpc_method: Text<'a>,
    pub(super) db_system: Text<'a>,
    pub(super) db_name: Text<'a>,
    pub(super) db_statement: Text<'a>,
    pub(super) db_user: Text<'a>,
    pub(super) db_connection: Text<'a>,
    pub(super) aws_service: Text<'a>,
    pub(super) aws_operation: Text<'a>,
    pub(super) aws_region: Text<'a>,
    pub(super) aws_account: Text<'a>,
    pub(super) aws_request_id: Text<'a>,
    pub(super) aws_table: Text<'a>,
    pub(super) aws_queue: Text<'a>,
    pub(super) aws_bucket: Text<'a>,
    pub(super) aws_topic: Text<'a>,
    pub(super) aws_function: Text<'a>,
    pub(super) user: Text<'a>,
    pub(super) error_type: Text<'a>,
    /// The keys of those that are to be annotations.
    pub(super) annotated: Vec<&'a str>,
    pub(super) others: Vec<(&'a str, &'a AnyValue)>,
}

impl<'a> Attributes<'a> {
    pub(super) fn read(attributes: &'a [KeyValue]) -> Self {
        let mut known = Self::default();
        for KeyValue { key, value, .. } in attributes {
            let Some(value) = value else { continue };
            if key == "aws.xray.annotations" {
                known.annotated = value::texts(value).collect();
                continue;
            }
            // Of two names for one thing, the first that comes is as good as the other.
            if let Some(number) = known.number(key) {
                let read = value::integer(value);
                if read.is_some() {
                    *number = number.or(read);
                    continue;
                }
            } else if let Some(text) = known.text(key) {
                let read = value::first_text(value);
                if read.is_some() {
                    *text = text.or(read);
                    continue;
                }
            }
            known.others.push((key, value));
        }
        known
    }

    fn number(&mut self, key: &str) -> Option<&mut Option<i64>> {
        Some(match key {
            "http.response.status_code" | "http.status_code" => &mut self.status,
            "http.response.body.size" | "http.response_content_length" => &mut self.content_length,
            "net.host.port" => &mut self.host_port,
            "server.port" => &mut self.server_port,
            "net.peer.port" => &mut self.peer_port,
            _ => return None,
        })
    }

    fn text(&mut self, key: &str) -> Option<&mut Text<'a>> {
        Some(match key {
            "http.request.method" | "http.method" => &mut self.method,
            "url.full" | "http.url" => &mut self.url,
            "url.scheme" | "http.scheme" => &mut self.scheme,
            "http.host" => &mut self.http_host,
            "http.server_name" => &mut self.server_name,
            "net.host.name" => &mut self.host_name,
            "server.address" => &mut self.server_address,
            "http.target" => &mut self.target,
            "url.path" => &mut self.path,
            "url.query" => &mut self.query,
            "user_agent.original" | "http.user_agent" => &mut self.user_agent,
            "client.address" | "http.client_ip" => &mut self.client_ip,
            "net.peer.name" => &mut self.peer_name,
            "network.peer.address" | "net.peer.ip" | "net.sock.peer.addr" => &mut self.peer_ip,
            "peer.service" => &mut self.peer_service,
            "rpc.system" | "rpc.system.name" => &mut self.rpc_system,
            "rpc.service" => &mut self.rpc_service,
            "rpc.method" => &mut self.rpc_method,
            "db.system" | "db.system.name" => &mut self.db_system,
            "db.name" | "db.namespace" => &mut self.db_name,
            "db.statement" | "db.query.text" => &mut self.db_statement,
            "db.user" => &mut self.db_user,
            "db.connection_string" => &mut self.db_connection,
            "aws.service" => &mut self.aws_service,
            "aws.operation" => &mut self.aws_operation,
            "aws.region" => &mut self.aws_region,
            "aws.account_id" | "aws.account.id" => &mut self.aws_account,
            "aws.request_id" | "aws.requestId" => &mut self.aws_request_id,
            "aws.table_name" | "aws.table.name" | "aws.dynamodb.table_names" => &mut self.aws_table,
            "aws.queue_url" | "aws.queue.url" | "aws.sqs.queue.url" | "aws.sqs.queue_url" => {
                &mut self.aws_queue
            }
            "aws.s3.bucket" | "aws.bucket.name" => &mut self.aws_bucket,
            "aws.sns.topic.arn" => &mut self.aws_topic,
            "faas.invoked_name" | "aws.lambda.function.name" => &mut self.aws_function,
            "enduser.id" | "user.id" => &mut self.user,
            "error.type" => &mut self.error_type,
            _ => return None,
        })
    }

    /// Whether the span is a call of an AWS service through an AWS SDK.
    pub(super) fn is_aws(&self) -> bool {
        self.rpc_system == Some("aws-api") || self.aws_service.is_some()
    }

    /// The port that a client calls.
    pub(super) fn called_port(&self) -> Option<i64> {
        self.server_port.or(self.peer_port)
    }

    /// The host that a client calls.
    pub(super) fn called_host(&self) -> Option<&'a str> {
        self.server_address
            .or(self.peer_name)
            .or_else(|| self.http_host.map(without_port))
            .or_else(|| self.url.and_then(host_of))
    }
}

/// The host of a URL.
pub(super) fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(without_port(host)).filter(|host| !host.is_empty())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // The colons of an address of version 6 are inside brackets.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        for (url, host) in [
            ("http://api.example/v1?x=1", Some("api.example")),
            ("https://user:pass@h:8443", Some("h")),
            ("postgresql://[::1]:5432/db", Some("[::1]")),
            ("postgresql://[::1]/db", Some("[::1]")),
            ("no-url", None),
            ("http:///path", None),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }
}
