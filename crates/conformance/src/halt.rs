//! Being told to end a run: what was judged until then is reported, and cleaned up after.

use std::{
    process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crate::interrupt::Interrupts;

/// Whether this program was told to end.
static ASKED: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that ends at once because of Ctrl-C.
const AT_ONCE: i32 = 130;

#[expect(clippy::exit, clippy::disallowed_methods, reason = "who asks twice does not want to wait")]
fn at_once() -> ! {
    process::exit(AT_ONCE)
}

/// Whether a run goes on until it is over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Halt(Option<&'static AtomicBool>);

impl Halt {
    /// A run that Ctrl-C or SIGTERM ends early, with a report; the second one ends this program at
    /// once. Where the system does not let it listen, the first one does.
    #[must_use]
    pub fn on_signal() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return Self(None) };
        let entered = runtime.enter();
        let Ok(mut interrupts) = Interrupts::new() else { return Self(None) };
        drop(entered);
        thread::spawn(move || {
            runtime.block_on(async {
                interrupts.next().await;
                ASKED.store(true, Ordering::Relaxed);
                interrupts.next().await;
                at_once();
            });
        });
        Self(Some(&ASKED))
    }

    /// A run that ends when this becomes true.
    #[must_use]
    pub const fn when(asked: &'static AtomicBool) -> Self {
        Self(Some(asked))
    }

    /// Whether to end now.
    #[must_use]
    pub fn is_asked(self) -> bool {
        self.0.is_some_and(|asked| asked.load(Ordering::Relaxed))
    }
}
