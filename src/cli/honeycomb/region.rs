//! Which of Honeycomb's two regions knows a key: its letter says, or both are asked at once.

use futures::future::{Either, select};

use super::super::context::Context;
use super::key::ChosenKey;
use crate::error::{Error, Result};
use crate::honeycomb::region::Region;
use crate::remote::{Auth, HoneycombClient, HoneycombFailure};
use crate::settings::{Origin, Setting};

/// `--site`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Site {
    /// By the key, else both are asked
    #[default]
    Auto,
    /// api.honeycomb.io
    Us,
    /// api.eu1.honeycomb.io
    Eu,
}

/// Where to ask.
#[derive(Debug, Clone)]
pub(super) enum Where {
    /// At one base address.
    One(Setting<String>),
    /// In both regions.
    Both,
}

/// The answer, and where it came from.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) auth: Auth,
    pub(super) base: Setting<String>,
    pub(super) region: Option<Region>,
}

/// Decides where to ask; refuses an address in the one region with a key of the other.
pub(super) fn place(
    context: &Context<'_>,
    key: &ChosenKey,
    site: Site,
    api_url: Option<&str>,
) -> Result<Where> {
    if let Some(url) = context.sandbox_url()? {
        return Ok(Where::One(Setting::new(url, Origin::Sandbox)));
    }
    let one = |region: Region, origin| {
        Ok(Where::One(Setting::new(
            region.api_url().to_owned(),
            origin,
        )))
    };
    if let Some(endpoint) = context.settings.honeycomb_endpoint(api_url)? {
        if let Some(error) = mismatch(key, &endpoint) {
            return Err(error);
        }
        return Ok(Where::One(endpoint));
    }
    match (site, key.region()) {
        (Site::Us, _) => one(Region::Us, Origin::Flag("--site")),
        (Site::Eu, _) => one(Region::Eu, Origin::Flag("--site")),
        (Site::Auto, Some(region)) => one(region, Origin::Default),
        (Site::Auto, None) => Ok(Where::Both),
    }
}

/// A key of the one region at the other's host.
pub(super) fn mismatch(key: &ChosenKey, endpoint: &Setting<String>) -> Option<Error> {
    let of_key = key.region()?;
    let of_url = Region::of_url(&endpoint.value)?;
    (of_key != of_url).then(|| {
        Error::configuration(format!(
            "the Honeycomb key in {} is of the {}, and {} is the {}",
            key.found.place,
            of_key.name(),
            endpoint.origin,
            of_url.name()
        ))
        .code("honeycomb-region")
        .tried(format!("{}: {}", endpoint.origin, endpoint.value))
        .cause(format!(
            "the third letter of {} names the region; a key of one region is unknown in the other",
            key.found.key
        ))
        .fix(corrected(&endpoint.origin, of_key))
    })
}

/// How to write the right region at a place.
pub(super) fn corrected(origin: &Origin, region: Region) -> String {
    let url = region.api_url();
    match origin {
        Origin::Environment(name) => format!("export {name}={url}"),
        Origin::DotEnv { path, variable } => format!("write `{variable}={url}` in {path}"),
        origin => format!("{origin} {url}"),
    }
}

/// Asks whose key it is.
pub(super) async fn ask(client: &HoneycombClient, key: &ChosenKey, place: Where) -> Result<Known> {
    let kind = key.kind();
    match place {
        Where::One(base) => match client.auth(&base.value, kind).await {
            Ok(auth) => Ok(Known {
                region: Region::of_url(&base.value),
                auth,
                base,
            }),
            Err(failure) => Err(explained(key, &base, &failure)),
        },
        Where::Both => {
            let asked = |region: Region| Box::pin(client.auth(region.api_url(), kind));
            let known = |auth, region: Region| Known {
                auth,
                base: Setting::new(region.api_url().to_owned(), Origin::Default),
                region: Some(region),
            };
            // The first success wins; the slower one is dropped.
            let (first, rest, at) = match select(asked(Region::Us), asked(Region::Eu)).await {
                Either::Left((first, rest)) => (first, rest, Region::Us),
                Either::Right((first, rest)) => (first, rest, Region::Eu),
            };
            let first = match first {
                Ok(auth) => return Ok(known(auth, at)),
                Err(failure) => failure,
            };
            match rest.await {
                Ok(auth) => Ok(known(auth, at.other())),
                Err(second) => Err(both(key, &first, &second)),
            }
        }
    }
}

fn explained(key: &ChosenKey, base: &Setting<String>, failure: &HoneycombFailure) -> Error {
    let error = failure.explain();
    if !failure.is_key_refused() {
        return error;
    }
    let error = error.tried(format!("key: {} from {}", key.found.key, key.found.place));
    match Region::of_url(&base.value) {
        Some(region) if key.region().is_none() && base.origin != Origin::Default => {
            error.fix(format!(
                "or it is of the {}: cruddur-obs honeycomb whoami --api-url {}",
                region.other().name(),
                region.other().api_url()
            ))
        }
        _ => error,
    }
}

/// Both regions were asked, and neither gave an answer.
fn both(key: &ChosenKey, first: &HoneycombFailure, second: &HoneycombFailure) -> Error {
    let (refused, other) = match (first.is_key_refused(), second.is_key_refused()) {
        (true, true) => {
            let mut cause = format!(
                "a typing mistake, a deleted key, or not Honeycomb's: {}",
                first.in_short()
            );
            if key.is_classic() {
                cause.push_str("; a token of Rollbar and the secret of a management key may have the same shape");
            }
            return Error::configuration("neither region of Honeycomb knows the key")
                .code("honeycomb-key-refused")
                .tried(format!("key: {} from {}", key.found.key, key.found.place))
                .tried(first.tried())
                .tried(second.tried())
                .cause(cause)
                .fix("copy the key again, in Honeycomb under Account, Team Settings, API Keys");
        }
        (true, false) => (first, second),
        (false, true) => (second, first),
        (false, false) => return first.explain().tried(second.tried()),
    };
    // One region does not know it; the other might, and could not be asked.
    let error = other.explain();
    let kind = error.kind();
    let mut combined = Error::new(
        kind,
        "one region of Honeycomb does not know the key, and the other gave no answer",
    )
    .code(error.known_as().unwrap_or("unreachable"))
    .tried(refused.tried())
    .tried(other.tried());
    if let Some(cause) = error.reason() {
        combined = combined.cause(cause.to_owned());
    }
    for fix in error.fixes() {
        combined = combined.fix(fix.clone());
    }
    combined
}
