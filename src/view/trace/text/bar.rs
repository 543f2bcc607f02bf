//! Bars and their ruler, in cells of a terminal and eighths of them.

use crate::trace::seconds;
use crate::trace::timeline::Timeline;

use super::super::super::quantity::tick;

/// From nothing to a whole cell, from the left.
const LEFT: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// What a bar is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// What has ended.
    Full,
    /// What is in progress: hatched.
    Hatched,
    /// What never came: a dashed line.
    Dashed,
}

/// A bar in its place, with blanks before it and none after it.
///
/// Times are in microseconds. Whatever its length, an eighth of a cell is seen.
pub(super) fn bar(offset: i64, duration: i64, total: i64, cells: usize, ink: Ink) -> String {
    let eighths = cells * 8;
    let scaled = |at: i64| {
        let at = i128::from(at.clamp(0, total.max(1)));
        usize::try_from(at * eighths as i128 / i128::from(total.max(1))).unwrap_or(eighths)
    };
    let start = scaled(offset).min(eighths.saturating_sub(1));
    let end = scaled(offset.saturating_add(duration)).max(start + 1);
    let mut text = String::new();
    for cell in 0..end.div_ceil(8).min(cells) {
        let (from, to) = (cell * 8, cell * 8 + 8);
        let (low, high) = (start.max(from), end.min(to));
        text.push(match (ink, high.saturating_sub(low)) {
            (_, 0) => ' ',
            (Ink::Hatched, _) => '░',
            (Ink::Dashed, _) => '╌',
            // Terminals have eighths from the left, but only a half and an eighth from the right.
            (Ink::Full, 1..=2) if low >= from + 4 => '▕',
            (Ink::Full, covered) if low == from || covered == 8 => LEFT[covered],
            (Ink::Full, 6..) => '█',
            (Ink::Full, _) if low >= from + 2 => '▐',
            (Ink::Full, covered) => LEFT[covered],
        });
    }
    text
}

/// The labels of the ruler, and below them its line.
pub(super) fn ruler(timeline: &Timeline, cells: usize) -> (String, String) {
    let most = i64::try_from(cells / 12).unwrap_or(1).max(1);
    let mut labels = String::new();
    let mut line = vec!['─'; cells];
    for offset in timeline.ticks(most) {
        let at = i128::from(offset) * cells as i128 / i128::from(timeline.duration.max(1));
        let at = usize::try_from(at).unwrap_or(cells);
        let Some(mark) = line.get_mut(at) else {
            continue;
        };
        *mark = '┬';
        let label = tick(seconds(offset));
        let used = labels.chars().count();
        if (used == 0 || at > used) && at + label.chars().count() <= cells {
            labels.push_str(&" ".repeat(at - used));
            labels.push_str(&label);
        }
    }
    (labels, line.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_eighths() {
        let full = |offset, duration| bar(offset, duration, 80, 10, Ink::Full);
        assert_eq!(full(0, 80), "██████████");
        assert_eq!(full(0, 1), "▏");
        assert_eq!(full(0, 12), "█▌");
        assert_eq!(full(4, 8), "▐▌");
        assert_eq!(full(7, 1), "▕");
        assert_eq!(full(10, 6), " █");
        assert_eq!(full(8, 0), " ▏");
        // At the very end there is still room for an eighth.
        assert_eq!(full(80, 0), format!("{}▕", " ".repeat(9)));
        assert_eq!(full(-5, 500), "██████████");
        assert_eq!(bar(0, 40, 80, 10, Ink::Hatched), "░░░░░");
        assert_eq!(bar(40, 40, 80, 10, Ink::Dashed), "     ╌╌╌╌╌");
        assert_eq!(bar(0, 0, 0, 4, Ink::Full), "▏");
        assert_eq!(bar(i64::MAX, i64::MAX, i64::MAX, 4, Ink::Full), "   ▕");
        assert_eq!(bar(0, 9, 9, 0, Ink::Full), "");
    }

    #[test]
    fn rulers_have_round_ticks() {
        let timeline = Timeline {
            duration: 1_200_000,
            ..Timeline::of(&crate::trace::Trace::assemble(
                crate::trace::TraceId::new(1),
                Vec::new(),
            ))
        };
        let (labels, line) = ruler(&timeline, 40);
        assert_eq!(labels, "0               500 ms           1 s");
        assert_eq!(line, "┬───────────────┬────────────────┬──────");
    }
}
