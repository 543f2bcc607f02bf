//! Colour, as decoration only: every coloured word reads the same without it.

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorWhen {
    /// On a terminal that wants it.
    #[default]
    Auto,
    /// Always, even in a pipe.
    Always,
    /// Never.
    Never,
}

/// A palette: one accent, and the four colours of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colored: bool,
}

impl Style {
    /// No colour at all.
    pub const PLAIN: Self = Self { colored: false };

    /// Decides by what was asked, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, then the stream.
    pub fn chosen<'a>(
        when: ColorWhen,
        is_terminal: bool,
        variable: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let colored = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if is_set("NO_COLOR") => false,
            ColorWhen::Auto
                if variable("CLICOLOR_FORCE").is_some_and(|value| !matches!(value, "" | "0")) =>
            {
                true
            }
            ColorWhen::Auto => is_terminal && variable("TERM") != Some("dumb"),
        };
        Self { colored }
    }

    /// Whether colours are on.
    pub fn is_colored(self) -> bool {
        self.colored
    }

    /// The accent: commands to type, names to look at.
    pub fn accent(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// What matters most on a line.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What matters least.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A good outcome.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// A change, or something to be careful of.
    pub fn caution(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// A failure.
    pub fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What was held back: a throttled request.
    pub fn held(self, text: &str) -> String {
        self.paint("35", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colored && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorWhen, Style};

    #[test]
    fn environment_and_flag_decide_colour() {
        let chosen = |when, terminal, pairs: &[(&str, &'static str)]| {
            let pairs: Vec<(String, &'static str)> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect();
            Style::chosen(when, terminal, |name| {
                pairs
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| *value)
            })
            .is_colored()
        };
        assert!(chosen(ColorWhen::Auto, true, &[]));
        assert!(!chosen(ColorWhen::Auto, false, &[]));
        assert!(!chosen(ColorWhen::Auto, true, &[("NO_COLOR", "1")]));
        assert!(chosen(ColorWhen::Auto, true, &[("NO_COLOR", "")]));
        assert!(!chosen(ColorWhen::Auto, true, &[("TERM", "dumb")]));
        assert!(chosen(ColorWhen::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(chosen(ColorWhen::Always, false, &[("NO_COLOR", "1")]));
        assert!(!chosen(ColorWhen::Never, true, &[]));
    }
}
