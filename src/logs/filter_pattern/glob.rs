//! Texts with `*` before or behind them.

use memchr::memmem::Finder;

/// A text to compare with; `*` at either end stands for anything.
///
/// A `*` in the middle is a `*`: the user guide says so of `Ev*ent`.
#[derive(Clone)]
pub(super) struct Glob {
    open_start: bool,
    open_end: bool,
    literal: String,
    finder: Box<Finder<'static>>,
}

impl Glob {
    pub(super) fn new(text: &str) -> Self {
        let behind = text.trim_start_matches('*');
        let literal = behind.trim_end_matches('*');
        Self {
            open_start: behind.len() < text.len(),
            // A text of nothing but * was eaten whole by its start.
            open_end: literal.len() < behind.len() || (behind.is_empty() && !text.is_empty()),
            literal: literal.to_owned(),
            finder: Box::new(Finder::new(literal).into_owned()),
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => text == self.literal,
            (true, false) => text.ends_with(&self.literal),
            (false, true) => text.starts_with(&self.literal),
            (true, true) => self.finder.find(text.as_bytes()).is_some(),
        }
    }

    /// What every text that matches contains.
    pub(super) fn literal(&self) -> &str {
        &self.literal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_at_the_ends() {
        for (glob, matching, other) in [
            ("*Event", "PutEvent", "Events"),
            ("Event*", "EventId", "PutEvent"),
            ("*ven*", "Event", "vn"),
            ("Ev*ent", "Ev*ent", "Event"),
            ("Event", "Event", "Events"),
            ("", "", "a"),
        ] {
            assert!(Glob::new(glob).matches(matching), "{glob}");
            assert!(!Glob::new(glob).matches(other), "{glob}");
        }
        for glob in ["*", "**", "***"] {
            assert!(Glob::new(glob).matches("") && Glob::new(glob).matches("é"));
        }
    }
}
