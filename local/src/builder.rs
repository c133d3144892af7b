//! Builds the function binaries with the profile and the target folder that this program was built with.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use tokio::process::Command;

use crate::template::City;
use crate::{ambient, console};

/// Where the workspace is: where this program was compiled or, if it was moved, above the current folder.
pub fn workspace_root() -> anyhow::Result<PathBuf> {
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned);
    let current = std::env::current_dir().context("the current folder cannot be read")?;
    compiled
        .into_iter()
        .chain(current.ancestors().map(Path::to_owned))
        .find(|folder| folder.join("template.yaml").is_file() && folder.join("Cargo.toml").is_file())
        .context(
            "找不到 template.yaml：請在專案資料夾內執行。\n\
             template.yaml was not found: run this inside the project's folder",
        )
}

/// The folder of this program, in which the functions are too.
pub fn binary_folder() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    program.parent().map(Path::to_owned).context("this program has no folder")
}

/// Runs `cargo build` for the functions of the template.
pub async fn build(city: &City, root: &Path, binaries: &Path) -> anyhow::Result<()> {
    let names = city.functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>();
    let folder = binaries.file_name().and_then(|name| name.to_str()).unwrap_or("debug");
    let profile = if folder == "debug" { "dev" } else { folder };
    let target = binaries.parent().context("the folder of this program has no parent")?;
    console::say(&format!("編譯函式 building functions ({profile}): {}", names.join(", ")));
    let mut command = Command::new(ambient::cargo());
    // `cargo run` told this program about its own package. A build script that asks for the same names
    // (ring's does) would run again, and everything above it be built anew, each time from here and
    // each time from a shell.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
            command.env_remove(name);
        }
    }
    command.current_dir(root).args(["build", "--bins", "--profile", profile, "--target-dir"]).arg(target);
    for name in &names {
        command.args(["--package", name]);
    }
    let status = command.kill_on_drop(true).status().await.context("cargo does not start")?;
    ensure!(status.success(), "函式編譯失敗，原因如上。\nthe functions do not compile: see above");
    Ok(())
}

/// Every function of the template needs its binary.
pub fn check(city: &City, binaries: &Path) -> anyhow::Result<()> {
    for function in &city.functions {
        let binary = binaries.join(&function.name);
        if !binary.is_file() {
            bail!(
                "template.yaml 的函式 {0} 沒有執行檔 {1}：請不加 --no-build 再執行一次。\n\
                 function {0} of template.yaml has no binary {1}: run again without --no-build",
                function.logical_id,
                binary.display()
            );
        }
    }
    Ok(())
}
