//! Who a key is. <https://docs.honeycomb.io/api/auth/>

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::endpoint::Asking;
use super::keys::{KeyKind, ManagementKey, PERMISSIONS};
use super::refusal::{Refusal, answer, rate_limit};
use crate::sandbox::store::Store;

/// The one team.
pub(super) const TEAM_NAME: &str = "Cruddur";
pub(super) const TEAM_SLUG: &str = "cruddur";
const TEAM_ID: &str = "hcxtm_01hqsandboxcruddur00000000";

/// `GET /1/auth`.
#[expect(clippy::unnecessary_wraps, reason = "all work may refuse")]
pub(super) fn of_key(_: &Store, asking: Asking) -> Result<Response, Refusal> {
    let key = &asking.key;
    let (kind, access) = match key.kind {
        // Honeycomb says nothing of the right to send, which every ingest key has.
        KeyKind::Ingest => (
            "ingest",
            json!({ "createDatasets": key.claims("createDatasets") }),
        ),
        KeyKind::Configuration => (
            "configuration",
            PERMISSIONS
                .iter()
                .map(|permission| {
                    (
                        (*permission).to_owned(),
                        Value::Bool(key.claims(permission)),
                    )
                })
                .collect::<Map<_, _>>()
                .into(),
        ),
    };
    let environment = key.environment();
    let name = if key.is_classic { "" } else { "Test" };
    let mut response = answer(
        StatusCode::OK,
        &json!({
            "id": key.id(),
            "type": kind,
            "api_key_access": access,
            "environment": { "name": name, "slug": environment },
            "team": { "name": TEAM_NAME, "slug": TEAM_SLUG },
        }),
    );
    rate_limit(&mut response, 99);
    Ok(response)
}

/// `GET /2/auth`.
pub(super) fn of_management_key(key: &ManagementKey) -> Response {
    let made = "2026-01-01T00:00:00Z";
    let mut response = answer(
        StatusCode::OK,
        &json!({
            "data": {
                "id": key.id,
                "type": "api-keys",
                "attributes": {
                    "name": "sandbox",
                    "key_type": "management",
                    "disabled": false,
                    "scopes": [
                        "api-keys:read", "api-keys:write", "environments:read", "environments:write",
                    ],
                    "timestamps": { "created": made, "updated": made },
                },
                "relationships": { "team": { "data": { "id": TEAM_ID, "type": "teams" } } },
            },
            "included": [{
                "id": TEAM_ID,
                "type": "teams",
                "attributes": { "name": TEAM_NAME, "slug": TEAM_SLUG },
            }],
        }),
    );
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.api+json"),
    );
    rate_limit(&mut response, 99);
    response
}
