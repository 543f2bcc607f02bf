//! Everything that crosses a process or a socket: one binary, one world.
