use super::*;
use crate::settings::Origin;

type Place = (&'static str, fn(Machine) -> Machine);

/// The places that can name a region, the strongest first.
fn everywhere() -> Vec<Place> {
    vec![
        ("--region", |machine| {
            machine.flags(|flags| flags.region = Some("us-east-2".to_owned()))
        }),
        ("AWS_REGION", |machine| {
            machine.set("AWS_REGION", "us-west-1")
        }),
        ("AWS_DEFAULT_REGION", |machine| {
            machine.set("AWS_DEFAULT_REGION", "us-west-2")
        }),
        (".env: AWS_REGION", |machine| {
            append(machine, "AWS_REGION=eu-west-1\n")
        }),
        (".env: AWS_DEFAULT_REGION", |machine| {
            append(machine, "AWS_DEFAULT_REGION=eu-west-2\n")
        }),
        ("profile 'default' in ~/.aws/config", |machine| {
            machine.config("[default]\nregion = eu-west-3\n")
        }),
    ]
}

fn append(machine: Machine, line: &str) -> Machine {
    let before = std::fs::read_to_string(machine.path("project/.env")).unwrap_or_default();
    machine.dot_env(&format!("{before}{line}"))
}

#[test]
fn stronger_place_wins_whatever_else_is_set() {
    let places = everywhere();
    for strongest in 0..places.len() {
        let machine = places[strongest..]
            .iter()
            .fold(Machine::new().keys(), |machine, (_, set)| set(machine));
        let region = machine.access().region;
        assert_eq!(region.origin.to_string(), places[strongest].0);
        let entries = machine.settings().entries();
        let entry = entries.iter().find(|entry| entry.name == "region").unwrap();
        assert_eq!(entry.value.as_ref(), Some(&region.value));
        assert_eq!(entry.shadows.len(), places.len() - strongest - 1);
    }
}

#[test]
fn profile_is_named_by_flag_then_variables_then_default() {
    let machine = Machine::new();
    assert_eq!(machine.settings().profile().origin, Origin::Default);
    let machine = machine.set("AWS_DEFAULT_PROFILE", "a");
    assert_eq!(machine.settings().profile().value, "a");
    let machine = machine.set("AWS_PROFILE", "b");
    assert_eq!(machine.settings().profile().value, "b");
    let machine = machine.profile("c");
    assert_eq!(machine.settings().profile().value, "c");
}

#[test]
fn later_line_and_credentials_file_win_in_a_profile() {
    let machine = Machine::new()
        .keys()
        .config("[default]\nregion = us-east-1\nregion = us-east-2\n");
    assert_eq!(machine.access().region.value, "us-east-2");
    let machine = machine.credentials("[default]\nregion = us-west-1\n");
    let origin = machine.access().region.origin;
    assert_eq!(
        origin.to_string(),
        "profile 'default' in ~/.aws/credentials"
    );
}
