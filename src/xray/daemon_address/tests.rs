use proptest::prelude::*;

use super::*;

fn address(udp: (&str, u16), tcp: (&str, u16)) -> DaemonAddress {
    let [udp, tcp] = [udp, tcp].map(|(host, port)| HostPort {
        host: host.to_owned(),
        port,
    });
    DaemonAddress { udp, tcp }
}

#[test]
fn the_forms() {
    for (text, expected, written) in [
        ("127.0.0.1:2000", DaemonAddress::default(), "127.0.0.1:2000"),
        (
            " xray-daemon:2000 ",
            address(("xray-daemon", 2000), ("xray-daemon", 2000)),
            "xray-daemon:2000",
        ),
        (
            "tcp:127.0.0.1:2000 udp:10.0.0.7:2001",
            address(("10.0.0.7", 2001), ("127.0.0.1", 2000)),
            "tcp:127.0.0.1:2000 udp:10.0.0.7:2001",
        ),
        (
            "udp:xray_daemon:2001  TCP:[::1]:2000",
            address(("xray_daemon", 2001), ("::1", 2000)),
            "tcp:[::1]:2000 udp:xray_daemon:2001",
        ),
        (
            "[fe80::1]:65535",
            address(("fe80::1", 65535), ("fe80::1", 65535)),
            "[fe80::1]:65535",
        ),
        (
            "tcp:2000",
            address(("tcp", 2000), ("tcp", 2000)),
            "tcp:2000",
        ),
    ] {
        let read: DaemonAddress = text.parse().expect("it is an address");
        assert_eq!(read, expected, "{text}");
        assert_eq!(read.to_string(), written);
        assert_eq!(written.parse(), Ok(read));
    }
}

#[test]
fn mistakes_are_named() {
    for (text, message) in [
        (
            "",
            "the address is empty; write host:port, such as 127.0.0.1:2000",
        ),
        (
            "http://localhost:2000",
            "\"http://localhost:2000\" is a URL; write host:port without a scheme and a path",
        ),
        (
            "localhost",
            "\"localhost\" has no port; write localhost:2000",
        ),
        (
            "localhost:",
            "\"localhost\" has no port; write localhost:2000",
        ),
        ("[::1]", "\"[::1]\" has no port; write [::1]:2000"),
        (":2000", "\":2000\" has no host; write 127.0.0.1:2000"),
        (
            "a:+20",
            "the port \"+20\" of \"a:+20\" is not a number from 1 to 65535",
        ),
        (
            "a:65536",
            "the port \"65536\" of \"a:65536\" is not a number from 1 to 65535",
        ),
        (
            "a:0",
            "the port \"0\" of \"a:0\" is not a number from 1 to 65535",
        ),
        ("a/b:1", "the host \"a/b\" is neither a name nor an address"),
        (
            "[::g]:1",
            "the host \"::g\" is neither a name nor an address",
        ),
        (
            "::1:2000",
            "\"::1:2000\" has several colons; write an IPv6 address in brackets, such as [::1]:2000",
        ),
        (
            "[::1:2000",
            "\"[::1:2000\" has several colons; write an IPv6 address in brackets, such as [::1]:2000",
        ),
        (
            "udp:a:1",
            "there is no address for tcp; add tcp:host:port, or write one host:port for both",
        ),
        ("tcp:a", "\"a\" has no port; write a:2000"),
        ("udp:a:1 udp:b:1", "udp has two addresses"),
        (
            "udp:a:1,tcp:b:1",
            "\"udp:a:1,tcp:b:1\" has a comma; put a blank between the two addresses",
        ),
        (
            "udp:a:1 b:1",
            "\"b:1\" does not start with tcp: or udp:; write tcp:host:port udp:host:port, or one host:port for both",
        ),
    ] {
        let error = text.parse::<DaemonAddress>().expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
    }
}

#[test]
fn listeners_may_leave_the_port_open() {
    let any: HostPort = "[::]:0".parse().expect("it is an address");
    assert_eq!((any.host.as_str(), any.port), ("::", 0));
    assert!("[::]:0".parse::<DaemonAddress>().is_err());
    let every: HostPort = ":2000".parse().expect("it is an address");
    assert_eq!(every.to_string(), "0.0.0.0:2000");
    assert!(":::2000".parse::<HostPort>().is_err());
}

proptest! {
    #[test]
    fn anything_is_answered(text in "\\PC{0,40}", near in "[tcudp:\\[\\] 0-9a.]{0,30}") {
        for text in [text, near] {
            if let Ok(address) = text.parse::<DaemonAddress>() {
                prop_assert_eq!(address.to_string().parse(), Ok(address));
            }
        }
    }
}
