use insta::assert_snapshot;

use super::*;

fn key(machine: &Machine) -> String {
    let setting = machine.settings().honeycomb_api_key();
    setting.map_or_else(String::new, |setting| setting.value.expose().to_owned())
}

fn refusal(machine: &Machine) -> String {
    let error = Settings::resolve(&machine.flags, &machine.environment()).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    text(&error)
}

#[test]
fn values_are_read_as_shells_read_them() {
    let cases = [
        ("HONEYCOMB_API_KEY=plain", "plain"),
        ("export HONEYCOMB_API_KEY=\"a b\" # why", "a b"),
        ("\u{FEFF}HONEYCOMB_API_KEY='x$HERE'", "x$HERE"),
        ("# don't\nHONEYCOMB_API_KEY=x$HERE", "xvalue"),
        ("HONEYCOMB_API_KEY=\"x${HERE}y\\$z\"", "xvaluey$z"),
        ("HONEYCOMB_API_KEY=${GONE:-spare}", "spare"),
        ("A=1\nHONEYCOMB_API_KEY=$A$GONE$", "1$"),
        (
            "HONEYCOMB_API_KEY=first\nHONEYCOMB_API_KEY=second\r\n",
            "second",
        ),
        ("HONEYCOMB_API_KEY=\"two\nlines\"", "two\nlines"),
        ("HONEYCOMB_API_KEY=", ""),
        // Of this process's own environment nothing is seen.
        ("HONEYCOMB_API_KEY=x$PATH", "x"),
    ];
    for (text, value) in cases {
        let machine = Machine::new().dot_env(text).set("HERE", "value");
        assert_eq!(key(&machine), value, "{text}");
    }
}

#[test]
fn blanks_around_a_key_are_cut_off() {
    let machine = Machine::new().set("HONEYCOMB_API_KEY", " plain\r\n");
    assert_eq!(key(&machine), "plain");
}

#[test]
fn nearest_file_counts_up_to_the_repository_and_the_home() {
    let machine = Machine::new().file(".env", "HONEYCOMB_API_KEY=home\n");
    assert_eq!(key(&machine), "home");
    assert_eq!(machine.settings().dot_env(), Some("~/.env"));
    std::fs::create_dir(machine.path("project/.git")).unwrap();
    assert_eq!(key(&machine), "");
    // A Python environment may have that name.
    std::fs::create_dir(machine.path("project/.env")).unwrap();
    assert_eq!(key(&machine), "");
}

#[test]
fn broken_line_is_named_and_not_shown() {
    let machine = |text: &str| Machine::new().dot_env(text);
    assert_snapshot!(refusal(&machine("A=1\n\n# b\nhunter2\n")), @r"
    error[dot-env-broken]: ~/project/.env, line 4 cannot be read
      cause: there is no `=` in the line
      fix: write `NAME='value'` in ~/project/.env, line 4
    ");
    assert_snapshot!(refusal(&machine("A=\"1\n2\"\nHONEYCOMB_API_KEY=hunter 2\nB=3\n")), @r"
    error[dot-env-broken]: ~/project/.env, line 3 cannot be read
      cause: a value with blanks in it needs quotes
      fix: write `HONEYCOMB_API_KEY='value'` in ~/project/.env, line 3
    ");
    assert_snapshot!(refusal(&machine("A=1\nB='hunter2\nC=3\n")), @r"
    error[dot-env-broken]: ~/project/.env, line 2 cannot be read
      cause: a quote is opened and not closed
      fix: write `B='value'` in ~/project/.env, line 2
    ");
    assert_snapshot!(refusal(&machine("A=1\nB='hunter2\n\n\n")), @r"
    error[dot-env-broken]: ~/project/.env, line 2 cannot be read
      cause: a quote is opened and not closed
      fix: write `B='value'` in ~/project/.env, line 2
    ");
    assert_snapshot!(refusal(&machine("A=1\nB=hunter\\2")), @r"
    error[dot-env-broken]: ~/project/.env, line 2 cannot be read
      cause: it does not read as NAME=value
      fix: write `B='value'` in ~/project/.env, line 2
    ");
}
