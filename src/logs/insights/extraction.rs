//! `parse`: fields out of a text, by stars or by the groups of a regular expression.

use regex::Regex;

use super::record::Name;
use super::value::Value;

/// How fields are found in a text.
#[derive(Debug, Clone)]
pub(super) enum Extraction {
    /// What stands between the stars; one more than there are names.
    Glob {
        literals: Vec<String>,
        names: Vec<Name>,
    },
    /// Each name is that of a group.
    Expression { expression: Regex, names: Vec<Name> },
}

impl Extraction {
    pub(super) fn names(&self) -> &[Name] {
        match self {
            Self::Glob { names, .. } | Self::Expression { names, .. } => names,
        }
    }

    /// The values of the names; all are missing where the text does not match.
    pub(super) fn values(&self, text: &str) -> Vec<Value<'static>> {
        let shown =
            |part: Option<&str>| part.map_or(Value::Missing, |part| Value::text(part.to_owned()));
        match self {
            Self::Glob { literals, names } => {
                let parts = split(text, literals).unwrap_or_default();
                let part = |index: usize| shown(parts.get(index).copied());
                (0..names.len()).map(part).collect()
            }
            Self::Expression { expression, names } => {
                let groups = expression.captures(text);
                let part = |name: &Name| {
                    let group = groups.as_ref().and_then(|groups| groups.name(name));
                    shown(group.map(|group| group.as_str()))
                };
                names.iter().map(part).collect()
            }
        }
    }
}

/// What stands for each star. A star takes as little as it can, one at the end all that is left.
fn split<'t>(text: &'t str, literals: &[String]) -> Option<Vec<&'t str>> {
    let (first, others) = literals.split_first()?;
    let mut offset = text.find(first.as_str())? + first.len();
    let mut parts = Vec::with_capacity(others.len());
    for (index, literal) in others.iter().enumerate() {
        let rest = &text[offset..];
        let is_last = index + 1 == others.len();
        let end = if literal.is_empty() && is_last {
            rest.len()
        } else {
            rest.find(literal.as_str())?
        };
        parts.push(&rest[..end]);
        offset += end + literal.len();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars() {
        let parts = |text: &'static str, glob: &str| {
            let literals: Vec<String> = glob.split('*').map(str::to_owned).collect();
            split(text, &literals)
        };
        let line = "25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: Data";
        assert_eq!(
            parts(line, "[*] * The error was: *"),
            Some(vec!["ERROR", "{foo=2, bar=data}", "Data"])
        );
        assert_eq!(
            parts(line, "* [*]"),
            Some(vec!["25 May 2019 10:24:39,474", "ERROR"])
        );
        assert_eq!(parts(line, "<*>"), None);
        assert_eq!(parts("a=1", "a=*"), Some(vec!["1"]));
        assert_eq!(parts("a=1", "b=*"), None);
        assert_eq!(parts("", "*"), Some(vec![""]));
        assert_eq!(parts("ab", "**"), Some(vec!["", "ab"]));
    }
}
