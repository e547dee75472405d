//! Planted faults: a server that is wrong in one way, to prove that a test finds it.
//!
//! Only with the feature `planted-faults`, which nothing switches on by itself. The operations and
//! services know nothing of this: [`Planted::around`] wraps an operation that has been read, and
//! sees the request, the documents before, the documents after and the answer.

mod concurrent;
mod connectors;
mod fault;
mod filtering;
mod jobs;
mod lists;
mod missing;
mod scene;

use std::sync::Arc;

use api_types::endpoint::Operation;
pub use fault::{Fault, UnknownFault};

use self::{
    concurrent::Concurrent,
    scene::{Asked, Scene},
};
use crate::{
    call::{Context, Input, Prepared},
    error::ApiError,
    operations,
    reply::Reply,
    store::Store,
};

/// What an operation answers.
type Answer = Result<Reply, ApiError>;

/// How a fault is wrong.
#[derive(Clone, Copy)]
enum How {
    /// The request is taken for another one.
    Asks(fn(&mut Asked)),
    /// These members of the document stay as they were.
    Keeps(&'static [&'static str]),
    /// The document is another one after an operation that succeeded.
    Edits(fn(&Scene<'_, '_>, &mut api_types::json::Object)),
    /// The answer is another one, and perhaps documents are.
    Answers(fn(&mut Scene<'_, '_>, Answer) -> Answer),
    /// The operation finds other documents, and afterwards something is put right.
    Around(fn(&mut Scene<'_, '_>), fn(&mut Scene<'_, '_>, Answer) -> Answer),
}

/// A fault that one client sees: what it is, on which operations, and how it is wrong.
type Row = (Fault, &'static [Operation], How);

/// All rows, in their files.
const ROWS: [&[Row]; 5] =
    [jobs::ROWS, connectors::ROWS, filtering::ROWS, lists::ROWS, missing::ROWS];

/// The fault of a server, with what it remembers of the requests before.
#[derive(Debug)]
pub(crate) struct Planted {
    fault: Fault,
    concurrent: Arc<Concurrent>,
}

impl Planted {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, concurrent: Arc::default() }
    }

    /// Forgets the requests before.
    pub(crate) fn reset(&self) {
        self.concurrent.reset();
    }

    /// The operation as the fault has it. `documents` copies the documents as they are now; nobody
    /// may hold the lock.
    pub(crate) fn around(
        &self,
        prepared: Prepared,
        input: &Input<'_>,
        path: &str,
        documents: impl Fn() -> Store,
    ) -> Prepared {
        let asked = Asked::new(input);
        let operation = asked.operation;
        let mut rows = ROWS.iter().copied().flatten();
        let row = rows.find(|(fault, on, _)| *fault == self.fault && on.contains(&operation));
        match row {
            Some((_, _, How::Asks(change))) => asked_again(prepared, input, path, asked, *change),
            Some((_, _, how)) => {
                let how = *how;
                Prepared::wrapping(move |context| play(how, prepared, asked, context))
            }
            None => Concurrent::around(&self.concurrent, self.fault, prepared, asked, documents),
        }
    }
}

/// The operation of a changed request; the real one, if the changed one is not valid.
fn asked_again(
    prepared: Prepared,
    input: &Input<'_>,
    path: &str,
    mut asked: Asked,
    change: fn(&mut Asked),
) -> Prepared {
    change(&mut asked);
    let body = if input.body.is_empty() { String::new() } else { asked.body.to_compact() };
    let body = bytes::Bytes::from(body);
    let input = Input { params: asked.params, body: &body, ..*input };
    operations::prepare(&input, path).unwrap_or(prepared)
}

fn play(how: How, prepared: Prepared, asked: Asked, context: &mut Context<'_>) -> Answer {
    let mut scene = Scene::new(asked, context);
    if let How::Around(before, _) = how {
        before(&mut scene);
    }
    let answer = scene.execute(prepared);
    match how {
        How::Answers(after) | How::Around(_, after) => after(&mut scene, answer),
        How::Keeps(members) => {
            if answer.is_ok() {
                scene.edit(|scene, document| scene.keep(document, members));
            }
            answer
        }
        How::Edits(edit) => {
            if answer.is_ok() {
                scene.edit(edit);
            }
            answer
        }
        How::Asks(_) => answer,
    }
}

#[cfg(test)]
mod tests;
