//! Exchanges as they are kept: many of them in a few pieces of memory, written one behind the other.
//!
//! A request only adds to the end. What is dropped is dropped by the batch, so most requests free
//! nothing, and memory that was not used for long is not touched.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use api_types::Timestamp;
use bytes::Bytes;
use http::Response;

use super::entry::{self, Entry, Sender};
use crate::{
    request::RawRequest,
    store::{Change, Written},
};

/// An answer from this length on is not kept once more if it is the one before it.
const COMPARED: usize = 128;

/// An answer from this length on is shared with whoever has it; a shorter one is copied.
const SHARED: usize = 4096;

/// Memory for so many bytes of text is used again at the most.
const MOST_USED_AGAIN: usize = 128 * 1024;

/// Memory for so many changes is used again at the most.
const MOST_CHANGES: usize = 1024;

/// The parts of the text of an exchange: method, target, headers and body of the request, headers and
/// body of the answer.
pub(super) const PARTS: usize = 6;

/// An exchange that is to be kept. What a connection read is copied: kept as it is, it would hold the
/// whole buffer of the connection.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    record: Record,
    changes: &'a [Change],
    text: Vec<u8>,
    /// The body of the answer, if it is not in the text.
    answer: Option<&'a Bytes>,
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
    answer: Place,
    /// How many documents it wrote.
    changes: usize,
}

/// Where the body of an answer is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Among the parts of the exchange.
    Part,
    /// In the text, from there on.
    At(usize),
    /// Among the answers that are shared.
    Shared(usize),
}

/// A document that was written, with the places of its texts.
#[derive(Clone, Debug)]
struct Noted {
    written: Written,
    version: u64,
    seq_no: u64,
    index: Range<usize>,
    id: Range<usize>,
    before: Option<Range<usize>>,
    after: Option<Range<usize>>,
}

impl<'a> Draft<'a> {
    /// An exchange, written into memory that is used again.
    pub(super) fn new(
        mut text: Vec<u8>,
        at: Timestamp,
        by: Sender,
        request: &RawRequest,
        response: &'a Response<Bytes>,
        changes: &'a [Change],
    ) -> Self {
        let answer = response.body();
        let is_apart = (COMPARED..=entry::MOST_KEPT).contains(&answer.len());
        let parts = entry::Parts {
            request,
            response,
            answer: if is_apart { &[] } else { entry::kept(answer) },
        };
        text.clear();
        let lengths = parts.write(&mut text);
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
            answer: Place::Part,
            changes: changes.len(),
        };
        Self { record, changes, text, answer: is_apart.then_some(answer) }
    }

    /// The memory of its text, or none if that is large.
    pub(super) fn into_text(self) -> Vec<u8> {
        if self.text.capacity() <= MOST_USED_AGAIN { self.text } else { Vec::new() }
    }
}

/// Exchanges of a space, one after the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    records: Vec<Record>,
    changes: Vec<Noted>,
    text: Vec<u8>,
    answers: Vec<Bytes>,
    /// Where the last answer is that was compared, and how long it is.
    last: Option<(Place, usize)>,
    /// Where the last version of a document is.
    last_version: Option<Range<usize>>,
    bytes: usize,
}

/// The memory of one of the batches without what is in it, if nobody else looks at it.
pub(super) fn again(dropped: Vec<Arc<Batch>>) -> Option<Batch> {
    let Batch { mut records, mut changes, mut text, mut answers, .. } =
        dropped.into_iter().find_map(Arc::into_inner)?;
    records.clear();
    changes.clear();
    text.clear();
    answers.clear();
    let is_small = text.capacity() <= MOST_USED_AGAIN && changes.capacity() <= MOST_CHANGES;
    is_small.then_some(Batch { records, changes, text, answers, ..Batch::default() })
}

/// Gives back what was reserved and not used, if it is more than an eighth of what is used.
fn fit<T>(part: &mut Vec<T>) {
    if part.capacity() - part.len() > part.len() / 8 {
        part.shrink_to_fit();
    }
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
            last: None,
            last_version: None,
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
    pub(super) fn push(&mut self, draft: &mut Draft<'_>, number: u64, order: u64) {
        if self.records.is_empty() {
            self.bytes = EMPTY;
        }
        let start = self.text.len();
        self.text.extend_from_slice(&draft.text);
        let answer = draft.answer.map_or(Place::Part, |answer| self.place(answer));
        self.records.push(Record { number, order, start, answer, ..draft.record });
        draft.changes.iter().for_each(|change| self.note(change));
        let changes = size_of::<Noted>() * draft.changes.len();
        self.bytes += size_of::<Record>() + self.text.len() - start + changes;
    }

    /// Adds a document that was written. The version that it replaces is mostly the one that was
    /// written last, and is then not written again.
    fn note(&mut self, change: &Change) {
        let Change { written, version, seq_no, .. } = *change;
        let index = self.add(change.index.as_bytes());
        let id = self.add(change.id.as_bytes());
        let before = entry::short(change.before.as_ref()).map(|text| {
            let last = self.last_version.clone();
            let last = last.filter(|range| self.text.get(range.clone()) == Some(text));
            last.unwrap_or_else(|| self.add(text))
        });
        let after = entry::short(change.after.as_ref()).map(|text| self.add(text));
        self.last_version.clone_from(&after);
        self.changes.push(Noted { written, version, seq_no, index, id, before, after });
    }

    fn add(&mut self, part: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(part);
        start..self.text.len()
    }

    /// Finds a place for an answer. A document that is read again and again is held once.
    fn place(&mut self, answer: &Bytes) -> Place {
        if let Some((place, length)) = self.last
            && self.body(place, length) == Some(answer)
        {
            return place;
        }
        let place = if answer.len() < SHARED {
            self.text.extend_from_slice(answer);
            Place::At(self.text.len() - answer.len())
        } else {
            self.bytes += answer.len() + EMPTY_BYTES;
            self.answers.push(answer.clone());
            Place::Shared(self.answers.len() - 1)
        };
        self.last = Some((place, answer.len()));
        place
    }

    /// The body of an answer that is not among the parts of its exchange.
    fn body(&self, place: Place, length: usize) -> Option<&[u8]> {
        match place {
            Place::Part => None,
            Place::At(start) => self.text.get(start..start + length),
            Place::Shared(index) => self.answers.get(index).map(Bytes::as_ref),
        }
    }

    /// Gives back what was reserved and not used, unless it is little.
    pub(super) fn seal(&mut self) {
        fit(&mut self.records);
        fit(&mut self.changes);
        fit(&mut self.text);
        fit(&mut self.answers);
    }

    /// The number of the last exchange.
    pub(super) fn last(&self) -> u64 {
        self.records.last().map_or(0, |record| record.number)
    }

    /// The exchanges to look at.
    pub(super) fn entries(&self, space: &Arc<str>) -> Vec<Arc<Entry>> {
        let mut changes = self.changes.iter();
        let entries = self.records.iter().map(|record| {
            let Record { start, lengths, number, order, at, by, status, answer_length, .. } =
                *record;
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
            let answer = match record.answer {
                Place::Part => None,
                Place::Shared(index) => self.answers.get(index).cloned(),
                place @ Place::At(_) => self.body(place, answer_length).map(Bytes::copy_from_slice),
            };
            let part = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
            let copied = |range: &Range<usize>| Bytes::copy_from_slice(part(range));
            let changes = changes.by_ref().take(record.changes).map(|noted| {
                let Noted { written, version, seq_no, .. } = *noted;
                let index = String::from_utf8_lossy(part(&noted.index)).into_owned();
                let id = String::from_utf8_lossy(part(&noted.id)).into_owned();
                let before = noted.before.as_ref().map(copied);
                let after = noted.after.as_ref().map(copied);
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
                answer,
                answer_length,
                advice: OnceLock::new(),
            })
        });
        entries.collect()
    }
}

/// What a text that is shared takes beside its length.
const EMPTY_BYTES: usize = size_of::<Bytes>() + ALLOCATIONS;
