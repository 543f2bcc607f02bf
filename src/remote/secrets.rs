//! What must not be shown, wherever it comes back from: some pages and some error texts repeat
//! the request that they answer, its signature and its token included.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use regex::Regex;

use crate::settings::mask;

/// The secrets of one run. Those of the settings are known beforehand, those of a profile or a
/// role are read off the requests as they leave.
#[derive(Clone, Default)]
pub(super) struct Secrets(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    whole: Vec<String>,
    parts: HashSet<[u8; PART]>,
    access_key: Option<String>,
}

/// A run of so many bytes of a secret gives it away; pages escape or cut the rest. Shorter ones are
/// words as well: the sandbox knows keys by words in them, and its answers have the same words.
const PART: usize = 12;

/// What is shorter than this is no real secret, and not worth hiding.
const SHORTEST: usize = 8;

/// The headers that sign a request, in the spellings of HTTP, JSON and HTML, with their values.
static SIGNING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)((?:proxy-)?authorization|x-amz-security-token|x-amz-credential|x-amz-signature|credential|signature)(["']?\s*(?:[:=]|</?(?:t[dhr]|d[td]|b|code|strong|span|li|p)[^>]*>\s*)+\s*["']?)[^\r\n<>"']+"#,
    )
    .ok()
});

/// Ids of access keys, and runs that are long enough for a key or a token.
static KEYS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|[A-Za-z0-9+/=_%-]{32,}").ok());

impl Secrets {
    /// Remembers a secret.
    pub(super) fn learn(&self, secret: &str) {
        let mut known = self.lock();
        if secret.len() >= SHORTEST && !known.whole.iter().any(|each| each == secret) {
            known.parts.extend(
                secret
                    .as_bytes()
                    .windows(PART)
                    .filter_map(|part| <[u8; PART]>::try_from(part).ok()),
            );
            known.whole.push(secret.to_owned());
        }
    }

    /// The id of the access key that was used last, masked.
    pub(super) fn access_key(&self) -> Option<String> {
        self.lock().access_key.clone()
    }

    /// Remembers the id of the access key that is used.
    pub(super) fn learn_access_key(&self, id: &str) {
        self.learn(id);
        self.lock().access_key = Some(mask(id));
    }

    /// A text of a service, without the secrets that are known.
    pub(super) fn hide(&self, text: &str) -> String {
        let text = match SIGNING.as_ref() {
            Some(signing) => signing.replace_all(text, "$1$2…").into_owned(),
            None => text.to_owned(),
        };
        self.hide_known(&text)
    }

    /// A text of nobody knows whom, without what looks like a key or a token either.
    pub(super) fn hide_all(&self, text: &str) -> String {
        let text = self.hide(text);
        match KEYS.as_ref() {
            Some(keys) => keys
                .replace_all(&text, |found: &regex::Captures<'_>| {
                    if looks_random(&found[0]) {
                        mask(&found[0])
                    } else {
                        found[0].to_owned()
                    }
                })
                .into_owned(),
            None => text,
        }
    }

    fn hide_known(&self, text: &str) -> String {
        let known = self.lock();
        let mut shown = text.to_owned();
        for whole in &known.whole {
            if shown.contains(whole.as_str()) {
                shown = shown.replace(whole.as_str(), &mask(whole));
            }
        }
        let bytes = shown.as_bytes();
        let mut hidden = vec![false; bytes.len()];
        for (start, part) in bytes.windows(PART).enumerate() {
            if known.parts.contains(part) {
                hidden[start..start + PART].fill(true);
            }
        }
        drop(known);
        let mut text = String::with_capacity(shown.len());
        let mut hiding = false;
        for (index, character) in shown.char_indices() {
            if hidden[index] {
                if !hiding {
                    text.push('…');
                }
                hiding = true;
            } else {
                hiding = false;
                text.push(character);
            }
        }
        text
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Paths and words run long as well; keys have digits, and letters of both sizes or no others
/// than those of hexadecimal numbers.
fn looks_random(run: &str) -> bool {
    let has = |wanted: fn(&u8) -> bool| run.bytes().any(|byte| wanted(&byte));
    has(u8::is_ascii_digit)
        && (run.bytes().all(|byte| byte.is_ascii_hexdigit())
            || has(u8::is_ascii_uppercase) && (has(u8::is_ascii_lowercase) || run.len() < 24))
}

impl fmt::Debug for Secrets {
    /// Shows none.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl Intercept for Secrets {
    fn name(&self) -> &'static str {
        "Secrets"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request().headers();
        if let Some(token) = headers.get("x-amz-security-token") {
            self.learn(token);
        }
        let id = headers
            .get("authorization")
            .and_then(|header| header.split_once("Credential=")?.1.split('/').next());
        if let Some(id) = id {
            self.learn_access_key(id);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    const TOKEN: &str = "IQoJb3JpZ2luX2VjEDMaCXVzLWVhc3QtMSJHMEUCIQ";

    #[test]
    fn known_secrets_are_hidden_whole_and_in_parts() {
        let secrets = Secrets::default();
        secrets.learn(TOKEN);
        secrets.learn_access_key("AKIAIOSFODNN7EXAMPLE");
        assert_eq!(secrets.hide(&format!("<b>{TOKEN}</b>")), "<b>IQoJ…UCIQ</b>");
        assert_eq!(
            secrets.hide(&format!("at {} end", &TOKEN[5..30])),
            "at … end"
        );
        assert_eq!(
            secrets.hide("the key AKIAIOSFODNN7EXAMPLE is unknown"),
            "the key AKIA…MPLE is unknown"
        );
        assert_eq!(secrets.access_key().as_deref(), Some("AKIA…MPLE"));
    }

    #[test]
    fn a_word_that_a_key_has_in_it_is_shown() {
        let secrets = Secrets::default();
        secrets.learn("disabledKeyOfNobody001");
        let said = "attempted to use disabled API key";
        assert_eq!(secrets.hide(said), said);
        assert_eq!(secrets.hide("not abledKeyOfNob"), "not …");
    }

    #[test]
    fn signing_headers_are_hidden_in_every_dress() {
        let secrets = Secrets::default();
        for (text, shown) in [
            (
                "Authorization: AWS4 abc, d=e\nHost: x",
                "Authorization: …\nHost: x",
            ),
            (
                r#"{"x-amz-security-token": "abc", "a": 1}"#,
                r#"{"x-amz-security-token": "…", "a": 1}"#,
            ),
            (
                "<td>Authorization</td><td>AWS4 abc</td>",
                "<td>Authorization</td><td>…</td>",
            ),
            (
                "Proxy-Authorization: Basic bWU6cHc=",
                "Proxy-Authorization: …",
            ),
        ] {
            assert_eq!(secrets.hide(text), shown);
        }
        assert_eq!(
            secrets.hide("no authorization was given"),
            "no authorization was given"
        );
    }

    #[test]
    fn what_looks_like_a_key_is_hidden_from_strangers() {
        let text = "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY of ASIAIOSFODNN7EXAMPLE, not /usr/share/a-long-path/to-some-program-or-other";
        assert_eq!(
            Secrets::default().hide_all(text),
            "key wJal…EKEY of ASIA…MPLE, not /usr/share/a-long-path/to-some-program-or-other"
        );
    }
}
