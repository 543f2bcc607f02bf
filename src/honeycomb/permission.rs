//! What a key may do, in the words of the API, of the pages, and of people.
//!
//! <https://docs.honeycomb.io/api/auth/>
//! <https://docs.honeycomb.io/configure/environments/manage-api-keys/#permissions>

use std::collections::BTreeMap;

use super::key::KeyKind;

/// A permission.
#[derive(Debug)]
struct Permission {
    /// In the API's answer.
    name: &'static str,
    /// On Honeycomb's pages.
    label: &'static str,
    /// What it is for.
    does: &'static str,
    /// What is missed without it, where most people want it.
    missed: Option<&'static str>,
}

/// Those that are known; the list may grow.
const PERMISSIONS: [Permission; 10] = [
    Permission {
        name: "events",
        label: "Send Events",
        does: "send spans, logs and events",
        missed: Some("nothing that your application sends will arrive: make an ingest key for it"),
    },
    Permission {
        name: "createDatasets",
        label: "Create Datasets",
        does: "make a dataset for a new service",
        missed: Some(
            "the first span of a service that is new to this environment is refused, until somebody makes its dataset",
        ),
    },
    Permission {
        name: "markers",
        label: "Manage Markers",
        does: "mark deploys in the graphs",
        missed: Some("a deploy cannot leave a mark in the graphs"),
    },
    Permission {
        name: "queries",
        label: "Run Queries",
        does: "read data back by the API",
        missed: Some(
            "no program can read what has arrived with it; reading back by the API is of the Enterprise plan, the pages show it on every plan",
        ),
    },
    Permission {
        name: "columns",
        label: "Manage Queries and Columns",
        does: "save queries, name columns",
        missed: None,
    },
    Permission {
        name: "boards",
        label: "Manage Public Boards",
        does: "make and change boards",
        missed: None,
    },
    Permission {
        name: "privateBoards",
        label: "Manage Private Boards",
        does: "make and change private boards",
        missed: None,
    },
    Permission {
        name: "triggers",
        label: "Manage Triggers",
        does: "make and change alerts",
        missed: None,
    },
    Permission {
        name: "slos",
        label: "Manage SLOs",
        does: "make and change objectives",
        missed: None,
    },
    Permission {
        name: "recipients",
        label: "Manage Recipients",
        does: "say who hears of alerts",
        missed: None,
    },
];

/// What a key may or may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ability {
    /// The permission's name in the API.
    pub permission: String,
    /// Its name on Honeycomb's pages.
    pub label: String,
    /// What it is for.
    pub does: String,
    /// Whether the key may.
    pub is_allowed: bool,
    /// What is missed without it, where it is not allowed and most people want it.
    pub missed: Option<String>,
}

/// What a key of this kind may do, by the permissions that the API names: what it does not name is
/// not allowed. Sending is what ingest keys are for, so no permission is named for it.
pub fn abilities(kind: KeyKind, granted: &BTreeMap<String, bool>) -> Vec<Ability> {
    let may = |name: &str| granted.get(name).copied().unwrap_or(false);
    let is_ingest = kind == KeyKind::Ingest;
    let known = PERMISSIONS.iter().map(|permission| {
        let is_allowed = match permission.name {
            "events" => is_ingest || may("events"),
            // A query has to be saved before it can be run.
            "queries" => may("queries") && may("columns"),
            name => may(name),
        };
        let half = permission.name == "queries" && may("queries") && !may("columns");
        let missed = if half {
            Some("to run a query, a key needs Manage Queries and Columns too, because it has to be saved first")
        } else if is_ingest && !matches!(permission.name, "events" | "createDatasets") {
            // An ingest key is meant to have none of these.
            None
        } else {
            permission.missed
        };
        Ability {
            permission: permission.name.to_owned(),
            label: permission.label.to_owned(),
            does: permission.does.to_owned(),
            is_allowed,
            missed: missed.filter(|_| !is_allowed).map(str::to_owned),
        }
    });
    let others = granted
        .iter()
        .filter(|(name, _)| !PERMISSIONS.iter().any(|known| known.name == name.as_str()))
        .map(|(name, allowed)| Ability {
            permission: name.clone(),
            label: name.clone(),
            does: "unknown to this program".to_owned(),
            is_allowed: *allowed,
            missed: None,
        });
    known.chain(others).collect()
}

/// What the scopes of management keys are for.
const SCOPES: [(&str, &str); 4] = [
    ("api-keys:read", "list the team's keys"),
    ("api-keys:write", "make, change and delete keys"),
    ("environments:read", "list the team's environments"),
    ("environments:write", "make, change and delete environments"),
];

/// What a management key with these scopes may do.
pub fn management_abilities(scopes: &[String]) -> Vec<Ability> {
    let ability = |scope: &str, does: &str, is_allowed: bool| Ability {
        permission: scope.to_owned(),
        label: scope.to_owned(),
        does: does.to_owned(),
        is_allowed,
        missed: None,
    };
    let has = |scope: &str| scopes.iter().any(|one| one == scope);
    // To write is to read as well.
    let may = |scope: &str| has(scope) || has(&scope.replace(":read", ":write"));
    let known = SCOPES
        .iter()
        .map(|(scope, does)| ability(scope, does, may(scope)));
    let others = scopes
        .iter()
        .filter(|scope| !SCOPES.iter().any(|(known, _)| known == scope))
        .map(|scope| ability(scope, "unknown to this program", true));
    let mut send = ability("events", "send spans, logs and events", false);
    "(no scope)".clone_into(&mut send.label);
    send.missed = Some(
        "a management key sends nothing and reads no data: an application needs an ingest key"
            .to_owned(),
    );
    known.chain(others).chain([send]).collect()
}
