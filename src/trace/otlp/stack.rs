//! Stacks as runtimes print them: Python's, Node's and Java's.

use serde::Serialize;

/// So many frames are kept.
const MOST: usize = 50;

/// One line of a stack.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    line: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

/// The frames of a printed stack, the innermost first.
pub(super) fn read(text: &str) -> Vec<Frame<'_>> {
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut is_python = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("Traceback (most recent call last)") {
            // Of a chain of exceptions the last one is what was raised in the end.
            frames.clear();
            is_python = true;
        } else if line.starts_with("Caused by:") {
            // What follows belongs to the one that it came from.
            break;
        } else if let Some(frame) = python(line).or_else(|| at(line)) {
            frames.push(frame);
        }
    }
    if is_python {
        // It prints the outermost first.
        frames.reverse();
    }
    frames.truncate(MOST);
    frames
}

/// `File "app.py", line 12, in home`
fn python(line: &str) -> Option<Frame<'_>> {
    let rest = line.strip_prefix("File \"")?;
    let (path, rest) = rest.split_once("\", line ")?;
    let (number, label) = rest.split_once(", in ").unwrap_or((rest, ""));
    Some(Frame {
        path,
        line: number.trim().parse().ok()?,
        label,
    })
}

/// `at handler (/app/server.js:10:5)`, `at com.example.Home.run(Home.java:7)`
fn at(line: &str) -> Option<Frame<'_>> {
    let rest = line.strip_prefix("at ")?;
    let (label, place) = match rest.split_once('(') {
        Some((label, place)) => (label.trim(), place.strip_suffix(')')?),
        None => ("", rest),
    };
    let number = |text: &str| text.parse::<i64>().ok();
    let (path, line) = match place.rsplit_once(':') {
        Some((before, last)) => match before.rsplit_once(':') {
            // With a column after the line.
            Some((path, middle)) if number(middle).is_some() && number(last).is_some() => {
                (path, number(middle)?)
            }
            _ => (before, number(last)?),
        },
        None => (place, 0),
    };
    Some(Frame { path, line, label })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let frames = read(text);
        frames
            .iter()
            .map(|frame| format!("{} {} {}", frame.path, frame.line, frame.label))
            .collect()
    }

    #[test]
    fn the_innermost_frame_comes_first() {
        let python = "Traceback (most recent call last):\n  File \"a.py\", line 1, in one\n    raise E\nKeyError: 1\n\n\
            The above exception was the direct cause of the following exception:\n\n\
            Traceback (most recent call last):\n  File \"/x/b.py\", line 20, in outer\n    inner()\n  File \"/x/b.py\", line 10, in inner\n    raise F\nF: no\n";
        assert_eq!(shown(python), ["/x/b.py 10 inner", "/x/b.py 20 outer"]);
        let node = "Error: no\n    at home (/app/server.js:10:5)\n    at async /app/b.js:7:1\n    at node:internal/x:1:2";
        assert_eq!(
            shown(node),
            [
                "/app/server.js 10 home",
                "async /app/b.js 7 ",
                "node:internal/x 1 "
            ]
        );
        let java = "x.E: no\n\tat a.B.c(B.java:7)\n\tat a.D.e(Native Method)\nCaused by: y\n\tat z.Z.z(Z.java:1)";
        assert_eq!(shown(java), ["B.java 7 a.B.c", "Native Method 0 a.D.e"]);
        assert!(shown("at ((((\nFile \"").is_empty());
    }
}
