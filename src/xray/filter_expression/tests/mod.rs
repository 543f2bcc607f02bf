//! The language as its users meet it: what is accepted, what is refused and how, and what
//! holds for every text.

mod accepted;
mod linted;
mod properties;
mod refused;
