//! What is measured: `serve`, and the seeds' application under Flask.

use std::path::Path;
use std::time::Duration;

use super::Result;
use super::client::Client;
use super::load::{self, Figures};
use super::process::{self, Process};
use super::sinks::Sinks;

/// A backend that serves until this is dropped.
pub(crate) struct Backend {
    _directory: tempfile::TempDir,
    process: Process,
    url: String,
}

/// What a round says of a backend.
pub(crate) struct Round {
    pub(crate) figures: Figures,
    /// Processor time of its process for each request, in microseconds.
    pub(crate) processor_us: f64,
    /// How many records of all pipelines it dropped, of how many.
    pub(crate) dropped: (u64, u64),
}

impl Backend {
    /// `serve` with telemetry to these services, or with none.
    pub(crate) fn serve(telemetry: Option<(&Sinks, &[&str])>) -> Result<Self> {
        let directory = process::directory()?;
        let mut command = process::command(directory.path());
        command.args(["serve", "-q", "--port", "0", "--ready-file", "ready.json"]);
        if let Some((sinks, words)) = telemetry {
            command.args(words).envs(sinks.variables());
        } else {
            command.args(["--xray", "off"]);
            for name in ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"] {
                command.env_remove(name);
            }
        }
        Self::start(directory, command)
    }

    /// The seeds' application, by a Python that has what it needs.
    pub(crate) fn flask(python: &Path, sinks: &Sinks) -> Result<Self> {
        let directory = process::directory()?;
        let app = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/conformance/apps/cruddur.py"
        );
        let mut command = process::program(python, directory.path());
        command
            .arg(app)
            .env("READY_FILE", "ready.json")
            .env("OTEL_SERVICE_NAME", "backend-flask")
            .envs(sinks.variables());
        Self::start(directory, command)
    }

    fn start(directory: tempfile::TempDir, command: std::process::Command) -> Result<Self> {
        let ready = directory.path().join("ready.json");
        let process = Process::spawn(command, || std::fs::read_to_string(&ready).ok())?;
        let url = process.said("url")?.to_owned();
        Ok(Self {
            _directory: directory,
            process,
            url,
        })
    }

    /// As many requests as it can answer.
    pub(crate) fn full(&self) -> Result<Round> {
        let before = self.process.processor_time()?;
        let figures = load::full(&self.url)?;
        self.round(before, figures)
    }

    /// As many requests as this and another one can answer in turn.
    pub(crate) fn full_beside(&self, other: &Self) -> Result<[Round; 2]> {
        self.both(other, load::full_in_turn)
    }

    /// Requests to two of them that leave them room.
    pub(crate) fn steady(&self, other: &Self) -> Result<[Round; 2]> {
        self.both(other, load::steady)
    }

    fn both(
        &self,
        other: &Self,
        load: impl Fn(&str, &str) -> Result<[Figures; 2]>,
    ) -> Result<[Round; 2]> {
        let before = [
            self.process.processor_time()?,
            other.process.processor_time()?,
        ];
        let [mine, theirs] = load(&self.url, &other.url)?;
        Ok([
            self.round(before[0], mine)?,
            other.round(before[1], theirs)?,
        ])
    }

    /// What it was like, given what its process had spent before.
    fn round(&self, before: Duration, mut figures: Figures) -> Result<Round> {
        let spent = self.process.processor_time()?.saturating_sub(before);
        figures.memory_kb = self.process.peak_memory()?;
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        let answered = figures.answered as f64;
        Ok(Round {
            processor_us: spent.as_secs_f64() * 1e6 / answered,
            dropped: self.dropped().unwrap_or_default(),
            figures,
        })
    }

    /// What `/health` says, which the seeds' application does not have.
    fn dropped(&self) -> Result<(u64, u64)> {
        let page = Client::connect(&self.url)?.ask("GET", "/health", "", b"")?;
        let page: serde_json::Value = serde_json::from_slice(&page)?;
        let (mut dropped, mut given) = (0, 0);
        for pipeline in page["pipelines"].as_object().into_iter().flatten() {
            given += pipeline.1["given"].as_u64().unwrap_or_default();
            let reasons = pipeline.1["dropped"].as_object().into_iter().flatten();
            dropped += reasons
                .filter_map(|(_, number)| number.as_u64())
                .sum::<u64>();
        }
        Ok((dropped, given))
    }
}
