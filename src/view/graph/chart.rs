//! What every form of the graph draws: nodes in the order of the flow, each with a label of its
//! own and a lasting id, and the edges between their places.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::tz::TimeZone;

use crate::time_window::{Window, shown_window};
use crate::trace::graph::{CLIENT, Edge, Node, State, Statistics};

use super::super::plain::plain;
use super::super::quantity::counted;
use super::GraphView;

/// A graph made ready to be written.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    /// What it is of.
    pub(super) view: &'a GraphView,
    /// From callers to whom they call; the same graph gives the same order.
    pub(super) nodes: Vec<Spot<'a>>,
    /// By caller, then by whom they call.
    pub(super) edges: Vec<Arrow<'a>>,
    /// The window's length.
    pub(super) minutes: f64,
}

/// A node at its place.
#[derive(Debug)]
pub(super) struct Spot<'a> {
    pub(super) node: &'a Node,
    /// What tells it from the other nodes in as few words as possible; `client` for a client.
    pub(super) label: String,
    /// Its name, harmless to a terminal.
    pub(super) name: String,
    /// Its type, harmless to a terminal.
    pub(super) kind: Option<String>,
    /// Its account, where another node has the same name and type.
    pub(super) account: Option<String>,
    /// A word that stays with the same name, type and account in every graph.
    pub(super) id: String,
}

/// An edge between two places.
#[derive(Debug)]
pub(super) struct Arrow<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) edge: &'a Edge,
}

impl Spot<'_> {
    /// Whether it stands for the callers of a root.
    pub(super) fn is_client(&self) -> bool {
        self.node.kind.as_deref() == Some(CLIENT)
    }

    /// Whether it is known from its callers alone, and is no client.
    pub(super) fn is_inferred(&self) -> bool {
        self.node.state == State::Unknown && !self.is_client()
    }
}

impl Arrow<'_> {
    /// Whether it is a message's way and no call was counted on it.
    pub(super) fn is_link_only(&self) -> bool {
        self.edge.link && self.edge.statistics.total() == 0
    }
}

impl<'a> Chart<'a> {
    pub(super) fn of(view: &'a GraphView) -> Self {
        let nodes = &view.graph.nodes;
        let by_id: HashMap<usize, usize> = nodes
            .iter()
            .zip(0..)
            .map(|(node, place)| (node.reference_id, place))
            .collect();
        // An edge to a node that the answer lacks cannot be drawn.
        let edges: Vec<(usize, usize, &Edge)> = nodes
            .iter()
            .enumerate()
            .flat_map(|(from, node)| node.edges.iter().map(move |edge| (from, edge)))
            .filter_map(|(from, edge)| Some((from, *by_id.get(&edge.to)?, edge)))
            .collect();
        let order = in_flow_order(nodes, &edges);
        let mut place_of = vec![0; nodes.len()];
        for (place, node) in order.iter().enumerate() {
            place_of[*node] = place;
        }
        let mut arrows: Vec<Arrow<'a>> = edges
            .into_iter()
            .map(|(from, to, edge)| Arrow {
                from: place_of[from],
                to: place_of[to],
                edge,
            })
            .collect();
        arrows.sort_by_key(|arrow| (arrow.from, arrow.to));
        let nodes: Vec<&Node> = order.iter().map(|place| &nodes[*place]).collect();
        let seconds = view.end.duration_since(view.start).as_secs_f64();
        Self {
            view,
            nodes: spots(&nodes),
            edges: arrows,
            minutes: seconds.max(0.0) / 60.0,
        }
    }

    /// How many of so many there were a minute; `None` where the window has no length.
    pub(super) fn per_minute(&self, count: u64) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate of so many is no less true for it"
        )]
        (self.minutes > 0.0).then(|| count as f64 / self.minutes)
    }

    /// The requests that came from outside: those of clients, and of whom nobody calls. In a
    /// graph around one service, those of that service.
    fn entered(&self) -> Statistics {
        let mut entered = Statistics::default();
        if let Some(service) = &self.view.service {
            let service = service.to_lowercase();
            for spot in &self.nodes {
                let own = spot.node.statistics;
                let own = own.filter(|_| spot.node.name.to_lowercase() == service);
                entered.merge(&own.unwrap_or_default());
            }
            return entered;
        }
        let called: HashSet<usize> = self
            .edges
            .iter()
            .filter(|arrow| arrow.from != arrow.to)
            .map(|arrow| arrow.to)
            .collect();
        for (place, spot) in self.nodes.iter().enumerate() {
            if let Some(own) = spot.node.statistics.filter(|_| !called.contains(&place)) {
                entered.merge(&own);
            }
        }
        for arrow in &self.edges {
            if self.nodes[arrow.from].is_client() {
                entered.merge(&arrow.edge.statistics);
            }
        }
        entered
    }

    /// `2026-11-20 10:00:00 to 10:10:00 +01:00`
    pub(super) fn window(&self) -> String {
        let zone = if self.view.utc {
            TimeZone::UTC
        } else {
            TimeZone::system()
        };
        let window = Window {
            start: self.view.start,
            end: self.view.end,
        };
        shown_window(window, &zone)
    }

    /// `group Cruddur`, `all traces`, and the service where it was narrowed to one.
    pub(super) fn scope(&self) -> String {
        let mut scope = self.view.group.as_ref().map_or_else(
            || "all traces".to_owned(),
            |group| format!("group {}", plain(group)),
        );
        if let Some(service) = &self.view.service {
            scope.push_str(&format!(", around {}", plain(service)));
        }
        scope
    }

    /// `2 nodes, 1 edge, 4 requests`
    pub(super) fn size(&self) -> String {
        let mut size = format!(
            "{}, {}",
            counted(self.nodes.len() as u64, "node"),
            counted(self.edges.len() as u64, "edge"),
        );
        // A ring that nobody calls from outside has requests, but none that came in.
        match self.entered().total() {
            0 => {}
            requests => size.push_str(&format!(", {}", counted(requests, "request"))),
        }
        size
    }

    /// What must be known of a group whose filter changed.
    pub(super) fn caution(&self) -> Option<&'static str> {
        self.view.old_group_versions.then_some(
            "the group's filter changed within this window: traces of the old and of the new one are mixed",
        )
    }
}

/// Clients first, then whom nobody calls, then breadth first along the edges.
fn in_flow_order(nodes: &[Node], edges: &[(usize, usize, &Edge)]) -> Vec<usize> {
    let mut callees: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut called = vec![false; nodes.len()];
    for (from, to, _) in edges {
        callees[*from].push(*to);
        called[*to] |= from != to;
    }
    let is_client = |place: &usize| nodes[*place].kind.as_deref() == Some(CLIENT);
    let clients = (0..nodes.len()).filter(is_client);
    let uncalled = (0..nodes.len()).filter(|place| !called[*place]);
    let starts: Vec<usize> = clients.chain(uncalled).collect();
    let mut seen = vec![false; nodes.len()];
    let mut order = Vec::with_capacity(nodes.len());
    // What hangs together in rings alone has no start: its first node serves.
    for group in [starts, (0..nodes.len()).collect()] {
        let mut waiting = VecDeque::new();
        for start in group {
            let is_ring = called[start] && !is_client(&start);
            if !seen[start] {
                seen[start] = true;
                waiting.push_back(start);
            }
            if is_ring {
                walk(&mut waiting, &callees, &mut seen, &mut order);
            }
        }
        walk(&mut waiting, &callees, &mut seen, &mut order);
    }
    order
}

fn walk(
    waiting: &mut VecDeque<usize>,
    callees: &[Vec<usize>],
    seen: &mut [bool],
    order: &mut Vec<usize>,
) {
    while let Some(place) = waiting.pop_front() {
        order.push(place);
        for callee in &callees[place] {
            if !std::mem::replace(&mut seen[*callee], true) {
                waiting.push_back(*callee);
            }
        }
    }
}

fn spots<'a>(nodes: &[&'a Node]) -> Vec<Spot<'a>> {
    let is_client = |node: &Node| node.kind.as_deref() == Some(CLIENT);
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut kinds: HashMap<(&str, Option<&str>), usize> = HashMap::new();
    for node in nodes.iter().filter(|node| !is_client(node)) {
        *names.entry(&node.name).or_default() += 1;
        *kinds.entry((&node.name, node.kind.as_deref())).or_default() += 1;
    }
    let clients = nodes.iter().filter(|node| is_client(node)).count();
    let mut ids = HashSet::new();
    nodes
        .iter()
        .map(|node| {
            let name = plain(&node.name).into_owned();
            let kind = node.kind.as_deref().map(|kind| plain(kind).into_owned());
            let twins = kinds.get(&(&*node.name, node.kind.as_deref()));
            let account = twins.filter(|twins| **twins > 1).map(|_| {
                let account = node.account_id.as_deref();
                plain(account.unwrap_or("no account")).into_owned()
            });
            let label = if !is_client(node) {
                let kind = kind.as_deref().unwrap_or("no type");
                match &account {
                    Some(account) => format!("{name} ({kind}, {account})"),
                    None if names[&*node.name] > 1 => format!("{name} ({kind})"),
                    None => name.clone(),
                }
            } else if clients == 1 {
                CLIENT.to_owned()
            } else {
                format!("{CLIENT} of {name}")
            };
            let mut id = id(node);
            while !ids.insert(id.clone()) {
                id.push('_');
            }
            Spot {
                node,
                label,
                name,
                kind,
                account,
                id,
            }
        })
        .collect()
}

/// The name's own letters, so that a person can find it, and a digest of name, type and account.
fn id(node: &Node) -> String {
    let slug: String = node
        .name
        .chars()
        .take(24)
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    // FNV-1a, which stays the same from one release to the next.
    let mut digest = 0x811c_9dc5_u32;
    let parts = [
        Some(node.name.as_str()),
        node.kind.as_deref(),
        node.account_id.as_deref(),
    ];
    for part in parts {
        let bytes = part.map_or(&b"\x01"[..], str::as_bytes);
        for byte in bytes.iter().chain(b"\0") {
            digest = (digest ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }
    format!("n_{slug}_{digest:08x}")
}
