//! Whether the sandbox stands in for all services, and which one.

use super::address;
use super::candidates::{Candidates, Places, is_blank};
use super::flags::Flags;
use super::origin::{Origin, Setting};
use crate::error::Result;

/// The sandbox to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sandbox {
    /// The store on this machine's disk, opened by the command itself.
    InProcess,
    /// One that runs at this base URL, which has no trailing slash.
    At(String),
}

pub(super) const VARIABLE: &str = "CRUDDUR_OBS_SANDBOX";
const FLAG: &str = "--sandbox";

/// Decides between the sandbox and the real services.
pub(super) fn resolve(flags: &Flags, places: Places<'_>) -> Result<Option<Setting<Sandbox>>> {
    let written = match &flags.sandbox {
        Some(None) => {
            return Ok(Some(Setting::new(Sandbox::InProcess, Origin::Flag(FLAG))));
        }
        Some(Some(value)) => Setting::new(value.clone(), Origin::Flag(FLAG)),
        None => match Candidates::default()
            .variables(&[VARIABLE], places)
            .effective()
        {
            Some(setting) => setting.clone(),
            None => return Ok(None),
        },
    };
    let word = written.value.trim().to_ascii_lowercase();
    match word.as_str() {
        "0" | "false" | "no" | "off" => Ok(None),
        "1" | "true" | "yes" | "on" => Ok(Some(written.map(|_| Sandbox::InProcess))),
        _ if is_blank(&word) => Ok(None),
        _ => {
            address::check(&written, "sandbox", "sandbox-url-invalid")?;
            Ok(Some(written.map(|url| {
                Sandbox::At(url.trim_end_matches('/').to_owned())
            })))
        }
    }
}
