//! What SDKs send to a daemon over UDP: a header line, a newline, a segment document.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon>

use serde_json::{Map, Value};

/// The largest segment document that X-Ray takes, and a daemon's buffer for one datagram.
pub const LARGEST: usize = 64 * 1024;

/// The most that one UDP datagram over IPv4 carries.
pub const LARGEST_PAYLOAD: usize = 65_507;

/// The header as it is written here; most SDKs write the same bytes.
const HEADER: &str = r#"{"format":"json","version":1}"#;

/// The only format that there is, compared without case.
const FORMAT: &str = "json";

/// The only version that there is.
const VERSION: i64 = 1;

/// How much of a wrong header a refusal repeats, in characters.
const SHOWN: usize = 40;

/// Why a datagram is not passed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes than a document may have.
    #[error("{bytes} bytes; at most {longest} are taken")]
    TooLarge {
        /// How many bytes there are.
        bytes: usize,
        /// How many there may be.
        longest: usize,
    },
    /// No newline, so that header and document cannot be told apart.
    #[error("no newline between header and document")]
    NoNewline,
    /// The first line is no header.
    #[error("the first line is not a header such as {HEADER}: {found}")]
    NoHeader {
        /// The start of the line.
        found: String,
    },
    /// The header names another format.
    #[error("the header's format is {found}; only \"json\" is known")]
    Format {
        /// What stands there, as JSON; `null` where nothing does.
        found: String,
    },
    /// The header names another version.
    #[error("the header's version is {found}; only 1 is known")]
    Version {
        /// What stands there, as JSON; `null` where nothing does.
        found: String,
    },
    /// Nothing, or nothing but blanks, after the header.
    #[error("no document after the header")]
    NoDocument,
    /// The document cannot be JSON, which is UTF-8.
    #[error("the document is not UTF-8 from byte {valid_up_to} on")]
    NotUtf8 {
        /// How many bytes of the document are fine.
        valid_up_to: usize,
    },
}

impl Refusal {
    /// Every name that [`Refusal::name`] gives.
    pub const NAMES: [&str; 7] = [
        "too_large",
        "no_newline",
        "no_header",
        "format",
        "version",
        "no_document",
        "not_utf8",
    ];

    /// The name under which refusals of this kind are counted; it does not change.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::NoNewline => "no_newline",
            Self::NoHeader { .. } => "no_header",
            Self::Format { .. } => "format",
            Self::Version { .. } => "version",
            Self::NoDocument => "no_document",
            Self::NotUtf8 { .. } => "not_utf8",
        }
    }
}

/// Takes the document out of a datagram, byte for byte as it was sent.
///
/// Whether the document is JSON, let alone a segment, is not looked at: X-Ray judges that.
pub fn decode(datagram: &[u8]) -> Result<&str, Refusal> {
    check_size(datagram.len(), LARGEST)?;
    let newline = datagram
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(Refusal::NoNewline)?;
    let (header, document) = (&datagram[..newline], &datagram[newline + 1..]);
    // At tens of thousands a second it pays not to parse the same line each time.
    if header != HEADER.as_bytes() {
        check_header(header)?;
    }
    let document = std::str::from_utf8(document).map_err(|error| Refusal::NotUtf8 {
        valid_up_to: error.valid_up_to(),
    })?;
    if document.trim().is_empty() {
        return Err(Refusal::NoDocument);
    }
    Ok(document)
}

/// Puts a document behind a header, ready to be sent as one datagram.
pub fn encode(document: &str) -> Result<Vec<u8>, Refusal> {
    if document.trim().is_empty() {
        return Err(Refusal::NoDocument);
    }
    let bytes = HEADER.len() + 1 + document.len();
    check_size(bytes, LARGEST_PAYLOAD)?;
    let mut datagram = Vec::with_capacity(bytes);
    datagram.extend_from_slice(HEADER.as_bytes());
    datagram.push(b'\n');
    datagram.extend_from_slice(document.as_bytes());
    Ok(datagram)
}

fn check_size(bytes: usize, longest: usize) -> Result<(), Refusal> {
    if bytes > longest {
        return Err(Refusal::TooLarge { bytes, longest });
    }
    Ok(())
}

/// Members that are not known are not looked at.
fn check_header(line: &[u8]) -> Result<(), Refusal> {
    let header: Map<String, Value> =
        serde_json::from_slice(line).map_err(|_| Refusal::NoHeader {
            found: shown(&String::from_utf8_lossy(line)),
        })?;
    let member = |name: &str| header.get(name).unwrap_or(&Value::Null);
    let format = member("format");
    if !format
        .as_str()
        .is_some_and(|format| format.eq_ignore_ascii_case(FORMAT))
    {
        return Err(Refusal::Format {
            found: shown(&format.to_string()),
        });
    }
    let version = member("version");
    if version.as_i64() != Some(VERSION) {
        return Err(Refusal::Version {
            found: shown(&version.to_string()),
        });
    }
    Ok(())
}

/// The start of what a stranger sent, harmless in a log.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(datagram: &[u8]) -> &'static str {
        decode(datagram).expect_err("it is refused").name()
    }

    #[test]
    fn headers_that_are_taken() {
        for header in [
            r#"{"format":"json","version":1}"#,
            r#"{"format": "json", "version": 1}"#,
            r#"{"format":"JSON","version":1}"#,
            "{ \"version\" : 1 , \"format\" : \"Json\" }\r",
            r#"{"format":"json","version":1,"later":[{}]}"#,
        ] {
            let datagram = format!("{header}\n{{\"id\": 1}}\n ");
            assert_eq!(
                decode(datagram.as_bytes()),
                Ok("{\"id\": 1}\n "),
                "{header}"
            );
        }
    }

    #[test]
    fn what_is_refused_and_under_which_name() {
        for (datagram, name) in [
            ("", "no_newline"),
            (r#"{"format":"json","version":1}"#, "no_newline"),
            ("\n{}", "no_header"),
            ("GET / HTTP/1.1\n{}", "no_header"),
            ("[]\n{}", "no_header"),
            ("1\n{}", "no_header"),
            ("{}\n{}", "format"),
            ("{\"format\":\"xml\",\"version\":1}\n{}", "format"),
            ("{\"format\":1,\"version\":1}\n{}", "format"),
            ("{\"format\":\"json\"}\n{}", "version"),
            ("{\"format\":\"json\",\"version\":2}\n{}", "version"),
            ("{\"format\":\"json\",\"version\":\"1\"}\n{}", "version"),
            ("{\"format\":\"json\",\"version\":1}\n", "no_document"),
            ("{\"format\":\"json\",\"version\":1}\n \n\t", "no_document"),
        ] {
            assert_eq!(refused(datagram.as_bytes()), name, "{datagram:?}");
        }
        assert_eq!(
            refused(b"{\"format\":\"json\",\"version\":1}\n{\"\xff\"}"),
            "not_utf8"
        );
        assert_eq!(refused(&vec![b'\n'; LARGEST + 1]), "too_large");
    }

    #[test]
    fn what_the_seeds_application_sends() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/seed-app");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the entry can be read").path();
            let datagram = std::fs::read(&path).expect("the file can be read");
            let document = decode(&datagram).expect("an SDK sent it");
            assert!(datagram.ends_with(document.as_bytes()));
            let segment: Value = serde_json::from_str(document).expect("it is JSON");
            assert_eq!(segment["name"], "Cruddur");
            let again = encode(document).expect("it fits");
            assert_eq!(again, datagram, "{}", path.display());
            seen += 1;
        }
        assert_eq!(seen, 18);
    }

    #[test]
    fn refusals_name_what_was_found() {
        let refusal = decode(b"{\"format\":\"json\",\"version\":2}\n{}").expect_err("version 2");
        assert_eq!(
            refusal.to_string(),
            "the header's version is 2; only 1 is known"
        );
        let long = format!("\x1b[2J{}\n{{}}", "x".repeat(1000));
        let message = decode(long.as_bytes()).expect_err("no header").to_string();
        assert!(message.contains("\\u{1b}[2Jxxx"), "{message}");
        assert!(message.len() < 200 && message.ends_with('…'), "{message}");
    }

    #[test]
    fn the_limits_are_reached_and_not_passed() {
        let room = LARGEST_PAYLOAD - HEADER.len() - 1;
        let datagram = encode(&"x".repeat(room)).expect("it fits");
        assert_eq!(datagram.len(), LARGEST_PAYLOAD);
        assert_eq!(
            encode(&"x".repeat(room + 1)),
            Err(Refusal::TooLarge {
                bytes: LARGEST_PAYLOAD + 1,
                longest: LARGEST_PAYLOAD
            })
        );
        assert_eq!(encode(" "), Err(Refusal::NoDocument));
        let mut largest = format!("{HEADER}\n").into_bytes();
        largest.resize(LARGEST, b'x');
        assert!(decode(&largest).is_ok());
    }

    proptest! {
        #[test]
        fn anything_is_answered(datagram in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(refusal) = decode(&datagram) {
                prop_assert!(Refusal::NAMES.contains(&refusal.name()));
                prop_assert!(refusal.to_string().len() < 600);
            }
        }

        #[test]
        fn any_line_is_answered_as_a_header(line in "\\PC{0,60}", body in "\\PC{0,20}") {
            if let Err(refusal) = decode(format!("{line}\n{body}").as_bytes()) {
                prop_assert!(Refusal::NAMES.contains(&refusal.name()));
            }
        }

        #[test]
        fn what_is_encoded_is_decoded_byte_for_byte(document in any::<String>()) {
            match encode(&document) {
                Ok(datagram) => prop_assert_eq!(decode(&datagram), Ok(document.as_str())),
                Err(refusal) => prop_assert_eq!(refusal, Refusal::NoDocument),
            }
        }
    }
}
