//! Where a daemon listens, as `AWS_XRAY_DAEMON_ADDRESS` and a daemon's settings say it.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-python-configuration.html>

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// A name or an address; an IPv6 address stands here without brackets.
    pub host: String,
    /// 0 asks a listener for any free port.
    pub port: u16,
}

/// Where to send segments (UDP) and to ask for sampling rules (TCP).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaemonAddress {
    /// Takes segments.
    pub udp: HostPort,
    /// Answers samplers.
    pub tcp: HostPort,
}

/// The two ways to a daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Takes segments.
    Udp,
    /// Answers samplers.
    Tcp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        })
    }
}

/// A daemon's address that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing at all.
    #[error("the address is empty; write host:port, such as 127.0.0.1:2000")]
    Empty,
    /// A URL.
    #[error("\"{text}\" is a URL; write host:port without a scheme and a path")]
    Url {
        /// What stands there.
        text: String,
    },
    /// A host without a port.
    #[error("\"{text}\" has no port; write {text}:2000")]
    NoPort {
        /// What stands there.
        text: String,
    },
    /// A port without a host.
    #[error("\"{text}\" has no host; write 127.0.0.1{text}")]
    NoHost {
        /// What stands there.
        text: String,
    },
    /// A port that is none.
    #[error("the port \"{port}\" of \"{text}\" is not a number from {smallest} to 65535")]
    Port {
        /// What stands there.
        text: String,
        /// The part that is wrong.
        port: String,
        /// 1, or 0 where a listener may choose.
        smallest: u16,
    },
    /// Characters that no host has.
    #[error("the host \"{host}\" is neither a name nor an address")]
    Host {
        /// The part that is wrong.
        host: String,
    },
    /// Colons that may belong to the address or to the port.
    #[error("\"{text}\" has several colons; write an IPv6 address in brackets, such as [::1]:2000")]
    Brackets {
        /// What stands there.
        text: String,
    },
    /// Several addresses of which one does not say what it is for.
    #[error(
        "\"{text}\" does not start with tcp: or udp:; write tcp:host:port udp:host:port, or one host:port for both"
    )]
    NoProtocol {
        /// What stands there.
        text: String,
    },
    /// One way only.
    #[error(
        "there is no address for {missing}; add {missing}:host:port, or write one host:port for both"
    )]
    Missing {
        /// The other way.
        missing: Protocol,
    },
    /// One way twice.
    #[error("{protocol} has two addresses")]
    Twice {
        /// The way.
        protocol: Protocol,
    },
    /// Commas where blanks belong.
    #[error("\"{text}\" has a comma; put a blank between the two addresses")]
    Comma {
        /// What stands there.
        text: String,
    },
}

impl HostPort {
    /// Where a daemon listens unless told otherwise.
    pub fn standard() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 2000,
        }
    }

    fn read(text: &str, smallest_port: u16) -> Result<Self, AddressError> {
        let whole = || text.to_owned();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.contains("//") {
            return Err(AddressError::Url { text: whole() });
        }
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest
                .split_once(']')
                .ok_or_else(|| AddressError::Brackets { text: whole() })?;
            if host.parse::<Ipv6Addr>().is_err() {
                return Err(AddressError::Host {
                    host: host.to_owned(),
                });
            }
            let port = rest
                .strip_prefix(':')
                .ok_or_else(|| AddressError::NoPort { text: whole() })?;
            (host, port)
        } else {
            let (host, port) = text
                .rsplit_once(':')
                .ok_or_else(|| AddressError::NoPort { text: whole() })?;
            if host.contains(':') {
                return Err(AddressError::Brackets { text: whole() });
            }
            if host.is_empty() {
                return Err(AddressError::NoHost { text: whole() });
            }
            // Compose allows underscores in the names of services.
            let is_name =
                |each: char| each.is_ascii_alphanumeric() || matches!(each, '-' | '_' | '.');
            if !host.chars().all(is_name) {
                return Err(AddressError::Host {
                    host: host.to_owned(),
                });
            }
            (host, port)
        };
        // The parser of integers takes a sign.
        let number = port
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| port.parse::<u16>().ok())
            .flatten()
            .filter(|port| *port >= smallest_port);
        match number {
            Some(port) => Ok(Self {
                host: host.to_owned(),
                port,
            }),
            None if port.is_empty() => Err(AddressError::NoPort {
                text: text.trim_end_matches(':').to_owned(),
            }),
            None => Err(AddressError::Port {
                text: whole(),
                port: port.to_owned(),
                smallest: smallest_port,
            }),
        }
    }
}

impl FromStr for HostPort {
    type Err = AddressError;

    /// Reads an address to listen on: `host:port` or `[v6]:port`.
    ///
    /// Port 0 is any free one, and `:port` is that port of every IPv4 address, as in Go.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.starts_with(':') && !text[1..].contains(':') {
            return Self::read(&format!("0.0.0.0{text}"), 0);
        }
        Self::read(text, 0)
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(formatter, "[{host}]:{port}")
        } else {
            write!(formatter, "{host}:{port}")
        }
    }
}

impl Default for DaemonAddress {
    fn default() -> Self {
        Self {
            udp: HostPort::standard(),
            tcp: HostPort::standard(),
        }
    }
}

impl FromStr for DaemonAddress {
    type Err = AddressError;

    /// Reads `host:port`, which stands for both ways, or `tcp:host:port udp:host:port` in
    /// either order.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.contains(',') {
            return Err(AddressError::Comma {
                text: text.to_owned(),
            });
        }
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.is_empty() {
            return Err(AddressError::Empty);
        }
        if let [only] = parts[..]
            && protocol(only).is_none()
        {
            let both = HostPort::read(only, 1)?;
            return Ok(Self {
                udp: both.clone(),
                tcp: both,
            });
        }
        let (mut udp, mut tcp) = (None, None);
        for part in parts {
            let (protocol, rest) = protocol(part).ok_or_else(|| AddressError::NoProtocol {
                text: part.to_owned(),
            })?;
            let way = match protocol {
                Protocol::Udp => &mut udp,
                Protocol::Tcp => &mut tcp,
            };
            if way.replace(HostPort::read(rest, 1)?).is_some() {
                return Err(AddressError::Twice { protocol });
            }
        }
        let missing = |missing| AddressError::Missing { missing };
        Ok(Self {
            udp: udp.ok_or(missing(Protocol::Udp))?,
            tcp: tcp.ok_or(missing(Protocol::Tcp))?,
        })
    }
}

impl fmt::Display for DaemonAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { udp, tcp } = self;
        if udp == tcp {
            udp.fmt(formatter)
        } else {
            write!(formatter, "tcp:{tcp} udp:{udp}")
        }
    }
}

/// Takes `tcp:` or `udp:` off, unless it is the name of a host.
fn protocol(part: &str) -> Option<(Protocol, &str)> {
    let (word, rest) = part.split_once(':')?;
    // `tcp:2000` is a host called tcp.
    let is_protocol = rest.contains(':') || rest.parse::<u16>().is_err();
    [Protocol::Tcp, Protocol::Udp]
        .into_iter()
        .find(|protocol| is_protocol && word.eq_ignore_ascii_case(&protocol.to_string()))
        .map(|protocol| (protocol, rest))
}

#[cfg(test)]
mod tests;
