//! Events into batches: each is one call, and obeys every rule.

use super::{BYTES, EVENTS, EncodedEvent, Rejection, SPAN, Window};

/// What becomes of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One call each, in the order of time; events of the same time keep the order they came in.
    pub batches: Vec<Vec<EncodedEvent>>,
    /// The events that would not be taken, in the order they came in.
    pub rejected: Vec<(EncodedEvent, Rejection)>,
}

/// Sorts events, none of which is too long, into batches; each ends in exactly one batch, or is
/// rejected.
pub fn plan(events: impl IntoIterator<Item = EncodedEvent>, window: Window) -> Plan {
    let mut plan = Plan::default();
    let mut taken = Vec::new();
    for event in events {
        let refused = if event.bytes() == 0 {
            Some(Rejection::Empty)
        } else {
            window.refuses(event.timestamp())
        };
        match refused {
            Some(rejection) => plan.rejected.push((event, rejection)),
            None => taken.push(event),
        }
    }
    taken.sort_by_key(EncodedEvent::timestamp);
    plan.batches = split(taken);
    plan
}

/// Cuts sorted events where a rule would be broken.
fn split(events: Vec<EncodedEvent>) -> Vec<Vec<EncodedEvent>> {
    let mut batches: Vec<Vec<EncodedEvent>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let cost = event.cost();
        match batches.last_mut() {
            Some(batch)
                if batch.len() < EVENTS
                    && bytes + cost <= BYTES
                    && batch
                        .first()
                        .is_none_or(|first| event.timestamp() - first.timestamp() <= SPAN) =>
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
