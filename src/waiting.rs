//! How many wait for something.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts those that wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting(AtomicUsize);

/// One of them, until it is dropped.
struct One<'a>(&'a AtomicUsize);

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiting {
    /// Counts one more for as long as it waits, whether it gets what it waits for or gives up.
    pub(crate) async fn while_waiting<T>(&self, wait: impl Future<Output = T>) -> T {
        self.0.fetch_add(1, Ordering::Relaxed);
        let _one = One(&self.0);
        wait.await
    }

    /// How many wait now.
    pub(crate) fn now(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[test]
    fn who_gives_up_waits_no_more() {
        let waiting = Waiting::default();
        {
            let mut one = pin!(waiting.while_waiting(pending::<()>()));
            assert_eq!(one.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
            assert_eq!(waiting.now(), 1);
        }
        assert_eq!(waiting.now(), 0);
    }
}
