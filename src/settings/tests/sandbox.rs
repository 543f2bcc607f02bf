use insta::assert_snapshot;

use super::*;
use crate::settings::{Credentials, Origin, Sandbox};

fn sandbox(machine: &Machine) -> Option<Sandbox> {
    machine
        .settings()
        .sandbox()
        .map(|setting| setting.value.clone())
}

fn flag(value: Option<&str>) -> Machine {
    Machine::new().flags(|flags| flags.sandbox = Some(value.map(str::to_owned)))
}

#[test]
fn is_on_off_or_elsewhere() {
    let at = |url: &str| Some(Sandbox::At(url.to_owned()));
    let variable = |value: &str| Machine::new().set("CRUDDUR_OBS_SANDBOX", value);
    assert_eq!(sandbox(&Machine::new()), None);
    assert_eq!(sandbox(&flag(None)), Some(Sandbox::InProcess));
    assert_eq!(
        sandbox(&flag(Some("http://box:4000/"))),
        at("http://box:4000")
    );
    for on in ["1", "true", "YES", " on "] {
        assert_eq!(sandbox(&variable(on)), Some(Sandbox::InProcess), "{on}");
    }
    for off in ["0", "false", "no", ""] {
        assert_eq!(sandbox(&variable(off)), None, "{off}");
    }
    assert_eq!(sandbox(&variable("https://box")), at("https://box"));
    assert_eq!(
        sandbox(&variable("http://box").flags(|flags| flags.sandbox = Some(None))),
        Some(Sandbox::InProcess)
    );
    assert_eq!(
        sandbox(&Machine::new().dot_env("CRUDDUR_OBS_SANDBOX=1\n")),
        Some(Sandbox::InProcess)
    );
}

#[test]
fn url_without_a_scheme_is_refused() {
    assert_snapshot!(flag(Some("localhost:4000")).refusal(), @r"
    error[sandbox-url-invalid]: --sandbox is not a URL that can be called: 'localhost:4000'
      cause: it must start with http:// or https://
      fix: --sandbox=http://localhost:4000
    ");
    let machine = Machine::new().set("CRUDDUR_OBS_SANDBOX", "maybe");
    assert_snapshot!(machine.refusal(), @r"
    error[sandbox-url-invalid]: CRUDDUR_OBS_SANDBOX is not a URL that can be called: 'maybe'
      cause: it must start with http:// or https://
      fix: export CRUDDUR_OBS_SANDBOX=http://localhost:4000
    ");
}

#[test]
fn nothing_of_aws_gets_in_its_way() {
    let machine = flag(Some("http://box:4000"))
        .set("AWS_ENDPOINT_URL", "nonsense")
        .set("AWS_ACCESS_KEY_ID", KEY_ID)
        .config("broken")
        .profile("nope");
    let access = machine.access();
    assert!(access.sandbox);
    assert_eq!(access.region.origin, Origin::Sandbox);
    assert_eq!(access.region.value, "us-east-1");
    assert_eq!(access.endpoint_logs.unwrap().value, "http://box:4000");
    let Credentials::Static { access_key_id, .. } = access.credentials else {
        panic!("any keys will do");
    };
    assert_eq!(access_key_id.value, "test");
    let machine = flag(None).region("eu-west-1");
    assert_eq!(machine.access().region.value, "eu-west-1");
    assert_eq!(machine.access().endpoint_xray, None);
    assert_eq!(flag(None).region("").access().region.value, "us-east-1");
}

#[test]
fn data_directory_follows_the_base_directories() {
    let directory = |machine: &Machine| {
        let settings = machine.settings();
        let setting = settings.data_directory().unwrap();
        (setting.value.clone(), setting.origin.to_string())
    };
    let machine = Machine::new();
    let home = machine.path(".local/share/cruddur-obs");
    assert_eq!(directory(&machine), (home.clone(), "default".to_owned()));
    let machine = machine.set("XDG_DATA_HOME", "relative");
    assert_eq!(directory(&machine).0, home);
    let machine = machine.set("XDG_DATA_HOME", "/data");
    assert_eq!(directory(&machine).0, PathBuf::from("/data/cruddur-obs"));
    let machine = machine.set("CRUDDUR_OBS_DATA_DIR", "~/box");
    let written = (machine.path("box"), "CRUDDUR_OBS_DATA_DIR".to_owned());
    assert_eq!(directory(&machine), written);
}
