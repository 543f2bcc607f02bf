//! Which spans of a trace have come by OTLP: exporters send again what nobody acknowledged.

use crate::trace::SpanId;

/// The ids of the spans of one trace, sorted.
#[derive(Debug, Default)]
pub(super) struct SpansSeen(Box<[SpanId]>);

impl SpansSeen {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes in the spans that came together, and tells how many of them are new.
    pub(super) fn learn(&mut self, spans: &[SpanId]) -> u64 {
        let is_known = |id: &SpanId| self.0.binary_search(id).is_ok();
        let mut new: Vec<SpanId> = spans.iter().filter(|id| !is_known(id)).copied().collect();
        new.sort_unstable();
        new.dedup();
        let count = new.len() as u64;
        if count > 0 {
            // What is sorted already is merged at the cost of looking at it.
            let mut all = Vec::with_capacity(self.0.len() + new.len());
            all.extend_from_slice(&self.0);
            all.append(&mut new);
            all.sort();
            self.0 = all.into();
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_new_once() {
        let ids = |bits: &[u64]| {
            bits.iter()
                .map(|bits| SpanId::new(*bits))
                .collect::<Vec<_>>()
        };
        let mut seen = SpansSeen::default();
        assert_eq!(seen.learn(&ids(&[5, 1, 5])), 2);
        assert_eq!(seen.learn(&ids(&[1, 5])), 0);
        assert_eq!(seen.learn(&ids(&[9, 1, 3])), 2);
        assert_eq!(&*seen.0, ids(&[1, 3, 5, 9]));
    }
}
