//! Waiting for an answer that is about to come.
//!
//! Waking a thread that sleeps takes longer than a server on the same machine takes to answer, so
//! a client that sends one request after the other spends most of its time being woken.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// For how long a thread asks again before it sleeps: longer than a server on this machine takes to
/// answer, too short to matter where it takes longer.
const AWAKE: Duration = Duration::from_micros(300);

/// A future that is asked again and again for a while before its thread may sleep.
///
/// Each time, the runtime looks for what has come in. Later the future is asked when there is
/// something new, as every other is.
pub(super) struct Awake<F> {
    inner: Pin<Box<F>>,
    until: Instant,
}

impl<F> Awake<F> {
    pub(super) fn new(inner: F) -> Self {
        Self { inner: Box::pin(inner), until: Instant::now() + AWAKE }
    }
}

impl<F: Future> Future for Awake<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let polled = self.inner.as_mut().poll(context);
        if polled.is_pending() && Instant::now() < self.until {
            context.waker().wake_by_ref();
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::*;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn what_nobody_wakes_is_asked_again() {
        let asked = AtomicU32::new(0);
        let third = poll_fn(|_| match asked.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Poll::Pending,
            times => Poll::Ready(times),
        });
        let never = Duration::from_secs(60);
        let awake = Awake { inner: Box::pin(third), until: Instant::now() + never };
        assert_eq!(block_on(awake), 2);
    }

    #[test]
    fn what_takes_longer_is_waited_for() {
        let slow = async {
            tokio::time::sleep(AWAKE * 20).await;
            "there"
        };
        assert_eq!(block_on(Awake::new(slow)), "there");
        // It is not asked all the time.
        let asked = AtomicU32::new(0);
        let over = Awake {
            inner: Box::pin(poll_fn(|_| {
                asked.fetch_add(1, Ordering::Relaxed);
                Poll::<()>::Pending
            })),
            until: Instant::now(),
        };
        let waited = async { tokio::time::timeout(Duration::from_millis(50), over).await };
        block_on(waited).unwrap_err();
        assert!(asked.load(Ordering::Relaxed) < 10);
    }
}
