use std::path::Path;

use super::*;
use crate::daemon::queue::Budget;

fn open(directory: &Path, capacity: u64) -> (Arc<Spool>, Arc<Counters>) {
    let counters = Arc::new(Counters::default());
    let spool = Spool::on_disk(
        directory.to_owned(),
        capacity,
        Arc::clone(&counters),
        Log::to(std::io::sink()),
    )
    .unwrap();
    (Arc::new(spool), counters)
}

fn batch(texts: &[&str]) -> Vec<Held> {
    let budget = Budget::new(1_000_000);
    texts
        .iter()
        .map(|text| budget.hold(text).unwrap())
        .collect()
}

async fn all(spool: &Arc<Spool>) -> Vec<Vec<String>> {
    let mut seen = Vec::new();
    while let Some(claimed) = spool.claim().await {
        spool.remove(claimed.sequence);
        seen.push(claimed.documents);
    }
    seen
}

#[tokio::test]
async fn batches_come_back_byte_for_byte_and_in_order_after_the_end_of_a_process() {
    let directory = tempfile::tempdir().unwrap();
    let first = ["{\"a\": \"ü\\n\"}\n", "  {}", "€"];
    {
        let (spool, _) = open(directory.path(), 10_000);
        spool.push(batch(&first)).await;
        spool.push(batch(&["second"])).await;
        assert_eq!(spool.waiting().documents, 4);
        // On its way when the process ends: it is not lost.
        assert_eq!(spool.claim().await.unwrap().documents, first);
    }
    let (spool, counters) = open(directory.path(), 10_000);
    assert_eq!(counters.totals().recovered, 4);
    spool.push(batch(&["third"])).await;
    assert_eq!(all(&spool).await, [&first[..], &["second"], &["third"]]);
    assert_eq!(spool.waiting(), Waiting::default());
}

#[tokio::test]
async fn the_oldest_go_when_it_is_full_but_never_what_is_on_its_way() {
    let directory = tempfile::tempdir().unwrap();
    let (spool, counters) = open(directory.path(), 130);
    let text = |letter: &str| letter.repeat(30);
    for letter in ["a", "b"] {
        spool.push(batch(&[&text(letter)])).await;
    }
    let claimed = spool.claim().await.unwrap();
    assert_eq!(claimed.documents, [text("a")]);
    spool.push(batch(&[&text("c")])).await;
    assert_eq!(counters.totals().no_room_in_spool, 1);
    spool.release(claimed.sequence);
    assert_eq!(all(&spool).await, [[text("a")], [text("c")]]);
    spool.push(batch(&[&"d".repeat(500)])).await;
    assert_eq!(counters.totals().no_room_in_spool, 2, "it can never fit");
    assert_eq!(spool.waiting(), Waiting::default());
}

#[tokio::test]
async fn a_damaged_batch_is_counted_kept_aside_and_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    {
        let (spool, _) = open(directory.path(), 10_000);
        for text in ["one", "two", "three"] {
            spool.push(batch(&[text])).await;
        }
    }
    let file = |number: u64, end: &str| directory.path().join(format!("{number:020}.{end}"));
    let whole = std::fs::read(file(0, "batch")).unwrap();
    std::fs::write(file(0, "batch"), &whole[..whole.len() - 1]).unwrap();
    std::fs::write(file(1, "batch"), "").unwrap();
    std::fs::write(file(7, "new"), "half").unwrap();
    let (spool, counters) = open(directory.path(), 10_000);
    assert_eq!(counters.totals().recovered, 2, "of one nothing is known");
    assert_eq!(all(&spool).await, [["three"]]);
    assert_eq!(counters.totals().damaged, 1);
    assert!(file(0, "damaged").exists() && file(1, "damaged").exists());
    assert!(!file(7, "new").exists());
}

#[test]
fn a_directory_belongs_to_one_daemon() {
    let directory = tempfile::tempdir().unwrap();
    let (_first, _) = open(directory.path(), 100);
    let second = Spool::on_disk(
        directory.path().to_owned(),
        100,
        Arc::default(),
        Log::to(std::io::sink()),
    );
    assert_eq!(second.unwrap_err().to_string(), "another daemon uses it");
}
