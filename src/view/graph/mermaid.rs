//! The graph as a Mermaid flowchart, which GitHub and many wikis draw.
//!
//! <https://mermaid.js.org/syntax/flowchart.html>. Labels are quoted, and what Mermaid would read
//! as its own, Markdown or HTML stands as `#code;`.

use crate::trace::Outcome;

use super::super::health::{OUTCOMES, dominant, word};
use super::chart::Chart;
use super::dot::{NEUTRAL, color, figures};
use super::table::link_text;

/// One flowchart, the nodes under ids that stay the same from one window to the next.
pub(super) fn written(chart: &Chart<'_>) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for spot in &chart.nodes {
        let mut lines = vec![spot.label.clone()];
        if !spot.is_client() && spot.label == spot.name {
            lines.extend(spot.kind.clone());
        }
        let mut class = if spot.is_client() { "client" } else { "ok" };
        if let Some(statistics) = &spot.node.statistics {
            lines.extend(figures(chart, statistics, "request"));
            class = word(dominant(statistics));
        }
        let label = label(&lines);
        let (open, close) = match (spot.is_client(), spot.is_inferred()) {
            (true, _) => ("([", "])"),
            (_, true) => ("[", "]"),
            _ => ("(", ")"),
        };
        text.push_str(&format!("  {}{open}{label}{close}:::{class}\n", spot.id));
    }
    let mut colored: Vec<(usize, Outcome)> = Vec::new();
    for (place, arrow) in chart.edges.iter().enumerate() {
        let mut lines = Vec::new();
        if !arrow.is_link_only() {
            lines.extend(figures(chart, &arrow.edge.statistics, "call"));
            let worst = dominant(&arrow.edge.statistics);
            if worst != Outcome::Ok {
                colored.push((place, worst));
            }
        }
        if arrow.edge.link {
            lines.push(link_text(arrow));
        }
        let line = if arrow.edge.link { "-.->" } else { "-->" };
        let (from, to) = (&chart.nodes[arrow.from].id, &chart.nodes[arrow.to].id);
        text.push_str(&format!("  {from} {line}|{}| {to}\n", label(&lines)));
    }
    for outcome in OUTCOMES {
        let (word, color) = (word(outcome), color(outcome));
        text.push_str(&format!(
            "  classDef {word} stroke:{color},stroke-width:2px\n"
        ));
    }
    text.push_str(&format!("  classDef client stroke:{NEUTRAL}\n"));
    let inferred = chart.nodes.iter().filter(|spot| spot.is_inferred());
    let inferred: Vec<&str> = inferred.map(|spot| &*spot.id).collect();
    if !inferred.is_empty() {
        text.push_str("  classDef inferred stroke-dasharray:4 3\n");
        text.push_str(&format!("  class {} inferred\n", inferred.join(",")));
    }
    for (place, outcome) in colored {
        text.push_str(&format!("  linkStyle {place} stroke:{}\n", color(outcome)));
    }
    text
}

fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

/// A text as Mermaid shows it and nothing more.
///
/// Beside quotes and HTML there are `#`, which begins a code; `%%`, a directive wherever it stands;
/// a backtick, `*`, `_`, an address, and what begins a list, all Markdown; and a `:` after `style`, which its
/// reader takes for a style of its own.
fn escaped(text: &str) -> String {
    let is_styled = text.contains("style") || text.contains("classDef");
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().enumerate().peekable();
    while let Some((place, character)) = rest.next() {
        let after = rest.peek().map_or(' ', |(_, next)| *next);
        let starts_list = match character {
            '-' | '+' => place == 0,
            '.' | ')' => digits > 0 && place == digits && after == ' ',
            _ => false,
        };
        let must = match character {
            '"' | '#' | '<' | '>' | '&' | '`' | '@' | '*' | '\\' | '|' | '~' | '[' | ']' | '{'
            | '}' => true,
            '%' => before == '%' || after == '%',
            '.' => starts_list || escaped.ends_with("www"),
            '_' => !before.is_alphanumeric() || !after.is_alphanumeric(),
            ':' => is_styled || after == '/',
            _ => starts_list,
        };
        if must {
            escaped.push_str(&format!("#{};", u32::from(character)));
        } else {
            escaped.push(character);
        }
        before = character;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_is_read_as_markup() {
        assert_eq!(escaped("backend-flask"), "backend-flask");
        assert_eq!(escaped("my_service (AWS::SNS)"), "my_service (AWS::SNS)");
        assert_eq!(escaped("a \"b\" <c>"), "a #34;b#34; #60;c#62;");
        assert_eq!(escaped("#quot; & `x`"), "#35;quot; #38; #96;x#96;");
        assert_eq!(escaped("%%{init}%%"), "#37;#37;#123;init#125;#37;#37;");
        assert_eq!(escaped("25 % error"), "25 % error");
        assert_eq!(escaped("2.3 s"), "2.3 s");
        assert_eq!(escaped("me@www.db"), "me#64;www#46;db");
        assert_eq!(escaped("1. one"), "1#46; one");
        assert_eq!(escaped("- one"), "#45; one");
        assert_eq!(escaped("_one_ *two*"), "#95;one#95; #42;two#42;");
        assert_eq!(escaped("style:x"), "style#58;x");
        assert_eq!(escaped("https://queue"), "https#58;//queue");
    }
}
