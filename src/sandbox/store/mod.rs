//! The database: knows no HTTP.
