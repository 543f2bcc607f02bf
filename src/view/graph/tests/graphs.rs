//! Graphs to draw: from one service to five hundred.

use crate::trace::Time;
use crate::trace::graph::{Bin, CLIENT, Edge, Graph, Histogram, Node, State, Statistics};
use crate::view::graph::GraphView;

/// Ten minutes that traces of tests fall into.
pub(in crate::view::graph) fn view(graph: Graph) -> GraphView {
    GraphView {
        graph,
        start: "2026-11-20T10:00:00Z".parse().expect("a time"),
        end: "2026-11-20T10:10:00Z".parse().expect("a time"),
        group: Some("Cruddur".to_owned()),
        service: None,
        old_group_versions: false,
        utc: true,
    }
}

/// A graph that is put together by hand.
#[derive(Debug, Default)]
pub(in crate::view::graph) struct Sketch {
    nodes: Vec<Node>,
}

/// Counts of ok, error, throttle, fault, and the time of each in milliseconds.
pub(in crate::view::graph) type Counts = (u64, u64, u64, u64, u32);

fn statistics(counts: Counts) -> Statistics {
    let (ok, other_error, throttle, fault, milliseconds) = counts;
    let total = i64::try_from(ok + other_error + throttle + fault).expect("small");
    Statistics {
        ok,
        throttle,
        other_error,
        fault,
        total_micros: total * i64::from(milliseconds) * 1000,
    }
}

/// Half of them shorter and some longer, so that percentiles differ.
fn histogram(counts: Counts) -> Histogram {
    let total = statistics(counts).total();
    let value = f64::from(counts.4) / 1000.0;
    let slow = total / 20;
    Histogram::new([
        Bin {
            value: (value * 900.0).round() / 1000.0,
            count: total - slow,
        },
        Bin {
            value: (value * 3000.0).round() / 1000.0,
            count: slow,
        },
    ])
}

impl Sketch {
    /// Adds a service that sends segments.
    pub(in crate::view::graph) fn service(
        &mut self,
        name: &str,
        kind: &str,
        counts: Counts,
    ) -> usize {
        self.node(name, Some(kind), State::Active, Some(counts))
    }

    /// Adds what is known from its callers.
    pub(in crate::view::graph) fn inferred(
        &mut self,
        name: &str,
        kind: &str,
        counts: Counts,
    ) -> usize {
        self.node(name, Some(kind), State::Unknown, Some(counts))
    }

    /// Adds the client of a service, which calls it as often as it was asked.
    pub(in crate::view::graph) fn client(&mut self, of: usize, counts: Counts) -> usize {
        let name = self.nodes[of].name.clone();
        self.nodes[of].root = true;
        let client = self.node(&name, Some(CLIENT), State::Unknown, None);
        self.edge(client, of, counts);
        client
    }

    pub(in crate::view::graph) fn node(
        &mut self,
        name: &str,
        kind: Option<&str>,
        state: State,
        counts: Option<Counts>,
    ) -> usize {
        let times = counts.map(histogram).unwrap_or_default();
        self.nodes.push(Node {
            reference_id: self.nodes.len(),
            name: name.to_owned(),
            names: vec![name.to_owned()],
            kind: kind.map(str::to_owned),
            account_id: None,
            root: false,
            state,
            start: Time::from_micros(1_795_168_800_000_000),
            end: Time::from_micros(1_795_169_000_500_000),
            edges: Vec::new(),
            statistics: counts.map(statistics),
            duration_histogram: times.clone(),
            response_time_histogram: times,
        });
        self.nodes.len() - 1
    }

    /// Adds calls.
    pub(in crate::view::graph) fn edge(&mut self, from: usize, to: usize, counts: Counts) {
        let edge = Edge {
            to,
            start: Time::from_micros(1_795_168_800_000_000),
            end: Time::from_micros(1_795_169_000_500_000),
            statistics: statistics(counts),
            response_time_histogram: histogram(counts),
            link: false,
            received_event_age_histogram: Histogram::default(),
        };
        self.nodes[from].edges.retain(|edge| edge.to != to);
        self.nodes[from].edges.push(edge);
        self.nodes[from].edges.sort_by_key(|edge| edge.to);
    }

    /// Adds the way of messages that were so many seconds old.
    pub(in crate::view::graph) fn link(&mut self, from: usize, to: usize, age: f64) {
        self.edge(from, to, (0, 0, 0, 0, 0));
        for edge in &mut self.nodes[from].edges {
            if edge.to == to {
                edge.link = true;
                edge.received_event_age_histogram = Histogram::new([Bin {
                    value: age,
                    count: 4,
                }]);
            }
        }
    }

    pub(in crate::view::graph) fn view(self) -> GraphView {
        view(Graph { nodes: self.nodes })
    }
}

/// The example of AWS's guide: a sign-up page, its table and its topic.
pub(in crate::view::graph) fn guide() -> GraphView {
    let mut sketch = Sketch::default();
    let topic = sketch.inferred("SNS", "AWS::SNS", (2, 0, 0, 0, 62));
    let table = sketch.inferred(
        "awseb-e-x-stack-StartupSignupsTable",
        "AWS::DynamoDB::Table",
        (2, 0, 0, 0, 60),
    );
    let service = sketch.service("xray-sample", "AWS::EC2::Instance", (3, 1, 0, 0, 68));
    sketch.edge(service, topic, (2, 0, 0, 0, 62));
    sketch.edge(service, table, (2, 0, 0, 0, 60));
    sketch.client(service, (3, 1, 0, 0, 68));
    sketch.view()
}

/// What most of the bootcamp's people see.
pub(in crate::view::graph) fn alone() -> GraphView {
    let mut sketch = Sketch::default();
    let service = sketch.node(
        "backend-flask",
        None,
        State::Active,
        Some((41, 2, 0, 1, 13)),
    );
    sketch.client(service, (41, 2, 0, 1, 13));
    sketch.view()
}

/// The app with all that it calls.
pub(in crate::view::graph) fn cruddur() -> GraphView {
    let mut sketch = Sketch::default();
    let service = sketch.service("backend-flask", "AWS::ECS::Fargate", (412, 12, 3, 4, 84));
    let messages = sketch.inferred(
        "cruddur-messages",
        "AWS::DynamoDB::Table",
        (120, 0, 3, 0, 12),
    );
    let database = sketch.inferred("cruddur@db.internal", "Database::SQL", (398, 0, 0, 4, 31));
    let remote = sketch.inferred(
        "cognito-idp.us-east-1.amazonaws.com",
        "remote",
        (431, 0, 0, 0, 22),
    );
    sketch.edge(service, messages, (120, 0, 3, 0, 12));
    sketch.edge(service, database, (398, 0, 0, 4, 31));
    sketch.edge(service, remote, (431, 0, 0, 0, 22));
    sketch.client(service, (412, 12, 3, 4, 84));
    sketch.view()
}

/// Some twenty services with a ring, one that calls itself, and a queue.
pub(in crate::view::graph) fn shop() -> GraphView {
    let mut sketch = Sketch::default();
    let kind = "AWS::ECS::Fargate";
    let web = sketch.service("web", kind, (9_000, 120, 0, 14, 240));
    let mobile = sketch.service("mobile-api", kind, (4_000, 12, 0, 0, 120));
    let cart = sketch.service("cart", kind, (3_200, 0, 0, 0, 21));
    let catalogue = sketch.service("catalogue", kind, (12_300, 0, 40, 0, 33));
    let search = sketch.service("search", kind, (7_800, 0, 0, 0, 51));
    let users = sketch.service("users", kind, (8_100, 900, 0, 0, 9));
    let checkout = sketch.service("checkout", kind, (800, 4, 0, 90, 610));
    let payments = sketch.service("payments", kind, (700, 0, 0, 92, 480));
    let pricing = sketch.service("pricing", kind, (13_000, 0, 0, 0, 4));
    let stock = sketch.service("stock", kind, (5_000, 0, 0, 0, 6));
    let mail = sketch.service(
        "mail-worker",
        "AWS::Lambda::Function",
        (690, 0, 0, 0, 1_400),
    );
    let queue = sketch.inferred(
        "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
        "AWS::SQS::Queue",
        (700, 0, 0, 0, 14),
    );
    let sessions = sketch.inferred("sessions", "AWS::DynamoDB::Table", (9_000, 0, 12, 0, 5));
    let index = sketch.inferred("search-index.internal", "remote", (7_800, 0, 0, 0, 40));
    let database = sketch.inferred("shop@db.internal", "Database::SQL", (20_000, 0, 0, 3, 3));
    let images = sketch.inferred("S3", "AWS::S3", (12_000, 0, 0, 0, 18));
    let cards = sketch.inferred("api.cards.example", "remote", (610, 0, 0, 92, 400));
    let ses = sketch.inferred("email", "AWS::SES", (690, 0, 0, 0, 210));
    let calls = [
        (web, cart, (3_000, 0, 0, 0, 25)),
        (web, catalogue, (9_000, 0, 30, 0, 36)),
        (web, search, (7_000, 0, 0, 0, 55)),
        (web, users, (8_000, 800, 0, 0, 12)),
        (web, checkout, (700, 4, 0, 90, 620)),
        (mobile, cart, (200, 0, 0, 0, 25)),
        (mobile, catalogue, (3_300, 0, 10, 0, 36)),
        (mobile, users, (100, 100, 0, 0, 12)),
        (mobile, checkout, (100, 0, 0, 0, 512)),
        (cart, pricing, (3_200, 0, 0, 0, 5)),
        (cart, sessions, (3_200, 0, 12, 0, 5)),
        (catalogue, pricing, (9_000, 0, 0, 0, 5)),
        (catalogue, catalogue, (500, 0, 0, 0, 5)),
        (catalogue, database, (12_000, 0, 0, 3, 3)),
        (catalogue, images, (12_000, 0, 0, 0, 18)),
        (search, index, (7_800, 0, 0, 0, 40)),
        (search, catalogue, (200, 0, 0, 0, 28)),
        (users, sessions, (5_800, 0, 0, 0, 5)),
        (checkout, payments, (700, 0, 0, 92, 490)),
        (checkout, stock, (800, 0, 0, 0, 7)),
        (checkout, queue, (700, 0, 0, 0, 14)),
        (payments, cards, (610, 0, 0, 92, 400)),
        (payments, users, (700, 0, 0, 0, 9)),
        (pricing, database, (800, 0, 0, 0, 2)),
        (stock, database, (5_000, 0, 0, 0, 3)),
        (stock, checkout, (12, 0, 0, 0, 3)),
        (mail, ses, (690, 0, 0, 0, 210)),
    ];
    for (from, to, counts) in calls {
        sketch.edge(from, to, counts);
    }
    sketch.link(queue, mail, 2.5);
    sketch.client(web, (9_000, 120, 0, 14, 240));
    sketch.client(mobile, (4_000, 12, 0, 0, 120));
    sketch.view()
}

/// Three services that have nothing to do with each other, and one that nobody calls.
pub(in crate::view::graph) fn apart() -> GraphView {
    let mut sketch = Sketch::default();
    for (name, failures) in [("orders", 0), ("invoices", 2), ("reports", 40)] {
        let service = sketch.service(name, "AWS::EC2::Instance", (100, 0, 0, failures, 40));
        let database = sketch.inferred(&format!("{name}@db"), "Database::SQL", (90, 0, 0, 0, 9));
        sketch.edge(service, database, (90, 0, 0, 0, 9));
        sketch.client(service, (100, 0, 0, failures, 40));
    }
    sketch.service("nightly", "AWS::Lambda::Function", (1, 0, 0, 0, 60_000));
    sketch.view()
}

/// Names that are long, alike, or meant to do harm.
pub(in crate::view::graph) fn odd() -> GraphView {
    let mut sketch = Sketch::default();
    let long = "a-service-whose-name-somebody-made-up-of-every-word-that-they-could-think-of";
    let service = sketch.service(long, "AWS::ElasticBeanstalk::Environment", (10, 0, 0, 0, 5));
    let names = [
        "\"quoted\" & <b>bold</b>",
        "\u{1b}[31mred\u{7}\nand a line",
        "end",
        "%%{init: {\"theme\": \"dark\"}}%%",
        "漢字の名前のサービス",
        "back\\slash",
        "a,b;c|d",
    ];
    for name in names {
        let called = sketch.inferred(name, "remote", (1, 0, 0, 0, 5));
        sketch.edge(service, called, (1, 0, 0, 0, 5));
    }
    for kind in ["AWS::Lambda", "AWS::Lambda::Function"] {
        let twin = sketch.service("twin", kind, (3, 0, 0, 1, 5));
        sketch.edge(service, twin, (3, 0, 0, 1, 5));
    }
    sketch.client(service, (10, 0, 0, 0, 5));
    sketch.view()
}

/// So many services with three times as many edges, some of which close rings.
pub(in crate::view::graph) fn crowd(services: usize) -> GraphView {
    let mut sketch = Sketch::default();
    let mut random = 7_u64;
    let mut next = |most: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).expect("31 bits") % most.max(1)
    };
    for number in 0..services {
        let faults = u64::from(number % 9 == 0);
        sketch.service(
            &format!("service-{number}"),
            "AWS::ECS::Fargate",
            (100, 0, 0, faults, 30),
        );
    }
    for number in 0..services * 3 {
        let from = next(services);
        // Most calls go to somebody near and onwards.
        let to = if number % 40 == 0 {
            next(services)
        } else {
            (from + 1 + next(60)).min(services - 1)
        };
        sketch.edge(from, to, (50, 0, 0, u64::from(number % 30 == 0), 30));
    }
    sketch.client(0, (100, 0, 0, 0, 30));
    sketch.view()
}
