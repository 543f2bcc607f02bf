//! Lists of pairs, `name=value,name=value`, as OpenTelemetry's variables have them.

use crate::percent::decoded;

/// The pairs, their percent escapes undone; what is no pair comes second, as it stands.
///
/// <https://www.w3.org/TR/baggage/#header-content>
pub(super) fn pairs(list: &str) -> (Vec<(String, String)>, Vec<String>) {
    let mut known = Vec::new();
    let mut wrong = Vec::new();
    for item in list.split(',').map(str::trim) {
        match item.split_once('=') {
            _ if item.is_empty() => {}
            Some((name, value)) if !name.trim().is_empty() => {
                let plain = |text: &str| decoded(text.trim()).into_owned();
                known.push((plain(name), plain(value)));
            }
            _ => wrong.push(item.to_owned()),
        }
    }
    (known, wrong)
}
