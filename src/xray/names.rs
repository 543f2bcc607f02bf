//! What X-Ray takes as names and values of groups and sampling rules.
//!
//! Clients check required members and minimums only, so whatever is too long or too large
//! reaches the service. The bounds are those of the API's model
//! (<https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html>,
//! <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>).

use std::ops::RangeInclusive;

/// The longest name of a group or a sampling rule, in characters.
pub const LONGEST_NAME: usize = 32;

/// The name of the built-in group and of the built-in rule.
pub const DEFAULT_NAME: &str = "Default";

/// The priorities that a rule may have; the smallest number is tried first.
pub const PRIORITIES: RangeInclusive<i64> = 1..=9999;

/// The rates that a rule may have, and the highest rate that a boost may reach.
pub const RATES: RangeInclusive<f64> = 0.0..=1.0;

/// The only version of rules that there is.
pub const RULE_VERSION: i64 = 1;

/// The most attributes that a rule may have.
pub const MOST_ATTRIBUTES: usize = 5;

/// The longest key and the longest value of a rule's attributes, in characters.
pub const LONGEST_ATTRIBUTE: usize = 32;

/// A text field of a sampling rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleField {
    /// The name that the service gives itself.
    ServiceName,
    /// Where the service runs, such as `AWS::EC2::Instance`.
    ServiceType,
    /// The host of the request.
    Host,
    /// The method of the request.
    HttpMethod,
    /// The path of the request.
    UrlPath,
    /// The AWS resource that the service runs on; SDKs know `*` only.
    ResourceArn,
}

impl RuleField {
    /// Every text field, in the order of the API's documentation.
    pub const ALL: [Self; 6] = [
        Self::ServiceName,
        Self::ServiceType,
        Self::Host,
        Self::HttpMethod,
        Self::UrlPath,
        Self::ResourceArn,
    ];

    /// The field's name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceName => "ServiceName",
            Self::ServiceType => "ServiceType",
            Self::Host => "Host",
            Self::HttpMethod => "HTTPMethod",
            Self::UrlPath => "URLPath",
            Self::ResourceArn => "ResourceARN",
        }
    }

    /// The longest value that it takes, in characters.
    pub fn longest(self) -> usize {
        match self {
            Self::ServiceName | Self::ServiceType | Self::Host => 64,
            Self::HttpMethod => 10,
            Self::UrlPath => 128,
            Self::ResourceArn => 500,
        }
    }
}

/// Finds a character that the console does not allow in a group's name, and its 1-based place.
///
/// The API has no such rule, so this is worth a word and no refusal.
pub fn unusual_in_group_name(name: &str) -> Option<(usize, char)> {
    name.chars()
        .enumerate()
        .find(|(_, character)| !character.is_ascii_alphanumeric() && *character != '-')
        .map(|(index, character)| (index + 1, character))
}

/// Tells whether it is the name of the built-in group or rule.
pub fn is_default(name: &str) -> bool {
    name == DEFAULT_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_the_console_does_not_know() {
        assert_eq!(unusual_in_group_name("Cruddur-2"), None);
        assert_eq!(unusual_in_group_name("Grün"), Some((3, 'ü')));
        assert_eq!(unusual_in_group_name("a b"), Some((2, ' ')));
    }

    #[test]
    fn the_built_in_name_is_one_spelling() {
        assert!(is_default("Default"));
        assert!(!is_default("default"));
    }

    #[test]
    fn bounds_of_text_fields() {
        let bounds: Vec<_> = RuleField::ALL
            .iter()
            .map(|field| (field.as_str(), field.longest()))
            .collect();
        assert_eq!(
            bounds,
            [
                ("ServiceName", 64),
                ("ServiceType", 64),
                ("Host", 64),
                ("HTTPMethod", 10),
                ("URLPath", 128),
                ("ResourceARN", 500)
            ]
        );
    }
}
