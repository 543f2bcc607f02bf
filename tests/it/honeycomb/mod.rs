//! `honeycomb whoami` and `honeycomb send`, by the front door.

mod failures;
mod places;
mod regions;
mod send;
mod shapes;
mod whoami;

use crate::world::{Answer, World};

/// An ingest key of the US, and one of the EU.
const INGEST: &str = "hcaik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc";
const INGEST_EU: &str = "hcbik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc";
const CONFIGURATION: &str = "abcDEF0123456789ghiJKL";
const CLASSIC: &str = "0123456789abcdef0123456789abcdef";

/// What `/1/auth` says of a configuration key that may send and nothing else.
fn auth() -> Answer {
    Answer::new(
        200,
        r#"{"id": "FL_xMM5LapLC", "type": "configuration", "api_key_access": {"events": true},
            "environment": {"name": "Bootcamp", "slug": "bootcamp"}, "team": {"name": "Acme", "slug": "acme"}}"#,
    )
}

fn unknown_key() -> Answer {
    Answer::new(
        401,
        r#"{"error": "unknown API key - check your credentials"}"#,
    )
}

/// A world whose Honeycomb is at this address, with this key.
fn world(url: &str, key: &str) -> World {
    World::new()
        .with("HONEYCOMB_API_ENDPOINT", url)
        .with("HONEYCOMB_API_KEY", key)
}
