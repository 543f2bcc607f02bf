//! Base URLs that somebody wrote: checked before anything calls them, shown without passwords.

use std::net::IpAddr;

use reqwest::Url;

use super::origin::{Origin, Setting};
use super::secret::mask;
use crate::error::{Error, Result};

/// Checks a base URL; `key` is its name in an AWS profile.
pub(super) fn check(setting: &Setting<String>, key: &str, code: &'static str) -> Result<()> {
    let Err((cause, better)) = usable(&setting.value) else {
        return Ok(());
    };
    let origin = match &setting.origin {
        Origin::Profile { file, line, .. } => format!("`{key}` in {file}, line {line},"),
        place => place.to_string(),
    };
    Err(Error::configuration(format!(
        "{origin} is not a URL that can be called: '{}'",
        shown(&setting.value)
    ))
    .code(code)
    .cause(cause)
    .fix(setting.origin.rewritten(key, &better)))
}

/// A URL without user name, password and query; what does not look like an address at all is
/// masked, for it may be a key in the wrong place.
pub(super) fn shown(value: &str) -> String {
    if value.len() >= 16 && !value.contains([':', '.', '/']) {
        return mask(value);
    }
    let value = value.split(['?', '#']).next().unwrap_or_default();
    let start = value.find("://").map_or(0, |index| index + 3);
    let end = value[start..]
        .find('/')
        .map_or(value.len(), |index| start + index);
    match value[start..end].rfind('@') {
        Some(at) => format!("{}…{}", &value[..start], &value[start + at..]),
        None => value.to_owned(),
    }
}

/// Whether the URL leads to this machine.
pub(super) fn is_loopback(value: &str) -> bool {
    let Ok(url) = Url::parse(value) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || number
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// What is wrong with a base URL, and a better one.
fn usable(value: &str) -> Result<(), (&'static str, String)> {
    const SCHEME: &str = "it must start with http:// or https://";
    let Some((scheme, rest)) = value.split_once("://") else {
        let guess = format!("http://{value}");
        let better = if value.contains(char::is_whitespace) || !value.contains(['.', ':']) {
            "http://localhost:4000".to_owned()
        } else if is_loopback(&guess) {
            shown(&guess)
        } else {
            shown(&format!("https://{value}"))
        };
        return Err((SCHEME, better));
    };
    if !matches!(scheme, "http" | "https") {
        return Err((SCHEME, shown(&format!("https://{rest}"))));
    }
    if value.contains(char::is_whitespace) {
        let squeezed: String = value.split_whitespace().collect();
        return Err(("there is a blank in it", shown(&squeezed)));
    }
    let url = match Url::parse(value) {
        Ok(url) => url,
        Err(_) if rest.is_empty() || rest.starts_with('/') => {
            return Err((
                "there is no host in it",
                format!("{scheme}://localhost:4000"),
            ));
        }
        Err(_) => {
            return Err((
                "its host or its port is not valid",
                format!("{scheme}://localhost:4000"),
            ));
        }
    };
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    // Neither call can fail: the scheme is http or https.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    if bare == url {
        return Ok(());
    }
    let cause = "a base URL has no user name, no password and no query";
    Err((cause, bare.as_str().trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_usable_urls_from_others() {
        for value in [
            "http://localhost:4000",
            "https://xray.us-east-1.amazonaws.com",
            "http://[::1]:4000/",
            "http://10.0.0.1/base",
        ] {
            assert_eq!(usable(value), Ok(()), "{value}");
        }
        let cases = [
            ("localhost:4000", "http://localhost:4000"),
            ("example.com", "https://example.com"),
            ("yes please", "http://localhost:4000"),
            ("ftp://example.com", "https://example.com"),
            ("http://", "http://localhost:4000"),
            ("http://a b", "http://ab"),
            ("http://localhost:99999", "http://localhost:4000"),
            ("http://me:secret@localhost:4000", "http://localhost:4000"),
            ("http://localhost:4000?key=secret", "http://localhost:4000"),
            ("me:secret@example.com", "https://…@example.com"),
        ];
        for (value, better) in cases {
            assert_eq!(usable(value).unwrap_err().1, better, "{value}");
        }
    }

    #[test]
    fn shows_no_password_and_no_key() {
        assert_eq!(
            shown("http://me:secret@proxy:3128/x"),
            "http://…@proxy:3128/x"
        );
        assert_eq!(shown("me:secret@proxy:3128"), "…@proxy:3128");
        assert_eq!(shown("http://proxy?token=secret"), "http://proxy");
        assert_eq!(shown("http://proxy/a@b"), "http://proxy/a@b");
        assert_eq!(shown("0123456789abcdef0123456789abcdef"), "0123…cdef");
        assert_eq!(shown("localhost"), "localhost");
    }

    #[test]
    fn knows_this_machine() {
        for url in [
            "http://localhost:4000",
            "http://127.0.0.1",
            "http://127.8.9.1:1",
            "http://[::1]:2",
            "https://xray.localhost",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://10.0.0.1",
            "https://localhost.example.com",
            "localhost:4000",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
