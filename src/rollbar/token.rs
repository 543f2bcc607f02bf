//! What the shape of a token gives away.
//!
//! Project tokens are 32 hexadecimal digits; newer kinds have other shapes that are documented
//! nowhere, so an odd one is remarked on and tried all the same.

/// What is odd about a token, in a sentence; nothing where it looks like one of a project.
pub fn remark(token: &str) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let remark = if token.starts_with("${") || token.starts_with('$') {
        "it is the name of a variable that was not replaced by its value"
    } else if token.starts_with(['"', '\'']) || token.ends_with(['"', '\'']) {
        "it has quotes around it that were pasted along"
    } else if token.contains(char::is_whitespace) {
        "there is a blank or a line break in it"
    } else if token.starts_with("AKIA") || token.starts_with("ASIA") {
        "it looks like an access key id of AWS"
    } else if (token.starts_with("hc") && token.contains("k_"))
        || (token.len() == 22 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        "it looks like a key of Honeycomb"
    } else if token.len() == 32 && is_hex(token) {
        return None;
    } else if is_hex(token) && token.len() > 16 {
        "a project's token has 32 digits, this one another number: a part may be missing"
    } else {
        "it does not look like a project's token, which has 32 hexadecimal digits"
    };
    Some(remark)
}

#[cfg(test)]
mod tests {
    use super::remark;

    #[test]
    fn shapes() {
        assert_eq!(remark("00000000000000000000000000000000"), None);
        assert_eq!(remark("5A4db0c5a4db0c5a4db0c5a4db0c5a4d"), None);
        for (token, word) in [
            ("${ROLLBAR_ACCESS_TOKEN}", "variable"),
            ("\"5a4db0c5a4db0c5a4db0c5a4db0c5a4d\"", "quotes"),
            ("5a4db0c5a4db0c5a 4db0c5a4db0c5a4d", "blank"),
            ("AKIAIOSFODNN7EXAMPLE", "AWS"),
            ("CruddurSandboxConfKey0", "Honeycomb"),
            ("5a4db0c5a4db0c5a4db0c5a4db0c5a4", "missing"),
            ("rbac_something", "does not look"),
        ] {
            assert!(remark(token).unwrap().contains(word), "{token}");
        }
    }
}
