//! Honeycomb's words, pure: the kinds of keys, links, limits.
