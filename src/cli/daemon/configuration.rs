//! What the file and the flags say together, and what is taken from the machine.

use std::path::Path;

use super::Args;
use crate::error::{Error, Result};
use crate::settings::Environment;
use crate::xray::daemon_configuration::{DaemonConfiguration, DaemonFlags, PLACES};

/// The most megabytes that are taken without being asked for: enough for a second of anything.
const USUAL_MOST: u64 = 32;

/// Reads the file, if there is one, and lets flags win over it.
pub(super) fn read(args: &Args, environment: &Environment) -> Result<DaemonConfiguration> {
    let from_file = match &args.config {
        Some(path) => of_file(&environment.working_directory().join(path))?,
        None => PLACES
            .iter()
            .map(|place| environment.working_directory().join(place))
            .find(|path| path.is_file())
            .map_or_else(|| Ok(DaemonConfiguration::default()), |path| of_file(&path))?,
    };
    from_file
        .with_flags(DaemonFlags {
            resource_arn: args.resource_arn.clone(),
            is_local: args.local_mode.is_some(),
            buffer_megabytes: args.buffer_memory,
            region: args.region.clone(),
            udp: args.bind.clone(),
            tcp: args.bind_tcp.clone(),
            role_arn: args.role_arn.clone(),
            log_path: args.log_file.clone(),
            log_level: args.log_level,
            proxy_address: args.proxy_address.clone(),
        })
        .map_err(|error| Error::usage(error.to_string()))
}

fn of_file(path: &Path) -> Result<DaemonConfiguration> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::usage(format!("the configuration file {shown} cannot be read"))
            .cause(error.to_string())
            .fix("name a file that can be read: --config PATH")
            .source(error)
    })?;
    DaemonConfiguration::from_yaml(&text).map_err(|error| {
        Error::usage(format!("the configuration file {shown} cannot be used"))
            .code("daemon-configuration")
            .cause(error.to_string())
            .fix(format!("mend {shown}, or name another file: --config PATH"))
    })
}

/// One per cent of the machine's memory, in megabytes.
pub(super) fn usual_buffer() -> u32 {
    let kilobytes = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
    let megabytes = kilobytes.map_or(USUAL_MOST, |kilobytes| kilobytes / 1024 / 100);
    u32::try_from(megabytes.clamp(3, USUAL_MOST)).unwrap_or(3)
}

/// The machine's own name.
pub(super) fn hostname() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
