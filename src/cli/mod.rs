//! The tree of `--help`: one file per command, arguments in, a view out.
