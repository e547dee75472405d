//! Lists the fixtures, so that the program carries them and runs from anywhere.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// The directories under `fixtures/` that are carried.
const DIRECTORIES: [&str; 5] = ["cases", "client", "endpoints", "examples", "preconditions"];

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let fixtures = manifest.join("../../fixtures");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for directory in DIRECTORIES {
        println!("cargo::rerun-if-changed={}", fixtures.join(directory).display());
        list(&fixtures.join(directory), &mut files)?;
    }
    files.sort();
    let mut code = "&[\n".to_owned();
    for file in files {
        let name = file.strip_prefix(&fixtures).unwrap_or(&file);
        let name = name.to_string_lossy().replace('\\', "/");
        let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy());
    }
    code.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("fixtures.rs"), code)
}

fn list(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json" || extension == "yml")
        {
            files.push(path);
        }
    }
    Ok(())
}
