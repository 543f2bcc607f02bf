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

/// The built-in rule's priority, which no other rule may have.
pub const DEFAULT_PRIORITY: i64 = 10_000;

/// The priorities that a rule may have; the smallest number is tried first.
pub const PRIORITIES: RangeInclusive<i64> = 1..=9999;

/// The rates that a rule may have, and the highest rate that a boost may reach.
pub const RATES: RangeInclusive<f64> = 0.0..=1.0;

/// The only version of rules that there is.
pub const RULE_VERSION: i64 = 1;

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

    /// Checks a value of this field.
    pub fn check(self, value: &str) -> Result<(), LimitError> {
        check_longest(self.as_str(), value, self.longest())
    }
}

/// A name or a value that X-Ray refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Nothing where something is needed.
    #[error("{field} is empty")]
    Empty {
        /// The API's name of the field.
        field: &'static str,
    },
    /// More characters than are taken.
    #[error("{field} has {characters} characters; X-Ray takes at most {longest}")]
    TooLong {
        /// The API's name of the field.
        field: &'static str,
        /// How many characters it has.
        characters: usize,
        /// How many it may have.
        longest: usize,
    },
    /// A number beyond its bounds.
    #[error("{field} {value} is out of range; X-Ray takes {range}")]
    OutOfRange {
        /// The API's name of the field.
        field: &'static str,
        /// The number as it is written.
        value: String,
        /// The bounds in words.
        range: &'static str,
    },
    /// The name of what AWS provides itself.
    #[error("{field} \"Default\" is reserved for the built-in one")]
    Reserved {
        /// The API's name of the field.
        field: &'static str,
    },
}

/// Checks the name of a group that is to be created.
pub fn check_group_name(name: &str) -> Result<(), LimitError> {
    const FIELD: &str = "GroupName";
    check_name(FIELD, name)?;
    if name == DEFAULT_NAME {
        return Err(LimitError::Reserved { field: FIELD });
    }
    Ok(())
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

/// Checks the name of a sampling rule.
///
/// Every character is allowed: AWS's own examples have spaces and dashes of all sorts. The
/// built-in rule passes too, for it can be updated; [`is_default`] tells it apart.
pub fn check_rule_name(name: &str) -> Result<(), LimitError> {
    check_name("RuleName", name)
}

/// Tells whether it is the name of the built-in group or rule.
pub fn is_default(name: &str) -> bool {
    name == DEFAULT_NAME
}

/// Checks a rule's priority.
pub fn check_priority(priority: i64) -> Result<(), LimitError> {
    if PRIORITIES.contains(&priority) {
        return Ok(());
    }
    Err(out_of_range(
        "Priority",
        priority,
        "1 to 9999; the built-in rule alone has 10000",
    ))
}

/// Checks a rule's fixed rate.
pub fn check_fixed_rate(rate: f64) -> Result<(), LimitError> {
    check_rate("FixedRate", rate)
}

/// Checks the highest rate of a rule's boost.
pub fn check_boost_max_rate(rate: f64) -> Result<(), LimitError> {
    check_rate("SamplingRateBoost.MaxRate", rate)
}

/// Checks the pause after a rule's boost.
pub fn check_boost_cooldown(minutes: i64) -> Result<(), LimitError> {
    check_not_negative("SamplingRateBoost.CooldownWindowMinutes", minutes)
}

/// Checks a rule's reservoir.
pub fn check_reservoir_size(size: i64) -> Result<(), LimitError> {
    check_not_negative("ReservoirSize", size)
}

/// Checks a rule's version.
pub fn check_version(version: i64) -> Result<(), LimitError> {
    if version == RULE_VERSION {
        return Ok(());
    }
    Err(out_of_range("Version", version, "only 1"))
}

/// Checks one of a rule's attributes.
pub fn check_attribute(key: &str, value: &str) -> Result<(), LimitError> {
    for (field, text) in [("Attributes key", key), ("Attributes value", value)] {
        check_not_empty(field, text)?;
        check_longest(field, text, LONGEST_ATTRIBUTE)?;
    }
    Ok(())
}

fn check_name(field: &'static str, name: &str) -> Result<(), LimitError> {
    check_not_empty(field, name)?;
    check_longest(field, name, LONGEST_NAME)
}

fn check_not_empty(field: &'static str, value: &str) -> Result<(), LimitError> {
    if value.is_empty() {
        return Err(LimitError::Empty { field });
    }
    Ok(())
}

fn check_longest(field: &'static str, value: &str, longest: usize) -> Result<(), LimitError> {
    let characters = value.chars().count();
    if characters > longest {
        return Err(LimitError::TooLong {
            field,
            characters,
            longest,
        });
    }
    Ok(())
}

fn check_rate(field: &'static str, rate: f64) -> Result<(), LimitError> {
    if RATES.contains(&rate) {
        return Ok(());
    }
    Err(LimitError::OutOfRange {
        field,
        value: rate.to_string(),
        range: "0 to 1, where 0.05 is 5 %",
    })
}

fn check_not_negative(field: &'static str, value: i64) -> Result<(), LimitError> {
    if value >= 0 {
        return Ok(());
    }
    Err(out_of_range(field, value, "0 or more"))
}

fn out_of_range(field: &'static str, value: i64, range: &'static str) -> LimitError {
    LimitError::OutOfRange {
        field,
        value: value.to_string(),
        range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T: std::fmt::Debug>(result: Result<T, LimitError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn names() {
        let longest = "é".repeat(LONGEST_NAME);
        let longer = "é".repeat(LONGEST_NAME + 1);
        for name in ["Cruddur", "default", &longest] {
            assert_eq!(check_group_name(name), Ok(()));
            assert_eq!(check_rule_name(name), Ok(()));
        }
        assert_eq!(check_rule_name("DEBUG – history updates"), Ok(()));
        assert_eq!(check_rule_name("Default"), Ok(()));
        insta::assert_snapshot!(said(check_group_name("")), @"GroupName is empty");
        insta::assert_snapshot!(said(check_group_name(&longer)), @"GroupName has 33 characters; X-Ray takes at most 32");
        insta::assert_snapshot!(said(check_group_name("Default")), @r#"GroupName "Default" is reserved for the built-in one"#);
        insta::assert_snapshot!(said(check_rule_name(&longer)), @"RuleName has 33 characters; X-Ray takes at most 32");
    }

    #[test]
    fn characters_that_the_console_does_not_know() {
        assert_eq!(unusual_in_group_name("Cruddur-2"), None);
        assert_eq!(unusual_in_group_name("Grün"), Some((3, 'ü')));
        assert_eq!(unusual_in_group_name("a b"), Some((2, ' ')));
    }

    #[test]
    fn fields_of_rules() {
        assert_eq!(
            RuleField::ALL.map(|field| (field.as_str(), field.longest())),
            [
                ("ServiceName", 64),
                ("ServiceType", 64),
                ("Host", 64),
                ("HTTPMethod", 10),
                ("URLPath", 128),
                ("ResourceARN", 500),
            ]
        );
        for field in RuleField::ALL {
            assert_eq!(field.check(&"x".repeat(field.longest())), Ok(()));
            assert!(field.check(&"x".repeat(field.longest() + 1)).is_err());
        }
        insta::assert_snapshot!(said(RuleField::HttpMethod.check("GET, POST, PUT")), @"HTTPMethod has 14 characters; X-Ray takes at most 10");
    }

    #[test]
    fn numbers_of_rules() {
        assert_eq!(check_priority(1), Ok(()));
        assert_eq!(check_priority(9999), Ok(()));
        assert_eq!(check_fixed_rate(0.0), Ok(()));
        assert_eq!(check_fixed_rate(1.0), Ok(()));
        assert_eq!(check_boost_max_rate(1.0), Ok(()));
        assert_eq!(check_boost_cooldown(0), Ok(()));
        assert_eq!(check_reservoir_size(0), Ok(()));
        assert_eq!(check_version(1), Ok(()));
        insta::assert_snapshot!(said(check_priority(0)), @"Priority 0 is out of range; X-Ray takes 1 to 9999; the built-in rule alone has 10000");
        insta::assert_snapshot!(said(check_priority(10_000)), @"Priority 10000 is out of range; X-Ray takes 1 to 9999; the built-in rule alone has 10000");
        insta::assert_snapshot!(said(check_fixed_rate(10.0)), @"FixedRate 10 is out of range; X-Ray takes 0 to 1, where 0.05 is 5 %");
        insta::assert_snapshot!(said(check_fixed_rate(f64::NAN)), @"FixedRate NaN is out of range; X-Ray takes 0 to 1, where 0.05 is 5 %");
        insta::assert_snapshot!(said(check_boost_max_rate(-0.5)), @"SamplingRateBoost.MaxRate -0.5 is out of range; X-Ray takes 0 to 1, where 0.05 is 5 %");
        insta::assert_snapshot!(said(check_boost_cooldown(-1)), @"SamplingRateBoost.CooldownWindowMinutes -1 is out of range; X-Ray takes 0 or more");
        insta::assert_snapshot!(said(check_reservoir_size(-1)), @"ReservoirSize -1 is out of range; X-Ray takes 0 or more");
        insta::assert_snapshot!(said(check_version(2)), @"Version 2 is out of range; X-Ray takes only 1");
    }

    #[test]
    fn attributes_of_rules() {
        assert_eq!(check_attribute("k", &"v".repeat(LONGEST_ATTRIBUTE)), Ok(()));
        insta::assert_snapshot!(said(check_attribute("", "v")), @"Attributes key is empty");
        insta::assert_snapshot!(said(check_attribute("k", &"v".repeat(LONGEST_ATTRIBUTE + 1))), @"Attributes value has 33 characters; X-Ray takes at most 32");
    }
}
