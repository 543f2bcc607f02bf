//! The language as its users meet it: what matches what, what is refused and how, and what
//! holds for every text.

mod properties;
mod refused;
mod table;
