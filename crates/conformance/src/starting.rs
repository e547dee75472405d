//! Why a command does not start, in words that say what to do.

use std::{io, path::Path};

/// What may be wrong with a command that the system does not start, to stand behind what the
/// system says.
pub(crate) fn hint(command: &str, cause: &io::Error) -> &'static str {
    let program = command.split(' ').next().unwrap_or_default();
    match cause.kind() {
        io::ErrorKind::PermissionDenied => {
            "; the file is not executable: put its interpreter before it (python3 FILE, node FILE), or chmod +x it"
        }
        io::ErrorKind::NotFound if !program.contains('/') => {
            "; no program of this name is in the directories of PATH"
        }
        io::ErrorKind::NotFound if Path::new(program).exists() => {
            "; the file is there, but the interpreter that its first line names is not"
        }
        io::ErrorKind::NotFound => "; there is no such file",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_says_what_to_do() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        assert!(hint("nosuch -v", &missing).contains("PATH"));
        assert!(hint("./nosuch -v", &missing).contains("no such file"));
        assert!(hint("./src/lib.rs", &missing).contains("interpreter that its first line names"));
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(hint("./driver.py", &denied).contains("python3 FILE"));
        assert_eq!(hint("x", &io::Error::other("?")), "");
    }
}
