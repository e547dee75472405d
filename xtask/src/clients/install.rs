//! Installs the clients at their pinned versions, from the registries that this machine is set to.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Context as _;

use super::{
    client::{Client, Language},
    plan,
    process::{self, End},
};

/// How long a step of an installation may take.
const LIMIT: Duration = Duration::from_secs(240);
/// The oldest Python and Node.js that the pinned versions run with.
const PYTHON: (u32, u32) = (3, 10);
const NODE: (u32, u32) = (20, 0);

/// What came of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    /// The program that runs the client.
    Ready(PathBuf),
    /// This machine cannot have it, for that reason.
    Skipped(String),
    /// It should have worked and did not.
    Failed(String),
}

/// A step that did not work out.
enum Trouble {
    Skipped(String),
    Failed(String),
    Broken(anyhow::Error),
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

/// Installs a client unless it is there already.
pub(super) fn install(client: Client) -> anyhow::Result<Installed> {
    let major = client.major();
    let folder = plan::clients();
    match client.language() {
        Language::Python => {
            let requirements = folder.join(format!("python/requirements-{major}.txt"));
            python(&format!("python-{major}"), &requirements)
        }
        Language::Node => node("node", &folder.join("node")),
    }
}

/// Makes an environment of Python with what `requirements` pins; the program is its Python.
pub(crate) fn python(name: &str, requirements: &Path) -> anyhow::Result<Installed> {
    installed(python_at(name, requirements, &place()?))
}

/// Installs what the package in `folder` pins into a copy of it, `target/clients/NAME`; the program
/// is Node.js.
pub(crate) fn node(name: &str, folder: &Path) -> anyhow::Result<Installed> {
    installed(node_at(name, folder, &place()?))
}

fn place() -> anyhow::Result<PathBuf> {
    let place = plan::installed();
    fs::create_dir_all(&place).with_context(|| format!("cannot make {}", place.display()))?;
    Ok(place)
}

fn installed(done: Result<PathBuf, Trouble>) -> anyhow::Result<Installed> {
    match done {
        Ok(program) => Ok(Installed::Ready(program)),
        Err(Trouble::Skipped(reason)) => Ok(Installed::Skipped(reason)),
        Err(Trouble::Failed(reason)) => Ok(Installed::Failed(reason)),
        Err(Trouble::Broken(error)) => Err(error),
    }
}

fn python_at(name: &str, requirements: &Path, place: &Path) -> Result<PathBuf, Trouble> {
    let base = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let log = place.join(format!("{name}.log"));
    let version = version(&base, &log, PYTHON)?;
    let environment = place.join(name);
    let programs = if cfg!(windows) { "Scripts" } else { "bin" };
    let program = environment.join(programs).join("python");
    let stamp = Stamp::new(place.join(format!("{name}.installed")), &version, &[requirements])?;
    if stamp.is_set() && program.is_file() {
        return Ok(program);
    }
    stamp.clear()?;
    println!("installing what {} pins", requirements.display());
    let mut venv = Command::new(&base);
    step(venv.args(["-m", "venv", "--clear"]).arg(&environment), &log)?;
    let mut pip = Command::new(&program);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r"]);
    step(pip.arg(requirements), &log)?;
    stamp.set()?;
    Ok(program)
}

fn node_at(name: &str, folder: &Path, place: &Path) -> Result<PathBuf, Trouble> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let log = place.join(format!("{name}.log"));
    let version = version("node", &log, NODE)?;
    self::version(npm, &log, (0, 0))?;
    let files = ["package.json", "package-lock.json"].map(|file| folder.join(file));
    let [manifest, lock] = &files;
    let directory = place.join(name);
    let stamp = Stamp::new(place.join(format!("{name}.installed")), &version, &[manifest, lock])?;
    if stamp.is_set() && directory.join("node_modules").is_dir() {
        return Ok(PathBuf::from("node"));
    }
    stamp.clear()?;
    println!("installing what {} pins", manifest.display());
    fs::create_dir_all(&directory).context("cannot make a directory")?;
    for file in &files {
        let copy = directory.join(file.file_name().unwrap_or_default());
        fs::copy(file, copy).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let mut command = Command::new(npm);
    command.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    step(command.current_dir(&directory), &log)?;
    stamp.set()?;
    Ok(PathBuf::from("node"))
}

/// What a program says its version is, if it is not older than `least`.
fn version(program: &str, log: &Path, least: (u32, u32)) -> Result<String, Trouble> {
    let end = process::run(Command::new(program).arg("--version"), log, LIMIT)?;
    let text = match end {
        End::Itself(status, text) if status.success() => text.trim().to_owned(),
        End::Itself(_, text) | End::Stopped(text) => {
            return Err(Trouble::Skipped(format!("{program} does not run: {}", text.trim())));
        }
        End::Missing => return Err(Trouble::Skipped(format!("{program} is missing"))),
    };
    match major_and_minor(&text) {
        Some(version) if version < least => {
            let (major, minor) = least;
            Err(Trouble::Skipped(format!("{program} is {text}, older than {major}.{minor}")))
        }
        Some(_) => Ok(text),
        None => Err(Trouble::Skipped(format!("{program} has no version but says [{text}]"))),
    }
}

/// `Python 3.11.7` and `v20.20.2` as numbers.
fn major_and_minor(text: &str) -> Option<(u32, u32)> {
    let number = text.trim_start_matches(|sign: char| !sign.is_ascii_digit());
    let mut parts = number.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Runs a command of an installation.
fn step(command: &mut Command, log: &Path) -> Result<(), Trouble> {
    let name = command.get_program().to_string_lossy().into_owned();
    match process::run(command, log, LIMIT)? {
        End::Itself(status, _) if status.success() => Ok(()),
        End::Itself(_, text) => Err(trouble(&text)),
        End::Stopped(_) => {
            Err(Trouble::Skipped(format!("its installation took over {} seconds", LIMIT.as_secs())))
        }
        End::Missing => Err(Trouble::Skipped(format!("{name} is missing"))),
    }
}

/// What pip and npm write where it is the machine or its network that is at fault.
const FAULTS: [&str; 27] = [
    "ensurepip is not available",
    "No module named venv",
    "No module named pip",
    "No space left on device",
    "ENOSPC",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Read timed out",
    "NameResolutionError",
    "ProxyError",
    "SSLError",
    "ConnectionResetError",
    "Connection refused",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "HTTP error 5",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "CERT_",
    "code E5",
];

/// The longest line of a program that is shown: pip lists all versions that there are.
const SHOWN: usize = 160;

/// What keeps packages from being installed: the machine, or what is asked for.
fn trouble(text: &str) -> Trouble {
    if let Some(fault) = FAULTS.iter().find(|fault| text.contains(**fault)) {
        return Trouble::Skipped(format!("its packages cannot be installed here: {fault}"));
    }
    let begins = ["ERROR", "Error", "npm error", "npm ERR!"];
    let is_error = |line: &&str| begins.iter().any(|begin| line.starts_with(begin));
    let last = || text.lines().rfind(|line| !line.trim().is_empty());
    let line = text.lines().find(is_error).or_else(last).unwrap_or("no word why");
    let line: String = line.trim().chars().take(SHOWN).collect();
    Trouble::Failed(format!("its packages cannot be installed: {line}"))
}

/// Tells that something was installed, and from what.
struct Stamp {
    path: PathBuf,
    text: String,
}

impl Stamp {
    fn new(path: PathBuf, version: &str, files: &[&Path]) -> anyhow::Result<Self> {
        let mut text = format!("{version}\n");
        for file in files {
            let read = fs::read_to_string(file);
            text += &read.with_context(|| format!("cannot read {}", file.display()))?;
        }
        Ok(Self { path, text })
    }

    fn is_set(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    fn set(&self) -> anyhow::Result<()> {
        let shown = || format!("cannot write {}", self.path.display());
        fs::write(&self.path, &self.text).with_context(shown)
    }

    /// Before an installation that may break off.
    fn clear(&self) -> anyhow::Result<()> {
        let shown = || format!("cannot write {}", self.path.display());
        fs::write(&self.path, "").with_context(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(major_and_minor("Python 3.11.7"), Some((3, 11)));
        assert_eq!(major_and_minor("v20.20.2"), Some((20, 20)));
        assert_eq!(major_and_minor("none"), None);
        assert!((3, 9) < PYTHON && PYTHON <= (3, 10));
    }

    #[test]
    fn the_network_is_no_failure_and_a_version_that_does_not_exist_is() {
        let skipped = |text: &str| match trouble(text) {
            Trouble::Skipped(reason) => Some(reason),
            Trouble::Failed(_) | Trouble::Broken(_) => None,
        };
        let pip = "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution\n";
        let reason = "its packages cannot be installed here: NewConnectionError";
        assert_eq!(skipped(pip), Some(reason.to_owned()));
        assert!(skipped("npm error code EAI_AGAIN\nnpm error errno").is_some());
        assert!(
            skipped("ERROR: No matching distribution found for elasticsearch==8.0.99").is_none()
        );
        assert!(skipped("npm error code EINTEGRITY").is_none());
    }

    #[test]
    fn an_installation_holds_until_what_it_was_made_from_changes() {
        let place = tempfile::tempdir().unwrap();
        let pins = place.path().join("pins");
        let stamp =
            |version: &str| Stamp::new(place.path().join("stamp"), version, &[&pins]).unwrap();
        fs::write(&pins, "a==1").unwrap();
        assert!(!stamp("3.11").is_set());
        stamp("3.11").set().unwrap();
        assert!(stamp("3.11").is_set() && !stamp("3.12").is_set());
        fs::write(&pins, "a==2").unwrap();
        assert!(!stamp("3.11").is_set());
        stamp("3.11").set().unwrap();
        stamp("3.11").clear().unwrap();
        assert!(!stamp("3.11").is_set());
    }
}
