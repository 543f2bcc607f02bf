//! Shows a place in a text that somebody wrote: the text on one line with carets below a part
//! of it, the number of a column, a piece in quotes.

use std::ops::Range;

/// How many terminal columns the drawing may take.
const WIDEST: usize = 76;

/// How many columns before the mistake stay visible when a long text is cut.
const BEFORE: usize = 28;

/// A character as it is drawn.
struct Cell {
    shown: char,
    width: usize,
    marked: bool,
}

/// Draws `text` and, under it, carets below the bytes of `position`.
pub(crate) fn draw(text: &str, position: &Range<usize>) -> String {
    let mut cells: Vec<Cell> = text
        .char_indices()
        .map(|(offset, character)| {
            let shown = printable(character);
            Cell {
                shown,
                width: width(shown),
                marked: position.contains(&offset),
            }
        })
        .collect();
    if !cells.iter().any(|cell| cell.marked) {
        mark_missing(text, position.start, &mut cells);
    }

    let window = window(&cells);
    let mut line = String::new();
    let mut carets = String::new();
    if window.start > 0 {
        line.push('…');
        carets.push(' ');
    }
    for cell in &cells[window.clone()] {
        line.push(cell.shown);
        if cell.marked && cell.width == 0 && !carets.contains('^') {
            // A combining mark is drawn over the character before it.
            carets.pop();
            carets.push('^');
        }
        let below = if cell.marked { "^" } else { " " };
        carets.push_str(&below.repeat(cell.width));
    }
    if window.end < cells.len() {
        line.push('…');
    }
    format!("{}\n{}", line.trim_end(), carets.trim_end())
}

/// Marks the place where something is missing: a character, or the end of the text.
fn mark_missing(text: &str, offset: usize, cells: &mut Vec<Cell>) {
    let index = text
        .char_indices()
        .take_while(|(start, _)| *start < offset)
        .count();
    match cells.get_mut(index) {
        Some(cell) => cell.marked = true,
        None => cells.push(Cell {
            shown: ' ',
            width: 1,
            marked: true,
        }),
    }
}

/// The cells that are drawn: all where they fit, else those around the mark.
fn window(cells: &[Cell]) -> Range<usize> {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    if total <= WIDEST {
        return 0..cells.len();
    }
    // One column on either side is left for the ellipsis.
    let room = WIDEST - 2;
    let mark = cells.iter().position(|cell| cell.marked).unwrap_or(0);
    let mut start = mark;
    let mut used = 0;
    while start > 0 && used + cells[start - 1].width <= BEFORE {
        start -= 1;
        used += cells[start].width;
    }
    let mut end = mark;
    while end < cells.len() && used + cells[end].width <= room {
        used += cells[end].width;
        end += 1;
    }
    // Near the end of the text there is room left for more of what comes before.
    while start > 0 && used + cells[start - 1].width <= room {
        start -= 1;
        used += cells[start].width;
    }
    start..end
}

/// The character as it can be drawn without disturbing the line.
fn printable(character: char) -> char {
    match character {
        other if other.is_whitespace() => ' ',
        // Escape sequences, and the marks that turn the direction of writing.
        other if other.is_control() => '\u{FFFD}',
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' => '\u{FFFD}',
        other => other,
    }
}

/// The columns that a terminal gives to the character as [`printable`] draws it.
///
/// Follows the blocks of Unicode's East Asian Width in the large: a service's name in Chinese
/// or with an emoji keeps its caret, and a rarity costs one column.
fn width(character: char) -> usize {
    match character {
        '\u{0300}'..='\u{036F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{303E}'
        | '\u{3041}'..='\u{A4CF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1F64F}'
        | '\u{1F680}'..='\u{1F6FF}'
        | '\u{1F900}'..='\u{1F9FF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

/// The 1-based column of a byte of the text.
pub(crate) fn column(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .map_or(1, |before| before.chars().count() + 1)
}

/// Quotes a piece of the user's text for a message: escaped, and cut where it is long.
pub(crate) fn quote(piece: &str) -> String {
    const LONGEST: usize = 40;
    match piece.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\"{}…\"", shown(&piece[..end])),
        None => format!("\"{}\"", shown(piece)),
    }
}

/// Makes characters that would disturb a terminal visible; letters of all scripts stay.
fn shown(piece: &str) -> String {
    piece
        .chars()
        .map(|character| match character {
            '"' => "\"".to_owned(),
            '\\' => "\\".to_owned(),
            other => other.escape_debug().to_string(),
        })
        .collect()
}
