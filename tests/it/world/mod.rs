//! A hermetic world for one test: a home, a project, a data directory, and the command itself
//! with nothing of the real environment.

mod commands;
mod http;
mod run;
mod server;
mod stub;
mod tls;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(crate) use commands::commands;
pub(crate) use http::{get, post};
pub(crate) use run::Run;
pub(crate) use server::{Server, until};
pub(crate) use stub::{Answer, Asked, Stub, empty_account};
pub(crate) use tls::Front;

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_cruddur-obs");

/// One test's world.
pub(crate) struct World {
    directory: TempDir,
    variables: BTreeMap<String, String>,
}

impl World {
    /// A world with empty directories and no settings at all.
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory can be made");
        for name in ["home", "project", "data"] {
            fs::create_dir(directory.path().join(name)).expect("a directory can be made");
        }
        let world = Self {
            directory,
            variables: BTreeMap::new(),
        };
        let path = std::env::var("PATH").unwrap_or_default();
        let home = world.home().display().to_string();
        let data = world.path("data").display().to_string();
        world
            .with("PATH", &path)
            .with("HOME", &home)
            .with("XDG_DATA_HOME", &data)
            .with("TZ", "UTC")
    }

    /// The world with an environment variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The world with a file, relative to its root (`project/…`, `home/…`).
    pub(crate) fn with_file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// The world with the keys, region and endpoint that lead to a server.
    pub(crate) fn pointed_at(self, url: &str) -> Self {
        self.with("AWS_ENDPOINT_URL", url)
            .with("HONEYCOMB_API_ENDPOINT", url)
            .with("AWS_REGION", "us-east-1")
            .with("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .with(
                "AWS_SECRET_ACCESS_KEY",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("the parent can be made");
        }
        fs::write(path, text).expect("the file can be written");
    }

    /// A path below the world's root.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// The directory that commands start in.
    pub(crate) fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// Runs the command with words separated by blanks, and no input.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_with(words.split_whitespace(), "")
    }

    /// Runs the command with the given words and input.
    pub(crate) fn run_with<'w>(
        &self,
        words: impl IntoIterator<Item = &'w str>,
        input: &str,
    ) -> Run {
        run::run(self, words, input)
    }

    /// The command, ready to be spawned.
    pub(crate) fn command<'w>(
        &self,
        words: impl IntoIterator<Item = &'w str>,
    ) -> std::process::Command {
        let mut command = std::process::Command::new(BINARY);
        command
            .args(words)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.project());
        command
    }

    /// A text without what differs from run to run.
    pub(crate) fn stable(&self, text: &str) -> String {
        let mut text = text.to_owned();
        // macOS and others lead temporary directories through links.
        for root in [
            self.directory.path().canonicalize().ok(),
            Some(self.directory.path().to_path_buf()),
        ]
        .into_iter()
        .flatten()
        {
            text = text.replace(&root.display().to_string(), "[ROOT]");
        }
        text = text.replace(BINARY, "cruddur-obs");
        let mut stable = String::new();
        for line in text.split_inclusive('\n') {
            stable.push_str(&stable_line(line));
        }
        stable
    }
}

/// Ports and durations become names.
fn stable_line(line: &str) -> String {
    let mut line = line.to_owned();
    if let Some(start) = line.find("127.0.0.1:") {
        let from = start + "127.0.0.1:".len();
        let digits = line[from..].bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            line.replace_range(from..from + digits, "[PORT]");
        }
    }
    if let Some(start) = line.rfind(" in ")
        && line.trim_end().ends_with(" s")
        && line[start + 4..].starts_with(|character: char| character.is_ascii_digit())
    {
        line.replace_range(start.., " in [TIME]\n");
    }
    line
}

/// The repository's root.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
