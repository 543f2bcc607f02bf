//! Bytes into lines, whatever the bytes are and however they come in.

use crate::logs::batch::LONGEST_MESSAGE;

/// So much of a line is kept: the longest message, and a carriage return.
const KEPT: usize = LONGEST_MESSAGE + 1;

/// The beginning of a line, or all of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// The text; bytes that are no UTF-8 have become U+FFFD.
    pub(super) content: String,
    /// How many bytes follow that were not kept.
    pub(super) further: u64,
    /// Whether there were bytes that are no UTF-8.
    pub(super) is_replaced: bool,
}

/// Takes bytes, gives lines; memory holds one line at most.
#[derive(Debug, Default)]
pub(super) struct Lines {
    kept: Vec<u8>,
    further: u64,
}

impl Lines {
    /// Takes bytes up to the end of a line or their own; gives the line if it is whole, and the
    /// rest of the bytes.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> (Option<Text>, &'a [u8]) {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (part, rest) = match end {
            Some(end) => (&bytes[..end], &bytes[end + 1..]),
            None => (bytes, &[][..]),
        };
        let room = KEPT - self.kept.len();
        let (kept, left) = part.split_at(part.len().min(room));
        self.kept.extend_from_slice(kept);
        self.further += left.len() as u64;
        (end.map(|_| self.line()), rest)
    }

    /// What stands after the last end of a line, if anything does.
    pub(super) fn last(&mut self) -> Option<Text> {
        (!self.kept.is_empty()).then(|| self.line())
    }

    fn line(&mut self) -> Text {
        let mut bytes = std::mem::take(&mut self.kept);
        let mut further = std::mem::take(&mut self.further);
        if further == 0 && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        match String::from_utf8(bytes) {
            Ok(content) => Text {
                content,
                further,
                is_replaced: false,
            },
            Err(error) => {
                let (problem, mut bytes) = (error.utf8_error(), error.into_bytes());
                // A character that our own cut went through is no mistake of theirs.
                if further > 0 && problem.error_len().is_none() {
                    further += (bytes.len() - problem.valid_up_to()) as u64;
                    bytes.truncate(problem.valid_up_to());
                }
                let content = String::from_utf8_lossy(&bytes);
                Text {
                    is_replaced: matches!(content, std::borrow::Cow::Owned(_)),
                    content: content.into_owned(),
                    further,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(chunks: &[&[u8]]) -> Vec<Text> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for chunk in chunks {
            let mut rest = *chunk;
            while !rest.is_empty() {
                let (line, after) = lines.next(rest);
                all.extend(line);
                rest = after;
            }
        }
        all.extend(lines.last());
        all
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        all(&[bytes]).into_iter().map(|line| line.content).collect()
    }

    #[test]
    fn lines_end_in_line_feeds_with_or_without_a_carriage_return() {
        assert_eq!(
            texts(b"a\nb\r\n\n\r\nc\rd\n\re"),
            ["a", "b", "", "", "c\rd", "\re"]
        );
        assert_eq!(texts(b""), [""; 0]);
        assert_eq!(texts(b"\n"), [""]);
        assert_eq!(texts(b"a"), ["a"]);
        assert_eq!(texts("grün\n水".as_bytes()), ["grün", "水"]);
    }

    #[test]
    fn what_is_no_utf8_is_replaced_and_told() {
        let lines = all(&[b"a\xffb\nfine\n\xe6\xb0"]);
        let told: Vec<_> = lines
            .iter()
            .map(|line| (&*line.content, line.is_replaced))
            .collect();
        assert_eq!(
            told,
            [("a\u{fffd}b", true), ("fine", false), ("\u{fffd}", true)]
        );
    }

    #[test]
    fn of_a_line_without_end_only_the_beginning_is_kept() {
        let chunk = "水".repeat(LONGEST_MESSAGE);
        let bytes = [chunk.as_bytes(), chunk.as_bytes(), b"\nnext"].concat();
        let lines = all(&[&bytes]);
        assert!(lines[0].content.len() <= KEPT && !lines[0].is_replaced);
        assert_eq!(
            lines[0].content.len() as u64 + lines[0].further,
            2 * chunk.len() as u64
        );
        assert_eq!(lines[1].content, "next");
        // The longest that is taken whole, with its carriage return.
        let whole = format!("{}\r\n", "x".repeat(LONGEST_MESSAGE));
        let lines = all(&[whole.as_bytes()]);
        assert_eq!(
            (lines[0].content.len(), lines[0].further),
            (LONGEST_MESSAGE, 0)
        );
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_makes_no_difference(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
            cuts in prop::collection::vec(0..200_usize, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(all(&chunks), all(&[&bytes]));
        }
    }
}
