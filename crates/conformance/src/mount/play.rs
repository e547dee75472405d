//! Plays a case against a mock of this crate's own, for what is answered to its judged step.

use std::{io, ptr, thread, time::Duration};

use crate::{
    case::{Case, Step, VariableError, Variables},
    client::{Client, ClientError},
    exchange::{Answer, Request},
    judge::{Framing, Strictness, judge},
    own_mock::{OwnMock, OwnMockError},
    target::Credentials,
};

/// How long the mock may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a case cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// There is no mock.
    #[error(transparent)]
    Mock(#[from] OwnMockError),
    /// The mock cannot be asked.
    #[error("it cannot be asked: {0}")]
    Start(#[from] io::Error),
    /// The mock does not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The case uses what no answer has given.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// The mock answers otherwise.
    #[error("at {place} {mismatch}")]
    Differs {
        /// The step.
        place: String,
        /// The first difference.
        mismatch: String,
    },
    /// The case has no steps.
    #[error("it has no request")]
    Empty,
}

/// The judged step of the case, with its request and the answer. On a thread of its own: whoever
/// calls may be in a runtime already.
pub(super) fn play(case: &Case) -> Result<(&Step, Request, Answer), PlayError> {
    let ended = |_| Err(PlayError::Start(io::Error::other("its thread ended")));
    thread::scope(|scope| {
        let playing = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(steps(case))
        });
        playing.join().unwrap_or_else(ended)
    })
}

async fn steps(case: &Case) -> Result<(&Step, Request, Answer), PlayError> {
    let judged = case.judged_step().ok_or(PlayError::Empty)?;
    let mock = OwnMock::repeating()?;
    let client = Client::new(mock.url().clone(), Credentials::None, TIMEOUT);
    let mut variables = Variables::default();
    variables.keep("connector", case.connector.clone());
    for step in &case.steps {
        let request = step.filled(&variables)?;
        let answer = client.send(&request).await?;
        let judgement =
            judge(&step.answer, &answer, Strictness::Usual, Framing::Length, &mut variables)?;
        if let Some(mismatch) = judgement.mismatches.first() {
            let (place, mismatch) = (step.place.to_string(), mismatch.to_string());
            return Err(PlayError::Differs { place, mismatch });
        }
        if ptr::eq(step, judged) {
            return Ok((step, request, answer));
        }
    }
    Err(PlayError::Empty)
}
