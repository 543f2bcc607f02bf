//! What the X-Ray daemon can be told, by its configuration file and by its flags.
//!
//! Keys and flags are those of the daemon of AWS, so that its users need not change theirs:
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-configuration.html>. Looking
//! for the file, reading the environment and our own additions stay out.

mod error;
mod read;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub use error::ConfigurationError;

use super::daemon_address::HostPort;

/// Where the file is looked for when none is named, in this order.
pub const PLACES: [&str; 2] = ["/etc/amazon/xray/cfg.yaml", "cfg.yaml"];

/// The least memory for buffers, in megabytes.
pub const SMALLEST_BUFFER: u32 = 3;

/// How much the daemon says.
///
/// `prod` is another word for [`LogLevel::Info`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Everything.
    Dev,
    /// What helps to find a mistake.
    Debug,
    /// What it does.
    #[default]
    Info,
    /// What is odd.
    Warn,
    /// What went wrong.
    Error,
}

impl LogLevel {
    /// Every word that is read, and what it means.
    pub const WORDS: [(&str, Self); 6] = [
        ("dev", Self::Dev),
        ("debug", Self::Debug),
        ("info", Self::Info),
        ("warn", Self::Warn),
        ("error", Self::Error),
        ("prod", Self::Info),
    ];
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, level)| level == self);
        formatter.write_str(word.map_or("info", |(word, _)| word))
    }
}

impl FromStr for LogLevel {
    type Err = String;

    /// Reads one of the words in any case, else says which there are.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::WORDS
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
            .map(|(_, level)| *level)
            .ok_or_else(|| "one of dev, debug, info, warn, error and prod".to_owned())
    }
}

/// What the daemon was told, with everything else as it is by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaemonConfiguration {
    /// `TotalBufferSizeMB`: memory for buffers; none is 1 % of the machine's.
    pub buffer_megabytes: Option<u32>,
    /// `Concurrency`: how many calls to X-Ray are made at once.
    pub concurrency: u32,
    /// `Region`: where segments are sent.
    pub region: Option<String>,
    /// `Endpoint`: a URL to send to in place of the region's.
    pub endpoint: Option<String>,
    /// `Socket.UDPAddress`: where segments are taken.
    pub udp: HostPort,
    /// `Socket.TCPAddress`: where samplers are answered.
    pub tcp: HostPort,
    /// `Logging.LogRotation`: the log's file is changed at 50 MB.
    pub rotates_log: bool,
    /// `Logging.LogLevel`.
    pub log_level: LogLevel,
    /// `Logging.LogPath`: none is standard output.
    pub log_path: Option<PathBuf>,
    /// `LocalMode`: the metadata of an EC2 instance is not asked for.
    pub is_local: bool,
    /// `ResourceARN`: the resource that the daemon runs on, for telemetry.
    pub resource_arn: Option<String>,
    /// `RoleARN`: a role to assume before sending.
    pub role_arn: Option<String>,
    /// `Profile`: a profile of the AWS configuration to take credentials from.
    pub profile: Option<String>,
    /// `ProxyAddress`: an HTTPS proxy to send through.
    pub proxy_address: Option<String>,
}

impl Default for DaemonConfiguration {
    fn default() -> Self {
        Self {
            buffer_megabytes: None,
            concurrency: 8,
            region: None,
            endpoint: None,
            udp: HostPort::standard(),
            tcp: HostPort::standard(),
            rotates_log: true,
            log_level: LogLevel::default(),
            log_path: None,
            is_local: false,
            resource_arn: None,
            role_arn: None,
            profile: None,
            proxy_address: None,
        }
    }
}

/// The daemon's flags; what is not given does not change anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonFlags {
    /// `-a`, `--resource-arn`.
    pub resource_arn: Option<String>,
    /// `-o`, `--local-mode`.
    pub is_local: bool,
    /// `-m`, `--buffer-memory`; 0 is 1 % of the machine's memory.
    pub buffer_megabytes: Option<u32>,
    /// `-n`, `--region`.
    pub region: Option<String>,
    /// `-b`, `--bind`.
    pub udp: Option<HostPort>,
    /// `-t`, `--bind-tcp`.
    pub tcp: Option<HostPort>,
    /// `-r`, `--role-arn`.
    pub role_arn: Option<String>,
    /// `-f`, `--log-file`.
    pub log_path: Option<PathBuf>,
    /// `-l`, `--log-level`.
    pub log_level: Option<LogLevel>,
    /// `-p`, `--proxy-address`.
    pub proxy_address: Option<String>,
}

impl DaemonConfiguration {
    /// Lets flags win over the file.
    pub fn with_flags(self, flags: DaemonFlags) -> Result<Self, ConfigurationError> {
        let buffer_megabytes = match flags.buffer_megabytes {
            None => self.buffer_megabytes,
            Some(megabytes) => checked_buffer(megabytes)?,
        };
        Ok(Self {
            buffer_megabytes,
            region: flags.region.or(self.region),
            udp: flags.udp.unwrap_or(self.udp),
            tcp: flags.tcp.unwrap_or(self.tcp),
            log_level: flags.log_level.unwrap_or(self.log_level),
            log_path: flags.log_path.or(self.log_path),
            is_local: flags.is_local || self.is_local,
            resource_arn: flags.resource_arn.or(self.resource_arn),
            role_arn: flags.role_arn.or(self.role_arn),
            proxy_address: flags.proxy_address.or(self.proxy_address),
            ..self
        })
    }
}

/// Reads 0 as "not told", and refuses what the daemon could not work with.
fn checked_buffer(megabytes: u32) -> Result<Option<u32>, ConfigurationError> {
    match megabytes {
        0 => Ok(None),
        SMALLEST_BUFFER.. => Ok(Some(megabytes)),
        _ => Err(ConfigurationError::BufferTooSmall { megabytes }),
    }
}

#[cfg(test)]
mod tests;
