//! STS: the Query protocol in, XML out; only who one is.

use serde_json::{Value, json};

use super::operation::{Operation, Service};
use crate::sandbox::store::{Fault, Store, Tenant};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What is emulated.
pub(super) const OPERATIONS: &[Operation] = &[Operation {
    service: Service::Sts,
    name: "GetCallerIdentity",
    writes: false,
    handler: get_caller_identity,
    stream: None,
}];

/// The operation of this name.
pub(super) fn find(action: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == action)
}

/// The `Action` of a form; the names of actions need no unescaping.
pub(super) fn action(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .split('&')
        .find_map(|pair| pair.trim().strip_prefix("Action="))
        .unwrap_or_default()
        .to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "it is one of many handlers")]
fn get_caller_identity(_: &Store, tenant: &Tenant, _: &[u8]) -> Result<Value, Fault> {
    let partition = tenant.partition();
    let account = &tenant.account;
    Ok(json!({
        "Arn": format!("arn:{partition}:iam::{account}:user/sandbox"),
        "UserId": "AIDASANDBOXSANDBOXSAN",
        "Account": account,
    }))
}

/// Writes an answer.
pub(super) fn answer(operation: &str, members: &Value, request_id: &str) -> String {
    let members: String = members
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some(format!("<{name}>{}</{name}>", escaped(value.as_str()?))))
        .collect();
    format!(
        "<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>{members}</{operation}Result>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// Writes a refusal; this protocol's codes have no `Exception` at their end.
pub(super) fn refusal(fault: &Fault, request_id: &str) -> String {
    let code = fault.code.strip_suffix("Exception").unwrap_or(fault.code);
    let side = if code == "InternalFailure" {
        "Receiver"
    } else {
        "Sender"
    };
    let message = escaped(&fault.message);
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{side}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
}

fn escaped(text: &str) -> String {
    text.chars()
        // XML has no way to write most control characters.
        .filter(|character| !character.is_control())
        .fold(
            String::with_capacity(text.len()),
            |mut escaped, character| {
                match character {
                    '&' => escaped.push_str("&amp;"),
                    '<' => escaped.push_str("&lt;"),
                    '>' => escaped.push_str("&gt;"),
                    '"' => escaped.push_str("&quot;"),
                    other => escaped.push(other),
                }
                escaped
            },
        )
}
