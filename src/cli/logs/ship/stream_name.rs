//! The name of a log stream where none is given: one for each start of a process.

use jiff::Timestamp;

/// The longest part that is the machine's name; the whole may have 512 characters.
const LONGEST_HOST: usize = 255;

/// `HOST/2026-11-24T10-00-00Z/PID`, with what this process knows.
pub(super) fn of_this_process() -> String {
    let host = gethostname::gethostname();
    name(
        &host.to_string_lossy(),
        Timestamp::now(),
        std::process::id(),
    )
}

fn name(host: &str, start: Timestamp, process: u32) -> String {
    let host: String = host
        .chars()
        .take(LONGEST_HOST)
        .map(|each| match each {
            ':' | '*' | '/' => '-',
            each if each.is_control() || each.is_whitespace() => '-',
            each => each,
        })
        .collect();
    let host = if host.is_empty() { "localhost" } else { &host };
    format!("{host}/{}/{process}", start.strftime("%Y-%m-%dT%H-%M-%SZ"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::names::check_log_stream_name;

    #[test]
    fn names_sort_by_start_and_are_taken() {
        let start: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        assert_eq!(name("web-1", start, 42), "web-1/2026-11-24T10-00-00Z/42");
        assert_eq!(name("", start, 1), "localhost/2026-11-24T10-00-00Z/1");
        for host in ["a:b*c", "größe", "a b\n", &"x".repeat(9999)] {
            let name = name(host, start, u32::MAX);
            assert_eq!(check_log_stream_name(&name), Ok(()), "{name}");
        }
    }
}
