//! Names with wildcards: `*` for any characters, `?` for one; everything else stands for itself.

use std::fmt;
use std::str::FromStr;

/// A name, or names that look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// Whether it is one name, without a wildcard.
    pub fn is_literal(&self) -> bool {
        !self.0.contains(['*', '?'])
    }

    /// What every name that it stands for begins with.
    pub fn prefix(&self) -> &str {
        self.0.split(['*', '?']).next().unwrap_or_default()
    }

    /// Whether it stands for every name that begins with its prefix.
    pub fn is_prefix(&self) -> bool {
        self.0.strip_suffix('*') == Some(self.prefix())
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for this name.
    ///
    /// Goes back to the last `*` only, so the time is that of both lengths multiplied at worst.
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let name: Vec<char> = name.chars().collect();
        let (mut at, mut read) = (0, 0);
        let mut last_star = None;
        while read < name.len() {
            match pattern.get(at) {
                Some('*') => {
                    last_star = Some((at, read));
                    at += 1;
                }
                Some(wanted) if *wanted == '?' || *wanted == name[read] => {
                    at += 1;
                    read += 1;
                }
                _ => {
                    let Some((star, taken)) = last_star else {
                        return false;
                    };
                    last_star = Some((star, taken + 1));
                    at = star + 1;
                    read = taken + 1;
                }
            }
        }
        pattern[at..].iter().all(|rest| *rest == '*')
    }
}

impl FromStr for Glob {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err("a name is empty");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glob(text: &str) -> Glob {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_matched_whole() {
        let pairs = [
            ("cruddur", "cruddur", true),
            ("cruddur", "cruddur2", false),
            ("/aws/*", "/aws/lambda/f", true),
            ("/aws/*", "/other", false),
            ("*api", "/cruddur/api", true),
            ("*api", "/cruddur/api/v2", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("web-?", "web-1", true),
            ("web-?", "web-12", false),
            ("web-?", "web-ü", true),
            ("**", "anything", true),
            ("[x]", "[x]", true),
            ("[x]", "x", false),
        ];
        for (pattern, name, expected) in pairs {
            assert_eq!(glob(pattern).matches(name), expected, "{pattern} {name}");
        }
        assert!(glob("/aws/*").is_prefix());
        assert!(!glob("/aws/*/x").is_prefix());
        assert!(!glob("/a?s/*").is_prefix());
        assert_eq!(glob("/aws/*/x").prefix(), "/aws/");
        assert!("".parse::<Glob>().is_err());
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_regular_expression(pattern in "[ab*?]{1,8}", name in "[ab]{0,10}") {
            let expression = format!("^{}$", pattern.replace('*', ".*").replace('?', "."));
            let expected = regex::Regex::new(&expression).unwrap().is_match(&name);
            prop_assert_eq!(glob(&pattern).matches(&name), expected);
        }
    }
}
