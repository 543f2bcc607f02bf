//! Conversations.

use super::display_name;
use crate::server::json::{List, Moment};

/// Who the signed-in user talks with.
pub(in crate::server) fn groups(list: &mut List<'_>, now: Moment) {
    for (handle, uuid) in [
        ("adaquill", "0a1b2c3d-0001-4000-8000-00000000a001"),
        ("brin", "0a1b2c3d-0003-4000-8000-00000000a003"),
    ] {
        list.object(|group| {
            group
                .time("created_at", &now)
                .text("display_name", display_name(handle))
                .text("handle", handle)
                .text("uuid", uuid);
        });
    }
}

/// What was said, whoever is asked about.
pub(in crate::server) fn conversation(list: &mut List<'_>, now: Moment) {
    for (message, uuid) in [
        ("Hi!", "0a1b2c3d-0001-4000-8000-00000000a001"),
        ("Anyone?", "0a1b2c3d-0003-4000-8000-00000000a003"),
    ] {
        list.object(|object| {
            object
                .time("created_at", &now)
                .text("display_name", display_name("adaquill"))
                .text("handle", "adaquill")
                .text("message", message)
                .text("uuid", uuid);
        });
    }
}
