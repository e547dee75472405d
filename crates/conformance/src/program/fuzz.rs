//! `connector-conformance fuzz`

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use api_types::Version;

use super::{
    Output, ProgramError, Reporting, Tell, block_on,
    finish::{finish, place},
};
use crate::{
    cli::FuzzArgs,
    client::Client,
    fuzz::{
        Context, Played, concurrent,
        generate::Plan,
        http_target::{HttpOptions, HttpTarget},
        in_process::InProcessTarget,
        play::Player,
        replay::{Replay, ReplayError},
        run::{self, Bound, FuzzOptions, FuzzRun},
        script,
        target::{Target, TargetError},
        trace::Trace,
    },
    halt::Halt,
    report::{JudgedServer, Report, Style},
    run::what_is,
};

/// Why nothing is fuzzed.
#[derive(Debug, thiserror::Error)]
pub(super) enum FuzzError {
    #[error(
        "{0} is not on this machine. Fuzzing makes and deletes connectors and jobs there, all with ids or index names that begin with the prefix. If the cluster is yours and docs/fuzzing.md was read, say so by --i-own-this-cluster"
    )]
    NotLocal(String),
    #[error(
        "no operation has a name that contains [{0}]; --ops sync_job,update_status is an example"
    )]
    NoOperation(String),
    #[error("--ops leaves nothing to fuzz")]
    NothingLeft,
    #[error(
        "the model is that of Elasticsearch {OLDEST} and newer, this is {0}; `connector-conformance server` judges every version"
    )]
    TooOld(Version),
    #[error("--trace writes the calls of one client; leave out --jobs or --trace")]
    TraceOfSeveral,
    #[error("{}: {cause}", path.display())]
    Replay {
        path: PathBuf,
        #[source]
        cause: ReplayError,
    },
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl FuzzError {
    /// Whether it is a mistake of the command line and not of the server.
    pub(super) const fn is_usage(&self) -> bool {
        match self {
            Self::NotLocal(_)
            | Self::NoOperation(_)
            | Self::NothingLeft
            | Self::TooOld(_)
            | Self::TraceOfSeveral
            | Self::Replay { .. } => true,
            Self::Target(_) => false,
        }
    }
}

/// The first version whose answers the model knows.
const OLDEST: Version = Version::new(9, 0, 0);

/// How many sequences a shrinker may replay, in this process and over a connection.
const SHRINK_LIMIT: u32 = 20_000;
const REMOTE_SHRINK_LIMIT: u32 = 4_000;

pub(super) fn run(
    arguments: &FuzzArgs,
    style: Style,
    tell: Tell<'_>,
) -> Result<Output, ProgramError> {
    let forms = ["fuzz/*".to_owned()];
    let reporting = Reporting::read(&arguments.reporting)?.checked_forms(&forms)?;
    for path in arguments.save.iter().chain(&arguments.script) {
        place(path).map_err(|why| ProgramError::NoPlace { path: path.clone(), why })?;
    }
    let replay = arguments.replay.as_deref().map(read).transpose()?;
    if arguments.trace.is_some() && arguments.jobs > 1 {
        return Err(FuzzError::TraceOfSeveral.into());
    }
    let halt = Halt::on_signal();
    let context = context(arguments)?;
    let report = match &arguments.url {
        None => {
            let target = |_| InProcessTarget::new(arguments.es_version, 1);
            if arguments.jobs > 1 {
                // The clients are clients of one server.
                let one = target(0);
                let targets = (0..arguments.jobs).map(|_| one.clone()).collect();
                fuzzed(arguments, replay, context, targets, halt, tell)?
            } else {
                let workers = thread::available_parallelism().map_or(1, usize::from);
                fuzzed(arguments, replay, context, (0..workers).map(target).collect(), halt, tell)?
            }
        }
        Some(_) => {
            let mut targets = Vec::new();
            for _ in 0..arguments.jobs {
                targets.push(
                    HttpTarget::connect(http(arguments, &context)?).map_err(FuzzError::from)?,
                );
            }
            fuzzed(arguments, replay, context, targets, halt, tell)?
        }
    };
    finish(report, &reporting, style)
}

/// What is fuzzed, and who it says it is.
fn context(arguments: &FuzzArgs) -> Result<Context, ProgramError> {
    let operations = operations(&arguments.ops)?;
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let context = Context {
        seed,
        workers: usize::from(arguments.jobs),
        operations,
        prefix: arguments.prefix.clone(),
        ..Context::default()
    };
    let Some(url) = &arguments.url else {
        let version = known(arguments.es_version)?;
        let name = format!("the mock of Elasticsearch {version}");
        let counterpart = "the reference model".to_owned();
        return Ok(Context { name, counterpart, es_version: Some(version), ..context });
    };
    if !url.is_loopback() && !arguments.i_own_this_cluster {
        return Err(FuzzError::NotLocal(url.to_string()).into());
    }
    let client = Client::new(url.clone(), arguments.access.credentials(), arguments.access.timeout);
    let info = block_on(what_is(&client))??;
    let version = info.version.clone();
    let es_version = version.as_deref().and_then(|text| text.split('-').next()?.parse().ok());
    let es_version = es_version.map(known).transpose()?;
    let name = format!("Elasticsearch {}", version.as_deref().unwrap_or("of unknown version"));
    let server = JudgedServer {
        url: url.to_string(),
        version,
        is_mock: info.is_mock,
        left_behind: Vec::new(),
    };
    Ok(Context {
        name,
        counterpart: url.to_string(),
        server: Some(server),
        credentials: arguments.access.credentials().in_curl(),
        es_version,
        ..context
    })
}

/// The version, if the model knows it.
fn known(version: Version) -> Result<Version, FuzzError> {
    if version < OLDEST { Err(FuzzError::TooOld(version)) } else { Ok(version) }
}

fn http(arguments: &FuzzArgs, context: &Context) -> Result<HttpOptions, ProgramError> {
    let url = arguments.url.clone().ok_or(ProgramError::NoUrl)?;
    let is_mock = context.server.as_ref().is_some_and(|server| server.is_mock);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    Ok(HttpOptions {
        is_awake: arguments.jobs == 1 && processors > 1 && url.is_loopback(),
        url,
        credentials: arguments.access.credentials(),
        timeout: arguments.access.timeout,
        rate: arguments.rate,
        prefix: arguments.prefix.clone(),
        is_mock,
    })
}

/// The operations whose name contains one of the texts, and those that are needed to get anywhere.
fn operations(filters: &[String]) -> Result<Vec<api_types::endpoint::Operation>, FuzzError> {
    use api_types::endpoint::Operation;
    const ALWAYS: [Operation; 4] =
        [Operation::Put, Operation::Get, Operation::SyncJobPost, Operation::SyncJobGet];
    let all = Plan::all_operations();
    if filters.is_empty() {
        return Ok(all);
    }
    for filter in filters {
        if !all.iter().any(|operation| operation.name().contains(filter.as_str())) {
            return Err(FuzzError::NoOperation(filter.clone()));
        }
    }
    let is_chosen = |operation: &Operation| {
        filters.iter().any(|filter| operation.name().contains(filter.as_str()))
    };
    let chosen: Vec<Operation> =
        all.into_iter().filter(|it| is_chosen(it) || ALWAYS.contains(it)).collect();
    if chosen.is_empty() { Err(FuzzError::NothingLeft) } else { Ok(chosen) }
}

fn fuzzed<T: Target + Send>(
    arguments: &FuzzArgs,
    replay: Option<(String, Replay)>,
    mut context: Context,
    mut targets: Vec<T>,
    halt: Halt,
    tell: Tell<'_>,
) -> Result<Report, ProgramError> {
    if let Some((text, replay)) = replay {
        return replayed(arguments, &text, &replay, &context, &mut targets);
    }
    let bound = arguments.time.map_or(Bound::Cases(arguments.cases), Bound::Time);
    let shrink_limit = if arguments.url.is_some() { REMOTE_SHRINK_LIMIT } else { SHRINK_LIMIT };
    let plan = Plan {
        prefix: arguments.prefix.clone(),
        steps: usize::from(arguments.steps),
        operations: context.operations.clone(),
        resets: targets.first().is_some_and(Target::is_alone),
    };
    let options = FuzzOptions { plan, seed: context.seed, bound, shrink_limit, halt };
    let report = if arguments.jobs > 1 {
        let mut progress = |cases: u64| tell(&format!("{cases} scenarios"));
        concurrent::run::run(&options, &mut targets, &mut progress).map(|run| {
            note(&mut context, halt);
            Ok(Report::of_concurrent_fuzz(&run, &context))
        })
    } else {
        let mut progress = |cases: u64, _: &_| {
            if cases.is_multiple_of(512) {
                tell(&format!("{cases} sequences"));
            }
        };
        let mut file = arguments.trace.as_deref().map(TraceFile::create).transpose()?;
        let run = match &mut file {
            None => run::run(&options, &mut targets, &mut progress),
            Some(file) => {
                let mut tracer = |trace: &Trace| file.add(trace);
                run::run_traced(&options, &mut targets, &mut progress, Some(&mut tracer))
            }
        };
        let written = file.map_or(Ok(()), TraceFile::finish);
        match written {
            Err(error) => Ok(Err(error)),
            Ok(()) => run.map(|run| {
                note(&mut context, halt);
                saved(arguments, &run, &mut context)?;
                Ok(Report::of_fuzz(&run, &context))
            }),
        }
    };
    // Whatever happened, nothing is left behind.
    for target in &mut targets {
        target.leave().map_err(FuzzError::from)?;
    }
    report.map_err(FuzzError::from)?
}

/// Says why a run is shorter than it was to be.
fn note(context: &mut Context, halt: Halt) {
    if halt.is_asked() {
        context.notes.push("the run was interrupted; what came before is reported".to_owned());
    }
}

/// Writes what shows a violation.
fn saved(arguments: &FuzzArgs, run: &FuzzRun, context: &mut Context) -> Result<(), ProgramError> {
    let Some(reproducer) = run.found.as_ref().and_then(|found| found.reproducer.as_ref()) else {
        return Ok(());
    };
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|cause| ProgramError::Write { path: path.to_owned(), cause })
    };
    if let Some(path) = &arguments.save {
        let replay = Replay { prefix: arguments.prefix.clone(), steps: reproducer.steps.clone() };
        write(path, &replay.to_text())?;
        context.saved = Some(path.display().to_string());
    }
    if let Some(path) = &arguments.script {
        write(path, &script::script(&reproducer.steps, &reproducer.violation, context))?;
        context.saved_script = Some(path.display().to_string());
    }
    Ok(())
}

/// Where `--trace` writes.
struct TraceFile<'p> {
    path: &'p Path,
    file: BufWriter<File>,
    failure: Option<io::Error>,
}

impl<'p> TraceFile<'p> {
    fn create(path: &'p Path) -> Result<Self, ProgramError> {
        let file = File::create(path)
            .map_err(|cause| ProgramError::Write { path: path.to_owned(), cause })?;
        Ok(Self { path, file: BufWriter::new(file), failure: None })
    }

    fn add(&mut self, trace: &Trace) -> Result<(), TargetError> {
        self.file.write_all(trace.text().as_bytes()).map_err(|cause| {
            let error = TargetError(format!("cannot write the trace: {cause}"));
            self.failure = Some(cause);
            error
        })
    }

    /// Writes what is left.
    fn finish(mut self) -> Result<(), ProgramError> {
        let written = self.failure.take().map_or_else(|| self.file.flush(), Err);
        written.map_err(|cause| ProgramError::Write { path: self.path.to_owned(), cause })
    }
}

fn replayed<T: Target>(
    arguments: &FuzzArgs,
    text: &str,
    replay: &Replay,
    context: &Context,
    targets: &mut [T],
) -> Result<Report, ProgramError> {
    let begin = Instant::now();
    let target = targets.first_mut().ok_or(FuzzError::NothingLeft)?;
    let mut player = Player::new(target).map_err(FuzzError::from)?;
    player.trace = arguments.trace.is_some().then(|| Trace::new("the replay file"));
    let violation = player.all(&replay.steps).map_err(FuzzError::from)?;
    if let (Some(path), Some(trace)) = (arguments.trace.as_deref(), &player.trace) {
        let mut file = TraceFile::create(path)?;
        let _ = file.add(trace); // What goes wrong is told by `finish`.
        file.finish()?;
    }
    target.leave().map_err(FuzzError::from)?;
    let took: Duration = begin.elapsed();
    let file = arguments.replay.as_ref().map(|path| path.display().to_string());
    let played = Played {
        file: file.as_deref().unwrap_or_default(),
        text,
        replay,
        violation: violation.as_ref(),
        took,
    };
    Ok(Report::of_replay(&played, context))
}

fn read(path: &Path) -> Result<(String, Replay), ProgramError> {
    let text = fs::read_to_string(path)
        .map_err(|cause| ProgramError::Read { path: path.to_owned(), cause })?;
    let replay = Replay::parse(text.as_bytes())
        .map_err(|cause| FuzzError::Replay { path: path.to_owned(), cause })?;
    Ok((text, replay))
}
