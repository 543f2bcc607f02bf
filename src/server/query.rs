//! The parameters of a query string, as HTML forms write them.

use std::borrow::Cow;

use crate::percent::decoded;

/// A query string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a>(pub(super) &'a str);

impl<'a> Query<'a> {
    /// The first value of a name.
    pub(super) fn first(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut pairs = self
            .0
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(each, _)| text(each) == name)?;
        Some(text(value))
    }
}

fn text(encoded: &str) -> Cow<'_, str> {
    if encoded.contains('+') {
        return Cow::Owned(decoded(&encoded.replace('+', " ")).into_owned());
    }
    decoded(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_forms_write_them() {
        let query = Query("a=1&b=x+y%2B%26&a=2&%63=&d");
        assert_eq!(query.first("a").as_deref(), Some("1"));
        assert_eq!(query.first("b").as_deref(), Some("x y+&"));
        assert_eq!(query.first("c").as_deref(), Some(""));
        assert_eq!(query.first("d").as_deref(), Some(""));
        assert_eq!(query.first("e"), None);
    }
}
