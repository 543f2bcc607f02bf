//! Lists in pages: what a token holds and how it is checked.
//!
//! A token carries the key of the last item shown, so that a page continues at the right place
//! even when items come and go in between, and a digest of the query, so that a token that was
//! made up, cut short or taken from another query is refused as AWS refuses it.

use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

/// What part of a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// The token of the page before.
    pub token: Option<String>,
    /// At most this many items; the operation's own default otherwise.
    pub limit: Option<usize>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Asks for the next page; absent on the last one.
    pub next_token: Option<String>,
}

/// The token was not given out for this query.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidToken;

/// A list that can be cut into pages.
pub(super) struct Listing<T, Key> {
    /// Says the operation, the tenant and the filters.
    pub query: String,
    /// All items, in the order of their keys.
    pub items: Vec<T>,
    /// Names an item uniquely within the list.
    pub key: Key,
    /// The items are in descending order.
    pub descending: bool,
}

impl<T, Key: Fn(&T) -> String> Listing<T, Key> {
    /// Cuts out the page that the token asks for.
    pub(super) fn page(self, token: Option<&str>, limit: usize) -> Result<Page<T>, InvalidToken> {
        let after = token
            .map(|token| read(&self.query, token).ok_or(InvalidToken))
            .transpose()?;
        let key = self.key;
        let mut rest = self.items.into_iter().filter(|item| {
            after.as_ref().is_none_or(|after| {
                if self.descending {
                    key(item) < *after
                } else {
                    key(item) > *after
                }
            })
        });
        let items: Vec<T> = rest.by_ref().take(limit).collect();
        let more = rest.next().is_some();
        let next_token = items
            .last()
            .filter(|_| more)
            .map(|last| mint(&self.query, &key(last)));
        Ok(Page { items, next_token })
    }
}

/// A token for the page after the item of this key.
pub(super) fn mint(query: &str, key: &str) -> String {
    let mut token = digest(query, key);
    for byte in key.bytes() {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    token
}

/// The key in a token that was given out for this query.
pub(super) fn read(query: &str, token: &str) -> Option<String> {
    let (given, rest) = token.split_at_checked(16)?;
    if rest.len() % 2 != 0 || !rest.is_ascii() {
        return None;
    }
    let bytes: Vec<u8> = (0..rest.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&rest[at..at + 2], 16).ok())
        .collect::<Option<_>>()?;
    let key = String::from_utf8(bytes).ok()?;
    (digest(query, &key) == given).then_some(key)
}

fn digest(query: &str, key: &str) -> String {
    let sum = Sha1::new()
        .chain_update(query)
        .chain_update([0])
        .chain_update(key)
        .finalize();
    let mut text = String::with_capacity(16);
    for byte in sum.iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(query: &str, items: &[&str]) -> Listing<String, fn(&String) -> String> {
        Listing {
            query: query.to_owned(),
            items: items.iter().map(ToString::to_string).collect(),
            key: String::clone,
            descending: false,
        }
    }

    #[test]
    fn pages_cover_the_list_even_when_it_changes_in_between() {
        let first = listing("q", &["a", "b", "d"]).page(None, 2).unwrap();
        assert_eq!(first.items, ["a", "b"]);
        let token = first.next_token.unwrap();
        let second = listing("q", &["a", "c", "d"])
            .page(Some(&token), 2)
            .unwrap();
        assert_eq!(second.items, ["c", "d"]);
        assert_eq!(second.next_token, None);
    }

    #[test]
    fn a_page_that_is_exactly_full_has_no_token() {
        let page = listing("q", &["a", "b"]).page(None, 2).unwrap();
        assert_eq!(page.next_token, None);
    }

    #[test]
    fn a_foreign_token_is_refused() {
        let token = listing("q", &["a", "b"]).page(None, 1).unwrap().next_token;
        let token = token.unwrap();
        let refused = [
            "",
            "x",
            "zz",
            "é",
            "0123456789abcdef",
            "0123456789abcdefé0",
            &token[1..],
            &token[..token.len() - 1],
            &format!("{token}00"),
        ];
        for wrong in refused {
            assert_eq!(
                listing("q", &["a"]).page(Some(wrong), 1),
                Err(InvalidToken),
                "{wrong}"
            );
        }
        assert_eq!(
            listing("other", &["a"]).page(Some(&token), 1),
            Err(InvalidToken)
        );
        assert!(listing("q", &["a", "b"]).page(Some(&token), 1).is_ok());
    }
}
