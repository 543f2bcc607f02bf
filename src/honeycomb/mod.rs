//! Honeycomb's words, pure: the kinds of keys, regions, permissions, datasets, links.

pub mod dataset;
pub mod key;
pub mod link;
pub mod permission;
pub mod region;
#[cfg(test)]
mod tests;
pub mod wrong_key;
