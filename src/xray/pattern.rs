//! The wildcards of sampling rules: `*` for any run of characters, `?` for one, case ignored.

/// One place of a pattern.
#[derive(Debug, Clone, Copy)]
enum Symbol {
    /// `*`: any run of characters, also none.
    Run,
    /// `?`: exactly one character.
    One,
    /// This character, in either case.
    Character(char),
}

impl Symbol {
    /// Whether whatever `other` stands for, this stands for it too; runs are treated apart.
    fn stands_for(self, other: Self) -> bool {
        match (self, other) {
            (Self::One, Self::One | Self::Character(_)) => true,
            (Self::Character(left), Self::Character(right)) => {
                left == right || left.to_lowercase().eq(right.to_lowercase())
            }
            _ => false,
        }
    }
}

/// Tells whether the whole text matches the pattern.
///
/// Takes at most the product of both lengths: patterns come from files and accounts, and
/// texts from anyone who sends a request.
pub fn matches(pattern: &str, text: &str) -> bool {
    let text: Vec<Symbol> = text.chars().map(Symbol::Character).collect();
    fits(&symbols(pattern), &text)
}

/// Tells whether `wide` certainly matches every text that `narrow` matches.
///
/// `false` means "not certainly": a few pairs such as `?*` and `*x` are not recognised.
pub fn covers(wide: &str, narrow: &str) -> bool {
    fits(&symbols(wide), &symbols(narrow))
}

/// Reads a pattern; `*?*` and the like become `?*`, which stands for the same.
fn symbols(pattern: &str) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    let mut run_pending = false;
    for character in pattern.chars() {
        match character {
            '*' => run_pending = true,
            '?' => symbols.push(Symbol::One),
            other => {
                if std::mem::take(&mut run_pending) {
                    symbols.push(Symbol::Run);
                }
                symbols.push(Symbol::Character(other));
            }
        }
    }
    if run_pending {
        symbols.push(Symbol::Run);
    }
    symbols
}

/// Lays the pattern over the text, symbol by symbol, so that only runs of the pattern take in
/// more or less than one symbol of the text, and only they take in the text's own runs.
///
/// After a mismatch only the last run is made longer: an earlier one cannot help where a later
/// one did not.
fn fits(pattern: &[Symbol], text: &[Symbol]) -> bool {
    let mut at_pattern = 0;
    let mut at_text = 0;
    // Where to go on: behind the last run, and how far that run has reached.
    let mut retry: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some(Symbol::Run) => {
                at_pattern += 1;
                retry = Some((at_pattern, at_text));
            }
            Some(symbol) if symbol.stands_for(text[at_text]) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((behind_run, reached)) = retry else {
                    return false;
                };
                at_pattern = behind_run;
                at_text = reached + 1;
                retry = Some((behind_run, at_text));
            }
        }
    }
    pattern[at_pattern..]
        .iter()
        .all(|symbol| matches!(symbol, Symbol::Run))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, word for word; takes for ever on long patterns.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| by_definition(rest, &text[skip..])),
            Some((first, rest)) => text.split_first().is_some_and(|(head, tail)| {
                (*first == '?' || first.eq_ignore_ascii_case(head)) && by_definition(rest, tail)
            }),
        }
    }

    #[test]
    fn the_documented_cases() {
        assert!(matches("*", ""));
        assert!(matches("*", "backend-flask"));
        assert!(matches("backend-flask", "Backend-Flask"));
        assert!(matches("/api/*", "/api/activities/home"));
        assert!(matches("*4567-x.gitpod.io*", "4567-x.gitpod.io:443"));
        assert!(matches("192.0.2.?", "192.0.2.7"));
        assert!(matches("GRÜN-?", "grün-日"));
        assert!(!matches("192.0.2.?", "192.0.2.77"));
        assert!(!matches("backend", "backend-flask"));
        assert!(!matches("?", ""));
        assert!(!matches("", "a"));
        assert!(matches("", ""));
    }

    #[test]
    fn wider_patterns_cover_narrower_ones() {
        for (wide, narrow) in [
            ("*", ""),
            ("*", "a*b?"),
            ("Cruddur", "cruddur"),
            ("back*", "backend-flask"),
            ("back*", "backend-*"),
            ("*flask", "*-flask"),
            ("*end*", "backend-?"),
            ("?*", "*?"),
            ("???", "a?c"),
        ] {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("back*", "*"),
            ("backend-flask", "backend-*"),
            ("?", "*"),
            ("a", "?"),
            ("*flask", "*flask*"),
            ("POST", "GET"),
        ] {
            assert!(!covers(wide, narrow), "{wide} {narrow}");
        }
    }

    #[test]
    fn hostile_patterns_are_quick() {
        let pattern = "a*".repeat(64) + "b";
        let text = "a".repeat(20_000);
        assert!(!matches(&pattern, &text));
        assert!(!covers(&pattern, &"a*".repeat(5_000)));
    }

    proptest! {
        #[test]
        fn matching_follows_the_definition(pattern in "[abA*?]{0,6}", text in "[abB]{0,8}") {
            let expected = by_definition(
                &pattern.chars().collect::<Vec<_>>(),
                &text.chars().collect::<Vec<_>>(),
            );
            prop_assert_eq!(matches(&pattern, &text), expected);
        }

        #[test]
        fn what_covers_matches_as_much(
            wide in "[ab*?]{0,4}", narrow in "[aB*?]{0,4}", text in "[ab]{0,6}",
        ) {
            if covers(&wide, &narrow) && matches(&narrow, &text) {
                prop_assert!(matches(&wide, &text), "{wide} {narrow} {text}");
            }
        }

        #[test]
        fn every_pattern_covers_itself_and_its_matches(pattern in any::<String>(), text in any::<String>()) {
            prop_assert!(covers(&pattern, &pattern));
            prop_assert!(covers("*", &pattern));
            if !text.contains(['*', '?']) {
                prop_assert_eq!(covers(&pattern, &text), matches(&pattern, &text));
            }
        }
    }
}
