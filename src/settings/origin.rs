//! Where a value came from.

use std::fmt;

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// Joins a value and its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Makes another value of the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting::new(change(self.value), self.origin)
    }
}

/// The place a value was read from. Paths are kept as they are shown, with `~` for the home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line, with its dashes.
    Flag(&'static str),
    /// An environment variable.
    Environment(String),
    /// A line of a `.env` file.
    DotEnv {
        /// The file.
        path: String,
        /// The variable's name in it.
        variable: String,
    },
    /// A line of an AWS configuration file.
    Profile {
        /// The profile's name.
        name: String,
        /// The file.
        file: String,
        /// The line in it, from 1.
        line: usize,
    },
    /// Nobody said anything.
    Default,
    /// What the sandbox uses where nobody said anything.
    Sandbox,
    /// What an endpoint on this machine gets where nobody said anything.
    Loopback,
}

impl Origin {
    /// How to write `value` at this place: a command, or a sentence with the line in backticks;
    /// `key` is the name that the value has in an AWS profile.
    pub(super) fn rewritten(&self, key: &str, value: &str) -> String {
        match self {
            Self::Flag(flag) => format!("{flag}={value}"),
            Self::Environment(variable) => format!("export {variable}={value}"),
            Self::DotEnv { path, variable } => format!("write `{variable}={value}` in {path}"),
            Self::Profile { file, line, .. } => {
                format!("write `{key} = {value}` in {file}, line {line}")
            }
            Self::Default | Self::Sandbox | Self::Loopback => value.to_owned(),
        }
    }

    /// The place together with the value that it holds.
    pub(super) fn holding(&self, value: &str) -> String {
        match self {
            Self::Environment(_) | Self::DotEnv { .. } => format!("{self}={value}"),
            Self::Flag(_) | Self::Default | Self::Sandbox | Self::Loopback => {
                format!("{self} {value}")
            }
            Self::Profile { .. } => format!("{self}: {value}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => formatter.write_str(flag),
            Self::Environment(variable) => formatter.write_str(variable),
            Self::DotEnv { variable, .. } => write!(formatter, ".env: {variable}"),
            Self::Profile { name, file, .. } => write!(formatter, "profile '{name}' in {file}"),
            Self::Default => formatter.write_str("default"),
            Self::Sandbox => formatter.write_str("sandbox"),
            Self::Loopback => formatter.write_str("loopback endpoint"),
        }
    }
}
