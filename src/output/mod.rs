//! Streams, formats, tables, progress, the shape of an error.
