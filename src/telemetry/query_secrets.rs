//! Addresses without the secrets in them.
//!
//! The names are those that Rollbar's notifiers scrub, and those that OpenTelemetry's conventions
//! want redacted (<https://opentelemetry.io/docs/specs/semconv/http/http-spans/>).

use std::borrow::Cow;

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
/// authority; everything else stays byte for byte.
pub fn mask_query(address: &str) -> Cow<'_, str> {
    let masked = match address.split_once('?') {
        Some((before, query)) if query.split(SEPARATORS).any(is_secret) => {
            let mut text = String::with_capacity(address.len());
            text.push_str(before);
            let mut separator = '?';
            let mut rest = query;
            loop {
                let end = rest.find(SEPARATORS).unwrap_or(rest.len());
                let pair = &rest[..end];
                text.push(separator);
                match pair.split_once('=') {
                    Some((name, _)) if is_secret(pair) => {
                        text.push_str(name);
                        text.push('=');
                        text.push_str(MASKED);
                    }
                    _ => text.push_str(pair),
                }
                let Some(next) = rest[end..].chars().next() else {
                    break;
                };
                separator = next;
                rest = &rest[end + 1..];
            }
            Cow::Owned(text)
        }
        _ => Cow::Borrowed(address),
    };
    without_password(masked)
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

/// A name with its percent escapes undone, as who reads it later does.
fn decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| others.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = &others[if escaped.is_some() { 2 } else { 0 }..];
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// `https://user:password@host/` without the two.
fn without_password(address: Cow<'_, str>) -> Cow<'_, str> {
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
        ] {
            assert_eq!(mask_query(address), masked);
        }
    }
}
