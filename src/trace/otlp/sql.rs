//! The query of a call to a database of tables.

use serde::Serialize;

use super::attributes::Attributes;

/// Databases that are asked in other words than SQL.
const OTHERS: [&str; 12] = [
    "aws.dynamodb",
    "cassandra",
    "cosmosdb",
    "couchbase",
    "couchdb",
    "dynamodb",
    "elasticsearch",
    "geode",
    "hbase",
    "memcached",
    "mongodb",
    "redis",
];

#[derive(Debug, Serialize)]
pub(super) struct Sql<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_string: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sanitized_query: Option<&'a str>,
}

impl<'a> Sql<'a> {
    pub(super) fn of(attributes: &Attributes<'a>) -> Option<Self> {
        let system = attributes.db_system?;
        if OTHERS.contains(&system) {
            return None;
        }
        let host = attributes.server_address.or(attributes.peer_name);
        let place = attributes.db_connection.map(str::to_owned).or_else(|| {
            let port = attributes.called_port();
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}{port}", host?))
        });
        Some(Self {
            url: match (place, attributes.db_name) {
                (Some(place), Some(name)) => Some(format!("{place}/{name}")),
                (place, name) => place.or_else(|| name.map(str::to_owned)),
            },
            connection_string: attributes.db_connection,
            database_type: Some(system),
            user: attributes.db_user,
            sanitized_query: attributes.db_statement,
        })
    }
}
