//! Exchanges as they are kept: many of them in a few pieces of memory, written one behind the other.
//!
//! A request only adds to the end. What is dropped is dropped by the batch, so most requests free
//! nothing, and memory that was not used for long is not touched.

use std::sync::{Arc, OnceLock};

use api_types::Timestamp;
use bytes::Bytes;
use http::Response;

use super::entry::{self, Entry, Sender};
use crate::{
    request::RawRequest,
    store::{Change, Written},
};

/// An answer up to this length is copied; a longer one is shared with whoever has it.
const COPIED: usize = 512;

/// The parts of the text of an exchange: method, target, headers and body of the request, headers and
/// body of the answer.
pub(super) const PARTS: usize = 6;

/// An exchange that is to be kept. What a connection read is copied: kept as it is, it would hold the
/// whole buffer of the connection.
#[derive(Debug)]
pub(super) struct Draft {
    record: Record,
    changes: Vec<Noted>,
    text: Vec<u8>,
    /// The body of the answer, if it is not in the text.
    answer: Option<Bytes>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    number: u64,
    order: u64,
    at: Timestamp,
    by: Sender,
    status: u16,
    /// Where its text begins.
    start: usize,
    lengths: [usize; PARTS],
    request_length: usize,
    answer_length: usize,
    /// Which of the shared answers is its own.
    answer: Option<usize>,
    /// How many documents it wrote.
    changes: usize,
}

/// A document that was written; the texts stand behind those of the exchange.
#[derive(Clone, Copy, Debug)]
struct Noted {
    index: usize,
    written: Written,
    version: u64,
    seq_no: u64,
    id: usize,
    before: Option<usize>,
    after: Option<usize>,
}

impl Draft {
    pub(super) fn new(
        at: Timestamp,
        by: Sender,
        request: &RawRequest,
        response: &Response<Bytes>,
        changes: &[Change],
    ) -> Self {
        let answer = response.body();
        let is_shared = (COPIED..=entry::MOST_KEPT).contains(&answer.len());
        let parts = entry::Parts {
            request,
            response,
            answer: if is_shared { &[] } else { entry::kept(answer) },
        };
        let mut text = Vec::with_capacity(parts.length() + entry::texts_length(changes));
        let lengths = parts.write(&mut text);
        let changes: Vec<Noted> =
            changes.iter().map(|change| Noted::write(change, &mut text)).collect();
        let record = Record {
            number: 0,
            order: 0,
            at,
            by,
            status: response.status().as_u16(),
            start: 0,
            lengths,
            request_length: request.body.len(),
            answer_length: answer.len(),
            answer: None,
            changes: changes.len(),
        };
        Self { record, changes, text, answer: is_shared.then(|| answer.clone()) }
    }
}

impl Noted {
    fn write(change: &Change, text: &mut Vec<u8>) -> Self {
        let mut add = |part: &[u8]| {
            text.extend_from_slice(part);
            part.len()
        };
        let index = add(change.index.as_bytes());
        let id = add(change.id.as_bytes());
        let before = entry::short(change.before.as_ref()).map(&mut add);
        let after = entry::short(change.after.as_ref()).map(&mut add);
        let Change { written, version, seq_no, .. } = *change;
        Self { index, written, version, seq_no, id, before, after }
    }
}

/// Exchanges of a space, one after the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    records: Vec<Record>,
    changes: Vec<Noted>,
    text: Vec<u8>,
    answers: Vec<Bytes>,
    bytes: usize,
}

/// What the allocator takes for the pieces of something, about.
const ALLOCATIONS: usize = 64;

/// What a batch takes beside what is in it.
const EMPTY: usize = size_of::<Batch>() + ALLOCATIONS;

impl Batch {
    /// A batch that will be like another one.
    pub(super) fn like(other: &Self) -> Self {
        Self {
            records: Vec::with_capacity(other.records.len()),
            changes: Vec::with_capacity(other.changes.len()),
            text: Vec::with_capacity(other.text.len()),
            answers: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    /// The memory that it takes.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds an exchange.
    pub(super) fn push(&mut self, draft: &mut Draft, number: u64, order: u64) {
        if self.records.is_empty() {
            self.bytes = EMPTY;
        }
        let answer = draft.answer.take().map(|answer| self.shared(answer));
        let start = self.text.len();
        self.records.push(Record { number, order, start, answer, ..draft.record });
        self.text.extend_from_slice(&draft.text);
        self.changes.extend_from_slice(&draft.changes);
        let changes = size_of::<Noted>() * draft.changes.len();
        self.bytes += size_of::<Record>() + draft.text.len() + changes;
    }

    /// The number of an answer among those that are shared. A document that is read again and again is
    /// held once.
    fn shared(&mut self, answer: Bytes) -> usize {
        let is_last = self
            .answers
            .last()
            .is_some_and(|last| (last.as_ptr(), last.len()) == (answer.as_ptr(), answer.len()));
        if !is_last {
            self.bytes += answer.len() + EMPTY_BYTES;
            self.answers.push(answer);
        }
        self.answers.len() - 1
    }

    /// Gives back what was reserved and not used.
    pub(super) fn seal(&mut self) {
        self.records.shrink_to_fit();
        self.changes.shrink_to_fit();
        self.text.shrink_to_fit();
        self.answers.shrink_to_fit();
    }

    /// The number of the last exchange.
    pub(super) fn last(&self) -> u64 {
        self.records.last().map_or(0, |record| record.number)
    }

    /// The exchanges to look at.
    pub(super) fn entries(&self, space: &Arc<str>) -> Vec<Arc<Entry>> {
        let mut changes = self.changes.iter();
        let entries = self.records.iter().map(|record| {
            let Record { start, lengths, number, order, at, by, status, .. } = *record;
            let mut end = start;
            let mut take = |length: usize| {
                let part = self.text.get(end..end + length).unwrap_or_default();
                end += length;
                part
            };
            let mut text = Vec::with_capacity(lengths.iter().sum());
            let mut ends = [0; PARTS];
            for (length, end) in lengths.into_iter().zip(&mut ends) {
                text.extend_from_slice(take(length));
                *end = text.len();
            }
            let mut copied = |length: usize| Bytes::copy_from_slice(take(length));
            let changes = changes.by_ref().take(record.changes).map(|noted| {
                let Noted { written, version, seq_no, .. } = *noted;
                let index = String::from_utf8_lossy(&copied(noted.index)).into_owned();
                let id = String::from_utf8_lossy(&copied(noted.id)).into_owned();
                let before = noted.before.map(&mut copied);
                let after = noted.after.map(&mut copied);
                Change { index, id, written, version, seq_no, before, after }
            });
            Arc::new(Entry {
                number,
                order,
                space: Arc::clone(space),
                at,
                by,
                status,
                changes: changes.collect(),
                text: text.into_boxed_slice(),
                ends,
                request_length: record.request_length,
                answer: record.answer.and_then(|index| self.answers.get(index).cloned()),
                answer_length: record.answer_length,
                advice: OnceLock::new(),
            })
        });
        entries.collect()
    }
}

/// What a text that is shared takes beside its length.
const EMPTY_BYTES: usize = size_of::<Bytes>() + ALLOCATIONS;
