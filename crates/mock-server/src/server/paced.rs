//! A body that comes in pieces, and may break off.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::line::{Ending, PATIENCE, over};
use crate::host::delivery::Close;

/// A body that comes in pieces.
#[derive(Debug)]
pub(super) struct Paced {
    pieces: VecDeque<Bytes>,
    /// The pauses behind the pieces but the last.
    pauses: VecDeque<Duration>,
    pause: Option<Pin<Box<Sleep>>>,
    /// What the headers promise, in bytes.
    promised: u64,
    /// Whether less comes than is promised.
    is_cut: bool,
    /// How the connection ends behind the last piece.
    close: Option<Close>,
    ending: Arc<Ending>,
}

impl Paced {
    /// `body` in one piece more than there are pauses, as far as there are bytes for them. `cut`
    /// says behind how many bytes it breaks off; `close` ends the connection behind it.
    pub(super) fn new(
        body: &Bytes,
        pauses: Vec<Duration>,
        cut: Option<usize>,
        close: Option<Close>,
        ending: Arc<Ending>,
    ) -> Self {
        let promised = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let sent = body.slice(..cut.unwrap_or(body.len()).min(body.len()));
        let size = sent.len().div_ceil(pauses.len() + 1).max(1);
        let mut pieces = VecDeque::new();
        let mut rest = sent;
        while !rest.is_empty() {
            pieces.push_back(rest.split_to(size.min(rest.len())));
        }
        let pauses = pauses.into();
        Self { pieces, pauses, pause: None, promised, is_cut: cut.is_some(), close, ending }
    }

    fn pause_for(&mut self, length: Duration) {
        self.pause = Some(Box::pin(tokio::time::sleep(length)));
    }

    fn end(&mut self) {
        if let Some(close) = self.close.take() {
            self.ending.end(close);
        }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        loop {
            let has_paused = match &mut this.pause {
                Some(pause) => {
                    ready!(pause.as_mut().poll(context));
                    this.pause = None;
                    true
                }
                None => false,
            };
            if let Some(piece) = this.pieces.pop_front() {
                if this.pieces.is_empty() {
                    this.end();
                } else {
                    let pause = this.pauses.pop_front().unwrap_or_default();
                    this.pause_for(pause);
                }
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            if !this.is_cut {
                return Poll::Ready(None);
            }
            if has_paused {
                return Poll::Ready(Some(Err(over())));
            }
            // The connection ends as soon as the pieces are on their way.
            this.end();
            this.pause_for(PATIENCE);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && !self.is_cut
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
