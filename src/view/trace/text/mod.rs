//! The waterfall in a terminal: a row for every span, and below what the spans carry.

mod bar;
mod details;

use console::{measure_text_width, pad_str};

use crate::output::Page;
use crate::trace::timeline::{Row, Subject, Timeline};
use crate::trace::{Kind, Trace};

use super::super::health::paint;
use super::super::plain::{plain, shortened};
use super::TraceView;
use super::branches::{Branch, DEEPEST, branches};
use super::head::{ending, length, method_and_status, oddities};
use bar::{Ink, bar, ruler};

/// The columns of a page that is no terminal.
const USUAL: u16 = 100;

/// The fewest cells that a bar needs to say anything.
const LEAST_BAR: usize = 16;

/// The narrowest that names are cut to before the bars go.
const LEAST_NAME: usize = 18;

/// Everything: head, waterfall, details.
pub(super) fn written(view: &TraceView, page: Page) -> String {
    let page = Page {
        width: page.width.or(Some(USUAL)),
        ..page
    };
    let style = page.style;
    let (id, began) = (view.trace.id().to_string(), view.began());
    let fits =
        measure_text_width(&id) + 2 + began.len() <= usize::from(page.width.unwrap_or(USUAL));
    let mut text = format!(
        "{}{}{began}\n{}\n",
        style.strong(&id),
        if fits { "  " } else { "\n" },
        page.wrap(&view.size(), 0),
    );
    let request = view.request();
    if !request.is_empty() {
        text.push_str(&format!("{}\n", page.wrap(&request, 0)));
    }
    if let Some(caution) = view.caution() {
        let caution = page.wrap(caution, "caution: ".len());
        text.push_str(&format!("{} {caution}\n", style.caution("caution:")));
    }
    let timeline = Timeline::of(&view.trace);
    if !timeline.rows.is_empty() {
        text.push('\n');
        text.push_str(&waterfall(&view.trace, &timeline, page));
    }
    text.push_str(&details::written(&view.trace, page));
    text
}

/// How wide the columns are; 0 for one that there is no room for.
struct Widths {
    name: usize,
    http: usize,
    status: usize,
    time: usize,
    bar: usize,
}

fn waterfall(trace: &Trace, timeline: &Timeline, page: Page) -> String {
    let style = page.style;
    let widths = widths(trace, timeline, page);
    let (labels, line) = ruler(timeline, widths.bar);
    let mut text = String::new();
    let before = widths.before_bar();
    if widths.bar > 0 {
        text.push_str(&format!("{}{}\n", " ".repeat(before), style.dim(&labels)));
    }
    let heads = [
        (widths.name, "NAME", false),
        (widths.http, "HTTP", false),
        (widths.status, "STATUS", false),
        (widths.time, "TIME", true),
    ];
    let heads = heads.into_iter().filter(|(width, _, _)| *width > 0);
    let heads: Vec<String> = heads
        .map(|(width, head, right)| style.dim(&padded(head, width, right)))
        .collect();
    push_line(
        &mut text,
        &format!("{}  {}", heads.join("  "), style.dim(&line)),
    );

    for (row, branch) in timeline.rows.iter().zip(branches(&timeline.rows)) {
        let lines = lines(&branch, row.depth, widths.name);
        let room = widths.name.saturating_sub(measure_text_width(&lines));
        let cells = cells(trace, row, room, page);
        let total = timeline.duration;
        let bar = bar(row.offset, row.duration, total, widths.bar, cells.ink);
        let name = padded(&cells.name, room, false);
        let mut columns = vec![format!("{}{name}", style.dim(&lines))];
        if widths.http > 0 {
            columns.push(padded(&cells.http, widths.http, false));
        }
        columns.push(padded(&cells.status, widths.status, false));
        columns.push(padded(&cells.time, widths.time, true));
        columns.push((cells.paint)(&bar));
        push_line(&mut text, &columns.join("  "));
        for oddity in oddities(row) {
            let beside = lines.replace("├ ", "│ ").replace("└ ", "  ");
            let oddity = style.caution(&format!("! {oddity}"));
            push_line(&mut text, &format!("{}{oddity}", style.dim(&beside)));
        }
    }
    text
}

impl Widths {
    fn before_bar(&self) -> usize {
        let http = if self.http > 0 { self.http + 2 } else { 0 };
        self.name + 2 + http + self.status + 2 + self.time + 2
    }
}

fn widths(trace: &Trace, timeline: &Timeline, page: Page) -> Widths {
    let width = usize::from(page.width.unwrap_or(USUAL));
    let mut widths = Widths {
        name: "NAME".len(),
        http: 0,
        status: "STATUS".len(),
        time: "TIME".len(),
        bar: 0,
    };
    for row in &timeline.rows {
        let cells = cells(trace, row, usize::MAX, page);
        let name = 2 * row.depth.min(width) + measure_text_width(&cells.name);
        widths.name = widths.name.max(name);
        widths.http = widths.http.max(measure_text_width(&cells.http));
        widths.status = widths.status.max(measure_text_width(&cells.status));
        widths.time = widths.time.max(measure_text_width(&cells.time));
    }
    widths.http = match widths.http {
        0 => 0,
        http => http.clamp("HTTP".len(), 12),
    };
    // Bars get what names leave, and at least two fifths of what both have.
    let fixed = widths.before_bar() - widths.name;
    let room = width.saturating_sub(fixed);
    widths.name = widths.name.min((room * 3 / 5).max(LEAST_NAME));
    widths.bar = room.saturating_sub(widths.name);
    if widths.bar < LEAST_BAR {
        widths.bar = 0;
        widths.name = widths.name.min(room);
    }
    widths
}

/// What stands in a row, and how its bar looks.
struct Cells {
    name: String,
    http: String,
    status: String,
    time: String,
    ink: Ink,
    paint: Box<dyn Fn(&str) -> String>,
}

fn cells(trace: &Trace, row: &Row, room: usize, page: Page) -> Cells {
    let style = page.style;
    let place = match row.subject {
        Subject::Span(place) => place,
        Subject::Missing(id) => {
            let name = format!("missing parent {id}");
            return Cells {
                name: style.dim(&shortened(&name, room)),
                http: String::new(),
                status: style.caution("missing"),
                time: String::new(),
                ink: Ink::Dashed,
                paint: Box::new(move |text| style.dim(text)),
            };
        }
    };
    let span = &trace[place].span;
    let name = plain(&span.name);
    let name = shortened(&name, room);
    let (word, outcome) = ending(span);
    let painted = move |text: &str| match outcome {
        Some(outcome) => paint(style, outcome, text),
        None => style.accent(text),
    };
    Cells {
        // Services stand out from what they do.
        name: if span.kind == Kind::Segment {
            style.strong(&name)
        } else {
            name.into_owned()
        },
        http: shortened(&method_and_status(span), 12).into_owned(),
        status: painted(word),
        time: length(row),
        ink: if row.in_progress {
            Ink::Hatched
        } else {
            Ink::Full
        },
        paint: Box::new(painted),
    }
}

/// The lines of the tree before a name: two columns a level, as far as half of the room goes.
fn lines(branch: &Branch, depth: usize, width: usize) -> String {
    let Some(around) = depth.checked_sub(1) else {
        return String::new();
    };
    let most = (width / 4).clamp(1, DEEPEST);
    let mut lines = String::new();
    for level in 0..around.min(most) {
        let goes_on = branch.goes_on.get(level).copied().unwrap_or(false);
        lines.push_str(if goes_on { "│ " } else { "  " });
    }
    if around > most {
        lines.push_str(&format!("⋯{depth} "));
    } else {
        lines.push_str(if branch.last { "└ " } else { "├ " });
    }
    lines
}

fn padded(text: &str, width: usize, right: bool) -> String {
    let alignment = if right {
        console::Alignment::Right
    } else {
        console::Alignment::Left
    };
    pad_str(text, width, alignment, None).into_owned()
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
