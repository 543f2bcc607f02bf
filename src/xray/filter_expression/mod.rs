//! The filter-expression language of groups and trace queries.
