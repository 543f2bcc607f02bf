//! From YAML to a configuration.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{ConfigurationError, DaemonConfiguration, LogLevel, checked_buffer};
use crate::xray::daemon_address::HostPort;

/// Every key, those of a section behind its name.
const KEYS: [&str; 15] = [
    "TotalBufferSizeMB",
    "Concurrency",
    "Region",
    "Endpoint",
    "Socket.UDPAddress",
    "Socket.TCPAddress",
    "Logging.LogRotation",
    "Logging.LogLevel",
    "Logging.LogPath",
    "LocalMode",
    "ResourceARN",
    "RoleARN",
    "Profile",
    "NoVerifySSL",
    "ProxyAddress",
];

/// The key that tells how to read the others.
const VERSION: &str = "Version";

/// Keys of the file's first form that are called otherwise now.
const RENAMED: [(&str, &str); 5] = [
    ("LogRotation", "Logging.LogRotation"),
    ("Processor.Region", "Region"),
    ("Processor.Endpoint", "Endpoint"),
    ("Processor.Routine", "Concurrency"),
    ("MemoryLimit", "TotalBufferSizeMB"),
];

/// Keys of the file's first form that are gone.
const GONE: [&str; 5] = [
    "Profile.CPU",
    "Profile.Memory",
    "Socket.BufferSizeKB",
    "Logging.LogFormat",
    "Processor.BatchProcessorQueueSize",
];

impl DaemonConfiguration {
    /// Reads the text of a configuration file.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigurationError> {
        // One line, as all other refusals are; the snippet would take six.
        let options = serde_saphyr::options! { with_snippet: false };
        let value = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            ConfigurationError::Yaml {
                message: error.to_string(),
            }
        })?;
        Self::from_value(&value)
    }

    /// Reads a configuration file that was parsed before.
    ///
    /// As in the daemon of AWS, nothing, an empty text and 0 leave the default as it is, and a
    /// key that it does not have is refused.
    pub fn from_value(value: &Value) -> Result<Self, ConfigurationError> {
        let file = value
            .as_object()
            .ok_or_else(|| ConfigurationError::NotAMapping { found: kind(value) })?;
        match file.get(VERSION) {
            None | Some(Value::Null) => return Err(ConfigurationError::NoVersion),
            Some(version) if !matches!(version.as_i64(), Some(1 | 2)) => {
                return Err(ConfigurationError::Version {
                    found: version.to_string(),
                });
            }
            Some(_) => {}
        }
        check_keys(file)?;
        if truth(file, "NoVerifySSL")? == Some(true) {
            return Err(ConfigurationError::NoVerification);
        }
        let default = Self::default();
        Ok(Self {
            buffer_megabytes: checked_buffer(number(file, "TotalBufferSizeMB")?)?,
            concurrency: match number(file, "Concurrency")? {
                0 => default.concurrency,
                number => number,
            },
            region: text(file, "Region")?,
            endpoint: endpoint(file)?,
            udp: address(file, "Socket.UDPAddress")?.unwrap_or(default.udp),
            tcp: address(file, "Socket.TCPAddress")?.unwrap_or(default.tcp),
            rotates_log: truth(file, "Logging.LogRotation")?.unwrap_or(default.rotates_log),
            log_level: log_level(file)?.unwrap_or(default.log_level),
            log_path: text(file, "Logging.LogPath")?.map(PathBuf::from),
            is_local: truth(file, "LocalMode")?.unwrap_or(default.is_local),
            resource_arn: text(file, "ResourceARN")?,
            role_arn: text(file, "RoleARN")?,
            profile: text(file, "Profile")?,
            proxy_address: text(file, "ProxyAddress")?,
        })
    }
}

fn check_keys(file: &Map<String, Value>) -> Result<(), ConfigurationError> {
    for (key, value) in file.iter().filter(|(key, _)| *key != VERSION) {
        let section = KEYS
            .into_iter()
            .filter_map(section)
            .find(|name| name == key);
        match (section, value) {
            (_, Value::Object(members)) if !members.is_empty() => {
                for member in members.keys() {
                    check_key(&format!("{key}.{member}"))?;
                }
            }
            // An empty section is none.
            (Some(_), Value::Null | Value::Object(_)) => {}
            (Some(section), _) => {
                return Err(wrong(section, value, "a section with keys of its own"));
            }
            (None, _) => check_key(key)?,
        }
    }
    Ok(())
}

fn check_key(key: &str) -> Result<(), ConfigurationError> {
    if KEYS.contains(&key) {
        return Ok(());
    }
    let key = key.to_owned();
    if GONE.contains(&key.as_str()) {
        return Err(ConfigurationError::Gone { key });
    }
    if let Some((_, now)) = RENAMED.iter().find(|(before, _)| *before == key) {
        return Err(ConfigurationError::Renamed { key, now });
    }
    Err(ConfigurationError::UnknownKey {
        nearest: nearest(&key),
        key,
    })
}

/// The section that a key stands under.
fn section(key: &'static str) -> Option<&'static str> {
    key.split_once('.').map(|(section, _)| section)
}

/// The key that was meant: one that differs in case or by a slip or two, or one of a section
/// whose name was left out.
fn nearest(key: &str) -> Option<&'static str> {
    let lower = key.to_lowercase();
    KEYS.into_iter()
        .chain([VERSION])
        .map(|known| {
            let known_lower = known.to_lowercase();
            let whole = strsim::osa_distance(&lower, &known_lower);
            let behind_section = known_lower
                .split_once('.')
                .map_or(whole, |(_, member)| strsim::osa_distance(&lower, member));
            (whole.min(behind_section), known)
        })
        .filter(|(distance, known)| *distance <= 2 + known.len() / 10)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The value of a key; nothing where it is left out or empty.
fn find<'a>(file: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    let value = match key.split_once('.') {
        Some((section, member)) => file.get(section)?.as_object()?.get(member)?,
        None => file.get(key)?,
    };
    Some(value).filter(|value| !value.is_null() && value.as_str() != Some(""))
}

fn wrong(key: &'static str, value: &Value, expected: &str) -> ConfigurationError {
    ConfigurationError::Value {
        key,
        found: value.to_string(),
        expected: expected.to_owned(),
    }
}

fn text(
    file: &Map<String, Value>,
    key: &'static str,
) -> Result<Option<String>, ConfigurationError> {
    find(file, key)
        .map(|value| match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(wrong(key, value, "text")),
        })
        .transpose()
}

fn number(file: &Map<String, Value>, key: &'static str) -> Result<u32, ConfigurationError> {
    find(file, key).map_or(Ok(0), |value| {
        value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| wrong(key, value, "a whole number from 0 on"))
    })
}

/// Reads a switch, also in the words that YAML had before 1.2 and that Go still reads.
fn truth(file: &Map<String, Value>, key: &'static str) -> Result<Option<bool>, ConfigurationError> {
    find(file, key)
        .map(|value| {
            let word = value.as_str().map(str::to_ascii_lowercase);
            match (value.as_bool(), word.as_deref()) {
                (Some(is_true), _) => Ok(is_true),
                (_, Some("y" | "yes" | "on")) => Ok(true),
                (_, Some("n" | "no" | "off")) => Ok(false),
                _ => Err(wrong(key, value, "true or false")),
            }
        })
        .transpose()
}

fn address(
    file: &Map<String, Value>,
    key: &'static str,
) -> Result<Option<HostPort>, ConfigurationError> {
    text(file, key)?
        .map(|address| {
            address
                .parse()
                .map_err(|error| ConfigurationError::Address { key, error })
        })
        .transpose()
}

fn log_level(file: &Map<String, Value>) -> Result<Option<LogLevel>, ConfigurationError> {
    const KEY: &str = "Logging.LogLevel";
    text(file, KEY)?
        .map(|word| {
            word.parse()
                .map_err(|expected: String| wrong(KEY, &Value::String(word.clone()), &expected))
        })
        .transpose()
}

fn endpoint(file: &Map<String, Value>) -> Result<Option<String>, ConfigurationError> {
    const KEY: &str = "Endpoint";
    let endpoint = text(file, KEY)?;
    match &endpoint {
        Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => Err(wrong(
            KEY,
            &Value::String(url.clone()),
            "a URL that starts with https:// or http://",
        )),
        _ => Ok(endpoint),
    }
}

/// What sort of thing it is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) | Value::Number(_) | Value::String(_) => "a single value",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
