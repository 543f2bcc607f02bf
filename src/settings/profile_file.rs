//! The grammar of `~/.aws/config` and `~/.aws/credentials`, with line numbers.
//!
//! It accepts and refuses what the AWS SDK for Rust does; the SDK's own parser tells neither the
//! line nor the file of a value.

/// Which of the two files: their section headers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Config,
    Credentials,
}

/// What a section is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Header {
    Profile(String),
    SsoSession(String),
    Services(String),
    /// A section that no SDK reads, such as `[dev]` in the configuration file; its text.
    Ignored(String),
}

/// A section and its lines.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) header: Header,
    pub(super) line: usize,
    pub(super) properties: Vec<Property>,
}

/// A `name = value` line, with the indented ones below it.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: usize,
    pub(super) nested: Vec<Property>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Reads a file's text.
pub(super) fn parse(text: &str, kind: FileKind) -> Result<Vec<Section>, Broken> {
    let mut sections: Vec<Section> = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        let broken = |what| Broken { line, what };
        if text.trim_matches(BLANKS).is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if text.starts_with('\u{FEFF}') {
            return Err(broken("it begins with a byte order mark"));
        }
        if text.starts_with('[') {
            let inside = without_comment(text, false)
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'))
                .ok_or_else(|| broken("the section header has no closing `]`"))?;
            sections.push(Section {
                header: header(inside.trim_matches(BLANKS), kind),
                line,
                properties: Vec::new(),
            });
            continue;
        }
        let section = sections
            .last_mut()
            .ok_or_else(|| broken("it stands before the first [section]"))?;
        if text.starts_with(BLANKS) {
            let above = section.properties.last_mut().ok_or_else(|| {
                broken("it is indented, and there is nothing above to go on with")
            })?;
            go_on(above, text, line)?;
        } else {
            section.properties.push(property(text, line)?);
        }
    }
    prefer_prefixed_default(&mut sections);
    Ok(sections)
}

/// Takes an indented line: another line of the value, or a nested property of an empty one.
fn go_on(above: &mut Property, text: &str, line: usize) -> Result<(), Broken> {
    if above.value.is_empty() {
        above.nested.push(property(text, line)?);
    } else {
        above.value.push('\n');
        above.value.push_str(text.trim_matches(BLANKS));
    }
    Ok(())
}

fn property(text: &str, line: usize) -> Result<Property, Broken> {
    let broken = |what| Broken { line, what };
    let (name, value) = without_comment(text, true)
        .split_once('=')
        .ok_or_else(|| broken("there is no `=` in it"))?;
    let name = name.trim_matches(BLANKS);
    if name.is_empty() {
        return Err(broken("there is no name before the `=`"));
    }
    Ok(Property {
        name: name.to_ascii_lowercase(),
        value: value.trim_matches(BLANKS).to_owned(),
        line,
        nested: Vec::new(),
    })
}

/// Cuts a trailing comment off; in a property its sign must follow a blank.
fn without_comment(text: &str, after_blank: bool) -> &str {
    let text = text.trim_matches(BLANKS);
    let mut previous = None;
    for (index, character) in text.char_indices() {
        let counts = !after_blank || previous.is_some_and(char::is_whitespace);
        if matches!(character, '#' | ';') && counts {
            return text[..index].trim_matches(BLANKS);
        }
        previous = Some(character);
    }
    text
}

/// The mark of `[profile default]`, until it is known whether it has to beat `[default]`.
const PREFIXED_DEFAULT: &str = "profile default";

fn header(inside: &str, kind: FileKind) -> Header {
    let (prefix, name) = match inside.split_once(BLANKS) {
        Some((prefix, name)) => (Some(prefix), name.trim_matches(BLANKS)),
        None => (None, inside),
    };
    match (kind, prefix) {
        (FileKind::Config, Some("profile")) if name == "default" => {
            Header::Profile(PREFIXED_DEFAULT.to_owned())
        }
        (FileKind::Config, Some("profile")) | (FileKind::Credentials, None) => {
            Header::Profile(name.to_owned())
        }
        (FileKind::Config, Some("sso-session")) => Header::SsoSession(name.to_owned()),
        (FileKind::Config, Some("services")) => Header::Services(name.to_owned()),
        (FileKind::Config, None) if name == "default" => Header::Profile(name.to_owned()),
        _ => Header::Ignored(inside.to_owned()),
    }
}

/// `[profile default]` takes the place of `[default]`.
fn prefer_prefixed_default(sections: &mut [Section]) {
    let prefixed = Header::Profile(PREFIXED_DEFAULT.to_owned());
    let plain = Header::Profile("default".to_owned());
    if sections.iter().all(|section| section.header != prefixed) {
        return;
    }
    for section in sections {
        if section.header == plain {
            section.header = Header::Ignored("default".to_owned());
        } else if section.header == prefixed {
            section.header = plain.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str, kind: FileKind) -> String {
        let sections = parse(text, kind).unwrap();
        let mut lines = Vec::new();
        for section in &sections {
            lines.push(format!("{} {:?}", section.line, section.header));
            for property in &section.properties {
                let Property {
                    line, name, value, ..
                } = property;
                lines.push(format!("  {line} {name} = {value:?}"));
                for Property {
                    line, name, value, ..
                } in &property.nested
                {
                    lines.push(format!("    {line} {name} = {value:?}"));
                }
            }
        }
        lines.join("\n")
    }

    #[test]
    fn keeps_the_line_of_everything() {
        let text = "\
# top
[default]
Region = us-east-1 # home
[profile dev] ; work
output=json#not a comment

services = local
[services local]
xray =
  endpoint_url = http://localhost:4000
s3 =
  endpoint_url = http://localhost:4566
[sso-session corp]
scopes = a,
  b
[dev]
";
        insta::assert_snapshot!(outline(text, FileKind::Config), @r#"
    2 Profile("default")
      3 region = "us-east-1"
    4 Profile("dev")
      5 output = "json#not a comment"
      7 services = "local"
    8 Services("local")
      9 xray = ""
        10 endpoint_url = "http://localhost:4000"
      11 s3 = ""
        12 endpoint_url = "http://localhost:4566"
    13 SsoSession("corp")
      14 scopes = "a,\nb"
    16 Ignored("dev")
    "#);
    }

    #[test]
    fn headers_of_the_credentials_file_have_no_prefix() {
        insta::assert_snapshot!(outline("[dev]\na=1\n[profile x]\n", FileKind::Credentials), @r#"
    1 Profile("dev")
      2 a = "1"
    3 Ignored("profile x")
    "#);
    }

    #[test]
    fn prefixed_default_takes_the_place_of_the_plain_one() {
        insta::assert_snapshot!(outline("[default]\na=1\n[profile default]\na=2", FileKind::Config), @r#"
    1 Ignored("default")
      2 a = "1"
    3 Profile("default")
      4 a = "2"
    "#);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_by_line(text in "(\\[a\\]\n|[ \\t#;\\[\\]\n\r=a-cé]){0,40}") {
            for kind in [FileKind::Config, FileKind::Credentials] {
                if let Err(broken) = parse(&text, kind) {
                    assert!((1..=text.lines().count()).contains(&broken.line), "{broken:?}");
                }
            }
        }
    }

    #[test]
    fn names_the_line_that_cannot_be_read() {
        let cases = [
            ("a = 1", 1, "it stands before the first [section]"),
            ("[default", 1, "the section header has no closing `]`"),
            ("[default]\nregion us-east-1", 2, "there is no `=` in it"),
            ("[default]\n\n= 1", 3, "there is no name before the `=`"),
            (
                "[default]\n  a = 1",
                2,
                "it is indented, and there is nothing above to go on with",
            ),
            ("[default]\ns3 =\n  nothing", 3, "there is no `=` in it"),
            ("\u{FEFF}[default]", 1, "it begins with a byte order mark"),
        ];
        for (text, line, what) in cases {
            assert_eq!(
                parse(text, FileKind::Config).unwrap_err(),
                Broken { line, what },
                "{text:?}"
            );
        }
    }
}
