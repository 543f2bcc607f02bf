//! Events into batches: each is one call, and obeys every rule.

use super::{BYTES, EVENTS, InputLogEvent, Rejection, SPAN, Window, fitted};

/// What becomes of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One call each, in the order of time; events of the same time keep the order they came in.
    pub batches: Vec<Vec<InputLogEvent>>,
    /// The events that would not be taken, in the order they came in.
    pub rejected: Vec<(InputLogEvent, Rejection)>,
    /// How many of the events in the batches are cut.
    pub cut: usize,
}

/// Sorts events into batches; each event ends in exactly one batch, or is rejected.
pub fn plan(events: impl IntoIterator<Item = InputLogEvent>, window: Window) -> Plan {
    let mut plan = Plan::default();
    let mut taken = Vec::new();
    for event in events {
        let refused = if event.message.is_empty() {
            Some(Rejection::Empty)
        } else {
            window.refuses(event.timestamp)
        };
        if let Some(rejection) = refused {
            plan.rejected.push((event, rejection));
            continue;
        }
        let fitted = fitted(event.message, 0);
        plan.cut += usize::from(fitted.cut > 0);
        taken.push(InputLogEvent {
            message: fitted.message,
            ..event
        });
    }
    taken.sort_by_key(|event| event.timestamp);
    plan.batches = split(taken);
    plan
}

/// Cuts sorted events where a rule would be broken.
fn split(events: Vec<InputLogEvent>) -> Vec<Vec<InputLogEvent>> {
    let mut batches: Vec<Vec<InputLogEvent>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let cost = event.cost();
        match batches.last_mut() {
            Some(batch)
                if batch.len() < EVENTS
                    && bytes + cost <= BYTES
                    && batch
                        .first()
                        .is_none_or(|first| event.timestamp - first.timestamp <= SPAN) =>
            {
                bytes += cost;
                batch.push(event);
            }
            _ => {
                bytes = cost;
                batches.push(vec![event]);
            }
        }
    }
    batches
}
