//! The help of every command, as people see it.

use crate::world::World;

#[test]
fn top() {
    insta::assert_snapshot!(World::new().run("-h"), @"");
}

#[test]
fn commands() {
    let world = World::new();
    let mut all = String::new();
    for command in [
        "setup",
        "teardown",
        "xray groups",
        "xray rules",
        "logs groups",
        "logs create",
        "sandbox",
        "sandbox env",
        "sandbox run",
        "sandbox reset",
        "iam-policy",
        "config",
    ] {
        let text = world.run(&format!("{command} --help")).exits(0).stdout;
        // The global options are the same everywhere.
        let (own, _) = text
            .split_once("\nGlobal options:")
            .expect("global options come last");
        all.push_str(&format!("$ cruddur-obs {command} --help\n{own}\n"));
    }
    insta::assert_snapshot!(all, @"");
}

#[test]
fn mistakes_are_usage_errors() {
    insta::assert_snapshot!(World::new().run("setpu"), @"");
    assert_eq!(World::new().run("").code, Some(2));
    assert_eq!(World::new().run("setup --no-such-flag").code, Some(2));
    assert_eq!(World::new().run("--version").code, Some(0));
}
