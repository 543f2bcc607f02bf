//! `logs create` and `logs groups`.

use crate::world::World;

#[test]
fn create_says_what_it_did() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 7 --tag team=cruddur"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 7").exits(0).stdout, @"");
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention 30 --tag team=other").exits(0).stdout, @"");
    insta::assert_snapshot!(world.run("--sandbox logs create /app/web --retention never").exits(0), @"");
    let group = world.run("--sandbox logs groups -o json").exits(0).json()["log_groups"][0].clone();
    assert_eq!(group["retention_days"], serde_json::Value::Null);
}

#[test]
fn mistakes_are_named_before_any_call() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs create a!b"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create aws/x"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create x --retention 10"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create x --retention soon"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create x --class STANDART"), @"");
    insta::assert_snapshot!(world.run("--sandbox logs create x --tag novalue"), @"");
}

#[test]
fn groups_can_be_narrowed_and_none_is_said() {
    let world = World::new();
    insta::assert_snapshot!(world.run("--sandbox logs groups"), @"");
    for name in ["one", "other", "third"] {
        let _made = world.run(&format!("--sandbox logs create {name}")).exits(0);
    }
    let names = |words: &str| -> Vec<String> {
        world.run(words).exits(0).json()["log_groups"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|group| group["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(
        names("--sandbox logs groups -o json"),
        ["one", "other", "third"]
    );
    assert_eq!(names("--sandbox logs groups o -o json"), ["one", "other"]);
}
