//! Our clients: the only room that names an SDK client.
