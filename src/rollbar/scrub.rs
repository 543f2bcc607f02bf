//! Takes secrets out of items: values whose names say that they are secret.
//!
//! The names are those of Rollbar's own notifiers
//! (<https://docs.rollbar.com/docs/scrubbing-items>), Python's and the wider list of JavaScript's.

use serde_json::Value;

use crate::percent::decoded;

/// Names whose values are secret, in small letters and without `-` and `_`.
const NAMES: [&str; 24] = [
    "pw",
    "pass",
    "passwd",
    "password",
    "passwordconfirmation",
    "confirmpassword",
    "secret",
    "secretkey",
    "secrettoken",
    "usersessionsecret",
    "token",
    "accesstoken",
    "authenticitytoken",
    "oauthtoken",
    "xrollbaraccesstoken",
    "xhoneycombteam",
    "xaccesstoken",
    "xcsrftoken",
    "auth",
    "authentication",
    "authorization",
    "cookie",
    "setcookie",
    "apikey",
];

/// Names of query strings that sign a request.
const SIGNATURES: [&str; 6] = [
    "xamzsignature",
    "xamzcredential",
    "xamzsecuritytoken",
    "awsaccesskeyid",
    "signature",
    "sig",
];

/// Members whose values are addresses.
const ADDRESSES: [&str; 3] = ["url", "link", "href"];

/// What stands in place of a secret.
const HIDDEN: &str = "******";

/// The same inside an address.
const HIDDEN_IN_ADDRESS: &str = "------";

/// Takes the secrets out of a value and of everything in it.
pub fn scrub(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(scrub),
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) {
                    if !member.is_null() {
                        *member = Value::from(HIDDEN);
                    }
                    continue;
                }
                match member {
                    Value::String(text) if is_address(name) => *text = scrub_address(text),
                    Value::String(text) if name == "query_string" => *text = scrub_query(text),
                    _ => scrub(member),
                }
            }
        }
        _ => {}
    }
}

/// An address without the secrets of its query, and without a password.
pub fn scrub_address(address: &str) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (address, None),
    };
    let (head, query) = match address.split_once('?') {
        Some((head, query)) => (head, Some(query)),
        None => (address, None),
    };
    let mut text = without_password(head);
    if let Some(query) = query {
        text.push('?');
        text.push_str(&scrub_query(query));
    }
    if let Some(fragment) = fragment {
        text.push('#');
        text.push_str(fragment);
    }
    text
}

fn scrub_query(query: &str) -> String {
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if !value.is_empty() && is_secret(&decoded(name)) => {
                format!("{name}={HIDDEN_IN_ADDRESS}")
            }
            _ => pair.to_owned(),
        })
        .collect();
    pairs.join("&")
}

/// `https://user:password@host` without the password.
fn without_password(head: &str) -> String {
    let Some((scheme, rest)) = head.split_once("://") else {
        return head.to_owned();
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{name}:{HIDDEN_IN_ADDRESS}@{host}{path}")
        }
        None => head.to_owned(),
    }
}

fn is_secret(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    NAMES.contains(&bare.as_str()) || SIGNATURES.contains(&bare.as_str())
}

fn is_address(name: &str) -> bool {
    ADDRESSES
        .iter()
        .any(|address| name.eq_ignore_ascii_case(address))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_with_secret_names_go() {
        let mut value = json!({
            "Authorization": "Bearer s3cret",
            "nested": [{"confirm_password": "s3cret", "confirmPassword": "s3cret", "kept": "seen"}],
            "auth": {"whole": "s3cret"},
            "password": null,
            "url": "https://andrew:s3cret@host/a?access_token=s3cret&q=seen&%70assword=s3cret#part",
            "query_string": "secret=s3cret&term=seen",
            "author": "seen",
        });
        scrub(&mut value);
        let text = value.to_string();
        assert!(!text.contains("s3cret"), "{text}");
        assert_eq!(text.matches("seen").count(), 4, "{text}");
        assert_eq!(value["password"], serde_json::Value::Null);
        assert_eq!(
            value["url"],
            "https://andrew:------@host/a?access_token=------&q=seen&%70assword=------#part"
        );
    }

    #[test]
    fn addresses_that_are_odd_survive() {
        for odd in [
            "",
            "?",
            "a?b",
            "%",
            "http://",
            "x?%=1&%zz=2",
            "http://h?a=1?b=2",
        ] {
            assert_eq!(scrub_address(odd), odd);
        }
    }
}
