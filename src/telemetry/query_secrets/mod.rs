//! Addresses without the secrets in them.
//!
//! The names are those that Rollbar's notifiers scrub, and those that OpenTelemetry's conventions
//! want redacted (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>).

mod nested;

use std::borrow::Cow;

use crate::percent::decoded;

/// Names whose values are secret, in lower case; without `-` and `_`, which notifiers disagree on.
const SECRET: [&str; 30] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "auth",
    "authentication",
    "authenticitytoken",
    "authorization",
    "authtoken",
    "awsaccesskeyid",
    "clientsecret",
    "confirmpassword",
    "cookie",
    "idtoken",
    "key",
    "oauthtoken",
    "passwd",
    "password",
    "passwordconfirmation",
    "pw",
    "refreshtoken",
    "secret",
    "secretkey",
    "secrettoken",
    "sig",
    "signature",
    "token",
    "usersessionsecret",
    "xamzcredential",
    "xamzsecuritytoken",
];

/// More of them.
const SIGNATURES: [&str; 3] = ["xamzsignature", "xgoogsignature", "xrollbaraccesstoken"];

/// What parts pairs; the last one stands where a value is an address with a query of its own.
const SEPARATORS: [char; 3] = ['&', ';', '?'];

/// What stands in place of a secret.
const MASKED: &str = "REDACTED";

/// An address or a path with the values of secrets in its query masked, and a password in its
/// authority; everything else stays byte for byte. A value that is an address itself, escaped or
/// not, is masked in the same way.
pub fn mask_query(address: &str) -> Cow<'_, str> {
    let Some(query) = address.find('?') else {
        return without_password(Cow::Borrowed(address));
    };
    let mut masked: Option<String> = None;
    // What has been copied of the address.
    let mut copied = 0;
    let mut start = query + 1;
    for pair in address[start..].split(SEPARATORS) {
        if let Some((from, shown)) = mask_pair(pair) {
            let text = masked.get_or_insert_with(|| String::with_capacity(address.len()));
            text.push_str(&address[copied..start + from]);
            text.push_str(&shown);
            copied = start + pair.len();
        }
        start += pair.len() + 1;
    }
    without_password(match masked {
        Some(mut text) => {
            text.push_str(&address[copied..]);
            Cow::Owned(text)
        }
        None => Cow::Borrowed(address),
    })
}

/// Where the value of a pair begins, and how it is shown, if it must not be shown as it is.
fn mask_pair(pair: &str) -> Option<(usize, Cow<'static, str>)> {
    if is_secret(pair) {
        return Some((pair.find('=')? + 1, Cow::Borrowed(MASKED)));
    }
    let from = pair.find('=').map_or(0, |at| at + 1);
    let shown = nested::mask(&pair[from..])?;
    Some((from, Cow::Owned(shown)))
}

/// Whether `name=value` has a value that is secret.
fn is_secret(pair: &str) -> bool {
    let Some((name, value)) = pair.split_once('=') else {
        return false;
    };
    // `user[password]` and `a.password` are passwords too.
    let decoded = decoded(name);
    let last = decoded
        .trim_end_matches(']')
        .rsplit(['[', '.'])
        .next()
        .unwrap_or_default();
    let mut plain = [0_u8; 24];
    let mut length = 0;
    for byte in last.bytes().filter(|byte| !matches!(byte, b'-' | b'_')) {
        let Some(place) = plain.get_mut(length) else {
            return false;
        };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    let Ok(plain) = std::str::from_utf8(&plain[..length]) else {
        return false;
    };
    !value.is_empty() && (SECRET.binary_search(&plain).is_ok() || SIGNATURES.contains(&plain))
}

/// `https://user:password@host/` without the two.
fn without_password(address: Cow<'_, str>) -> Cow<'_, str> {
    // Most have no user, and one byte is found sooner than three.
    if !address.contains('@') {
        return address;
    }
    let Some(start) = address.find("://").map(|at| at + 3) else {
        return address;
    };
    let end = address[start..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |at| start + at);
    let Some(at) = address[start..end].rfind('@') else {
        return address;
    };
    let mut text = address[..start].to_owned();
    text.push_str(MASKED);
    text.push(':');
    text.push_str(MASKED);
    text.push_str(&address[start + at..]);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(SECRET.is_sorted());
    }

    #[test]
    fn secrets_go_and_all_else_stays() {
        for (address, masked) in [
            ("/a", "/a"),
            ("/a?", "/a?"),
            ("/a?q=1&password=sesame", "/a?q=1&password=REDACTED"),
            ("/a?Access_Token=x;b=%20", "/a?Access_Token=REDACTED;b=%20"),
            (
                "/a?X-Amz-Signature=1&&sig=2&c",
                "/a?X-Amz-Signature=REDACTED&&sig=REDACTED&c",
            ),
            (
                "/a?user[passwd]=x&user%5Bpasswd%5D=y",
                "/a?user[passwd]=REDACTED&user%5Bpasswd%5D=REDACTED",
            ),
            ("/a?pass%77ord=x", "/a?pass%77ord=REDACTED"),
            ("/a?password=&signatures=3", "/a?password=&signatures=3"),
            (
                "https://ada:pw@example.com/?a=@",
                "https://REDACTED:REDACTED@example.com/?a=@",
            ),
            (
                "https://example.com/@ada?t=é&token=é",
                "https://example.com/@ada?t=é&token=REDACTED",
            ),
            (
                "/a?url=http://b/?token=x&c",
                "/a?url=http://b/?token=REDACTED&c",
            ),
            ("/a?%=1&%zz=2&password%=3", "/a?%=1&%zz=2&password%=3"),
            (
                "https://a/?url=http://ada:pw@b/&c",
                "https://a/?url=http://REDACTED:REDACTED@b/&c",
            ),
        ] {
            assert_eq!(mask_query(address), masked);
        }
    }
}
