//! Writing together: whoever comes to the database first writes what waits of everybody.
//!
//! Making a commit safe on the disk takes the same time for one row as for a hundred, so requests
//! that come while one commit is under way share the next one. A request is answered when its
//! own row is safe.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::Fault;

/// What became of a row, once it is known.
type Outcome = Mutex<Option<Result<(), Fault>>>;

/// Rows of one kind on their way to the database.
#[derive(Debug)]
pub(super) struct GroupCommit<R> {
    waiting: Mutex<Vec<(R, Arc<Outcome>)>>,
}

impl<R> Default for GroupCommit<R> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
        }
    }
}

impl<R> GroupCommit<R> {
    /// Keeps a row; it is on the disk when this returns. `write` writes all rows or none.
    pub(super) fn put(
        &self,
        connection: &Mutex<Connection>,
        row: R,
        write: impl FnOnce(&mut Connection, &[R]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let outcome = Arc::new(Outcome::default());
        self.waiting().push((row, Arc::clone(&outcome)));
        let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = known(&outcome).take() {
            return outcome;
        }
        let waiting = mem::take(&mut *self.waiting());
        if waiting.is_empty() {
            // Whoever took it failed so badly that nobody was told.
            return Err(Fault::internal("the sandbox failed while it was writing"));
        }
        let (rows, outcomes): (Vec<R>, Vec<Arc<Outcome>>) = waiting.into_iter().unzip();
        let result = write(&mut connection, &rows);
        for outcome in outcomes {
            *known(&outcome) = Some(result.clone());
        }
        result
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(R, Arc<Outcome>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn known(outcome: &Outcome) -> MutexGuard<'_, Option<Result<(), Fault>>> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn rows_that_wait_together_are_written_together() {
        let connection = Mutex::new(Connection::open_in_memory().unwrap());
        let group = GroupCommit::default();
        let written = Mutex::new(Vec::new());
        let commits = AtomicUsize::new(0);
        let held = connection.lock().unwrap();
        let started = Barrier::new(9);
        thread::scope(|scope| {
            for row in 0..8 {
                let (group, connection, started) = (&group, &connection, &started);
                let (written, commits) = (&written, &commits);
                scope.spawn(move || {
                    started.wait();
                    let write = |_: &mut Connection, rows: &[i32]| {
                        commits.fetch_add(1, Ordering::Relaxed);
                        written.lock().unwrap().extend_from_slice(rows);
                        Ok(())
                    };
                    assert_eq!(group.put(connection, row, write), Ok(()));
                });
            }
            started.wait();
            while group.waiting().len() < 8 {
                thread::yield_now();
            }
            drop(held);
        });
        assert_eq!(commits.into_inner(), 1);
        let mut written = written.into_inner().unwrap();
        written.sort_unstable();
        assert_eq!(written, [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn everybody_is_told_of_a_failure() {
        let connection = Mutex::new(Connection::open_in_memory().unwrap());
        let group = GroupCommit::default();
        let fails = |_: &mut Connection, _: &[i32]| Err(Fault::internal("the disk is full"));
        assert!(group.put(&connection, 1, fails).is_err());
        assert_eq!(
            group.put(&connection, 2, |_, rows| {
                assert_eq!(rows, [2], "what failed does not wait any more");
                Ok(())
            }),
            Ok(())
        );
    }
}
