//! `/1/auth` and `/2/auth`: whose key it is, and what it may do.
//!
//! Three generations of the answer are in use, so nothing but the team's slug is relied upon, and
//! what is new is passed by. <https://docs.honeycomb.io/api/auth/>

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::Response;
use serde_json::Value;

use super::{Credential, HoneycombClient, HoneycombFailure};
use crate::honeycomb::key::KeyKind;

/// Something with a name and a slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The slug.
    pub slug: String,
    /// The name; the slug where the answer has none.
    pub name: String,
}

/// What Honeycomb says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// The key's id.
    pub id: Option<String>,
    /// The key's name; of management keys only.
    pub name: Option<String>,
    /// Its kind, where the answer says.
    pub kind: Option<KeyKind>,
    /// Whether it was switched off.
    pub is_disabled: bool,
    /// The team.
    pub team: Named,
    /// The environment: `None` where the answer says none, an empty slug for Classic.
    pub environment: Option<Named>,
    /// The permissions, as they are named.
    pub granted: BTreeMap<String, bool>,
    /// The scopes of a management key.
    pub scopes: Vec<String>,
}

impl HoneycombClient {
    /// Asks whose key it is, at this base address.
    pub async fn auth(&self, base: &str, kind: KeyKind) -> Result<Auth, HoneycombFailure> {
        let (path, credential) = match kind {
            KeyKind::Management => ("/2/auth", Credential::Bearer),
            KeyKind::Ingest | KeyKind::Configuration => ("/1/auth", Credential::Team),
        };
        let url = format!("{base}{path}");
        let response = self.send(Self::get(url.clone(), credential)).await?;
        if response.status() != 200 {
            return Err(HoneycombFailure::refused(&url, &response, &self.secrets));
        }
        let read = match kind {
            KeyKind::Management => second(&response),
            KeyKind::Ingest | KeyKind::Configuration => first(&response),
        };
        let mut auth =
            read.ok_or_else(|| HoneycombFailure::unreadable(&url, &response, &self.secrets))?;
        // An id begins a key of its kind and is no secret; anything else that the key has is one.
        let is_beginning =
            |id: &str| id.contains('_') && self.key.expose().starts_with(id) && id.len() <= 32;
        auth.id = auth.id.map(|id| {
            if is_beginning(&id) {
                id
            } else {
                self.secrets.hide(&id)
            }
        });
        auth.name = auth.name.map(|name| self.secrets.hide(&name));
        for named in [Some(&mut auth.team), auth.environment.as_mut()]
            .into_iter()
            .flatten()
        {
            named.name = self.secrets.hide(&named.name);
            named.slug = self.secrets.hide(&named.slug);
        }
        Ok(auth)
    }
}

fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

fn named(value: &Value) -> Option<Named> {
    let slug = text(value, "slug")?;
    let name = text(value, "name").filter(|name| !name.is_empty());
    Some(Named {
        name: name.unwrap_or_else(|| slug.clone()),
        slug,
    })
}

fn first(response: &Response<Bytes>) -> Option<Auth> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    let granted = body.get("api_key_access").and_then(Value::as_object);
    Some(Auth {
        id: text(&body, "id").filter(|id| !id.is_empty()),
        name: None,
        kind: match body.get("type").and_then(Value::as_str) {
            Some("ingest") => Some(KeyKind::Ingest),
            Some("configuration") => Some(KeyKind::Configuration),
            _ => None,
        },
        is_disabled: false,
        team: named(body.get("team")?)?,
        environment: body.get("environment").and_then(named),
        granted: granted
            .into_iter()
            .flatten()
            .filter_map(|(name, allowed)| Some((name.clone(), allowed.as_bool()?)))
            .collect(),
        scopes: Vec::new(),
    })
}

fn second(response: &Response<Bytes>) -> Option<Auth> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    let data = body.get("data")?;
    let attributes = data.get("attributes")?;
    let team = body.get("included")?.as_array()?.iter().find_map(|one| {
        let is_team = one.get("type").and_then(Value::as_str) == Some("teams");
        is_team.then(|| named(one.get("attributes")?)).flatten()
    })?;
    let scopes = attributes.get("scopes").and_then(Value::as_array);
    Some(Auth {
        id: text(data, "id"),
        name: text(attributes, "name"),
        kind: Some(KeyKind::Management),
        is_disabled: attributes
            .get("disabled")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        team,
        environment: None,
        granted: BTreeMap::new(),
        scopes: scopes
            .into_iter()
            .flatten()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Response<Bytes> {
        Response::new(Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn three_generations_of_the_answer_are_read() {
        let oldest = first(&of(
            r#"{"team": {"slug": "cruddur"}, "api_key_access": {"events": true}}"#,
        ));
        let oldest = oldest.expect("it can be read");
        assert_eq!(
            (oldest.team.slug.as_str(), oldest.team.name.as_str()),
            ("cruddur", "cruddur")
        );
        assert_eq!(
            (oldest.environment, oldest.kind, oldest.id),
            (None, None, None)
        );
        let newest = first(&of(
            r#"{"id": "hcaik_01", "type": "ingest", "api_key_access": {"createDatasets": true, "odd": "yes"},
                "environment": {"name": "", "slug": ""}, "team": {"name": "Cruddur", "slug": "cruddur", "size": 3}, "new": {}}"#,
        ))
        .expect("it can be read");
        assert_eq!(newest.kind, Some(KeyKind::Ingest));
        assert_eq!(newest.granted, [("createDatasets".to_owned(), true)].into());
        assert_eq!(newest.environment.map(|one| one.slug), Some(String::new()));
    }

    #[test]
    fn a_management_keys_team_is_included() {
        let auth = second(&of(
            r#"{"data": {"id": "hcamk_01", "type": "api-keys", "attributes": {"name": "ci", "key_type": "management",
                "disabled": false, "scopes": ["api-keys:write"]}},
                "included": [{"id": "x", "type": "users"}, {"id": "hcatm_01", "type": "teams", "attributes": {"name": "Cruddur", "slug": "cruddur"}}]}"#,
        ))
        .expect("it can be read");
        assert_eq!(auth.team.slug, "cruddur");
        assert_eq!(auth.scopes, ["api-keys:write"]);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for body in [
            "",
            "{}",
            "[]",
            "<html>",
            r#"{"team": {}}"#,
            r#"{"team": "cruddur"}"#,
        ] {
            assert!(first(&of(body)).is_none(), "{body}");
            assert!(second(&of(body)).is_none(), "{body}");
        }
    }
}
