//! The process environment, as a value: read once in `main`, injected everywhere else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment variables, the working directory and the home directory of this process.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    working_directory: PathBuf,
    home: Option<PathBuf>,
}

impl Environment {
    /// Reads the process's own environment; a variable that is not UTF-8 counts as absent.
    pub fn of_this_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            home: etcetera::home_dir().ok(),
            working_directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            variables,
        }
    }

    /// An environment made of the given parts, for tests.
    pub fn of(
        variables: impl IntoIterator<Item = (String, String)>,
        working_directory: PathBuf,
        home: Option<PathBuf>,
    ) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            working_directory,
            home,
        }
    }

    /// The variable's value; an empty string is a value.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Every variable, in the order of the names.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The directory the command was started in.
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// The user's home directory, where there is one.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

impl std::fmt::Debug for Environment {
    /// Shows names only: values may be secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("working_directory", &self.working_directory)
            .field("home", &self.home)
            .finish()
    }
}
