//! Every place that says something about one value, the strongest first.

use super::dot_env::DotEnv;
use super::environment::Environment;
use super::origin::{Origin, Setting};

/// What the places say, in the order of precedence; values may be blank.
#[derive(Clone, Default)]
pub(super) struct Candidates(Vec<Setting<String>>);

impl Candidates {
    /// The value that counts: the first that is not blank. A blank variable says nothing, as
    /// one that is not set; whoever needs a value names the blank ones when there is none.
    pub(super) fn effective(&self) -> Option<&Setting<String>> {
        self.spoken().next()
    }

    /// The values that would count if the effective one were not there.
    pub(super) fn shadowed(&self) -> impl Iterator<Item = &Setting<String>> {
        self.spoken().skip(1)
    }

    /// The places that are set to a blank string.
    pub(super) fn blank(&self) -> impl Iterator<Item = &Origin> {
        self.0
            .iter()
            .filter(|setting| is_blank(&setting.value))
            .map(|setting| &setting.origin)
    }

    /// The flag that was given without a value.
    pub(super) fn blank_flag(&self) -> Option<&'static str> {
        self.blank().find_map(|origin| match origin {
            Origin::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// The values that are not blank.
    pub(super) fn spoken(&self) -> impl Iterator<Item = &Setting<String>> {
        self.0.iter().filter(|setting| !is_blank(&setting.value))
    }

    pub(super) fn push(&mut self, value: impl Into<String>, origin: Origin) {
        self.0.push(Setting::new(value.into(), origin));
    }

    /// Adds the flag's value, where it was given.
    pub(super) fn flag(mut self, flag: &'static str, value: Option<&String>) -> Self {
        if let Some(value) = value {
            self.push(value, Origin::Flag(flag));
        }
        self
    }

    /// Adds the flag's number, where it was given.
    pub(super) fn flag_number(self, flag: &'static str, value: Option<u32>) -> Self {
        self.flag(flag, value.map(|value| value.to_string()).as_ref())
    }

    /// Adds the environment's variables of these names, then those of `.env`.
    pub(super) fn variables(mut self, names: &[&str], places: Places<'_>) -> Self {
        for name in names {
            if let Some(value) = places.environment.variable(name) {
                self.push(value, Origin::Environment((*name).to_owned()));
            }
        }
        for name in names {
            if let Some((value, origin)) = places.dot_env.and_then(|file| file.variable(name)) {
                self.push(value, origin);
            }
        }
        self
    }

    /// Adds a value of last resort.
    pub(super) fn or_default(mut self, value: impl Into<String>) -> Self {
        self.push(value, Origin::Default);
        self
    }
}

/// The two places that hold variables.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) environment: &'a Environment,
    pub(super) dot_env: Option<&'a DotEnv>,
}

pub(super) fn is_blank(value: &str) -> bool {
    value.trim().is_empty()
}
