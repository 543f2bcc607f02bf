//! A batch as a file: a line of JSON with the documents' lengths, then the documents, byte for
//! byte, one after another. The name is the place in the order.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::files;

/// The only version of the format.
const VERSION: u32 = 1;

/// How the files' names end.
const EXTENSION: &str = "batch";

/// Longer than the header of any batch that was ever written.
const LONGEST_HEADER: u64 = 64 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    version: u32,
    lengths: Vec<u64>,
}

/// A file of an earlier run.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) sequence: u64,
    pub(super) bytes: u64,
    /// How many there are in it, or why it cannot be read.
    pub(super) documents: io::Result<u64>,
}

/// The first line for these documents.
pub(super) fn header(texts: &[&str]) -> String {
    let lengths: Vec<String> = texts.iter().map(|text| text.len().to_string()).collect();
    format!(
        "{{\"version\":{VERSION},\"lengths\":[{}]}}\n",
        lengths.join(",")
    )
}

/// Writes a batch, whole or not at all.
pub(super) fn write(
    directory: &Path,
    sequence: u64,
    header: &str,
    texts: &[&str],
) -> io::Result<()> {
    let mut parts = vec![header.as_bytes()];
    parts.extend(texts.iter().map(|text| text.as_bytes()));
    let whole = parts.concat();
    files::write_whole(&path(directory, sequence), &[&whole])
}

/// The documents of a batch.
pub(super) fn read(directory: &Path, sequence: u64) -> io::Result<Vec<String>> {
    let mut reader = BufReader::new(File::open(path(directory, sequence))?);
    let header = read_header(&mut reader)?;
    let mut rest = String::new();
    reader.read_to_string(&mut rest)?;
    let mut rest = rest.as_str();
    let mut documents = Vec::with_capacity(header.lengths.len());
    for length in header.lengths {
        let (document, after) = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(|| damaged("it is shorter than it says"))?;
        documents.push(document.to_owned());
        rest = after;
    }
    if !rest.is_empty() {
        return Err(damaged("it is longer than it says"));
    }
    Ok(documents)
}

/// The batches of a directory, oldest first; what a killed writer left half-done is cleared away.
pub(super) fn all(directory: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("new") => fs::remove_file(&path)?,
            Some(EXTENSION) => {
                let name = path.file_stem().and_then(|stem| stem.to_str());
                if let Some(sequence) = name.and_then(|name| name.parse().ok()) {
                    found.push(look_at(&path, sequence)?);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|each| each.sequence);
    Ok(found)
}

fn look_at(path: &Path, sequence: u64) -> io::Result<Found> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    Ok(Found {
        sequence,
        bytes,
        documents: read_header(&mut BufReader::new(file)).map(|header| header.lengths.len() as u64),
    })
}

fn read_header(reader: &mut BufReader<File>) -> io::Result<Header> {
    let mut line = Vec::new();
    reader
        .by_ref()
        .take(LONGEST_HEADER)
        .read_until(b'\n', &mut line)?;
    let header: Header =
        serde_json::from_slice(&line).map_err(|error| damaged(&error.to_string()))?;
    if header.version != VERSION {
        return Err(damaged("another version wrote it"));
    }
    Ok(header)
}

/// Deletes a batch.
pub(super) fn delete(directory: &Path, sequence: u64) -> io::Result<()> {
    fs::remove_file(path(directory, sequence))
}

/// Renames a batch that cannot be read, so that a person can look at it.
pub(super) fn put_aside(directory: &Path, sequence: u64) -> io::Result<PathBuf> {
    let from = path(directory, sequence);
    let to = from.with_extension("damaged");
    fs::rename(from, &to)?;
    Ok(to)
}

fn path(directory: &Path, sequence: u64) -> PathBuf {
    directory.join(format!("{sequence:020}.{EXTENSION}"))
}

fn damaged(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
