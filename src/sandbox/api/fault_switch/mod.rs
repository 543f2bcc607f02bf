//! What goes wrong on purpose, so that clients can be tested against it.
//!
//! A switch reads `KIND[@OPERATION]=RATE`: `throttle=3` refuses every third call, `drop@CreateGroup=once`
//! cuts the first such call after it was done, `fail=10%` fails a seeded tenth of all calls. A delay
//! names its length instead, with an optional rate: `delay=200ms`, `delay=200ms@GetGroups=2`. So does
//! a lag, `lag=2s`, for which reads answer as they did before the last write, and
//! `live-tail-timeout=5s`, after which sessions end as they else do after three hours.
//! Which operations exist is `operation`'s; how a refusal is written is `fault`'s.

mod lag;
mod parse;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::operation::{Operation, Service};
use crate::sandbox::store::{Fault, Tenant};

pub use parse::ParseError;

/// One thing that goes wrong, and how often.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultSwitch {
    kind: Kind,
    operation: Option<String>,
    rate: Rate,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Too many calls.
    Throttle,
    /// Somebody else changes the same thing; writes of CloudWatch Logs only.
    Abort,
    /// The answer comes late.
    Delay(Duration),
    /// The call is done, and the connection is cut before the answer.
    Drop,
    /// Reads answer as they did before the last write.
    Lag(Duration),
    /// Sessions of Live Tail end early.
    LiveTailTimeout(Duration),
    /// The connection is cut before the call is done.
    Refuse,
    /// The caller has no permission.
    Deny,
    /// The service has a bad day.
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Rate {
    Every(u64),
    Once,
    Share(f64),
}

/// What to do with one call.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Wait this long first.
    pub(super) delay: Option<Duration>,
    /// Then do this instead of answering properly.
    pub(super) effect: Option<Effect>,
    /// For so long after a write, answer as before it.
    pub(super) lag: Option<Duration>,
    /// A session lasts so long.
    pub(super) live_tail_timeout: Option<Duration>,
    fired: Vec<&'static str>,
}

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Answer with a refusal.
    Answer(Kind),
    /// Do it and cut the connection.
    Drop,
    /// Cut the connection at once.
    Refuse,
}

impl Plan {
    /// The switches that act on this call.
    pub(super) fn names(&self) -> Option<String> {
        (!self.fired.is_empty()).then(|| self.fired.join(", "))
    }
}

/// All switches, with their counts.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Switchboard {
    wired: Mutex<Vec<Wired>>,
    pub(super) past: lag::Past,
}

#[derive(Debug)]
struct Wired {
    switch: FaultSwitch,
    calls: u64,
    random: fastrand::Rng,
}

impl Switchboard {
    /// Wires the switches; the same seed gives the same shares.
    pub(in crate::sandbox) fn new(switches: &[FaultSwitch], seed: u64) -> Self {
        let wired = switches
            .iter()
            .zip(seed..)
            .map(|(switch, seed)| Wired {
                switch: switch.clone(),
                calls: 0,
                random: fastrand::Rng::with_seed(seed),
            })
            .collect();
        Self {
            wired: Mutex::new(wired),
            past: lag::Past::default(),
        }
    }

    /// What happens to a call of this operation: every delay that fires, and the first other fault.
    pub(super) fn plan(&self, operation: &Operation) -> Plan {
        let mut plan = Plan::default();
        let mut switches = self.wired.lock().unwrap_or_else(PoisonError::into_inner);
        for wired in switches
            .iter_mut()
            .filter(|wired| wired.switch.is_for(operation))
        {
            if !wired.fires() {
                continue;
            }
            let kind = wired.switch.kind;
            let effect = match kind {
                Kind::Delay(time) => {
                    plan.delay = Some(plan.delay.unwrap_or_default() + time);
                    plan.fired.push(kind.name());
                    continue;
                }
                Kind::Lag(time) => {
                    plan.lag = Some(plan.lag.unwrap_or_default().max(time));
                    plan.fired.push(kind.name());
                    continue;
                }
                Kind::LiveTailTimeout(time) => {
                    plan.live_tail_timeout = Some(time);
                    plan.fired.push(kind.name());
                    continue;
                }
                Kind::Drop => Effect::Drop,
                Kind::Refuse => Effect::Refuse,
                kind => Effect::Answer(kind),
            };
            if plan.effect.is_none() {
                plan.effect = Some(effect);
                plan.fired.push(kind.name());
            }
        }
        plan
    }
}

impl FaultSwitch {
    fn is_for(&self, operation: &Operation) -> bool {
        self.kind.can_hit(operation)
            && self
                .operation
                .as_ref()
                .is_none_or(|name| name == operation.name)
    }
}

impl Wired {
    fn fires(&mut self) -> bool {
        self.calls += 1;
        match self.switch.rate {
            Rate::Every(number) => self.calls.is_multiple_of(number),
            Rate::Once => self.calls == 1,
            Rate::Share(share) => self.random.f64() < share,
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Abort => "abort",
            Self::Delay(_) => "delay",
            Self::Lag(_) => "lag",
            Self::LiveTailTimeout(_) => "live-tail-timeout",
            Self::Drop => "drop",
            Self::Refuse => "refuse",
            Self::Deny => "deny",
            Self::Fail => "fail",
        }
    }

    /// To what it can happen, where it cannot happen to everything.
    fn victims(self) -> &'static str {
        match self {
            Self::Abort => "only to operations of CloudWatch Logs that write",
            Self::Lag(_) => "only to operations that read",
            Self::LiveTailTimeout(_) => "only to StartLiveTail",
            _ => "to all operations",
        }
    }

    /// A conflict between writers is something that only CloudWatch Logs reports, and only a read
    /// can be behind.
    fn can_hit(self, operation: &Operation) -> bool {
        match self {
            Self::Abort => operation.service == Service::Logs && operation.writes,
            Self::Lag(_) => !operation.writes,
            Self::LiveTailTimeout(_) => operation.stream.is_some(),
            _ => true,
        }
    }

    /// The refusal as AWS words it.
    pub(super) fn fault(self, operation: &Operation, tenant: &Tenant, body: &[u8]) -> Fault {
        match self {
            Self::Throttle => {
                let code = match operation.service {
                    Service::XRay => "ThrottledException",
                    Service::Logs => "ThrottlingException",
                    Service::Sts | Service::Otlp | Service::Honeycomb | Service::Rollbar => {
                        "Throttling"
                    }
                };
                Fault::new(code, "Rate exceeded")
            }
            Self::Abort => Fault::new(
                "OperationAbortedException",
                "A conflicting operation is currently in progress against this resource. Please try again.",
            ),
            Self::Deny => denied(operation, tenant, body),
            Self::Fail
            | Self::Delay(_)
            | Self::Lag(_)
            | Self::LiveTailTimeout(_)
            | Self::Drop
            | Self::Refuse => Fault::internal("An internal failure, switched on with `fail`"),
        }
    }
}

/// AWS's sentence, <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
fn denied(operation: &Operation, tenant: &Tenant, body: &[u8]) -> Fault {
    let partition = tenant.partition();
    let account = &tenant.account;
    let action = format!("{}:{}", operation.service.name(), operation.name);
    let group = serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| Some(body.get("logGroupName")?.as_str()?.to_owned()));
    let resource = match (operation.service, group) {
        (Service::Logs, group) => {
            let group = group.unwrap_or_default();
            tenant.arn("logs", &format!("log-group:{group}:log-stream:"))
        }
        _ => "*".to_owned(),
    };
    Fault::new(
        "AccessDeniedException",
        format!(
            "User: arn:{partition}:iam::{account}:user/sandbox is not authorized to perform: {action} \
             on resource: {resource} because no identity-based policy allows the {action} action"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::api::operation;

    fn named(name: &str) -> &'static Operation {
        operation::all()
            .find(|operation| operation.name == name)
            .unwrap()
    }

    fn board(switches: &[&str]) -> Switchboard {
        let switches: Vec<FaultSwitch> =
            switches.iter().map(|text| text.parse().unwrap()).collect();
        Switchboard::new(&switches, 7)
    }

    fn effects(board: &Switchboard, name: &str, calls: usize) -> Vec<bool> {
        (0..calls)
            .map(|_| board.plan(named(name)).effect.is_some())
            .collect()
    }

    #[test]
    fn rates_are_kept_exactly() {
        assert_eq!(
            effects(&board(&["throttle=3"]), "GetGroups", 6),
            [false, false, true, false, false, true]
        );
        assert_eq!(
            effects(&board(&["fail=once"]), "GetGroups", 3),
            [true, false, false]
        );
        let shares = effects(&board(&["fail=25%"]), "GetGroups", 4000);
        let fired = shares.iter().filter(|fired| **fired).count();
        assert!((900..1100).contains(&fired), "{fired}");
        assert_eq!(
            shares,
            effects(&board(&["fail=25%"]), "GetGroups", 4000),
            "seeded"
        );
        assert_eq!(
            effects(&board(&["fail=100%"]), "GetGroups", 2),
            [true, true]
        );
        assert_eq!(
            effects(&board(&["fail=0%"]), "GetGroups", 2),
            [false, false]
        );
    }

    #[test]
    fn a_switch_counts_only_the_calls_it_is_for() {
        let board = board(&["deny@CreateGroup=2"]);
        assert_eq!(effects(&board, "CreateGroup", 1), [false]);
        assert_eq!(effects(&board, "GetGroups", 5), [false; 5]);
        assert_eq!(effects(&board, "CreateGroup", 2), [true, false]);
    }

    #[test]
    fn abort_is_for_writes_of_logs() {
        let board = board(&["abort=1"]);
        assert_eq!(effects(&board, "CreateGroup", 1), [false]);
        assert_eq!(effects(&board, "DescribeLogGroups", 1), [false]);
        assert_eq!(effects(&board, "CreateLogGroup", 1), [true]);
    }

    #[test]
    fn a_session_ends_early_where_that_is_switched() {
        let board = board(&["live-tail-timeout=5s"]);
        let plan = board.plan(named("StartLiveTail"));
        assert_eq!(plan.live_tail_timeout, Some(Duration::from_secs(5)));
        assert_eq!(plan.names().as_deref(), Some("live-tail-timeout"));
        assert_eq!(board.plan(named("FilterLogEvents")).names(), None);
    }

    #[test]
    fn delays_add_up_and_the_first_other_fault_wins() {
        let plan = board(&["delay=200ms", "delay=1s", "drop=1", "fail=1"]).plan(named("GetGroups"));
        assert_eq!(plan.delay, Some(Duration::from_millis(1200)));
        assert_eq!(plan.effect, Some(Effect::Drop));
        assert_eq!(plan.names().as_deref(), Some("delay, delay, drop"));
    }

    #[test]
    fn a_denial_names_user_action_and_resource() {
        let tenant = Tenant::new("123456789012", "eu-west-1");
        let fault = Kind::Deny.fault(
            named("CreateLogGroup"),
            &tenant,
            br#"{"logGroupName":"cruddur"}"#,
        );
        assert_eq!(
            fault.message,
            "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: logs:CreateLogGroup on resource: \
             arn:aws:logs:eu-west-1:123456789012:log-group:cruddur:log-stream: because no identity-based policy allows \
             the logs:CreateLogGroup action"
        );
    }
}
