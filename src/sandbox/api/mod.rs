//! The protocols: decode, call the store, encode.
