//! What goes over a connection: a whole answer, one that is held up or breaks off, or a stream of
//! events.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::watch;

use super::paced::Paced;
use crate::host::Subscription;

/// The body of an answer.
pub(super) enum Sent {
    Whole(Full<Bytes>),
    Paced(Paced),
    Events(Box<Events>),
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(body) => {
                Pin::new(body).poll_frame(context).map_err(|it: Infallible| match it {})
            }
            Self::Paced(body) => Pin::new(body).poll_frame(context),
            Self::Events(events) => events.poll(context).map(|text| text.map(Frame::data).map(Ok)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Paced(body) => body.is_end_stream(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Paced(body) => body.size_hint(),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

/// How long a stream of events may be silent; a comment says that the server is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events, until the client goes or the server stops.
pub(super) struct Events {
    subscription: Subscription,
    keep_alive: Pin<Box<tokio::time::Sleep>>,
    stopped: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

/// The answer that is a stream of events.
pub(super) fn events(subscription: Subscription, mut stop: watch::Receiver<()>) -> Response<Sent> {
    let keep_alive = Box::pin(tokio::time::sleep(KEEP_ALIVE));
    let stopped = Box::pin(async move {
        // The sender is gone when the server is.
        let _ = stop.changed().await;
    });
    let body = Events { subscription, keep_alive, stopped };
    let mut response = Response::new(Sent::Events(Box::new(body)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Events {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.stopped.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        if let Poll::Ready(text) = self.subscription.poll_next(context) {
            self.rest();
            return Poll::Ready(Some(text));
        }
        if self.keep_alive.as_mut().poll(context).is_ready() {
            self.rest();
            // Asks to be woken for the next one.
            let _ = self.keep_alive.as_mut().poll(context);
            return Poll::Ready(Some(Bytes::from_static(b": still here\n\n")));
        }
        Poll::Pending
    }

    fn rest(&mut self) {
        self.keep_alive.as_mut().reset(tokio::time::Instant::now() + KEEP_ALIVE);
    }
}
