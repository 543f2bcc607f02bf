//! Names of datasets: how they are spelled, and what they are in addresses.

use std::borrow::Cow;

/// The longest slug.
const LONGEST: usize = 175;

/// Stands for all datasets of an environment, in addresses.
pub const ALL_DATASETS: &str = "__all__";

/// The slug of a dataset: names that differ in case only are one dataset.
///
/// <https://docs.honeycomb.io/api/datasets/>
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.trim().chars() {
        let character = character.to_ascii_lowercase();
        let is_kept = character.is_ascii_lowercase()
            || character.is_ascii_digit()
            || matches!(character, '_' | '~' | '.' | '-');
        slug.push(if is_kept { character } else { '-' });
        if slug.len() == LONGEST {
            break;
        }
    }
    slug
}

/// An id of eleven letters and digits, as Honeycomb gives them.
pub(super) fn new_id() -> String {
    id_of(fastrand::u128(..))
}

/// The same id for the same words.
pub(super) fn stable_id(words: &[&str]) -> String {
    // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: an id must not change when the compiler's
    // own hash does.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    id_of(u128::from(hash) << 32 | u128::from(hash.rotate_left(17) & 0xffff_ffff))
}

fn id_of(mut number: u128) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..11)
        .map(|_| {
            let digit = usize::try_from(number % 62).unwrap_or_default();
            number /= 62;
            char::from(DIGITS[digit])
        })
        .collect()
}

/// To which dataset spans go: that of their service; with a Classic key, the one that was named.
/// The rule is husky's, <https://github.com/honeycombio/husky>.
pub(super) fn of_spans<'a>(
    service: Option<&'a str>,
    header: Option<&'a str>,
    is_classic: bool,
) -> Cow<'a, str> {
    if is_classic {
        return Cow::Borrowed(header.unwrap_or_default());
    }
    Cow::Borrowed(usable(service).unwrap_or("unknown_service"))
}

/// To which dataset log records go.
pub(super) fn of_logs<'a>(service: Option<&'a str>, header: Option<&'a str>) -> Cow<'a, str> {
    let header = header.filter(|header| !header.trim().is_empty());
    Cow::Borrowed(usable(service).or(header).unwrap_or("unknown_log_source"))
}

/// To which dataset metrics go.
pub(super) fn of_metrics(header: Option<&str>) -> Cow<'_, str> {
    let header = header.filter(|header| !header.trim().is_empty());
    Cow::Borrowed(header.unwrap_or("unknown_metrics"))
}

fn usable(service: Option<&str>) -> Option<&str> {
    let service = service?;
    let trimmed = service.trim();
    (!trimmed.is_empty() && !service.starts_with("unknown_service")).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_and_short() {
        assert_eq!(slug("My Service/Über_1~.-"), "my-service--ber_1~.-");
        assert_eq!(slug(&"A".repeat(500)), "a".repeat(175));
        assert_eq!(slug(" backend-flask "), "backend-flask");
    }

    #[test]
    fn spans_go_to_the_dataset_of_their_service() {
        assert_eq!(of_spans(Some(" backend "), Some("x"), false), "backend");
        for unusable in [
            None,
            Some(""),
            Some("  "),
            Some("unknown_service"),
            Some("unknown_service:node"),
        ] {
            assert_eq!(of_spans(unusable, Some("x"), false), "unknown_service");
            assert_eq!(of_logs(unusable, None), "unknown_log_source");
            assert_eq!(of_logs(unusable, Some(" ")), "unknown_log_source");
            assert_eq!(of_logs(unusable, Some("x")), "x");
        }
        assert_eq!(of_spans(Some("backend"), Some("x"), true), "x");
        assert_eq!(of_logs(Some("backend"), Some("x")), "backend");
        assert_eq!(of_metrics(None), "unknown_metrics");
        assert_eq!(of_metrics(Some("m")), "m");
    }

    #[test]
    fn ids_are_stable_where_they_must_be() {
        assert_eq!(stable_id(&["a", "b"]), stable_id(&["a", "b"]));
        assert_ne!(stable_id(&["a", "b"]), stable_id(&["ab", ""]));
        assert_eq!(new_id().len(), 11);
        assert_ne!(new_id(), new_id());
    }
}
