//! Where spans go over the wire.
