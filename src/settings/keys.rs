//! A pair of AWS access keys: complete, unharmed, and with its session token.

use super::origin::{Origin, Setting};
use super::secret::{Secret, mask};
use crate::error::{Error, Result};

/// A complete pair, wherever it was found.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) access_key_id: &'a Setting<String>,
    pub(super) secret_access_key: &'a Setting<String>,
    pub(super) session_token: Option<&'a Setting<String>>,
}

impl Pair<'_> {
    /// Refuses keys that AWS would refuse with a text that does not say why. `names` are those of
    /// the three at their place, `fix` says how to give the session token there.
    pub(super) fn check(&self, names: [&str; 3], token_fix: &str) -> Result<()> {
        let values = [
            Some(self.access_key_id),
            Some(self.secret_access_key),
            self.session_token,
        ];
        for (name, setting) in names.into_iter().zip(values) {
            if let Some(setting) = setting {
                unharmed(name, setting)?;
            }
        }
        let id = &self.access_key_id.value;
        if !id.starts_with("ASIA") || self.session_token.is_some() {
            return Ok(());
        }
        let [id_name, _, token_name] = names;
        Err(Error::configuration(format!(
            "{id_name} is a temporary key ({}) and its session token is missing",
            mask(id)
        ))
        .code("session-token-missing")
        .tried(format!("{token_name}: not set, or empty"))
        .cause("a key that begins with ASIA works only together with its session token; compose files often forward two of the three variables")
        .fix(token_fix))
    }

    /// The secret half and the token, wrapped.
    pub(super) fn secrets(&self) -> (Secret, Option<Secret>) {
        let token = self.session_token.map(|token| Secret::new(&token.value));
        (Secret::new(&self.secret_access_key.value), token)
    }
}

/// What pasting did to a key; `None` where it looks whole.
pub(super) fn harm(value: &str) -> Option<&'static str> {
    if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        Some("it has quotes around it that were pasted along")
    } else if value != value.trim() {
        Some("it begins or ends with a blank or a line break")
    } else if value.contains(char::is_whitespace) {
        Some("there is a blank or a line break in it")
    } else {
        None
    }
}

fn unharmed(name: &str, setting: &Setting<String>) -> Result<()> {
    let Some(cause) = harm(&setting.value) else {
        return Ok(());
    };
    let place = match &setting.origin {
        Origin::Profile { name: profile, .. } => format!(" of profile '{profile}'"),
        _ => String::new(),
    };
    let fix = match &setting.origin {
        Origin::Profile { file, line, .. } => format!("mend line {line} of {file}"),
        Origin::DotEnv { path, variable } => format!("mend {variable} in {path}"),
        origin => format!("export {origin}=…"),
    };
    Err(Error::configuration(format!("{name}{place} is damaged"))
        .code("key-damaged")
        .cause(cause)
        .fix(fix))
}
