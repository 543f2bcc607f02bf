//! The names of log streams where none is given: one for each start of a process.

use jiff::Timestamp;

/// The longest part that is the name of a machine or a program; the whole may have 512 characters.
const LONGEST_PART: usize = 200;

/// The program's part where it is not known.
const PROGRAM: &str = "cruddur-obs";

/// `HOST/2026-11-24T10-00-00Z/PID`, with what this process knows.
pub(super) fn of_this_process() -> String {
    name(&host(), Timestamp::now(), std::process::id())
}

/// `HOST/PROGRAM/LOGGER/PID`, with what this process knows: the form that the seeds' handler
/// gives its streams.
pub(super) fn of_a_logger(logger: &str) -> String {
    let program = std::env::args_os().next();
    let program = program
        .as_ref()
        .and_then(|path| std::path::Path::new(path).file_name())
        .map_or_else(|| PROGRAM.into(), |name| name.to_string_lossy());
    logger_name(&host(), &program, logger, std::process::id())
}

/// This machine's name.
pub(super) fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

fn logger_name(host: &str, program: &str, logger: &str, process: u32) -> String {
    let program = part(program, PROGRAM);
    format!("{}/{program}/{logger}/{process}", part(host, "localhost"))
}

fn name(host: &str, start: Timestamp, process: u32) -> String {
    let host = part(host, "localhost");
    format!("{host}/{}/{process}", start.strftime("%Y-%m-%dT%H-%M-%SZ"))
}

/// A name as a part of a stream's.
fn part(name: &str, otherwise: &str) -> String {
    let part: String = name
        .chars()
        .take(LONGEST_PART)
        .map(|each| match each {
            ':' | '*' | '/' => '-',
            each if each.is_control() || each.is_whitespace() => '-',
            each => each,
        })
        .collect();
    if part.is_empty() {
        otherwise.to_owned()
    } else {
        part
    }
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
        assert_eq!(logger_name("vm", "serve", "app", 7), "vm/serve/app/7");
        for host in ["a:b*c", "größe", "a b\n", &"x".repeat(9999)] {
            let name = name(host, start, u32::MAX);
            assert_eq!(check_log_stream_name(&name), Ok(()), "{name}");
            let name = logger_name(host, host, "app", u32::MAX);
            assert_eq!(check_log_stream_name(&name), Ok(()), "{name}");
        }
    }
}
