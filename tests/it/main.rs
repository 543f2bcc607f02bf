//! Everything that crosses a process or a socket: one binary, one world.

mod world;

mod conformance;
mod desired;
mod faults;
mod help;
mod house;
mod kill;
mod logs;
mod sandbox;
mod setup;
mod teardown;
