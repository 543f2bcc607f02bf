//! So many items a minute, and at first as many at once.

use tokio::time::Instant;

/// A bucket that fills again over a minute.
#[derive(Debug)]
pub(super) struct Rate {
    most: f64,
    left: f64,
    at: Instant,
}

impl Rate {
    pub(super) fn new(items_a_minute: u32, now: Instant) -> Self {
        let most = f64::from(items_a_minute);
        Self {
            most,
            left: most,
            at: now,
        }
    }

    /// Whether one more may pass.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * self.most / 60.0).min(self.most);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_minute_has_so_many() {
        let start = Instant::now();
        let mut rate = Rate::new(60, start);
        let admitted = |rate: &mut Rate, at| (0..100).filter(|_| rate.admits(at)).count();
        assert_eq!(admitted(&mut rate, start), 60);
        assert_eq!(admitted(&mut rate, start + Duration::from_secs(10)), 10);
        assert_eq!(admitted(&mut rate, start + Duration::from_hours(1)), 60);
    }
}
