//! What is sent and not yet taken waits on the disk, so that the database need not wait for a client.
//!
//! A file of all cases is of one state of the data, which a transaction keeps for as long as it reads. That takes seconds;
//! a client may take hours.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream};
use tokio::sync::mpsc::Receiver;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::cases::export::{Chunk, ExportError};

/// What all clients together may leave on the disk. Where it is used up, the database waits for clients after all.
const MOST_MIB: u32 = 2048;
const MIB: usize = 1 << 20;
/// In each such time a client has to take something...
const WINDOW: Duration = Duration::from_secs(120);
/// ... and so much, as long as there is so much to take: some 8 kB a second. What the system holds ready for a client
/// counts as taken, and goes there in pieces of a third of a megabyte.
const LEAST_BYTES: u64 = 960 * 1024;
/// Bytes that are read together.
const READ_BYTES: usize = 64 * 1024;

/// Room on the disk.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_MIB as usize)))
    }
}

/// What there is for the client.
#[derive(Debug, Clone, Default)]
struct Written {
    file: Option<Arc<File>>,
    /// Bytes so far.
    total: u64,
    /// Those of them that were taken before the file was begun anew.
    before_file: u64,
    /// Whether nothing follows, and whether it is the whole then.
    ended: Option<bool>,
}

/// Puts what comes onto the disk, until all of it is taken.
///
/// # Errors
/// Where it does not come to the end: what made it stops, or the client takes no more.
async fn keep(
    mut chunks: Receiver<Chunk>,
    written: &watch::Sender<Written>,
    taken: watch::Receiver<u64>,
    room: &Room,
) -> Result<(), ExportError> {
    let mut used: Vec<OwnedSemaphorePermit> = Vec::new();
    // Bytes that there is room for.
    let mut free = 0;
    while let Some(chunk) = chunks.recv().await {
        let chunk = chunk?;
        while free < chunk.len() {
            let Ok(more) = Arc::clone(&room.0).try_acquire_owned() else { break };
            used.push(more);
            free += MIB;
        }
        if free < chunk.len() {
            all_taken(written, &taken).await?;
            used.clear();
            free = chunk.len();
            written.send_modify(|written| written.before_file = written.total);
        }
        free -= chunk.len();
        append(written, chunk).await?;
    }
    written.send_modify(|written| written.ended = Some(true));
    all_taken(written, &taken).await
}

async fn append(written: &watch::Sender<Written>, chunk: Vec<u8>) -> io::Result<()> {
    let Written { file, total, before_file, .. } = written.borrow().clone();
    let length = chunk.len() as u64;
    let write = move || {
        let file = file.map_or_else(|| tempfile::tempfile().map(Arc::new), Ok)?;
        file.write_all_at(&chunk, total - before_file)?;
        Ok::<_, io::Error>(file)
    };
    let file = tokio::task::spawn_blocking(write).await.map_err(io::Error::other)??;
    written.send_modify(|written| {
        written.file = Some(file);
        written.total += length;
    });
    Ok(())
}

async fn all_taken(written: &watch::Sender<Written>, taken: &watch::Receiver<u64>) -> Result<(), ExportError> {
    let total = written.borrow().total;
    let reached = taken.clone().wait_for(|taken| *taken >= total).await.map(|_| ());
    reached.map_err(|_| ExportError::ClientGone)
}

/// Ends when a client takes too little, or is gone.
async fn is_given_up(written: &watch::Sender<Written>, mut taken: watch::Receiver<u64>, window: Duration) {
    loop {
        let (before, there) = (*taken.borrow(), written.borrow().total);
        let wanted = LEAST_BYTES.min(there.saturating_sub(before)).max(1);
        let enough = taken.wait_for(|taken| *taken >= before + wanted);
        let in_time = tokio::time::timeout(window, enough).await.map(|taken| taken.is_ok());
        match in_time {
            Ok(true) => {}
            // All that there was has been taken: the client waits, and not the service.
            Err(_) if there == before => {}
            Ok(false) | Err(_) => return,
        }
    }
}

/// What comes, as the client takes it; and the work that has to be done meanwhile, which ends with what became of it.
pub(super) fn spooled(
    chunks: Receiver<Chunk>,
    room: Room,
) -> (impl Stream<Item = Result<Bytes, ExportError>>, impl Future<Output = Result<(), ExportError>>) {
    spooled_within(chunks, room, WINDOW)
}

fn spooled_within(
    chunks: Receiver<Chunk>,
    room: Room,
    window: Duration,
) -> (impl Stream<Item = Result<Bytes, ExportError>>, impl Future<Output = Result<(), ExportError>>) {
    let (written, reads) = watch::channel(Written::default());
    let (takes, taken) = watch::channel(0);
    let work = async move {
        let outcome = tokio::select! {
            // Who has taken all goes away, too.
            biased;
            kept = keep(chunks, &written, taken.clone(), &room) => kept,
            () = is_given_up(&written, taken.clone(), window) => Err(ExportError::ClientGone),
        };
        if outcome.is_err() {
            written.send_modify(|written| written.ended = Some(false));
        }
        outcome
    };
    (taken_by_client(reads, takes), work)
}

fn taken_by_client(
    written: watch::Receiver<Written>,
    takes: watch::Sender<u64>,
) -> impl Stream<Item = Result<Bytes, ExportError>> {
    stream::unfold(Some((written, takes)), async |both| {
        let (mut written, takes) = both?;
        let taken = *takes.borrow();
        match next(&mut written, taken).await {
            Ok(Some(bytes)) => {
                takes.send_modify(|taken| *taken += bytes.len() as u64);
                Some((Ok(bytes.into()), Some((written, takes))))
            }
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// The bytes behind those that are taken; `None` where there are no more.
async fn next(written: &mut watch::Receiver<Written>, taken: u64) -> Result<Option<Vec<u8>>, ExportError> {
    let there = written.wait_for(|written| written.total > taken || written.ended.is_some()).await;
    let Written { file, total, before_file, ended } = there.map_err(|_| ExportError::ClientGone)?.clone();
    match (file, ended) {
        (_, Some(false)) => Err(ExportError::ClientGone),
        (Some(file), _) if total > taken => {
            let length = READ_BYTES.min(usize::try_from(total - taken).unwrap_or(READ_BYTES));
            let read = move || {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, taken - before_file).map(|()| bytes)
            };
            let bytes = tokio::task::spawn_blocking(read).await.map_err(io::Error::other)??;
            Ok(Some(bytes))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio::sync::mpsc::channel;

    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    /// Chunks of which each says which it is.
    fn chunk(number: usize) -> Vec<u8> {
        vec![u8::try_from(number % 251).unwrap_or_default(); READ_BYTES + number]
    }

    async fn sent(room: Room, chunks: usize) -> (Vec<u8>, Result<(), ExportError>) {
        let (sender, receiver) = channel(2);
        let (client, work) = spooled(receiver, room);
        let sending = async move {
            for number in 0..chunks {
                sender.send(Ok(chunk(number))).await.expect("somebody takes it");
            }
        };
        let taking = client.map(|bytes| bytes.expect("no error").to_vec()).concat();
        let ((), worked, bytes) = tokio::join!(sending, work, taking);
        (bytes, worked)
    }

    #[tokio::test]
    async fn all_comes_through_in_order_whether_there_is_room_or_not() {
        let expected: Vec<u8> = (0..40).flat_map(chunk).collect();
        for room in [Room::default(), Room(Arc::new(Semaphore::new(1))), Room(Arc::new(Semaphore::new(0)))] {
            let before = room.0.available_permits();
            let (bytes, worked) = sent(room.clone(), 40).await;
            assert!(worked.is_ok() && bytes == expected);
            assert_eq!(room.0.available_permits(), before, "the room is free again");
        }
    }

    #[tokio::test]
    async fn where_there_is_room_nobody_waits_for_the_client() {
        let (sender, receiver) = channel(2);
        let (client, work) = spooled(receiver, Room::default());
        let work = tokio::spawn(work);
        for number in 0..200 {
            sender.send(Ok(chunk(number))).await.expect("it is taken");
        }
        drop(sender);
        drop(client);
        assert!(matches!(work.await.expect("no panic"), Err(ExportError::ClientGone)));
    }

    #[tokio::test]
    async fn what_breaks_off_does_not_look_whole() {
        let (sender, receiver) = channel(2);
        let (client, work) = spooled(receiver, Room::default());
        sender.send(Ok(chunk(1))).await.expect("it is taken");
        sender.send(Err(ExportError::ClientGone)).await.expect("it is taken");
        let (worked, taken) = tokio::join!(work, client.collect::<Vec<_>>());
        assert!(worked.is_err() && taken.last().is_some_and(Result::is_err));
    }

    #[tokio::test]
    async fn a_client_that_takes_little_is_given_up_and_one_that_waits_is_not() {
        let (sender, receiver) = channel(2);
        let (mut client, work) = {
            let (client, work) = spooled_within(receiver, Room::default(), SHORT);
            (Box::pin(client), tokio::spawn(work))
        };
        sender.send(Ok(chunk(1))).await.expect("it is taken");
        while client.next().await.expect("more").expect("no error").len() == READ_BYTES {}
        tokio::time::sleep(3 * SHORT).await;
        assert!(!work.is_finished(), "there is nothing to take");
        for number in 0..100 {
            sender.send(Ok(chunk(number))).await.expect("it is taken");
        }
        assert!(matches!(work.await.expect("no panic"), Err(ExportError::ClientGone)), "it takes nothing");
        assert!(client.next().await.expect("an end").is_err());
    }
}
