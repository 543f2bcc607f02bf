//! Every form holds the same nodes, edges and counts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::graphs::{alone, apart, cruddur, guide, shop};
use super::page;
use crate::output::{Page, Style};
use crate::view::graph::{GraphForm, GraphView};

/// Label or labels, and the count of requests or calls; `None` where there is none.
type Facts = BTreeSet<(String, String, Option<u64>)>;

/// What the graph itself holds, as the forms name it.
fn expected(view: &GraphView) -> (Facts, Facts) {
    let nodes = &view.graph.nodes;
    let clients = nodes
        .iter()
        .filter(|node| node.kind.as_deref() == Some("client"));
    let clients = clients.count();
    let label = |place: usize| {
        let node = &nodes[place];
        match (node.kind.as_deref(), clients) {
            (Some("client"), 1) => "client".to_owned(),
            (Some("client"), _) => format!("client of {}", node.name),
            _ => node.name.clone(),
        }
    };
    let kind = |place: usize| nodes[place].kind.clone().unwrap_or_default();
    let own = (0..nodes.len()).map(|place| {
        let statistics = nodes[place].statistics;
        (label(place), kind(place), statistics.map(|own| own.total()))
    });
    let edges = view.graph.edges().map(|(from, edge)| {
        let count = edge.statistics.total();
        (label(from), label(edge.to), (!edge.link).then_some(count))
    });
    (own.collect(), edges.collect())
}

fn views() -> [GraphView; 5] {
    [guide(), alone(), cruddur(), shop(), apart()]
}

fn number(text: &str) -> Option<u64> {
    text.split(' ').next().unwrap_or_default().parse().ok()
}

#[test]
fn the_table() {
    let pipe = Page {
        style: Style::PLAIN,
        width: None,
    };
    for view in views() {
        let text = view.written(GraphForm::Table, &pipe);
        let cells = |line: &str| -> Vec<String> {
            let cells = line.split("  ").map(str::trim);
            cells
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let blank = |text: &str| text.replace('—', "");
        let mut tables = text.split("\n\n").skip(1);
        let nodes = tables.next().expect("nodes").lines().skip(1).map(|line| {
            let cells = cells(line);
            (cells[0].clone(), blank(&cells[1]), number(&cells[3]))
        });
        let edges = tables.next().expect("edges").lines().skip(1).map(|line| {
            let cells = cells(line);
            let to = cells[1].trim_start_matches(['→', '⇢', ' ']);
            let link = cells[2].starts_with("async");
            (
                cells[0].clone(),
                to.to_owned(),
                number(&cells[3]).filter(|_| !link),
            )
        });
        assert_eq!((nodes.collect(), edges.collect()), expected(&view));
    }
}

#[test]
fn the_json() {
    for view in views() {
        let text = view.written(GraphForm::Json, &page(80));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let list = |name: &str| value[name].as_array().expect("a list").clone();
        let nodes = list("nodes");
        let clients = nodes.iter().filter(|node| node["type"] == "client").count();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let label = |id: &Value| {
            let node = nodes.iter().find(|node| node["reference_id"] == *id);
            let node = node.expect("a node");
            match (node["type"].as_str(), clients) {
                (Some("client"), 1) => "client".to_owned(),
                (Some("client"), _) => format!("client of {}", text(&node["name"])),
                _ => text(&node["name"]),
            }
        };
        let own = nodes.iter().map(|node| {
            let total = node["statistics"]["total"].as_u64();
            (label(&node["reference_id"]), text(&node["type"]), total)
        });
        let edges = list("edges").into_iter().map(|edge| {
            let total = edge["statistics"]["total"].as_u64();
            let total = total.filter(|_| edge["link"] == false);
            (label(&edge["from"]), label(&edge["to"]), total)
        });
        assert_eq!((own.collect(), edges.collect()), expected(&view));
    }
}

#[test]
fn the_csv() {
    for view in views() {
        let text = view.written(GraphForm::Csv, &page(80));
        let clients = text.lines().filter(|line| line.starts_with("node,"));
        let clients = clients
            .filter(|line| line.split(',').nth(3) == Some("client"))
            .count();
        let label = |name: &str, kind: &str| match (kind, clients) {
            ("client", 1) => "client".to_owned(),
            ("client", _) => format!("client of {name}"),
            _ => name.to_owned(),
        };
        let (mut nodes, mut edges) = (Facts::new(), Facts::new());
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let total = cells[14].parse().ok();
            let from = label(cells[2], cells[3]);
            if cells[0] == "node" {
                nodes.insert((from, cells[3].to_owned(), total));
            } else {
                let total = total.filter(|_| cells[11] == "false");
                edges.insert((from, label(cells[8], cells[9]), total));
            }
        }
        assert_eq!((nodes, edges), expected(&view));
    }
}

/// The ids of an edge's ends and the lines of its label.
type Join = (String, String, Vec<String>);

/// Checks nodes as (id, lines of the label) and edges as (id, id, lines) of a language for drawing.
fn check_lines(view: &GraphView, nodes: &[(String, Vec<String>)], edges: &[Join]) {
    let label = |id: &str| {
        let node = nodes.iter().find(|(known, _)| known == id);
        node.expect("a node").1[0].clone()
    };
    let count = |lines: &[String], noun: &str| {
        lines
            .iter()
            .find(|line| line.contains(noun))
            .and_then(|line| number(line))
    };
    let own = nodes.iter().map(|(id, lines)| {
        let kind = lines.get(1).filter(|line| !line.contains(" request"));
        let kind = if lines[0].starts_with("client") {
            "client"
        } else {
            kind.map_or("", |kind| kind)
        };
        (label(id), kind.to_owned(), count(lines, " request"))
    });
    let joins = edges
        .iter()
        .map(|(from, to, lines)| (label(from), label(to), count(lines, " call")));
    assert_eq!((own.collect(), joins.collect()), expected(view));
}

#[test]
fn the_dot() {
    for view in views() {
        let text = view.written(GraphForm::Dot, &page(80));
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| line.starts_with("  n_")) {
            let (id, rest) = line.trim().split_once(" [label=\"").expect("a label");
            let label = rest.split('"').next().unwrap_or_default();
            let lines: Vec<String> = label.split("\\n").map(str::to_owned).collect();
            match id.split_once(" -> ") {
                Some((from, to)) => edges.push((from.to_owned(), to.to_owned(), lines)),
                None => nodes.push((id.to_owned(), lines)),
            }
        }
        check_lines(&view, &nodes, &edges);
    }
}

#[test]
fn the_mermaid() {
    for view in views() {
        let text = view.written(GraphForm::Mermaid, &page(80));
        let text = text.replace("#58;", ":").replace("#64;", "@");
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| line.starts_with("  n_")) {
            let (before, rest) = line.split_once('"').expect("a label");
            let (label, after) = rest.split_once('"').expect("its end");
            let lines: Vec<String> = label.split("<br/>").map(str::to_owned).collect();
            let id = before.trim().trim_end_matches(['(', '[']);
            match id.split_once(" -") {
                Some((from, _)) => {
                    let to = after.trim_start_matches(['|', ' ']).to_owned();
                    edges.push((from.to_owned(), to, lines));
                }
                None => nodes.push((id.to_owned(), lines)),
            }
        }
        check_lines(&view, &nodes, &edges);
    }
}

#[test]
fn the_tree() {
    let wide = page(400);
    for view in views() {
        let text = view.written(GraphForm::Tree, &wide);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        let mut around: Vec<String> = Vec::new();
        let mut edges = Facts::new();
        let mut names = BTreeSet::new();
        for line in lines
            .iter()
            .filter(|line| !line.is_empty() && !line.ends_with(':'))
        {
            let bare = line.trim_start_matches(['│', '├', '└', '─', ' ']);
            let depth = (line.chars().count() - bare.chars().count()) / 3;
            let label = bare.split("  ").next().unwrap_or_default().to_owned();
            around.truncate(depth);
            if let Some(caller) = around.last() {
                let parts = bare
                    .split("  ")
                    .find(|part| part.contains(" call") && number(part).is_some());
                edges.insert((caller.clone(), label.clone(), parts.and_then(number)));
            }
            names.insert(label.clone());
            around.push(label);
        }
        let (nodes, wanted) = expected(&view);
        assert_eq!(edges, wanted);
        let labels: BTreeSet<String> = nodes.into_iter().map(|(label, _, _)| label).collect();
        assert_eq!(names, labels);
    }
}

#[test]
fn the_svg() {
    for view in views() {
        let svg = view.written(GraphForm::Svg, &page(80));
        let document = roxmltree::Document::parse(&svg).expect("well-formed");
        let (mut nodes, mut edges) = (Facts::new(), Facts::new());
        for title in document
            .descendants()
            .filter(|node| node.has_tag_name("title"))
            .skip(1)
        {
            let group = title.parent_element().expect("a group");
            let lines: Vec<&str> = title.text().unwrap_or_default().lines().collect();
            let count = |noun: &str| {
                lines
                    .iter()
                    .find(|line| line.contains(noun))
                    .and_then(|line| number(line))
            };
            if let Some((from, to)) = lines[0].split_once(" → ") {
                edges.insert((from.to_owned(), to.to_owned(), count(" call")));
            } else {
                let texts: Vec<&str> = group
                    .children()
                    .filter(|node| node.has_tag_name("text"))
                    .filter_map(|node| node.text())
                    .collect();
                let name = lines[0].split(" (").next().unwrap_or_default();
                let kind = lines[0]
                    .split_once(" (")
                    .map_or("", |(_, kind)| kind.trim_end_matches(')'));
                let label = if kind == "client" { texts[0] } else { name };
                nodes.insert((label.to_owned(), kind.to_owned(), count(" request")));
            }
        }
        assert_eq!((nodes, edges), expected(&view));
    }
}
