//! The rules that a client falls back on while it has none from X-Ray.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-python-configuration.html#xray-sdk-python-configuration-sampling>

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::matcher::{Request, fits};
use super::reservoir::{Draw, Reservoir};

/// A document of local rules that cannot be used.
///
/// `path` says where, such as `rules[1].rate`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct LocalRulesError {
    /// Where in the document.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// Decides without X-Ray.
#[derive(Debug, Clone)]
pub struct LocalSampler {
    rules: Vec<LocalRule>,
    default: Budget,
}

#[derive(Debug, Clone)]
struct LocalRule {
    host: String,
    http_method: String,
    url_path: String,
    budget: Budget,
}

/// How many requests are recorded: so many a second, and a share of the others.
#[derive(Debug, Clone)]
struct Budget {
    fixed_target: u32,
    rate: f64,
    reservoir: Reservoir,
}

impl Budget {
    fn new(fixed_target: u32, rate: f64) -> Self {
        Self {
            fixed_target,
            rate,
            reservoir: Reservoir::default(),
        }
    }

    fn decide(&mut self, now: Timestamp, chance: f64) -> bool {
        self.reservoir.draw_fixed(now, self.fixed_target) == Draw::Taken || chance < self.rate
    }
}

impl Default for LocalSampler {
    /// One request a second and 5 % of the others, as every SDK does it.
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            default: Budget::new(1, 0.05),
        }
    }
}

impl LocalSampler {
    /// Reads a document of version 1 or 2; members that are not known are not looked at.
    pub fn read(document: &Value) -> Result<Self, LocalRulesError> {
        let document = Node::new("the document", document)?;
        let host_member = match document.members.get("version").and_then(Value::as_i64) {
            // Version 1 has another name for the same thing.
            Some(1) => "service_name",
            Some(2) => "host",
            _ => return Err(error("version", "only 1 and 2 are known")),
        };
        let default = Node::new("default", document.member("default")?)?;
        for member in [host_member, "http_method", "url_path"] {
            if default.members.contains_key(member) {
                let message = "the default takes every request that is left";
                return Err(default.error(member, message));
            }
        }
        let rules = match document.members.get("rules") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(rules)) => rules.as_slice(),
            Some(_) => return Err(error("rules", "is not a list")),
        };
        let rules = rules.iter().enumerate().map(|(index, rule)| {
            let rule = Node::new(format!("rules[{index}]"), rule)?;
            Ok(LocalRule {
                host: rule.pattern(host_member)?,
                http_method: rule.pattern("http_method")?,
                url_path: rule.pattern("url_path")?,
                budget: rule.budget()?,
            })
        });
        Ok(Self {
            rules: rules.collect::<Result<_, _>>()?,
            default: default.budget()?,
        })
    }

    /// Decides over one request; `chance` is a random number from 0 up to 1.
    ///
    /// The first rule of the document that matches decides.
    pub fn decide(&mut self, request: &Request<'_>, now: Timestamp, chance: f64) -> bool {
        self.rules
            .iter_mut()
            .find(|rule| {
                fits(&rule.host, request.host)
                    && fits(&rule.http_method, request.method)
                    && fits(&rule.url_path, request.path)
            })
            .map_or(&mut self.default, |rule| &mut rule.budget)
            .decide(now, chance)
    }
}

/// An object of the document, and where it stands.
struct Node<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    fn new(path: impl Into<String>, value: &'a Value) -> Result<Self, LocalRulesError> {
        let path = path.into();
        match value.as_object() {
            Some(members) => Ok(Self { path, members }),
            None => Err(error(&path, "is not an object")),
        }
    }

    fn error(&self, member: &str, message: &str) -> LocalRulesError {
        if self.path == "the document" {
            error(member, message)
        } else {
            error(&format!("{}.{member}", self.path), message)
        }
    }

    fn member(&self, name: &str) -> Result<&'a Value, LocalRulesError> {
        self.members
            .get(name)
            .ok_or_else(|| self.error(name, "is missing"))
    }

    fn pattern(&self, name: &str) -> Result<String, LocalRulesError> {
        match self.member(name)?.as_str() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(self.error(name, "is not a pattern such as \"*\"")),
        }
    }

    fn budget(&self) -> Result<Budget, LocalRulesError> {
        let fixed_target = self
            .member("fixed_target")?
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| self.error("fixed_target", "is not a whole number from 0 on"))?;
        let rate = self
            .member("rate")?
            .as_f64()
            .filter(|rate| (0.0..=1.0).contains(rate))
            .ok_or_else(|| self.error("rate", "is not a share from 0 to 1; 5 % is 0.05"))?;
        Ok(Budget::new(fixed_target, rate))
    }
}

fn error(path: &str, message: &str) -> LocalRulesError {
    LocalRulesError {
        path: path.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("the time is in range")
    }

    fn request(host: &'static str, path: &'static str) -> Request<'static> {
        Request {
            host: Some(host),
            method: Some("GET"),
            path: Some(path),
            ..Request::default()
        }
    }

    #[test]
    fn one_a_second_and_a_twentieth_of_the_others() {
        let mut sampler = LocalSampler::default();
        let home = request("a", "/");
        assert!(sampler.decide(&home, second(1), 0.9));
        assert!(!sampler.decide(&home, second(1), 0.05));
        assert!(sampler.decide(&home, second(1), 0.049));
        assert!(sampler.decide(&home, second(2), 0.9));
    }

    #[test]
    fn the_guides_document_in_both_versions() {
        for (version, host) in [(1, "service_name"), (2, "host")] {
            let document = json!({
                "version": version,
                "rules": [{
                    "description": "Player moves.", host: "*.example.com",
                    "http_method": "*", "url_path": "/api/move/*", "fixed_target": 0, "rate": 0.5,
                }],
                "default": {"fixed_target": 2, "rate": 0.1},
            });
            let mut sampler = LocalSampler::read(&document).expect("it is the guide's");
            let moves = request("www.example.com", "/api/move/left");
            assert!(!sampler.decide(&moves, second(1), 0.5));
            assert!(sampler.decide(&moves, second(1), 0.4));
            let other = request("www.example.org", "/api/move/left");
            let decided: Vec<bool> = (0..3)
                .map(|_| sampler.decide(&other, second(1), 0.4))
                .collect();
            assert_eq!(decided, [true, true, false]);
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let rule = json!({"host": "*", "http_method": "*", "url_path": "*", "fixed_target": 1, "rate": 0.1});
        let with = |member: &str, value: Value| {
            let mut rule = rule.clone();
            rule[member] = value;
            json!({"version": 2, "default": {"fixed_target": 1, "rate": 0.1}, "rules": [rule]})
        };
        let default = |default: Value| json!({"version": 2, "default": default});
        for (document, message) in [
            (json!([]), "the document: is not an object"),
            (json!({"version": 3}), "version: only 1 and 2 are known"),
            (json!({"version": 2}), "default: is missing"),
            (default(json!(1)), "default: is not an object"),
            (
                default(json!({"rate": 0.1})),
                "default.fixed_target: is missing",
            ),
            (
                default(json!({"fixed_target": 1, "rate": 0.1, "host": "*"})),
                "default.host: the default takes every request that is left",
            ),
            (
                with("rate", json!(5)),
                "rules[0].rate: is not a share from 0 to 1; 5 % is 0.05",
            ),
            (
                with("fixed_target", json!(-1)),
                "rules[0].fixed_target: is not a whole number from 0 on",
            ),
            (
                with("host", json!("")),
                "rules[0].host: is not a pattern such as \"*\"",
            ),
            (
                json!({"version": 1, "default": {"fixed_target": 1, "rate": 0.1}, "rules": [rule]}),
                "rules[0].service_name: is missing",
            ),
            (
                json!({"version": 2, "default": {"fixed_target": 1, "rate": 0.1}, "rules": {}}),
                "rules: is not a list",
            ),
        ] {
            let error = LocalSampler::read(&document).expect_err(message);
            assert_eq!(error.to_string(), message);
        }
    }
}
