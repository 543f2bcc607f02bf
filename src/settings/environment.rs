//! The process environment, as a value: read once in `main`, injected everywhere else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment variables, the working directory and the home directory of this process.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    working_directory: PathBuf,
    home: Option<PathBuf>,
    machine: Machine,
}

/// How to find out whether this machine is an EC2 instance.
#[derive(Debug, Clone, Copy)]
enum Machine {
    /// By what the kernel says of the hardware.
    AsTheKernelSays,
    /// It is known beforehand.
    Known { ec2: bool },
}

/// Files in which an EC2 instance betrays itself, and how their text begins there.
const SIGNS_OF_EC2: [(&str, &str); 4] = [
    ("/sys/class/dmi/id/board_asset_tag", "i-"),
    ("/sys/class/dmi/id/sys_vendor", "Amazon EC2"),
    ("/sys/class/dmi/id/product_uuid", "ec2"),
    ("/sys/hypervisor/uuid", "ec2"),
];

impl Environment {
    /// Reads the process's own environment; a variable that is not UTF-8 counts as absent.
    pub fn of_this_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self {
            home: etcetera::home_dir().ok(),
            working_directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            machine: Machine::AsTheKernelSays,
            variables,
        }
    }

    /// An environment made of the given parts, on a machine that is not EC2; for tests.
    pub fn of(
        variables: impl IntoIterator<Item = (String, String)>,
        working_directory: PathBuf,
        home: Option<PathBuf>,
    ) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            working_directory,
            home,
            machine: Machine::Known { ec2: false },
        }
    }

    /// The same environment on an EC2 instance.
    #[must_use]
    pub fn on_ec2(mut self) -> Self {
        self.machine = Machine::Known { ec2: true };
        self
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

    /// Whether this machine looks like an EC2 instance; asks the kernel, never the network.
    pub fn looks_like_ec2(&self) -> bool {
        match self.machine {
            Machine::Known { ec2 } => ec2,
            Machine::AsTheKernelSays => SIGNS_OF_EC2.iter().any(|(file, beginning)| {
                std::fs::read_to_string(file).is_ok_and(|text| {
                    text.get(..beginning.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
                })
            }),
        }
    }

    /// A path as it is shown: what lies in the home directory begins with `~`.
    pub fn shown(&self, path: &Path) -> String {
        match self.home().map(|home| path.strip_prefix(home)) {
            Some(Ok(rest)) if rest.as_os_str().is_empty() => "~".to_owned(),
            Some(Ok(rest)) => format!("~/{}", rest.display()),
            _ => path.display().to_string(),
        }
    }

    /// A path as it was written: `~` is the home directory, and what is relative counts from the
    /// working directory.
    pub fn expanded(&self, written: &str) -> PathBuf {
        let in_home = written
            .strip_prefix('~')
            .filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match (in_home, self.home()) {
            (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
            _ => self.working_directory.join(written),
        }
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
            .field("machine", &self.machine)
            .finish()
    }
}
