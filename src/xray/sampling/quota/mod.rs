//! The server's end of a reservoir: who may take how much of it.
//!
//! Every client that reports gets a share that holds for a while. AWS does not say how it
//! shares; here the sum of the shares that hold never exceeds the reservoir, so a newcomer
//! starts with what the others have not got, and the shares are even one round of reports
//! later.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::report::ClientId;

/// Seconds for which a share holds, and for which a client that does not report counts.
///
/// Both are one: a share that held longer than its client is remembered would come on top of
/// what the others then get. It spans three reports of a client, so one or two may get lost.
const SHARE_LASTS: i64 = 30;

/// Seconds in which a client may still use a larger share than it has just been given: the rest
/// of this one, and the next if the answer is on its way when that begins.
const ON_ITS_WAY: i64 = 1;

/// The most clients of one rule that get shares; more are told to go by the rate.
const MOST_CLIENTS: usize = 10_000;

/// What one client may record, beyond what the rate gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Requests per second; 0 means "by the rate only".
    pub per_second: u32,
    /// Until when it holds: to the end of this second.
    pub expires_at: Timestamp,
}

/// The shares of all clients under all rules.
#[derive(Debug, Clone, Default)]
pub struct Quotas {
    rules: BTreeMap<String, BTreeMap<ClientId, Client>>,
}

#[derive(Debug, Clone, Copy)]
struct Client {
    /// Requests in its last report.
    requests: u64,
    /// What it may take.
    share: u32,
    /// What it could take before that, and the last second in which it may still have done so.
    before: (u32, i64),
    /// The last second in which it may.
    last_second: i64,
}

impl Quotas {
    /// Starts without clients.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a client's report of so many requests, and gives the client its share of the
    /// rule's reservoir from now on.
    pub fn share(
        &mut self,
        rule_name: &str,
        client_id: &ClientId,
        requests: u64,
        reservoir: u32,
        now: Timestamp,
    ) -> Share {
        let second = now.as_second();
        let clients = self.rules.entry(rule_name.to_owned()).or_default();
        clients.retain(|_, client| second <= client.last_second);
        let last_second = second.saturating_add(SHARE_LASTS);
        let is_taken_in = clients.contains_key(client_id) || clients.len() < MOST_CLIENTS;
        let per_second = if is_taken_in {
            let client = clients.entry(client_id.clone()).or_insert(Client {
                requests,
                share: 0,
                before: (0, i64::MIN),
                last_second,
            });
            client.requests = requests;
            client.last_second = last_second;
            let per_second = share_of(client_id, clients, reservoir, second);
            if let Some(client) = clients.get_mut(client_id) {
                if per_second < client.share {
                    client.before = (client.share, second.saturating_add(ON_ITS_WAY));
                }
                client.share = per_second;
            }
            per_second
        } else {
            0
        };
        Share {
            per_second,
            expires_at: now
                .saturating_add(SignedDuration::from_secs(SHARE_LASTS))
                .unwrap_or(now),
        }
    }

    /// Forgets the clients of a rule that was deleted.
    pub fn forget(&mut self, rule_name: &str) {
        self.rules.remove(rule_name);
    }
}

impl Client {
    /// The most that it may take in this second.
    fn most(&self, second: i64) -> u32 {
        let (before, last_second) = self.before;
        if second <= last_second {
            self.share.max(before)
        } else {
            self.share
        }
    }
}

/// An even share, and for the busiest clients one of what is left over: as much of it as the
/// others' shares leave.
fn share_of(
    client_id: &ClientId,
    clients: &BTreeMap<ClientId, Client>,
    reservoir: u32,
    second: i64,
) -> u32 {
    let number = u32::try_from(clients.len()).unwrap_or(u32::MAX).max(1);
    let (even, left_over) = (reservoir / number, reservoir % number);
    let requests = clients.get(client_id).map_or(0, |client| client.requests);
    // What the others may take, and what they may come to without taking from one another.
    let (mut taken, mut spoken_for, mut busier) = (0_u64, 0_u64, 0_u32);
    for (other_id, other) in clients {
        if other_id == client_id {
            continue;
        }
        taken += u64::from(other.most(second));
        spoken_for += u64::from(other.most(second).max(even));
        // Of clients with equally many, the order of their ids decides: it does not change.
        let is_before =
            other.requests > requests || (other.requests == requests && other_id < client_id);
        busier += u32::from(is_before);
    }
    let reservoir = u64::from(reservoir);
    // One more is given only where every other can still get an even share: two clients that
    // take turns in being the busiest would starve a third otherwise.
    if busier < left_over && spoken_for + u64::from(even) < reservoir {
        return even + 1;
    }
    let free = u32::try_from(reservoir.saturating_sub(taken)).unwrap_or(u32::MAX);
    even.min(free)
}

#[cfg(test)]
mod tests;
