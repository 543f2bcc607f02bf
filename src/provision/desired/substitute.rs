//! `${VAR}` and `${VAR:-default}` inside strings.

use crate::settings::Environment;

/// Why a string could not be filled in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SubstituteError {
    /// The variable is not set, and there is no default.
    #[error("${{{0}}} is not set in the environment")]
    Unset(String),
    /// `${` without `}`, or nothing between.
    #[error("${{ without a variable name and a closing }}")]
    Malformed,
}

/// Fills a string in; `$${` stands for a plain `${`, and a `$` before anything else for itself.
pub(super) fn substitute(text: &str, environment: &Environment) -> Result<String, SubstituteError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        if rest[..start].ends_with('$') {
            filled.push_str(&rest[..start - 1]);
            filled.push_str("${");
            rest = &rest[start + 2..];
            continue;
        }
        filled.push_str(&rest[..start]);
        let body = &rest[start + 2..];
        let end = body.find('}').ok_or(SubstituteError::Malformed)?;
        let (name, default) = match body[..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&body[..end], None),
        };
        if name.is_empty()
            || !name
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '_')
        {
            return Err(SubstituteError::Malformed);
        }
        // As in a shell, `:-` also stands in for an empty value.
        let value = environment
            .variable(name)
            .filter(|value| !value.is_empty() || default.is_none());
        let value = value
            .or(default)
            .ok_or_else(|| SubstituteError::Unset(name.to_owned()))?;
        filled.push_str(value);
        rest = &body[end + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::{SubstituteError, substitute};
    use crate::settings::Environment;

    fn filled(text: &str) -> Result<String, SubstituteError> {
        let variables = [("NAME", "Cruddur"), ("EMPTY", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        substitute(text, &Environment::of(variables, "/".into(), None))
    }

    #[test]
    fn variables_defaults_and_escapes() {
        assert_eq!(filled("plain $1.50"), Ok("plain $1.50".to_owned()));
        assert_eq!(
            filled("<${NAME}${NAME}>"),
            Ok("<CruddurCruddur>".to_owned())
        );
        assert_eq!(
            filled("${MISSING:-x}${EMPTY:-y}${EMPTY}"),
            Ok("xy".to_owned())
        );
        assert_eq!(filled("$${NAME}"), Ok("${NAME}".to_owned()));
        assert_eq!(
            filled("${MISSING}"),
            Err(SubstituteError::Unset("MISSING".to_owned()))
        );
        assert_eq!(filled("${NAME"), Err(SubstituteError::Malformed));
        assert_eq!(filled("${}"), Err(SubstituteError::Malformed));
    }
}
