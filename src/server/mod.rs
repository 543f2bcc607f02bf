//! The demo backend: the traced Cruddur API.
