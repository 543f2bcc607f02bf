//! Whose key it is, and what it may do.

use std::fmt::Write as _;

use serde::Serialize;

use super::super::plain::plain;
use crate::honeycomb::key::KeyKind;
use crate::honeycomb::link::Place;
use crate::honeycomb::permission::Ability;
use crate::honeycomb::region::Region;
use crate::output::{Page, Table, View};

/// A key that Honeycomb knows.
#[derive(Debug, Serialize)]
pub struct WhoamiView {
    /// `ingest`, `configuration` or `management`.
    kind: &'static str,
    classic: bool,
    disabled: bool,
    key: KeyRow,
    team: NamedRow,
    /// Null for Classic, and for a management key, which has none.
    environment: Option<NamedRow>,
    /// `us` or `eu`; null where the address names none.
    region: Option<&'static str>,
    api_url: String,
    permissions: Vec<AbilityRow>,
    links: Option<Links>,
    #[serde(skip)]
    in_sandbox: bool,
}

#[derive(Debug, Serialize)]
struct KeyRow {
    masked: String,
    from: String,
    id: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct NamedRow {
    name: String,
    slug: String,
}

#[derive(Debug, Serialize)]
struct AbilityRow {
    permission: String,
    label: String,
    does: String,
    allowed: bool,
    /// What is missed without it, where most people want it.
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<String>,
}

#[derive(Debug, Serialize)]
struct Links {
    team: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
}

/// What is known of the key itself.
#[derive(Debug)]
pub struct KeyFacts {
    /// Its kind.
    pub kind: KeyKind,
    /// Whether it is of Honeycomb Classic.
    pub is_classic: bool,
    /// The key, as it may be shown.
    pub masked: String,
    /// Where it stands.
    pub place: String,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Its name.
    pub name: Option<String>,
    /// Its id, which is no secret.
    pub id: Option<String>,
}

impl WhoamiView {
    /// The view; names come as pairs of name and slug, the place as region, address, and whether
    /// it is the sandbox.
    pub fn new(
        key: KeyFacts,
        team: (String, String),
        environment: Option<(String, String)>,
        place: (Option<Region>, String, bool),
        abilities: Vec<Ability>,
        page: Option<&Place>,
    ) -> Self {
        let named = |(name, slug)| NamedRow { name, slug };
        let is_management = key.kind == KeyKind::Management;
        let (region, api_url, in_sandbox) = place;
        Self {
            kind: key.kind.word(),
            classic: key.is_classic,
            disabled: key.is_disabled,
            key: KeyRow {
                masked: key.masked,
                from: key.place,
                id: key.id,
                name: key.name,
            },
            team: named(team),
            links: page.map(|page| Links {
                team: page.team(),
                environment: (key.is_classic || environment.is_some() && !is_management)
                    .then(|| page.environment()),
            }),
            environment: environment.filter(|(_, slug)| !slug.is_empty()).map(named),
            region: region.map(|region| match region {
                Region::Us => "us",
                Region::Eu => "eu",
            }),
            api_url,
            permissions: abilities
                .into_iter()
                .map(|ability| AbilityRow {
                    permission: ability.permission,
                    label: ability.label,
                    does: ability.does,
                    allowed: ability.is_allowed,
                    missed: ability.missed,
                })
                .collect(),
            in_sandbox,
        }
    }

    /// Whether a span can be sent with it.
    pub fn may_send(&self) -> bool {
        let of_events = |row: &&AbilityRow| row.permission == "events";
        self.permissions
            .iter()
            .find(of_events)
            .is_some_and(|row| row.allowed)
    }

    fn kind_in_words(&self) -> String {
        let what = match self.kind {
            "ingest" => "ingest key: for applications that send",
            "management" => "management key: for programs that manage environments and keys",
            _ => "configuration key: for the API, and for sending",
        };
        if self.classic {
            format!("{what}; of Honeycomb Classic")
        } else {
            what.to_owned()
        }
    }

    fn environment_in_words(&self) -> String {
        match &self.environment {
            Some(environment) => both(environment),
            None if self.classic => {
                "Classic: this key has no environment, and a dataset must be named".to_owned()
            }
            None if self.kind == "management" => {
                "none: a management key is of the whole team".to_owned()
            }
            None => "not told".to_owned(),
        }
    }
}

impl View for WhoamiView {
    fn text(&self, page: &Page) -> String {
        let style = page.style;
        let mut text = String::new();
        let mut line = |label: &str, value: &str| {
            let _ = writeln!(
                text,
                "{}  {}",
                style.dim(&format!("{label:<11}")),
                page.wrap(value, 13)
            );
        };
        line("team", &style.strong(&both(&self.team)));
        line("environment", &style.strong(&self.environment_in_words()));
        line("kind", &self.kind_in_words());
        let region = match (self.in_sandbox, self.region) {
            (true, _) => "none: the sandbox on this machine".to_owned(),
            (false, Some(region)) => format!("{}, {}", region.to_uppercase(), self.api_url),
            (false, None) => format!("not known, {}", plain(&self.api_url)),
        };
        line("region", &region);
        line(
            "key",
            &format!("{} from {}", plain(&self.key.masked), plain(&self.key.from)),
        );
        if let Some(id) = &self.key.id {
            line("key id", &plain(id));
        }
        if let Some(name) = &self.key.name {
            line("key name", &plain(name));
        }
        if self.disabled {
            line("state", &style.bad("switched off"));
        }
        text.push('\n');
        let mut table = Table::new(page, &["may", "what", "permission"]);
        for row in &self.permissions {
            let may = if row.allowed {
                style.good("yes")
            } else if row.missed.is_some() {
                style.bad("NO")
            } else {
                style.dim("no")
            };
            table.row([
                may,
                plain(&row.does).into_owned(),
                style.dim(&plain(&row.label)),
            ]);
        }
        text.push_str(&table.text());
        let missed: Vec<_> = self
            .permissions
            .iter()
            .filter_map(|row| Some((row, row.missed.as_ref()?)))
            .collect();
        if !missed.is_empty() {
            let _ = writeln!(text, "\n{}", style.strong("what it cannot do"));
            for (row, why) in missed {
                let said = format!("{}: {why}", row.does);
                let _ = writeln!(text, "  {}", page.wrap(&said, 2));
            }
        }
        if let Some(links) = &self.links {
            let page = links.environment.as_ref().unwrap_or(&links.team);
            let _ = writeln!(text, "\n{}", style.accent(&plain(page)));
        }
        text
    }
}

fn both(named: &NamedRow) -> String {
    let (name, slug) = (plain(&named.name), plain(&named.slug));
    if name == slug {
        name.into_owned()
    } else {
        format!("{name} ({slug})")
    }
}
