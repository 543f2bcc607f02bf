use proptest::prelude::*;

use super::*;

fn read(text: &str) -> DaemonConfiguration {
    DaemonConfiguration::from_yaml(text).expect("the file is fine")
}

fn refused(text: &str) -> String {
    DaemonConfiguration::from_yaml(text)
        .expect_err("the file is refused")
        .to_string()
}

/// The keys and values of the file that the daemon of AWS is shipped with.
const SHIPPED: &str = r#"
TotalBufferSizeMB: 0
Concurrency: 8
Region: ""
Endpoint: ""
Socket:
  UDPAddress: "127.0.0.1:2000"
  TCPAddress: "127.0.0.1:2000"
Logging:
  LogRotation: true
  LogLevel: "prod"
  LogPath: ""
LocalMode: false
ResourceARN: ""
RoleARN: ""
NoVerifySSL: false
ProxyAddress: ""
Version: 2
"#;

#[test]
fn the_shipped_file_is_the_default() {
    assert_eq!(read(SHIPPED), DaemonConfiguration::default());
    assert_eq!(read("Version: 1"), DaemonConfiguration::default());
}

#[test]
fn every_key_is_read() {
    let configuration = read(
        r"
TotalBufferSizeMB: 24
Concurrency: 3
Region: ca-central-1
Endpoint: http://127.0.0.1:4000
Socket: {UDPAddress: 0.0.0.0:2001, TCPAddress: '[::1]:2002'}
Logging:
  LogRotation: off
  LogLevel: Warn
  LogPath: xray.log
LocalMode: yes
ResourceARN: arn:aws:ec2:us-east-1:000000000000:instance/i-1
RoleARN: arn:aws:iam::000000000000:role/xray
Profile: tracing
NoVerifySSL: no
ProxyAddress: https://proxy:3128
Version: 2
",
    );
    let address = |text: &str| text.parse::<HostPort>().expect("it is an address");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        configuration,
        DaemonConfiguration {
            buffer_megabytes: Some(24),
            concurrency: 3,
            region: text("ca-central-1"),
            endpoint: text("http://127.0.0.1:4000"),
            udp: address("0.0.0.0:2001"),
            tcp: address("[::1]:2002"),
            rotates_log: false,
            log_level: LogLevel::Warn,
            log_path: Some(PathBuf::from("xray.log")),
            is_local: true,
            resource_arn: text("arn:aws:ec2:us-east-1:000000000000:instance/i-1"),
            role_arn: text("arn:aws:iam::000000000000:role/xray"),
            profile: text("tracing"),
            proxy_address: text("https://proxy:3128"),
        }
    );
}

#[test]
fn what_is_left_empty_stays_as_it_is() {
    let text = "Version: 2\nSocket:\nLogging: {}\nRegion:\nTotalBufferSizeMB: ~\nProfile: ''\n";
    assert_eq!(read(text), DaemonConfiguration::default());
}

#[test]
fn refusals_name_the_key_and_what_to_write() {
    for (text, message) in [
        (
            "",
            "the file is empty; it must be keys with values, such as \"Version: 2\"",
        ),
        (
            "- Version: 2",
            "the file is a list; it must be keys with values, such as \"Version: 2\"",
        ),
        (
            "Region: us-east-1",
            "Version is missing; add the line \"Version: 2\"",
        ),
        ("Version: 3", "Version is 3; only 1 and 2 are known"),
        ("Version: two", "Version is \"two\"; only 1 and 2 are known"),
        (
            "Version: 2\nregion: us-east-1",
            "region is not a key of the daemon; did you mean Region?",
        ),
        (
            "Version: 2\nSocket: {UDPAdress: 'a:1'}",
            "Socket.UDPAdress is not a key of the daemon; did you mean Socket.UDPAddress?",
        ),
        (
            "Version: 2\nLogLevel: info",
            "LogLevel is not a key of the daemon; did you mean Logging.LogLevel?",
        ),
        (
            "Version: 2\nSocket: 127.0.0.1:2000",
            "Socket is \"127.0.0.1:2000\"; it must be a section with keys of its own",
        ),
        (
            "Version: 2\nKubernetes: {a: 1}",
            "Kubernetes.a is not a key of the daemon",
        ),
        (
            "Version: 1\nProcessor: {Routine: 8}",
            "Processor.Routine is a key of an older daemon; it is called Concurrency now",
        ),
        (
            "Version: 1\nProfile: {CPU: ''}",
            "Profile.CPU is a key of an older daemon; it has no use any more, take it out",
        ),
        (
            "Version: 2\nConcurrency: '8'",
            "Concurrency is \"8\"; it must be a whole number from 0 on",
        ),
        (
            "Version: 2\nConcurrency: -1",
            "Concurrency is -1; it must be a whole number from 0 on",
        ),
        ("Version: 2\nRegion: 7", "Region is 7; it must be text"),
        (
            "Version: 2\nLocalMode: 1",
            "LocalMode is 1; it must be true or false",
        ),
        (
            "Version: 2\nLogging: {LogLevel: loud}",
            "Logging.LogLevel is \"loud\"; it must be one of dev, debug, info, warn, error and prod",
        ),
        (
            "Version: 2\nSocket: {TCPAddress: localhost}",
            "Socket.TCPAddress: \"localhost\" has no port; write localhost:2000",
        ),
        (
            "Version: 2\nEndpoint: xray.example.com",
            "Endpoint is \"xray.example.com\"; it must be a URL that starts with https:// or http://",
        ),
        (
            "Version: 2\nTotalBufferSizeMB: 2",
            "2 MB are too few for buffers; give at least 3, or 0 for 1 % of the machine's memory",
        ),
    ] {
        assert_eq!(refused(text), message, "{text}");
    }
    assert!(refused("Version: 2\nNoVerifySSL: true").starts_with("NoVerifySSL: true is not"));
}

#[test]
fn what_is_no_yaml_is_refused_with_its_place() {
    assert_eq!(
        refused("Version: 2\nRegion: ["),
        "not readable as YAML: unclosed bracket '[' at line 2, column 9"
    );
    let twice = refused("Version: 2\nRegion: a\nRegion: b");
    assert!(twice.contains("Region"), "{twice}");
}

#[test]
fn bombs_and_deep_nesting_are_refused() {
    let mut bomb = "Version: 2\na0: &a0 [x]\n".to_owned();
    for level in 1..30 {
        let before = level - 1;
        bomb += &format!("a{level}: &a{level} [*a{before}, *a{before}]\n");
    }
    assert!(refused(&bomb).starts_with("not readable as YAML: "));
    let deep = format!("Version: 2\nRegion: {}", "[".repeat(100_000));
    assert!(refused(&deep).starts_with("not readable as YAML: "));
}

#[test]
fn flags_win_over_the_file() {
    let file = read("Version: 2\nRegion: us-east-1\nConcurrency: 4\nTotalBufferSizeMB: 8");
    assert_eq!(
        file.clone().with_flags(DaemonFlags::default()),
        Ok(file.clone())
    );
    let address: HostPort = ":2000".parse().expect("it is an address");
    let flags = DaemonFlags {
        region: Some("ca-central-1".to_owned()),
        udp: Some(address.clone()),
        is_local: true,
        buffer_megabytes: Some(0),
        log_level: Some(LogLevel::Debug),
        ..DaemonFlags::default()
    };
    let expected = DaemonConfiguration {
        region: Some("ca-central-1".to_owned()),
        udp: address,
        is_local: true,
        buffer_megabytes: None,
        log_level: LogLevel::Debug,
        concurrency: 4,
        ..DaemonConfiguration::default()
    };
    assert_eq!(file.clone().with_flags(flags), Ok(expected));
    let few = DaemonFlags {
        buffer_megabytes: Some(1),
        ..DaemonFlags::default()
    };
    assert_eq!(
        file.with_flags(few),
        Err(ConfigurationError::BufferTooSmall { megabytes: 1 })
    );
}

#[test]
fn levels_have_the_daemons_words() {
    let shown: Vec<String> = LogLevel::WORDS
        .iter()
        .map(|(_, level)| level.to_string())
        .collect();
    assert_eq!(shown, ["dev", "debug", "info", "warn", "error", "info"]);
    assert_eq!("PROD".parse(), Ok(LogLevel::Info));
    assert!(LogLevel::Dev < LogLevel::Error);
}

proptest! {
    #[test]
    fn anything_is_answered(text in "\\PC{0,80}", lines in "[A-Za-z:\\-\\[\\]{}&*!|>'\" \n]{0,80}") {
        for text in [text, format!("Version: 2\n{lines}")] {
            if let Err(error) = DaemonConfiguration::from_yaml(&text) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
