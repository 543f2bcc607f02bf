//! What a person asks of lines, as a filter pattern for the service and as a check of our own.
//!
//! A filter pattern is made of words, or is a regular expression, or looks into JSON, never two of
//! these at once; people ask for all of them together. So the service is given what a pattern can
//! say, and every line that comes back is looked at once more. The same check is what Live Tail
//! and queries go through, which is why all of them give the same lines.

use std::str::FromStr;

use regex::Regex;

use super::filter_pattern::{FilterPattern, FilterPatternError, quoted};

/// The longest pattern that the service takes, in characters.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>
const LONGEST: usize = 1024;

/// What is asked of a line; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct LineFilter {
    pattern: Option<FilterPattern>,
    with: Vec<String>,
    without: Vec<String>,
    fields: Vec<FieldCondition>,
    in_fields: Option<FilterPattern>,
    expressions: Vec<Regex>,
}

/// What is asked of a field of a line that is JSON: `level=ERROR`, `http.status>=500`, `user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCondition {
    /// The names that lead to the field.
    path: Vec<String>,
    /// How it is compared, and with what; `None` where it is enough that it is there.
    comparison: Option<(&'static str, String)>,
}

/// A condition that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no condition: write a field, or field=value; with =, !=, <, <=, > or >=")]
pub struct ConditionError(String);

impl LineFilter {
    /// Asks for lines that match a filter pattern.
    #[must_use]
    pub fn matching(mut self, pattern: FilterPattern) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// Asks for lines with a text, word for word.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.with.push(text.to_owned());
        self
    }

    /// Asks for lines without a text.
    #[must_use]
    pub fn without(mut self, text: &str) -> Self {
        self.without.push(text.to_owned());
        self
    }

    /// Asks for lines in which a regular expression is found; all of the `regex` crate's, of which
    /// the service knows some.
    #[must_use]
    pub fn expression(mut self, expression: Regex) -> Self {
        self.expressions.push(expression);
        self
    }

    /// Asks for lines that are JSON with such fields.
    pub fn fields(mut self, conditions: &[FieldCondition]) -> Result<Self, FilterPatternError> {
        if conditions.is_empty() {
            return Ok(self);
        }
        self.fields = conditions.to_vec();
        self.in_fields = Some(FilterPattern::parse(&in_fields(conditions))?);
        Ok(self)
    }

    /// Whether every line will do.
    pub fn is_everything(&self) -> bool {
        self.pattern
            .as_ref()
            .is_none_or(FilterPattern::is_everything)
            && self.with.is_empty()
            && self.without.is_empty()
            && self.expressions.is_empty()
            && self.in_fields.is_none()
    }

    /// Whether a line is wanted.
    pub fn matches(&self, message: &str) -> bool {
        let holds = |pattern: &Option<FilterPattern>| {
            pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(message))
        };
        self.with.iter().all(|text| message.contains(&**text))
            && !self.without.iter().any(|text| message.contains(&**text))
            && holds(&self.pattern)
            && holds(&self.in_fields)
            && self
                .expressions
                .iter()
                .all(|expression| expression.is_match(message))
    }

    /// The pattern for the service: as much as one pattern can say, and never more; empty for every
    /// line.
    pub fn pattern(&self) -> String {
        let given = self.pattern.as_ref().filter(|given| !given.is_everything());
        if let Some(given) = given {
            return given.text().to_owned();
        }
        if let Some(fields) = &self.in_fields {
            return fields.text().to_owned();
        }
        let mut words = String::new();
        let all = self.with.iter().map(|text| ("", text));
        for (sign, text) in all.chain(self.without.iter().map(|text| ("-", text))) {
            let word = format!("{sign}{}", quoted(text));
            // A pattern that asks for less finds more, and the check does the rest.
            if text.trim().is_empty() || words.chars().count() + word.chars().count() >= LONGEST {
                continue;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&word);
        }
        if !words.is_empty() {
            return words;
        }
        let expressions = self.expressions.iter();
        let mut patterns = expressions.map(|expression| format!("%{expression}%"));
        patterns
            .find(|pattern| FilterPattern::parse(pattern).is_ok())
            .unwrap_or_default()
    }

    /// The texts that are looked for, to be shown where they stand.
    pub fn texts(&self) -> &[String] {
        &self.with
    }

    /// The regular expressions that are looked for.
    pub fn expressions(&self) -> &[Regex] {
        &self.expressions
    }
}

impl FromStr for FieldCondition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let refused = || ConditionError(text.to_owned());
        let at = text.find(['=', '!', '<', '>']);
        let (name, rest) = text.split_at(at.unwrap_or(text.len()));
        let operators = ["!=", "<=", ">=", "=", "<", ">"];
        let comparison = if rest.is_empty() {
            None
        } else {
            let operator = operators.into_iter().find(|sign| rest.starts_with(sign));
            let operator = operator.ok_or_else(refused)?;
            Some((operator, rest[operator.len()..].trim().to_owned()))
        };
        let name = name.trim();
        let name = name.strip_prefix("$.").unwrap_or(name);
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
        if path.iter().any(String::is_empty)
            || name.contains(['\'', '"', '\\'])
            || comparison
                .as_ref()
                .is_some_and(|(sign, value)| sign.contains(['<', '>']) && !is_number(value))
        {
            return Err(refused());
        }
        Ok(Self { path, comparison })
    }
}

impl FieldCondition {
    /// The condition as a filter pattern has it.
    fn written(&self) -> String {
        let mut field = "$".to_owned();
        for name in &self.path {
            let (name, index) = match name.split_once('[') {
                Some((name, index)) => (name, Some(index)),
                None => (&**name, None),
            };
            let is_plain = name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            if is_plain {
                field.push_str(&format!(".{name}"));
            } else {
                field.push_str(&format!(".['{name}']"));
            }
            if let Some(index) = index {
                field.push_str(&format!("[{index}"));
            }
        }
        let Some((sign, value)) = &self.comparison else {
            return format!(
                "({field} = * || {field} IS TRUE || {field} IS FALSE || {field} IS NULL)"
            );
        };
        let truth = match &**value {
            "true" => Some("TRUE"),
            "false" => Some("FALSE"),
            "null" => Some("NULL"),
            _ => None,
        };
        let number = value.parse::<f64>().is_ok_and(f64::is_finite);
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        // A star is any text in a word, and a star in quotes.
        let text = if value.contains('*') && value.chars().all(|one| is_word(one) || one == '*') {
            value.clone()
        } else {
            quoted(value)
        };
        match (*sign, truth, number) {
            ("=", Some(truth), _) => format!("({field} IS {truth} || {field} = {text})"),
            ("=", None, true) => format!("({field} = {value} || {field} = {text})"),
            ("!=", None, true) => format!("({field} != {value} && {field} != {text})"),
            (sign, _, true) => format!("{field} {sign} {value}"),
            (sign, _, false) => format!("{field} {sign} {text}"),
        }
    }
}

fn in_fields(conditions: &[FieldCondition]) -> String {
    let written: Vec<String> = conditions.iter().map(FieldCondition::written).collect();
    format!("{{ {} }}", written.join(" && "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> String {
        match text.parse::<FieldCondition>() {
            Ok(condition) => condition.written(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn conditions_as_patterns() {
        let written: Vec<String> = [
            "level=ERROR",
            "http.status>=500",
            "status=500",
            "status != 500",
            "ok=true",
            "user",
            "$.a.b-c = x*",
            "list[0]=1",
            "message=say \"hi\"",
        ]
        .iter()
        .map(|text| format!("{text:20} {}", condition(text)))
        .collect();
        insta::assert_snapshot!(written.join("\n"), @r#"
        level=ERROR          $.level = "ERROR"
        http.status>=500     $.http.status >= 500
        status=500           ($.status = 500 || $.status = "500")
        status != 500        ($.status != 500 && $.status != "500")
        ok=true              ($.ok IS TRUE || $.ok = "true")
        user                 ($.user = * || $.user IS TRUE || $.user IS FALSE || $.user IS NULL)
        $.a.b-c = x*         $.a.['b-c'] = x*
        list[0]=1            ($.list[0] = 1 || $.list[0] = "1")
        message=say "hi"     $.message = "say \"hi\""
        "#);
        for text in ["", "=", "a..b=1", "a>b", "a>", "a'b=1"] {
            assert!(text.parse::<FieldCondition>().is_err(), "{text}");
        }
        insta::assert_snapshot!(condition("a>b"), @r#""a>b" is no condition: write a field, or field=value; with =, !=, <, <=, > or >="#);
    }

    #[test]
    fn what_the_service_is_given() {
        let regex = |text: &str| Regex::new(text).unwrap();
        let pattern = |text: &str| FilterPattern::parse(text).unwrap();
        let fields = ["status>=500".parse().unwrap()];
        let filters = [
            LineFilter::default(),
            LineFilter::default().with("user not found").with("a\"b"),
            LineFilter::default().with("x").without("y"),
            LineFilter::default().without("y"),
            LineFilter::default().expression(regex("user-[0-9]+")),
            LineFilter::default().expression(regex("(?i)user")),
            LineFilter::default().with("x").expression(regex("y")),
            LineFilter::default().fields(&fields).unwrap().with("x"),
            LineFilter::default().matching(pattern("?a ?b")).with("x"),
            LineFilter::default()
                .matching(pattern(" "))
                .with(&"x".repeat(2000)),
        ];
        let patterns: Vec<String> = filters.iter().map(LineFilter::pattern).collect();
        insta::assert_snapshot!(patterns.join("\n"), @r#"

        "user not found" "a\"b"
        "x" -"y"
        -"y"
        %user-[0-9]+%

        "x"
        { $.status >= 500 }
        ?a ?b
        "#);
    }

    #[test]
    fn every_line_is_looked_at_once_more() {
        let fields = ["status>=500".parse().unwrap(), "user".parse().unwrap()];
        let filter = LineFilter::default()
            .fields(&fields)
            .unwrap()
            .with("brown")
            .without("health")
            .expression(Regex::new("(?i)ANDREW").unwrap());
        assert!(filter.matches(r#"{"status":502,"user":"andrew brown"}"#));
        assert!(!filter.matches(r#"{"status":404,"user":"andrew brown"}"#));
        assert!(!filter.matches(r#"{"status":502,"name":"andrew brown"}"#));
        assert!(!filter.matches(r#"{"status":502,"user":"andrew"}"#));
        assert!(!filter.matches(r#"{"status":502,"user":"bayko brown"}"#));
        assert!(!filter.matches(r#"{"status":502,"user":"andrew brown","path":"/health"}"#));
        assert!(!filter.is_everything());
        assert!(LineFilter::default().is_everything());
    }
}
