//! The database query.

use crate::json;

/// The database query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sql {
    /// Where to, when it is no URL.
    pub connection_string: Option<String>,
    /// Where to.
    pub url: Option<String>,
    /// The query without values.
    pub sanitized_query: Option<String>,
    /// The engine, such as `PostgreSQL`.
    pub database_type: Option<String>,
    /// The engine's version.
    pub database_version: Option<String>,
    /// The driver's version.
    pub driver_version: Option<String>,
    /// The database's user.
    pub user: Option<String>,
    /// `statement` or `call`.
    pub preparation: Option<String>,
}

impl Sql {
    pub(super) fn read(raw: &str) -> Option<Box<Self>> {
        let mut sql = Self::default();
        json::members(raw, |name, raw| {
            let field = match name {
                "connection_string" => &mut sql.connection_string,
                "url" => &mut sql.url,
                "sanitized_query" => &mut sql.sanitized_query,
                "database_type" => &mut sql.database_type,
                "database_version" => &mut sql.database_version,
                "driver_version" => &mut sql.driver_version,
                "user" => &mut sql.user,
                "preparation" => &mut sql.preparation,
                _ => return,
            };
            *field = json::filled(raw);
        })
        .ok()?;
        Some(Box::new(sql))
    }
}
