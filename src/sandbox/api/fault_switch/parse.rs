//! The text form of a switch.

use std::str::FromStr;
use std::time::Duration;

use super::super::operation::{self, Operation};
use super::{FaultSwitch, Kind, Rate};

const LONGEST_DELAY: Duration = Duration::from_mins(10);

/// Why a text is no fault switch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The form is wrong.
    #[error(
        "a fault switch reads KIND[@OPERATION]=RATE, such as `throttle=3` or `drop@CreateGroup=once`"
    )]
    Form,
    /// There is no such fault.
    #[error(
        "there is no fault \"{0}\"; there are throttle, abort, delay, lag, live-tail-timeout, drop, refuse, deny, fail"
    )]
    Kind(String),
    /// There is no such operation.
    #[error("the sandbox has no operation \"{name}\"{}", .nearest.as_ref().map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
    Operation {
        /// What was written.
        name: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// The fault cannot happen to the operation.
    #[error("`{fault}` does not happen to {operation}: {to}")]
    Never {
        /// The fault.
        fault: &'static str,
        /// The operation.
        operation: String,
        /// To what it happens.
        to: &'static str,
    },
    /// The rate is unreadable.
    #[error(
        "\"{0}\" is no rate: write 3 for every third call, `once` for the first one, or 10% for a share of them"
    )]
    Rate(String),
    /// The length of a delay, a lag or a session is unreadable.
    #[error("\"{0}\" is no length of time: write `delay=200ms` or `lag=2s`, at most ten minutes")]
    Delay(String),
}

impl FromStr for FaultSwitch {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("delay=") {
            return timed(rest, Kind::Delay);
        }
        if let Some(rest) = text.strip_prefix("lag=") {
            return timed(rest, Kind::Lag);
        }
        if let Some(rest) = text.strip_prefix("live-tail-timeout=") {
            return timed(rest, Kind::LiveTailTimeout);
        }
        let (head, rate) = match text.split_once('=') {
            Some((head, rate)) => (head, Some(rate)),
            None => (text, None),
        };
        let (kind, operation) = match head.split_once('@') {
            Some((kind, operation)) => (kind, Some(operation)),
            None => (head, None),
        };
        let kind = match kind {
            "throttle" => Kind::Throttle,
            "abort" => Kind::Abort,
            "drop" => Kind::Drop,
            "refuse" => Kind::Refuse,
            "deny" => Kind::Deny,
            "fail" => Kind::Fail,
            "delay" | "lag" | "live-tail-timeout" => {
                return Err(ParseError::Delay(text.to_owned()));
            }
            "" => return Err(ParseError::Form),
            other => return Err(ParseError::Kind(other.to_owned())),
        };
        Ok(Self {
            kind,
            operation: operation.map(|name| known(name, kind)).transpose()?,
            rate: parse_rate(rate.ok_or(ParseError::Form)?)?,
        })
    }
}

fn timed(text: &str, kind: fn(Duration) -> Kind) -> Result<FaultSwitch, ParseError> {
    let (head, rate) = match text.split_once('=') {
        Some((head, rate)) => (head, parse_rate(rate)?),
        None => (text, Rate::Every(1)),
    };
    let (length, operation) = match head.split_once('@') {
        Some((length, operation)) => (length, Some(operation)),
        None => (head, None),
    };
    let kind = parse_duration(length)
        .map(kind)
        .ok_or_else(|| ParseError::Delay(length.to_owned()))?;
    Ok(FaultSwitch {
        kind,
        operation: operation.map(|name| known(name, kind)).transpose()?,
        rate,
    })
}

fn known(name: &str, kind: Kind) -> Result<String, ParseError> {
    let Some(operation) = operation::all().find(|operation| operation.name == name) else {
        return Err(ParseError::Operation {
            name: name.to_owned(),
            nearest: nearest(name),
        });
    };
    // The same name may belong to two services; one that can be hit is enough.
    let can_hit = |operation: &Operation| operation.name == name && kind.can_hit(operation);
    if operation::all().any(can_hit) {
        Ok(operation.name.to_owned())
    } else {
        Err(ParseError::Never {
            fault: kind.name(),
            operation: name.to_owned(),
            to: kind.victims(),
        })
    }
}

fn nearest(name: &str) -> Option<&'static str> {
    operation::all()
        .map(|operation| (strsim::jaro_winkler(name, operation.name), operation.name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

fn parse_rate(text: &str) -> Result<Rate, ParseError> {
    let rate = if text == "once" {
        Some(Rate::Once)
    } else if let Some(percent) = text.strip_suffix('%') {
        percent
            .parse::<f64>()
            .ok()
            .filter(|percent| (0.0..=100.0).contains(percent))
            .map(|percent| Rate::Share(percent / 100.0))
    } else {
        text.parse()
            .ok()
            .filter(|number| *number > 0)
            .map(Rate::Every)
    };
    rate.ok_or_else(|| ParseError::Rate(text.to_owned()))
}

fn parse_duration(text: &str) -> Option<Duration> {
    let duration = if let Some(number) = text.strip_suffix("ms") {
        Duration::from_millis(number.parse().ok()?)
    } else {
        Duration::from_secs(text.strip_suffix('s')?.parse().ok()?)
    };
    (duration <= LONGEST_DELAY).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<FaultSwitch>().unwrap_err().to_string()
    }

    #[test]
    fn every_form_is_read() {
        let switch = |text: &str| text.parse::<FaultSwitch>().unwrap();
        assert_eq!(
            switch("throttle=3"),
            FaultSwitch {
                kind: Kind::Throttle,
                operation: None,
                rate: Rate::Every(3)
            }
        );
        assert_eq!(
            switch("drop@CreateGroup=once"),
            FaultSwitch {
                kind: Kind::Drop,
                operation: Some("CreateGroup".to_owned()),
                rate: Rate::Once
            }
        );
        assert_eq!(
            switch("fail=12.5%"),
            FaultSwitch {
                kind: Kind::Fail,
                operation: None,
                rate: Rate::Share(0.125)
            }
        );
        let delay = Kind::Delay(Duration::from_millis(200));
        assert_eq!(
            switch("delay=200ms"),
            FaultSwitch {
                kind: delay,
                operation: None,
                rate: Rate::Every(1)
            }
        );
        assert_eq!(
            switch("delay=200ms@GetGroups=2"),
            FaultSwitch {
                kind: delay,
                operation: Some("GetGroups".to_owned()),
                rate: Rate::Every(2)
            }
        );
        switch("abort@TagResource=1");
    }

    #[test]
    fn a_mistake_is_explained() {
        assert!(refusal("throttle").contains("KIND[@OPERATION]=RATE"));
        assert!(refusal("").contains("KIND[@OPERATION]=RATE"));
        assert!(refusal("explode=1").contains("there is no fault \"explode\""));
        assert!(refusal("fail@CreateGruop=1").ends_with("did you mean CreateGroup?"));
        assert!(refusal("fail@Xyz=1").ends_with("no operation \"Xyz\""));
        assert_eq!(
            refusal("abort@CreateGroup=1"),
            "`abort` does not happen to CreateGroup: only to operations of CloudWatch Logs that write"
        );
        assert!(refusal("lag=2s@CreateGroup").ends_with("only to operations that read"));
        assert!(refusal("live-tail-timeout=2s@GetGroups").ends_with("only to StartLiveTail"));
        for rate in ["0", "-1", "x", "101%", "NaN%", "%", ""] {
            assert!(
                refusal(&format!("fail={rate}")).contains("is no rate"),
                "{rate}"
            );
        }
        for delay in ["5", "ms", "11m", "-1s", "99999999s", ""] {
            assert!(
                refusal(&format!("delay={delay}")).contains("is no length of time"),
                "{delay}"
            );
        }
        assert!(refusal("delay@GetGroups=1").contains("is no length of time"));
    }
}
