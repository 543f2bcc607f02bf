//! stdin: read in a thread, for nothing else can be waited for there; line by line to the shipper.

use std::io::{self, Read as _};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::lines::{Lines, Text};
use super::{Args, drain, give};
use crate::error::{Error, Result};
use crate::logs::batch::InputLogEvent;
use crate::output::Tee;
use crate::telemetry::LogShipper;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// After a stop, whoever is silent for so long has nothing more to say.
const SILENCE: Duration = Duration::from_secs(1);

/// Where the time of an event comes from.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum Timestamps {
    /// When the line came in
    #[default]
    Ingest,
    /// The RFC 3339 time that the line begins with, as of docker logs --timestamps
    Line,
}

/// A line as it is shipped.
pub(super) struct Line {
    pub(super) event: InputLogEvent,
    /// How many bytes of it were not kept.
    pub(super) further: u64,
}

/// stdin, and what is done with its lines.
pub(super) struct Input {
    timestamps: Timestamps,
    drop_when_full: bool,
    tee: Option<Tee>,
    stop: CancellationToken,
    /// How long is read on after a stop.
    last_words: Duration,
    lines: Lines,
    /// The time of the last line that came in: a clock that is set back must not mix lines up.
    latest: i64,
    invalid_utf8: u64,
}

impl Input {
    pub(super) fn new(args: &Args, stop: &CancellationToken) -> Self {
        Self {
            timestamps: args.timestamps,
            drop_when_full: args.drop_when_full,
            tee: args.tee.then(Tee::default),
            stop: stop.clone(),
            last_words: drain(args) / 2,
            lines: Lines::default(),
            latest: i64::MIN,
            invalid_utf8: 0,
        }
    }

    /// Gives every line to the shipper, to the end of the input or until a stop and a silence;
    /// returns how many lines had bytes that are no UTF-8.
    pub(super) async fn give(mut self, shipper: &LogShipper) -> Result<u64> {
        let mut stopped_at = None;
        let mut reading = self.read();
        loop {
            let stop = self.stop.clone();
            let is_over = async {
                stop.cancelled().await;
                let since = *stopped_at.get_or_insert_with(Instant::now);
                let end = (Instant::now() + SILENCE).min(since + self.last_words);
                tokio::time::sleep_until(end).await;
            };
            let read = tokio::select! {
                read = &mut reading => read,
                () = is_over => break,
            };
            let (tee, bytes) =
                read.map_err(|error| Error::unexpected("stdin could not be read").source(error))?;
            self.tee = tee;
            let bytes = bytes.map_err(|error| {
                Error::unexpected("stdin could not be read")
                    .cause(error.to_string())
                    .source(error)
            })?;
            if bytes.is_empty() {
                break;
            }
            self.give_lines(&bytes, shipper).await;
            reading = self.read();
        }
        if let Some(text) = self.lines.last() {
            let line = self.line(text);
            give(shipper, line, self.drop_when_full).await;
        }
        Ok(self.invalid_utf8)
    }

    async fn give_lines(&mut self, bytes: &[u8], shipper: &LogShipper) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (text, after) = self.lines.next(rest);
            rest = after;
            if let Some(text) = text {
                let line = self.line(text);
                give(shipper, line, self.drop_when_full).await;
            }
        }
    }

    /// Reads what there is, and passes it on. The thread may outlive the command: the process does
    /// not wait for it.
    fn read(&self) -> tokio::task::JoinHandle<(Option<Tee>, io::Result<Vec<u8>>)> {
        let mut tee = self.tee;
        tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; CHUNK];
            let read = loop {
                match io::stdin().read(&mut bytes) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            let read = read.map(|count| {
                bytes.truncate(count);
                bytes
            });
            if let (Some(tee), Ok(bytes)) = (&mut tee, &read) {
                tee.write(bytes);
            }
            (tee, read)
        })
    }

    fn line(&mut self, text: Text) -> Line {
        self.invalid_utf8 += u64::from(text.is_replaced);
        let own = match self.timestamps {
            Timestamps::Ingest => None,
            Timestamps::Line => time_of(&text.content),
        };
        let timestamp = own.unwrap_or_else(|| {
            self.latest = Timestamp::now().as_millisecond().max(self.latest);
            self.latest
        });
        Line {
            event: InputLogEvent {
                timestamp,
                message: text.content,
            },
            further: text.further,
        }
    }
}

/// The time that a line begins with, in milliseconds.
fn time_of(line: &str) -> Option<i64> {
    let word = line.split_whitespace().next()?;
    let time: Timestamp = word.parse().ok()?;
    Some(time.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::time_of;

    #[test]
    fn a_line_may_begin_with_its_time() {
        let at = Some(1_795_514_400_123);
        assert_eq!(time_of("2026-11-24T10:00:00.123456789Z GET /"), at);
        assert_eq!(time_of("2026-11-24T11:00:00.123+01:00\tGET /"), at);
        for line in [
            "",
            "GET / 2026-11-24T10:00:00Z",
            "2026-11-24 10:00:00 x",
            "12 x",
        ] {
            assert_eq!(time_of(line), None, "{line}");
        }
    }
}
