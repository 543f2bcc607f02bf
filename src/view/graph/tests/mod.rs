//! The graph in all its forms.

mod forms;
mod graphs;
