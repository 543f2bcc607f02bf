//! A row of the database: the events of one request as they came, and where each stands.

use super::NewLogEvent;

/// Bytes that one entry has in the database: time, offset, length.
pub(super) const ENTRY: usize = 8 + 4 + 4;

/// Events that came together, in the order of their times.
#[derive(Debug)]
pub(super) struct Batch {
    /// When the first event happened.
    pub(super) first: i64,
    /// When the last one did.
    pub(super) last: i64,
    /// Where each message stands, as it is stored: numbers, the lowest byte first.
    pub(super) entries: Vec<u8>,
    /// The messages, byte for byte, a newline after each.
    pub(super) body: String,
}

impl Batch {
    /// Puts events into one body; `None` if there are none.
    pub(super) fn of(events: &[NewLogEvent<'_>]) -> Option<Self> {
        let (first, last) = (events.first()?.timestamp, events.last()?.timestamp);
        let length = events.iter().map(|event| event.message.len() + 1).sum();
        let mut body = String::with_capacity(length);
        let mut entries = Vec::with_capacity(events.len() * ENTRY);
        for event in events {
            entries.extend(event.timestamp.to_le_bytes());
            entries.extend(small(body.len()).to_le_bytes());
            entries.extend(small(event.message.len()).to_le_bytes());
            body.push_str(event.message);
            body.push('\n');
        }
        Some(Self {
            first,
            last,
            entries,
            body,
        })
    }
}

/// A row that was read.
#[derive(Debug, Default)]
pub(super) struct RowText {
    pub(super) entries: Vec<u8>,
    pub(super) body: String,
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) timestamp: i64,
    pub(super) offset: usize,
    length: usize,
}

impl RowText {
    /// How many events it has.
    pub(super) fn len(&self) -> usize {
        self.entries.len() / ENTRY
    }

    /// Where an event stands; what is left of a damaged row is not an event.
    pub(super) fn entry(&self, index: usize) -> Option<Entry> {
        let chunk = self.entries.get(index * ENTRY..(index + 1) * ENTRY)?;
        let (timestamp, rest) = chunk.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (length, _) = rest.split_first_chunk()?;
        Some(Entry {
            timestamp: i64::from_le_bytes(*timestamp),
            offset: u32::from_le_bytes(*offset) as usize,
            length: u32::from_le_bytes(*length) as usize,
        })
    }

    /// What an event says.
    pub(super) fn message(&self, entry: Entry) -> Option<&str> {
        self.body.get(entry.offset..entry.offset + entry.length)
    }

    /// The first event, from `from` on, of which this is not true; true ones come first.
    pub(super) fn partition(&self, from: usize, is_before: impl Fn(Entry) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.entry(middle).is_some_and(&is_before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn small(length: usize) -> u32 {
    u32::try_from(length).expect("a request's body is bounded far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_survive_the_database() {
        let events: Vec<NewLogEvent<'_>> = [(5, "é"), (5, "two\nlines"), (7, "\u{0}"), (9, " ")]
            .map(|(timestamp, message)| NewLogEvent { timestamp, message })
            .to_vec();
        let batch = Batch::of(&events).unwrap();
        assert_eq!((batch.first, batch.last), (5, 9));
        let row = RowText {
            entries: batch.entries,
            body: batch.body,
        };
        assert_eq!(row.len(), 4);
        for (index, event) in events.iter().enumerate() {
            let entry = row.entry(index).unwrap();
            assert_eq!(entry.timestamp, event.timestamp);
            assert_eq!(row.message(entry), Some(event.message));
        }
        assert_eq!(row.entry(4), None);
        assert_eq!(row.partition(0, |entry| entry.timestamp < 7), 2);
        assert_eq!(row.partition(3, |entry| entry.timestamp < 7), 3);
        assert!(Batch::of(&[]).is_none());
    }

    #[test]
    fn a_damaged_row_has_what_can_be_read() {
        let row = RowText {
            entries: vec![0xff; ENTRY + 3],
            body: "é".to_owned(),
        };
        assert_eq!(row.len(), 1);
        let entry = row.entry(0).unwrap();
        assert_eq!(row.message(entry), None);
        let within_a_letter = Entry {
            offset: 1,
            length: 1,
            ..entry
        };
        assert_eq!(row.message(within_a_letter), None);
    }
}
