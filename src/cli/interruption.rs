//! A command that is told to end in the middle: it gives up what it has under way, and says what has become of it.

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::database::Database;
use crate::database::private_server::Cancel;
use crate::parameters::{Message, message};
use crate::server::{self, EndSignal, EndSignals};

/// How long a command that was told to end may take for it.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The command was told to end, and has given up what was under way.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{}", self.message().en)]
pub struct Interrupted {
    signal: EndSignal,
    /// Whether the database has said that it has given all of it up.
    is_over: bool,
}

impl Interrupted {
    /// The code with which the program ends.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(self.signal.exit_code())
    }

    /// What has become of what was under way, in both languages.
    pub fn message(self) -> Message {
        let signal = self.signal;
        if self.is_over {
            message!("{signal}: given up, and nothing was changed", "{signal}：已放弃，没有改变任何内容")
        } else {
            message!(
                "{signal}: given up, and nothing was changed; the database is still ending what was under way",
                "{signal}：已放弃，没有改变任何内容；数据库还在结束进行中的操作"
            )
        }
    }
}

/// Works until it is done, or a signal says that it shall end: then the database gives up what is under way, unless it is
/// being stored already, which is waited for.
///
/// # Errors
/// What `work` has; [`Interrupted`] where it was given up.
pub(super) async fn until_told_to_end(
    database: &Database,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let under_way = database.under_way().clone();
    let (tell, told) = oneshot::channel();
    let listening = tokio::spawn(listen(EndSignals::new()?, tell));
    let address = database.address();
    // A host that is frozen would keep the command for as long as it is.
    let answered = async { address.while_it_answers(work(database)).await.unwrap_or_else(|away| Err(away.into())) };
    let mut work = Box::pin(answered);
    let signal = tokio::select! {
        outcome = &mut work => {
            listening.abort();
            return outcome.map_err(|error| with_outcome(error, under_way.is_storing()));
        }
        Ok(signal) = told => signal,
    };
    if under_way.is_storing() {
        log::info!("{signal}: too late to give it up, it is being stored; ending after that");
        return work.await;
    }
    drop(work);
    let is_over = under_way.give_up(database.address()).await;
    Err(Interrupted { signal, is_over }.into())
}

/// The same of what has a private server to itself: it is told to stop starting, and ends with what was done on it.
///
/// # Errors
/// As [`until_told_to_end`].
pub(super) async fn until_told_to_end_alone<T>(
    cancel: Cancel,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let mut signals = EndSignals::new()?;
    let mut work = Box::pin(work);
    let signal = tokio::select! {
        biased;
        outcome = &mut work => return outcome,
        signal = signals.next() => signal,
    };
    cancel.cancel();
    drop(work);
    Err(Interrupted { signal, is_over: true }.into())
}

/// Nobody knows whether what a command has done is stored: the connection was lost between the commit and its answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().en)]
pub struct UnknownOutcome(String);

impl UnknownOutcome {
    /// What is known, in both languages.
    pub fn message(&self) -> Message {
        let reason = &self.0;
        message!(
            "the connection was lost while the changes were being stored, so that they may be stored or not: {reason}\n  \
             once the database is there again, `imports list` shows an import that was; running it again is safe for rows \
             that have a key, and makes others anew",
            "正在保存时失去了连接，因此不知道是否已经保存：{reason}\n  \
             数据库恢复后，`imports list` 会列出已保存的导入；重新运行对带键的行是安全的，没有键的行会再建一份"
        )
    }
}

/// An error, and what is known of what was being stored when it came.
fn with_outcome(error: anyhow::Error, is_storing: bool) -> anyhow::Error {
    if is_storing && server::is_away(&error) { UnknownOutcome(format!("{error:#}")).into() } else { error }
}

/// Tells the first signal. A second one, or a command that goes on and on, ends the program at once: a thread that waits
/// for whoever reads its output hears nothing.
async fn listen(mut signals: EndSignals, tell: oneshot::Sender<EndSignal>) {
    let first = signals.next().await;
    let _ = tell.send(first);
    let last = tokio::select! {
        signal = signals.next() => signal,
        () = tokio::time::sleep(END_LIMIT) => first,
    };
    std::process::exit(last.exit_code().into());
}
