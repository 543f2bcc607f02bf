//! Which rule a request falls under.

use std::collections::BTreeMap;

use crate::xray::names::{DEFAULT_NAME, RULE_VERSION};
use crate::xray::pattern;
use crate::xray::sampling_rule::SamplingRule;

/// What is known of a request when its trace begins; what is not known matches anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The `Host` header.
    pub host: Option<&'a str>,
    /// The method.
    pub method: Option<&'a str>,
    /// The path, without the query.
    pub path: Option<&'a str>,
    /// The name of the service that is called.
    pub service_name: Option<&'a str>,
    /// Where that service runs, such as `AWS::EC2::Instance`.
    pub service_type: Option<&'a str>,
    /// The AWS resource that it runs on.
    pub resource_arn: Option<&'a str>,
    /// Attributes of the segment; where they are known, one that is missing does not match.
    pub attributes: Option<&'a BTreeMap<String, String>>,
}

/// Whose rules are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// An SDK's: it skips rules that ask for a resource or for attributes.
    Client,
    /// AWS's own: it knows resources and attributes.
    Server,
}

/// Tells whether SDKs heed the rule at all.
///
/// They skip, without a word, rules of another version, for a certain resource, without a
/// service type, or with attributes.
pub fn is_heeded_by_clients(rule: &SamplingRule) -> bool {
    i64::from(rule.version) == RULE_VERSION
        && rule.resource_arn == "*"
        && !rule.service_type.is_empty()
        && rule.attributes.is_empty()
}

/// Tells whether the request falls under the rule; which side looks decides what counts.
pub fn is_match(rule: &SamplingRule, request: &Request<'_>, side: Side) -> bool {
    // Of the SDKs, the built-in rule takes whatever is left, whatever its fields say.
    if side == Side::Client && rule.name == DEFAULT_NAME {
        return true;
    }
    fits(&rule.host, request.host)
        && fits(&rule.http_method, request.method)
        && fits(&rule.url_path, request.path)
        && fits(&rule.service_name, request.service_name)
        && fits(&rule.service_type, request.service_type)
        && (side == Side::Client || is_resource_match(rule, request))
}

fn is_resource_match(rule: &SamplingRule, request: &Request<'_>) -> bool {
    fits(&rule.resource_arn, request.resource_arn)
        && request.attributes.is_none_or(|attributes| {
            rule.attributes.iter().all(|(key, wanted)| {
                attributes
                    .get(key)
                    .is_some_and(|value| pattern::matches(wanted, value))
            })
        })
}

/// Tells whether a field of a request fits; SDKs take an empty text for one that is not known.
pub(super) fn fits(wanted: &str, value: Option<&str>) -> bool {
    // Most fields of most rules are a lone `*`.
    wanted == "*" || value.is_none_or(|value| value.is_empty() || pattern::matches(wanted, value))
}

/// Puts rules in the order in which they are tried: by priority, then by name.
pub fn sort(rules: &mut [SamplingRule]) {
    rules.sort_by(|left, right| {
        (left.priority, left.name.as_str()).cmp(&(right.priority, right.name.as_str()))
    });
}

/// Rules in the order in which they are tried.
#[derive(Debug, Clone)]
pub struct Matcher {
    side: Side,
    rules: Vec<SamplingRule>,
}

impl Matcher {
    /// Takes the rules that the side heeds.
    pub fn new(rules: impl IntoIterator<Item = SamplingRule>, side: Side) -> Self {
        let mut rules: Vec<_> = rules
            .into_iter()
            .filter(|rule| side == Side::Server || is_heeded_by_clients(rule))
            .collect();
        sort(&mut rules);
        Self { side, rules }
    }

    /// The rule that decides over the request: the first that matches.
    pub fn find(&self, request: &Request<'_>) -> Option<&SamplingRule> {
        self.rules
            .iter()
            .find(|rule| is_match(rule, request, self.side))
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[SamplingRule] {
        &self.rules
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A rule that matches everything.
    pub(in super::super) fn rule(name: &str, priority: i32) -> SamplingRule {
        let any = || "*".to_owned();
        SamplingRule {
            name: name.to_owned(),
            arn: format!("arn:aws:xray:us-east-1:000000000000:sampling-rule/{name}"),
            resource_arn: any(),
            priority,
            fixed_rate: 0.1,
            reservoir_size: 5,
            service_name: any(),
            service_type: any(),
            host: any(),
            http_method: any(),
            url_path: any(),
            version: 1,
            attributes: BTreeMap::new(),
            boost: None,
        }
    }

    const HOME: Request<'_> = Request {
        host: Some("4567-ws.gitpod.io"),
        method: Some("GET"),
        path: Some("/api/activities/home"),
        service_name: Some("Cruddur"),
        service_type: None,
        resource_arn: None,
        attributes: None,
    };

    #[test]
    fn every_field_counts_and_case_does_not() {
        type Change = fn(&mut SamplingRule, String);
        let fields: [(Change, &str, &str); 4] = [
            (|rule, text| rule.host = text, "4567-*", "3000-*"),
            (|rule, text| rule.http_method = text, "get", "POST"),
            (
                |rule, text| rule.url_path = text,
                "/API/*/home",
                "/api/*/hom",
            ),
            (
                |rule, text| rule.service_name = text,
                "crud?ur",
                "backend-flask",
            ),
        ];
        for (change, yes, no) in fields {
            for (text, expected) in [(yes, true), (no, false), ("", false)] {
                let mut rule = rule("a", 1);
                change(&mut rule, text.to_owned());
                assert_eq!(is_match(&rule, &HOME, Side::Client), expected, "{text}");
            }
        }
        let mut rule = rule("a", 1);
        rule.service_type = "AWS::EC2::Instance".to_owned();
        assert!(is_match(&rule, &HOME, Side::Client), "not known matches");
        let elsewhere = Request {
            service_type: Some("AWS::ECS::Container"),
            ..HOME
        };
        assert!(!is_match(&rule, &elsewhere, Side::Client));
    }

    #[test]
    fn what_is_not_known_matches_anything() {
        let mut rule = rule("a", 1);
        for field in [&mut rule.host, &mut rule.http_method, &mut rule.url_path] {
            "x".clone_into(field);
        }
        assert!(is_match(&rule, &Request::default(), Side::Server));
        let empty = Request {
            host: Some(""),
            ..Request::default()
        };
        assert!(is_match(&rule, &empty, Side::Client));
    }

    #[test]
    fn the_smallest_priority_comes_first_then_the_name() {
        let names = |matcher: &Matcher| -> Vec<String> {
            let rules = matcher.rules().iter();
            rules.map(|rule| rule.name.clone()).collect()
        };
        let mut special = rule("special", 9);
        special.url_path = "/rollbar/*".to_owned();
        let rules = [
            rule("Default", 10_000),
            rule("b", 10),
            rule("a", 10),
            rule("B", 10),
            special,
        ];
        let matcher = Matcher::new(rules, Side::Client);
        assert_eq!(names(&matcher), ["special", "B", "a", "b", "Default"]);
        assert_eq!(matcher.find(&HOME).expect("one matches").name, "B");
        let test = Request {
            path: Some("/rollbar/test"),
            ..HOME
        };
        assert_eq!(matcher.find(&test).expect("one matches").name, "special");
    }

    #[test]
    fn clients_skip_what_they_do_not_know() {
        let mut attributes = rule("attributes", 1);
        attributes
            .attributes
            .insert("tier".to_owned(), "gold".to_owned());
        let mut resource = rule("resource", 2);
        resource.resource_arn = "arn:aws:ecs:*".to_owned();
        let mut version = rule("version", 3);
        version.version = 2;
        let mut untyped = rule("untyped", 4);
        untyped.service_type = String::new();
        let rules = [attributes, resource, version, untyped, rule("plain", 5)];
        let client = Matcher::new(rules.clone(), Side::Client);
        assert_eq!(client.rules().len(), 1);
        assert_eq!(client.find(&HOME).expect("one matches").name, "plain");

        let server = Matcher::new(rules, Side::Server);
        assert_eq!(server.rules().len(), 5);
        let silver = BTreeMap::from([("tier".to_owned(), "silver".to_owned())]);
        let gold = BTreeMap::from([("tier".to_owned(), "gold".to_owned())]);
        for (known, arn, expected) in [
            (Some(&gold), None, "attributes"),
            (None, None, "attributes"),
            (Some(&silver), Some("arn:aws:ecs:x"), "resource"),
            (Some(&silver), Some("arn:aws:ec2:x"), "version"),
        ] {
            let request = Request {
                attributes: known,
                resource_arn: arn,
                ..HOME
            };
            assert_eq!(server.find(&request).expect("one matches").name, expected);
        }
    }

    #[test]
    fn the_built_in_rule_takes_the_rest() {
        let mut default = rule("Default", 10_000);
        default.host = "nothing".to_owned();
        let matcher = Matcher::new([default], Side::Client);
        assert!(matcher.find(&HOME).is_some());
        assert!(Matcher::new([], Side::Client).find(&HOME).is_none());
    }
}
