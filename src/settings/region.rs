//! The AWS region: found, and known to exist.

use super::candidates::Candidates;
use super::origin::{Origin, Setting};
use super::resolve::Settings;
use super::secret::mask;
use super::spelling;
use crate::error::{Error, Result};

/// The region that is used where none is needed.
pub(super) const FALLBACK: &str = "us-east-1";

pub(super) const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The regions that AWS had when this was written, China, the European sovereign cloud and the
/// American government's among them.
const KNOWN: [&str; 40] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
];

/// The region, checked; `anywhere` says that custom endpoints make its name irrelevant to where
/// requests go.
pub(super) fn required(settings: &Settings, anywhere: bool) -> Result<Setting<String>> {
    if settings.region.blank_flag().is_some() {
        return Err(empty(&[&Origin::Flag("--region")]));
    }
    let Some(region) = settings.region.effective() else {
        let blank: Vec<&Origin> = settings.region.blank().collect();
        return Err(if blank.is_empty() {
            missing(settings)
        } else {
            empty(&blank)
        });
    };
    if !anywhere {
        check(region)?;
    }
    Ok(region.clone())
}

/// A region for display. A name that cannot be one may be a key in the wrong variable.
pub(super) fn shown(value: &str) -> String {
    if is_possible(value) {
        value.to_owned()
    } else {
        mask(value)
    }
}

/// Whether it may be a region, if perhaps a misspelt one.
pub(super) fn is_possible(value: &str) -> bool {
    value.len() < 16 && !value.contains(char::is_whitespace) || is_well_formed(value)
}

fn missing(settings: &Settings) -> Error {
    let mut error = Error::configuration("no AWS region")
        .code("no-region")
        .tried("--region: not given")
        .tried("AWS_REGION, AWS_DEFAULT_REGION: not set");
    if let Some(file) = &settings.dot_env {
        error = error.tried(format!("{}: neither of the two", file.shown()));
    }
    error
        .tried(settings.profile_without("no `region` in it"))
        .fix(format!("export AWS_REGION={FALLBACK}"))
}

fn empty(places: &[&Origin]) -> Error {
    let names: Vec<String> = places
        .iter()
        .map(|place| match place {
            Origin::Profile { file, line, .. } => format!("`region` in {file}, line {line},"),
            place => place.to_string(),
        })
        .collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    let (cause, fix) = match places {
        [Origin::Profile { .. }] => ("the profile names no region", places[0]),
        [Origin::Flag(_)] => (
            "the shell variable behind it is probably not set",
            places[0],
        ),
        [first, ..] => (
            "typical of a compose file that forwards a variable which is not set, such as `AWS_REGION: ${AWS_REGION}`",
            *first,
        ),
        [] => ("", &Origin::Default),
    };
    Error::configuration(format!("{} {verb} empty", names.join(" and ")))
        .code("region-empty")
        .cause(cause)
        .fix(fix.rewritten("region", FALLBACK))
}

fn check(region: &Setting<String>) -> Result<()> {
    let Setting { value, origin } = region;
    if KNOWN.contains(&value.as_str()) || is_next_of_its_kind(value) {
        return Ok(());
    }
    let near = spelling::nearest(value.trim_matches(['"', '\'', ' ']), &KNOWN);
    if near.is_none() && is_well_formed(value) {
        // A region younger than this list.
        return Ok(());
    }
    let error = Error::configuration(format!("'{}' is not an AWS region", shown(value)))
        .code("region-unknown")
        .tried(format!("it comes from {origin}"));
    let Some(near) = near else {
        return Err(error
            .cause(format!("a region reads like {FALLBACK} or eu-central-1"))
            .fix(origin.rewritten("region", FALLBACK)));
    };
    let zone = value
        .strip_prefix(near)
        .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|each| each.is_ascii_lowercase()));
    let cause = if zone {
        format!("{value} is an availability zone of {near}")
    } else {
        format!("did you mean {near}?")
    };
    Err(error.cause(cause).fix(origin.rewritten("region", near)))
}

/// Whether it is a known name with a number that AWS may have given out by now; a digit typed
/// twice (`us-east-11`) is none.
fn is_next_of_its_kind(value: &str) -> bool {
    let parts = |name: &str| {
        let (stem, number) = name.rsplit_once('-')?;
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = number.parse().ok().filter(|_| digits)?;
        Some((stem.to_owned(), number))
    };
    let Some((stem, number)) = parts(value) else {
        return false;
    };
    let highest = KNOWN
        .into_iter()
        .filter_map(parts)
        .filter(|(known, _)| *known == stem)
        .map(|(_, number)| number)
        .max();
    highest.is_some_and(|highest| (1..=9.max(highest + 3)).contains(&number))
        && !value.contains("-0")
}

/// Whether it reads as region names do: words of small letters and a number.
fn is_well_formed(value: &str) -> bool {
    let words: Vec<&str> = value.split('-').collect();
    let [words @ .., number] = words.as_slice() else {
        return false;
    };
    let is_word = |word: &&str| {
        (2..=12).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    (2..=3).contains(&words.len())
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is odd about the region variables, for a warning.
pub(super) fn oddities(candidates: &Candidates) -> Vec<String> {
    let mut warnings = Vec::new();
    let of = |name: &str| {
        let place = Origin::Environment(name.to_owned());
        candidates.spoken().find(|setting| setting.origin == place)
    };
    let [first, second] = VARIABLES.map(of);
    if let (Some(first), Some(second)) = (first, second)
        && first.value != second.value
    {
        warnings.push(format!(
            "{} and {} differ: this program and the AWS SDKs use the first, boto3 and the AWS CLI 1 the second",
            first.origin.holding(&shown(&first.value)),
            second.origin.holding(&shown(&second.value)),
        ));
    }
    if let Some(effective) = candidates.effective() {
        if !is_possible(&effective.value) {
            warnings.push(format!(
                "{} does not hold the name of a region",
                effective.origin
            ));
        }
        for blank in candidates.blank() {
            warnings.push(format!(
                "{blank} is empty; the region is taken from {}",
                effective.origin
            ));
        }
    }
    warnings
}
