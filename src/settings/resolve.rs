//! All settings, each with what it shadows.

use std::path::{Path, PathBuf};

use super::candidates::{Candidates, Places, is_blank};
use super::dot_env::DotEnv;
use super::endpoint::Endpoints;
use super::environment::Environment;
use super::flags::Flags;
use super::limits::{MAX_ATTEMPTS, TIMEOUT};
use super::origin::{Origin, Setting};
use super::profiles::Profiles;
use super::sandbox::{self, Sandbox};
use super::secret::Secret;
use super::services::Services;
use super::{address, region, spelling};
use crate::error::{Error, Result};

/// Everything that was said to this program, and by whom.
///
/// Problems of the AWS settings are not raised before [`Settings::aws`] needs them, so that
/// they cannot get in the way of a command that talks to somebody else.
pub struct Settings {
    pub(super) sandbox: Option<Setting<Sandbox>>,
    data_directory: Option<Setting<PathBuf>>,
    /// The same as it is shown.
    pub(super) data_directory_shown: String,
    pub(super) profile: Candidates,
    pub(super) region: Candidates,
    pub(super) endpoints: Endpoints,
    pub(super) access_key_id: Candidates,
    pub(super) secret_access_key: Candidates,
    pub(super) session_token: Candidates,
    pub(super) honeycomb_api_key: Candidates,
    pub(super) rollbar_access_token: Candidates,
    pub(super) ca_bundle: Candidates,
    pub(super) max_attempts: Candidates,
    pub(super) timeout: Candidates,
    /// The variables about a proxy, each with its value as it may be shown.
    pub(super) proxies: Vec<Setting<String>>,
    pub(super) profiles: Profiles,
    pub(super) services: Services,
    pub(super) dot_env: Option<DotEnv>,
    warnings: Vec<String>,
}

/// The variables that HTTP clients read, in both of their spellings.
const PROXIES: [&str; 8] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

impl Settings {
    /// Resolves every setting: flags, then the environment, then `.env`, then the AWS profile,
    /// then defaults.
    pub fn resolve(flags: &Flags, environment: &Environment) -> Result<Self> {
        let dot_env = DotEnv::nearest(environment)?;
        let places = Places {
            environment,
            dot_env: dot_env.as_ref(),
        };
        let of = |name: &str| Candidates::default().variables(&[name], places);
        let profiles = Profiles::read(environment, places);
        let profile = Candidates::default()
            .flag("--profile", flags.profile.as_ref())
            .variables(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], places)
            .or_default("default");
        let name = profile
            .effective()
            .map_or("default", |setting| setting.value.as_str());
        let mut region = Candidates::default()
            .flag("--region", flags.region.as_ref())
            .variables(&region::VARIABLES, places);
        if let Some(found) = profiles
            .profile(name)
            .and_then(|section| section.get("region"))
        {
            region.push(found.value, found.origin(name));
        }
        let mut max_attempts = Candidates::default()
            .flag_number(MAX_ATTEMPTS.flag, flags.max_attempts)
            .variables(&[MAX_ATTEMPTS.variable], places);
        if let Some(found) = profiles
            .profile(name)
            .and_then(|section| section.get(MAX_ATTEMPTS.key))
        {
            max_attempts.push(found.value, found.origin(name));
        }
        let timeout = Candidates::default()
            .flag_number(TIMEOUT.flag, flags.timeout)
            .variables(&[TIMEOUT.variable], places);
        let mut warnings = region::oddities(&region);
        warnings.extend(misspelt(environment, dot_env.as_ref()));
        let data_directory = data_directory(environment, places);
        Ok(Self {
            sandbox: sandbox::resolve(flags, places)?,
            data_directory_shown: data_directory
                .as_ref()
                .map(|setting| environment.shown(&setting.value))
                .unwrap_or_default(),
            data_directory,
            endpoints: Endpoints::resolve(flags, places, &profiles, name),
            access_key_id: of("AWS_ACCESS_KEY_ID"),
            secret_access_key: of("AWS_SECRET_ACCESS_KEY"),
            session_token: of("AWS_SESSION_TOKEN"),
            honeycomb_api_key: of("HONEYCOMB_API_KEY"),
            rollbar_access_token: of("ROLLBAR_ACCESS_TOKEN"),
            ca_bundle: of("AWS_CA_BUNDLE"),
            max_attempts: max_attempts.or_default(MAX_ATTEMPTS.usual.to_string()),
            timeout: timeout.or_default(TIMEOUT.usual.to_string()),
            proxies: proxies(environment),
            region,
            profile,
            profiles,
            services: Services::resolve(places),
            warnings,
            dot_env,
        })
    }

    /// The sandbox that takes the place of all services, where there is one.
    pub fn sandbox(&self) -> Option<&Setting<Sandbox>> {
        self.sandbox.as_ref()
    }

    /// The directory of the sandbox's data.
    pub fn data_directory(&self) -> Result<&Setting<PathBuf>> {
        self.data_directory.as_ref().ok_or_else(|| {
            Error::configuration("no directory for the sandbox's data")
                .code("no-data-directory")
                .tried("CRUDDUR_OBS_DATA_DIR, XDG_DATA_HOME: not set")
                .cause("there is no home directory")
                .fix("export CRUDDUR_OBS_DATA_DIR=/var/lib/cruddur-obs")
        })
    }

    /// The AWS profile's name; it need not exist.
    pub fn profile(&self) -> Setting<String> {
        self.profile
            .effective()
            .cloned()
            .unwrap_or_else(|| Setting::new("default".to_owned(), Origin::Default))
    }

    /// The region that was named, where it can be one; with the sandbox there is always one.
    pub fn region(&self) -> Option<Setting<String>> {
        let named = self
            .region
            .effective()
            .filter(|setting| region::is_possible(&setting.value))
            .cloned();
        named.or_else(|| {
            let fallback = Setting::new(region::FALLBACK.to_owned(), Origin::Sandbox);
            self.sandbox.is_some().then_some(fallback)
        })
    }

    /// Honeycomb's API key.
    pub fn honeycomb_api_key(&self) -> Option<Setting<Secret>> {
        secret(&self.honeycomb_api_key)
    }

    /// Rollbar's access token of the scope `post_server_item`.
    pub fn rollbar_access_token(&self) -> Option<Setting<Secret>> {
        secret(&self.rollbar_access_token)
    }

    /// A file of additional certificate authorities.
    pub fn ca_bundle(&self) -> Option<Setting<PathBuf>> {
        let setting = self.ca_bundle.effective()?.clone();
        Some(setting.map(PathBuf::from))
    }

    /// The `.env` file that was read, as it is shown.
    pub fn dot_env(&self) -> Option<&str> {
        self.dot_env.as_ref().map(DotEnv::shown)
    }

    /// What works and is still odd: a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What the profile's files hold of something that is `lacking`, for an error.
    pub(super) fn profile_without(&self, lacking: &str) -> String {
        let name = self.profile().value;
        if let Some(section) = self.profiles.profile(&name) {
            return format!("profile '{name}' in {}: {lacking}", section.files());
        }
        match self.profiles.absent_files() {
            Some(absent) => format!("profile '{name}': {absent}"),
            None => format!("profile '{name}': not in {}", self.profiles.shown()),
        }
    }
}

impl std::fmt::Debug for Settings {
    /// Shows what may be shown.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("entries", &self.entries())
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

fn secret(candidates: &Candidates) -> Option<Setting<Secret>> {
    let setting = candidates.effective()?.clone();
    Some(setting.map(|value| Secret::new(value.trim())))
}

/// `CRUDDUR_OBS_DATA_DIR`, else where the XDG base directories put a program's data.
fn data_directory(environment: &Environment, places: Places<'_>) -> Option<Setting<PathBuf>> {
    let written = Candidates::default().variables(&["CRUDDUR_OBS_DATA_DIR"], places);
    if let Some(written) = written.effective() {
        let path = environment.expanded(&written.value);
        return Some(Setting::new(path, written.origin.clone()));
    }
    let name = "cruddur-obs";
    let xdg = environment.variable("XDG_DATA_HOME").map(Path::new);
    match (xdg.filter(|path| path.is_absolute()), environment.home()) {
        (Some(xdg), _) => Some(Setting::new(
            xdg.join(name),
            Origin::Environment("XDG_DATA_HOME".to_owned()),
        )),
        (None, Some(home)) => Some(Setting::new(
            home.join(".local/share").join(name),
            Origin::Default,
        )),
        (None, None) => None,
    }
}

fn proxies(environment: &Environment) -> Vec<Setting<String>> {
    let set = PROXIES.into_iter().filter_map(|name| {
        let value = environment.variable(name)?;
        let shown = match name {
            "NO_PROXY" | "no_proxy" => value.to_owned(),
            _ => address::shown(value),
        };
        let origin = Origin::Environment(name.to_owned());
        (!is_blank(value)).then(|| Setting::new(shown, origin))
    });
    set.collect()
}

/// A warning per variable whose name is nearly one that is read, where that one is not set.
fn misspelt(environment: &Environment, dot_env: Option<&DotEnv>) -> Vec<String> {
    let places = Places {
        environment,
        dot_env,
    };
    let warning = |name: &str, place: &str| {
        let meant = spelling::meant(name)?;
        let set = Candidates::default().variables(&[meant], places);
        let unset = set.effective().is_none();
        unset.then(|| format!("{place}{name} is set and nothing reads it; did you mean {meant}?"))
    };
    let here = environment.variables().map(|(name, _)| (name, ""));
    let there = dot_env
        .into_iter()
        .flat_map(DotEnv::names)
        .map(|name| (name, ".env: "));
    here.chain(there)
        .filter_map(|(name, place)| warning(name, place))
        .collect()
}
