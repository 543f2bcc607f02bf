//! What the kernel dropped before anybody could read it.

use std::net::UdpSocket;

/// How many datagrams the kernel has dropped at this socket; `None` where it does not say.
#[cfg(target_os = "linux")]
pub fn lost(inode: Option<u64>) -> Option<u64> {
    let inode = inode?.to_string();
    ["/proc/net/udp", "/proc/net/udp6"]
        .into_iter()
        .find_map(|table| {
            let text = std::fs::read_to_string(table).ok()?;
            text.lines().skip(1).find_map(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                // … uid timeout inode ref pointer drops
                (columns.get(9) == Some(&inode.as_str()))
                    .then(|| columns.last()?.parse().ok())
                    .flatten()
            })
        })
}

/// The number by which the kernel's tables know the socket.
#[cfg(target_os = "linux")]
pub fn inode(socket: &UdpSocket) -> Option<u64> {
    use std::os::fd::AsRawFd as _;
    let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).ok()?;
    let text = link.to_str()?;
    text.strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

#[cfg(not(target_os = "linux"))]
pub fn lost(_inode: Option<u64>) -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
pub fn inode(_socket: &UdpSocket) -> Option<u64> {
    None
}
