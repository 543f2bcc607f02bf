//! What CloudWatch Logs takes as the name and the class of a log group, and as the name of a stream.
//!
//! The rules are those of
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html>.

use std::fmt;
use std::str::FromStr;

/// The longest name of a log group, in characters.
pub const LONGEST_NAME: usize = 512;

/// What a log group's name must not begin with; `/aws/` is allowed.
pub const RESERVED_PREFIX: &str = "aws/";

/// A name that a log group cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing at all.
    #[error("the log group's name is empty")]
    Empty,
    /// More characters than are taken.
    #[error("the log group's name has {0} characters; at most {LONGEST_NAME} are allowed")]
    TooLong(usize),
    /// A character that is not allowed, and its 1-based place.
    #[error(
        "character {place} of the log group's name is {character:?}; allowed are the letters a-z \
         and A-Z, digits, and . - _ / #"
    )]
    Character {
        /// The first character that is not allowed.
        character: char,
        /// Its 1-based place, in characters.
        place: usize,
    },
    /// A beginning that AWS keeps for itself.
    #[error("log group names that begin with {RESERVED_PREFIX} are reserved; /aws/ is allowed")]
    Reserved,
}

/// Checks the name of a log group.
pub fn check_log_group_name(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if let Some((index, character)) = name
        .chars()
        .enumerate()
        .find(|(_, character)| !is_allowed(*character))
    {
        return Err(NameError::Character {
            character,
            place: index + 1,
        });
    }
    let characters = name.chars().count();
    if characters > LONGEST_NAME {
        return Err(NameError::TooLong(characters));
    }
    if name.starts_with(RESERVED_PREFIX) {
        return Err(NameError::Reserved);
    }
    Ok(())
}

/// A name that a log stream cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamNameError {
    /// Nothing at all.
    #[error("the log stream's name is empty")]
    Empty,
    /// More characters than are taken.
    #[error("the log stream's name has {0} characters; at most {LONGEST_NAME} are allowed")]
    TooLong(usize),
    /// A character that is not allowed, and its 1-based place.
    #[error("character {place} of the log stream's name is {character:?}, which is not allowed")]
    Character {
        /// The first character that is not allowed.
        character: char,
        /// Its 1-based place, in characters.
        place: usize,
    },
}

/// Checks the name of a log stream.
pub fn check_log_stream_name(name: &str) -> Result<(), StreamNameError> {
    let characters = name.chars().count();
    if characters == 0 {
        return Err(StreamNameError::Empty);
    }
    if characters > LONGEST_NAME {
        return Err(StreamNameError::TooLong(characters));
    }
    match name
        .chars()
        .enumerate()
        .find(|(_, each)| matches!(each, ':' | '*'))
    {
        Some((index, character)) => Err(StreamNameError::Character {
            character,
            place: index + 1,
        }),
        None => Ok(()),
    }
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '/' | '#')
}

/// How a log group is stored and billed; fixed when it is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LogGroupClass {
    /// Everything that CloudWatch Logs does.
    #[default]
    Standard,
    /// Cheaper to ingest, without live tail, metric filters and the like.
    InfrequentAccess,
    /// Passed on to a destination; not searchable.
    Delivery,
    /// The newest class.
    Essentials,
}

impl LogGroupClass {
    /// Every class.
    pub const ALL: [Self; 4] = [
        Self::Standard,
        Self::InfrequentAccess,
        Self::Delivery,
        Self::Essentials,
    ];

    /// The API's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::InfrequentAccess => "INFREQUENT_ACCESS",
            Self::Delivery => "DELIVERY",
            Self::Essentials => "ESSENTIALS",
        }
    }
}

impl fmt::Display for LogGroupClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A word that is no log group class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassError {
    /// The word.
    pub word: String,
    /// The class that is spelled most like it, where one is.
    pub nearest: Option<LogGroupClass>,
}

impl fmt::Display for ClassError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} is no log group class; ", self.word)?;
        if let Some(nearest) = self.nearest {
            return write!(formatter, "did you mean {nearest}?");
        }
        let classes = LogGroupClass::ALL.map(LogGroupClass::as_str).join(", ");
        write!(formatter, "there are {classes}")
    }
}

impl std::error::Error for ClassError {}

impl FromStr for LogGroupClass {
    type Err = ClassError;

    /// Reads the API's own spelling only, as AWS does; everything near it is a suggestion.
    fn from_str(word: &str) -> Result<Self, ClassError> {
        if let Some(class) = Self::ALL.into_iter().find(|class| class.as_str() == word) {
            return Ok(class);
        }
        let shouted = word.trim().to_uppercase().replace([' ', '-'], "_");
        let nearest = Self::ALL
            .into_iter()
            .map(|class| {
                let closeness = strsim::jaro_winkler(class.as_str(), &shouted);
                (closeness, class)
            })
            .filter(|(closeness, _)| *closeness > 0.8)
            .max_by(|(left, _), (right, _)| left.total_cmp(right))
            .map(|(_, class)| class);
        Err(ClassError {
            word: word.to_owned(),
            nearest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken() {
        let longest = "x".repeat(LONGEST_NAME);
        for name in ["cruddur", "/aws/lambda/f", "a.b-c_d/e#F9", "aws", &longest] {
            assert_eq!(check_log_group_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn names_that_are_refused() {
        let said = |name: &str| check_log_group_name(name).unwrap_err().to_string();
        insta::assert_snapshot!(said(""), @"the log group's name is empty");
        insta::assert_snapshot!(said(&"x".repeat(LONGEST_NAME + 1)), @"the log group's name has 513 characters; at most 512 are allowed");
        insta::assert_snapshot!(said("my group"), @"character 3 of the log group's name is ' '; allowed are the letters a-z and A-Z, digits, and . - _ / #");
        insta::assert_snapshot!(said("grün"), @"character 3 of the log group's name is 'ü'; allowed are the letters a-z and A-Z, digits, and . - _ / #");
        insta::assert_snapshot!(said("cruddur\n"), @r"character 8 of the log group's name is '\n'; allowed are the letters a-z and A-Z, digits, and . - _ / #");
        insta::assert_snapshot!(said("cruddur:*"), @"character 8 of the log group's name is ':'; allowed are the letters a-z and A-Z, digits, and . - _ / #");
        insta::assert_snapshot!(said("aws/cruddur"), @"log group names that begin with aws/ are reserved; /aws/ is allowed");
    }

    #[test]
    fn streams() {
        for fine in [
            "a",
            "web/2026-11-24T10-00-00Z/12",
            "größe [x] $y",
            &"x".repeat(512),
        ] {
            assert_eq!(check_log_stream_name(fine), Ok(()), "{fine}");
        }
        let said = |name: &str| check_log_stream_name(name).unwrap_err().to_string();
        insta::assert_snapshot!(said(""), @"the log stream's name is empty");
        insta::assert_snapshot!(said("ü:1"), @"character 2 of the log stream's name is ':', which is not allowed");
        insta::assert_snapshot!(said("*"), @"character 1 of the log stream's name is '*', which is not allowed");
        insta::assert_snapshot!(said(&"x".repeat(513)), @"the log stream's name has 513 characters; at most 512 are allowed");
    }

    #[test]
    fn classes() {
        for class in LogGroupClass::ALL {
            assert_eq!(class.as_str().parse(), Ok(class));
        }
        let said = |word: &str| word.parse::<LogGroupClass>().unwrap_err().to_string();
        insta::assert_snapshot!(said("standard"), @r#""standard" is no log group class; did you mean STANDARD?"#);
        insta::assert_snapshot!(said("INFREQUENT"), @r#""INFREQUENT" is no log group class; did you mean INFREQUENT_ACCESS?"#);
        insta::assert_snapshot!(said("Infrequent-Acces"), @r#""Infrequent-Acces" is no log group class; did you mean INFREQUENT_ACCESS?"#);
        insta::assert_snapshot!(said("glacier"), @r#""glacier" is no log group class; there are STANDARD, INFREQUENT_ACCESS, DELIVERY, ESSENTIALS"#);
        insta::assert_snapshot!(said(""), @r#""" is no log group class; there are STANDARD, INFREQUENT_ACCESS, DELIVERY, ESSENTIALS"#);
    }
}
