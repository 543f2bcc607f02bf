//! Lists of activities.

use crate::server::json::{List, Moment, Object};

const FIRST: &str = "0a1b2c3d-0001-4000-8000-00000000a001";
const SECOND: &str = "0a1b2c3d-0002-4000-8000-00000000a002";
const THIRD: &str = "0a1b2c3d-0003-4000-8000-00000000a003";
const FOURTH: &str = "0a1b2c3d-0004-4000-8000-00000000a004";

const DAY: i64 = 24;

/// The home feed: one activity with a reply, and two short ones.
pub(in crate::server) fn home(list: &mut List<'_>, now: Moment) {
    list.object(|activity| full(activity, now, "Ada Quill", "Spans all the way down."));
    list.object(|activity| {
        let times = [now.plus_hours(-7 * DAY), now.plus_hours(9 * DAY)];
        short(activity, times, "Brin", "Out of tea again.", THIRD);
    });
    list.object(|activity| {
        let times = [now.plus_hours(-1), now.plus_hours(12)];
        short(activity, times, "Tove", "Only a humble tinkerer.", FOURTH);
    });
}

/// The notifications: one activity with a reply.
pub(in crate::server) fn notifications(list: &mut List<'_>, now: Moment) {
    list.object(|activity| full(activity, now, "Mio", "You were mentioned."));
}

/// The feed of a user; the same for everybody. Its times are local and do not say so.
pub(in crate::server) fn user(list: &mut List<'_>, now: Moment) {
    list.object(|activity| {
        activity
            .time("created_at", &now.plus_hours(-DAY))
            .time("expires_at", &now.plus_hours(31 * DAY))
            .text("handle", "Ada Quill")
            .text("message", "Queues are fun.")
            .text("uuid", FOURTH);
    });
}

/// What a search finds.
pub(in crate::server) fn search(list: &mut List<'_>, now: Moment) {
    list.object(|activity| {
        activity
            .time("created_at", &now)
            .text("handle", "Ada Quill")
            .text("message", "Queues are fun.")
            .text("uuid", FOURTH);
    });
}

/// One activity by its id. Its replies are one object, and not a list.
pub(in crate::server) fn show(list: &mut List<'_>, now: Moment) {
    let before = now.plus_hours(-2 * DAY);
    list.object(|activity| {
        activity
            .time("created_at", &before)
            .time("expires_at", &now.plus_hours(5 * DAY))
            .text("handle", "Ada Quill")
            .text("message", "Queues are fun.")
            .object("replies", |reply| {
                reply
                    .time("created_at", &before)
                    .text("handle", "Brin")
                    .text("message", "Seconded.")
                    .text("uuid", SECOND);
            })
            .text("uuid", FIRST);
    });
}

fn full(activity: &mut Object<'_>, now: Moment, handle: &str, message: &str) {
    let before = now.plus_hours(-2 * DAY);
    activity
        .time("created_at", &before)
        .time("expires_at", &now.plus_hours(5 * DAY))
        .text("handle", handle)
        .number("likes_count", 5)
        .text("message", message)
        .list("replies", |replies| {
            replies.object(|reply| {
                reply
                    .time("created_at", &before)
                    .text("handle", "Brin")
                    .number("likes_count", 0)
                    .text("message", "Seconded.")
                    .number("replies_count", 0)
                    .text("reply_to_activity_uuid", FIRST)
                    .number("reposts_count", 0)
                    .text("uuid", SECOND);
            });
        })
        .number("replies_count", 1)
        .number("reposts_count", 0)
        .text("uuid", FIRST);
}

/// An activity without a count of its replies; its likes have another name.
fn short(activity: &mut Object<'_>, times: [Moment; 2], handle: &str, message: &str, uuid: &str) {
    let [created, expires] = times;
    activity
        .time("created_at", &created)
        .time("expires_at", &expires)
        .text("handle", handle)
        .number("likes", 0)
        .text("message", message)
        .list("replies", |_| {})
        .text("uuid", uuid);
}
