//! The room as its users see it: a machine of files and variables goes in, settings or an error
//! come out.

mod credentials;
mod dot_env;
mod endpoints;
mod entries;
mod opentelemetry;
mod precedence;
mod profiles;
mod region;
mod sandbox;
mod secrecy;
mod sign_in;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;

use super::{AwsAccess, Environment, Flags, Settings};
use crate::error::{Error, Kind};

/// A made-up machine: a home, a project in it, variables and flags.
struct Machine {
    home: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    flags: Flags,
    ec2: bool,
}

impl Machine {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("project")).unwrap();
        Self {
            home,
            variables: BTreeMap::from([("TZ".to_owned(), "UTC".to_owned())]),
            flags: Flags::default(),
            ec2: false,
        }
    }

    /// A machine on which nothing is wrong: a region and a pair of keys.
    fn good() -> Self {
        Self::new().region("us-east-1").keys()
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn region(self, region: &str) -> Self {
        self.set("AWS_REGION", region)
    }

    fn keys(self) -> Self {
        self.set("AWS_ACCESS_KEY_ID", KEY_ID)
            .set("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    }

    /// Writes a file below the home directory.
    fn file(self, path: &str, text: &str) -> Self {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    fn credentials(self, text: &str) -> Self {
        self.file(".aws/credentials", text)
    }

    fn dot_env(self, text: &str) -> Self {
        self.file("project/.env", text)
    }

    fn flags(mut self, change: impl FnOnce(&mut Flags)) -> Self {
        change(&mut self.flags);
        self
    }

    fn profile(self, name: &str) -> Self {
        self.flags(|flags| flags.profile = Some(name.to_owned()))
    }

    fn on_ec2(mut self) -> Self {
        self.ec2 = true;
        self
    }

    fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    fn environment(&self) -> Environment {
        let environment = Environment::of(
            self.variables.clone(),
            self.path("project"),
            Some(self.home.path().to_owned()),
        );
        if self.ec2 {
            environment.on_ec2()
        } else {
            environment
        }
    }

    fn settings(&self) -> Settings {
        Settings::resolve(&self.flags, &self.environment()).unwrap()
    }

    fn aws(&self) -> Result<AwsAccess, Error> {
        let environment = self.environment();
        Settings::resolve(&self.flags, &environment)?.aws(&environment, now())
    }

    /// The pre-flight's result.
    fn access(&self) -> AwsAccess {
        self.aws().map_err(|error| text(&error)).unwrap()
    }

    /// The pre-flight's error, as text.
    fn refusal(&self) -> String {
        let error = self.aws().unwrap_err();
        assert_eq!(error.kind(), Kind::Configuration);
        text(&error)
    }
}

const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const TEMPORARY_KEY_ID: &str = "ASIAIOSFODNN7EXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQ";

fn now() -> Timestamp {
    "2026-11-20T16:02:00Z".parse().unwrap()
}

fn text(error: &Error) -> String {
    let mut text = format!(
        "error[{}]: {}",
        error.known_as().unwrap_or("?"),
        error.message()
    );
    for line in error.attempts() {
        write!(text, "\n  tried: {line}").unwrap();
    }
    if let Some(cause) = error.reason() {
        write!(text, "\n  cause: {cause}").unwrap();
    }
    for fix in error.fixes() {
        write!(text, "\n  fix: {fix}").unwrap();
    }
    text
}
