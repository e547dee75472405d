//! The connection below HTTP, which ends where a fault says.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    sync::atomic::{AtomicU8, AtomicUsize, Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};

use crate::host::delivery::Close;

/// A connection that is told when to end.
#[derive(Debug)]
pub(super) struct Line {
    stream: TcpStream,
    ending: Arc<Ending>,
}

/// How and when a connection ends.
#[derive(Debug)]
pub(super) struct Ending {
    /// One of the numbers below.
    how: AtomicU8,
    /// The bytes that may still be sent.
    budget: AtomicUsize,
    flushed: Notify,
}

const NOT: u8 = 0;
const FIN: u8 = 1;
const RST: u8 = 2;

/// The bytes of a connection that goes on.
const UNLIMITED: usize = usize::MAX;

/// How long what was written before may take on its way. It is on its way at once, but for a
/// client that sent its next requests without waiting, on a connection that was there before the
/// first fault.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

impl Ending {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            how: AtomicU8::new(NOT),
            budget: AtomicUsize::new(UNLIMITED),
            flushed: Notify::new(),
        })
    }

    /// Ends the connection as soon as everything is sent that was written until now.
    pub(super) fn end(&self, close: Close) {
        let how = match close {
            Close::Fin => FIN,
            Close::Rst => RST,
        };
        self.how.store(how, Ordering::Release);
    }

    /// Ends the connection after so many bytes more.
    pub(super) async fn end_after(&self, bytes: usize, close: Close) {
        // What was written for earlier requests goes first.
        let _ = tokio::time::timeout(PATIENCE, self.flushed.notified()).await;
        self.budget.store(bytes, Ordering::Release);
        self.end(close);
    }
}

/// What HTTP is told: the connection is over.
pub(super) fn over() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Line {
    pub(super) const fn new(stream: TcpStream, ending: Arc<Ending>) -> Self {
        Self { stream, ending }
    }

    fn budget(&self) -> usize {
        self.ending.budget.load(Ordering::Acquire)
    }

    /// Makes the connection end, as soon as it is dropped, as it was told.
    fn over<T>(&self) -> Poll<io::Result<T>> {
        if self.ending.how.load(Ordering::Acquire) == RST {
            // Where that cannot be set, the end is another one, but an end.
            let _ = self.stream.set_zero_linger();
        }
        Poll::Ready(Err(over()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let budget = self.budget();
        if budget == 0 {
            return self.over();
        }
        let most = bytes.get(..budget).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, most))?;
        if budget != UNLIMITED {
            self.ending.budget.store(budget - written, Ordering::Release);
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.ending.flushed.notify_waiters();
        if self.ending.how.load(Ordering::Acquire) != NOT && self.budget() == UNLIMITED {
            return self.over();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.budget() == UNLIMITED {
            return Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        }
        let first = slices.iter().find(|slice| !slice.is_empty());
        self.poll_write(context, first.map_or(&[], |slice| slice))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
