//! The header `X-Amzn-Trace-Id`, which carries a trace from one service to the next.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use std::fmt;
use std::str::FromStr;

use crate::trace::Hexadecimal;

/// The header's name; HTTP ignores its case.
pub const NAME: &str = "X-Amzn-Trace-Id";

/// The longest value that is read or sent on, in bytes.
///
/// Load balancers rewrite what is longer
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html>).
pub const LONGEST: usize = 7 * 1024;

/// What the header says about recording the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampled {
    /// `1`: the trace is recorded.
    Yes,
    /// `0`: the trace is not recorded.
    No,
    /// `?`: the receiver may decide, and says in its answer how it did.
    Asked,
}

impl Sampled {
    fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "1",
            Self::No => "0",
            Self::Asked => "?",
        }
    }

    /// Reads a value; another one says nothing, as in the SDK for Python.
    fn read(value: &str) -> Option<Self> {
        [Self::Yes, Self::No, Self::Asked]
            .into_iter()
            .find(|sampled| sampled.as_str() == value)
    }
}

impl From<bool> for Sampled {
    fn from(is_sampled: bool) -> Self {
        if is_sampled { Self::Yes } else { Self::No }
    }
}

/// A header that is treated as if there was none, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than is read.
    #[error("{bytes} bytes; at most {LONGEST} are read")]
    TooLong {
        /// How many bytes there are.
        bytes: usize,
    },
    /// A character that no header may hold, and that would be sent on otherwise.
    #[error("byte {position} is not printable ASCII")]
    Character {
        /// Where it stands, from 0.
        position: usize,
    },
    /// A pair that has no name or no value.
    #[error("\"{pair}\" is not of the form name=value")]
    Pair {
        /// The pair as it stands there.
        pair: String,
    },
    /// A trace id that is none.
    #[error("Root \"{value}\" is not of the form 1-8hex-24hex")]
    Root {
        /// What stands there instead.
        value: String,
    },
    /// A segment id that is none.
    #[error("Parent \"{value}\" is not 16 hexadecimal digits")]
    Parent {
        /// What stands there instead.
        value: String,
    },
}

/// The header, taken apart.
///
/// `Display` writes it as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraceHeader {
    /// The trace's 128 bits; all zero where an SDK names a trace that it does not record.
    pub root: Option<u128>,
    /// The segment that the request comes from.
    pub parent: Option<u64>,
    /// Whether the trace is recorded.
    pub sampled: Option<Sampled>,
    /// The id that a load balancer gave the request itself.
    pub self_id: Option<String>,
    /// What AWS finds loops by; it is passed on unchanged.
    pub lineage: Option<String>,
    /// Other pairs, in the order in which they came.
    pub extra: Vec<(String, String)>,
}

impl TraceHeader {
    /// The trace to go on with: the root, unless it is the zero of a trace that is not recorded.
    pub fn trace(&self) -> Option<u128> {
        self.root.filter(|root| *root != 0)
    }

    /// The decision that binds the receiver; none where it decides itself.
    pub fn decision(&self) -> Option<bool> {
        match self.sampled {
            Some(Sampled::Yes) => Some(true),
            Some(Sampled::No) => Some(false),
            Some(Sampled::Asked) | None => None,
        }
    }

    /// The header of a call that `segment` of the trace `root` makes on behalf of this request.
    ///
    /// `Self` named the request before and stays behind; other pairs go on as far as they fit.
    #[must_use]
    pub fn downstream(&self, root: u128, segment: u64, is_sampled: bool) -> Self {
        let mut header = Self {
            root: Some(root),
            parent: Some(segment),
            sampled: Some(is_sampled.into()),
            self_id: None,
            lineage: self.lineage.clone(),
            extra: self.extra.clone(),
        };
        while header.to_string().len() > LONGEST && header.extra.pop().is_some() {}
        header
    }
}

/// Whether a request is recorded: what its header says, else what the rules say.
///
/// The rules are asked only where they matter, so that they count such requests only.
pub fn is_sampled(incoming: Option<&TraceHeader>, ask_rules: impl FnOnce() -> bool) -> bool {
    incoming
        .and_then(TraceHeader::decision)
        .unwrap_or_else(ask_rules)
}

/// The header of the answer to a request, as the SDK for Python writes it.
///
/// The decision is told to those who asked for it, and a trace that is not recorded has no id.
pub fn answer(incoming: Option<&TraceHeader>, root: u128, is_sampled: bool) -> TraceHeader {
    let was_asked = incoming.is_some_and(|header| header.sampled == Some(Sampled::Asked));
    TraceHeader {
        root: Some(if is_sampled { root } else { 0 }),
        sampled: was_asked.then(|| is_sampled.into()),
        ..TraceHeader::default()
    }
}

impl FromStr for TraceHeader {
    type Err = Malformed;

    /// Reads a header's value; of pairs with the same name the last one counts.
    fn from_str(value: &str) -> Result<Self, Malformed> {
        if value.len() > LONGEST {
            return Err(Malformed::TooLong { bytes: value.len() });
        }
        if let Some(position) = value.bytes().position(|byte| !matches!(byte, b' '..=b'~')) {
            return Err(Malformed::Character { position });
        }
        let mut header = Self::default();
        for pair in value.split(';').map(str::trim) {
            // A `;` at the end is common and harmless.
            if !pair.is_empty() {
                header.take(pair)?;
            }
        }
        Ok(header)
    }
}

impl TraceHeader {
    fn take(&mut self, pair: &str) -> Result<(), Malformed> {
        let (name, value) = pair
            .split_once('=')
            .map(|(name, value)| (name.trim_end(), value.trim_start()))
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Malformed::Pair {
                pair: pair.to_owned(),
            })?;
        match name.to_ascii_lowercase().as_str() {
            "root" => {
                self.root = Some(root(value).ok_or_else(|| Malformed::Root {
                    value: value.to_owned(),
                })?);
            }
            "parent" => {
                let parent = hexadecimal(value, 16).and_then(|bits| u64::try_from(bits).ok());
                self.parent = Some(parent.ok_or_else(|| Malformed::Parent {
                    value: value.to_owned(),
                })?);
            }
            "sampled" => self.sampled = Sampled::read(value),
            "self" => self.self_id = Some(value.to_owned()),
            "lineage" => self.lineage = Some(value.to_owned()),
            _ => match self
                .extra
                .iter_mut()
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
            {
                Some((_, known)) => value.clone_into(known),
                None => self.extra.push((name.to_owned(), value.to_owned())),
            },
        }
        Ok(())
    }
}

impl fmt::Display for TraceHeader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut pair = |name: &str, parts: &[&str]| {
            formatter.write_str(std::mem::replace(&mut separator, ";"))?;
            formatter.write_str(name)?;
            formatter.write_str("=")?;
            parts.iter().try_for_each(|part| formatter.write_str(part))
        };
        // Load balancers put `Self` first.
        if let Some(value) = &self.self_id {
            pair("Self", &[value])?;
        }
        if let Some(bits) = self.root {
            let digits = Hexadecimal::<32>::of(bits);
            let (stamp, rest) = digits.as_str().split_at(8);
            pair("Root", &["1-", stamp, "-", rest])?;
        }
        if let Some(bits) = self.parent {
            pair("Parent", &[Hexadecimal::<16>::of(bits.into()).as_str()])?;
        }
        if let Some(sampled) = self.sampled {
            pair("Sampled", &[sampled.as_str()])?;
        }
        if let Some(value) = &self.lineage {
            pair("Lineage", &[value])?;
        }
        for (name, value) in &self.extra {
            pair(name, &[value])?;
        }
        Ok(())
    }
}

/// Reads `1-8hex-24hex`.
fn root(value: &str) -> Option<u128> {
    let (time, rest) = value.strip_prefix("1-")?.split_once('-')?;
    Some(hexadecimal(time, 8)? << 96 | hexadecimal(rest, 24)?)
}

/// Reads exactly so many hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    // The parser of integers takes a sign.
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u128::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests;
