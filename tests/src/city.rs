//! A city to test: one of our own, started from the built binaries, or any other that
//! `CITY_ADDRESS` names (`CITY_MAIL` is where its mail can be read).

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::person::http_client;

/// How long anything that happens by itself may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct City {
    pub address: String,
    mail: String,
    /// The process, when the city is ours.
    process: Option<Child>,
    data: Option<tempfile::TempDir>,
    flags: Vec<String>,
}

/// Where this workspace is.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// The folder of the built binaries: a test runs from `deps` below it, a program of ours from it.
fn binaries() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().context("the program is not in a target folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.to_path_buf())
}

/// Builds what the city runs, once per test process: tests must not pass on yesterday's binaries.
fn build() -> Result<()> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = std::process::Command::new(cargo);
        // `cargo test` told this program about its own package. A build script that asks for the same
        // names (ring's does) would run again, and everything above it be built anew, twice each time.
        for (name, _) in std::env::vars_os() {
            if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
                command.env_remove(name);
            }
        }
        let status = command
            // The whole workspace: a part of it would resolve other features and build anew.
            .args(["build", "--workspace", "--bins", "--quiet"])
            .current_dir(root())
            .status();
        match status {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("cargo build: {other:?}")),
        }
    });
    built.clone().map_err(anyhow::Error::msg)
}

impl City {
    /// The city that the environment names, or one of our own.
    pub async fn any() -> Result<Self> {
        match std::env::var("CITY_ADDRESS") {
            Ok(address) => {
                let mail = std::env::var("CITY_MAIL").context("CITY_MAIL says where mail is")?;
                Ok(Self { address, mail, process: None, data: None, flags: Vec::new() })
            }
            Err(_) => Self::own(&[]).await,
        }
    }

    /// A fresh city of our own, with `flags` of `local`.
    pub async fn own(flags: &[&str]) -> Result<Self> {
        build()?;
        let mut city = Self {
            address: String::new(),
            mail: String::new(),
            process: None,
            data: Some(tempfile::tempdir()?),
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        };
        city.start().await?;
        Ok(city)
    }

    /// The data folder of our own city.
    pub fn data(&self) -> Result<&Path> {
        self.data.as_ref().map(tempfile::TempDir::path).context("not our own city")
    }

    /// The command that starts our own city on `port`.
    pub fn command(data: &Path, port: &str) -> Result<Command> {
        let mut command = Command::new(binaries()?.join("local"));
        command.args(["--no-build", "--port", port, "--data"]).arg(data);
        command.current_dir(root()).stdin(Stdio::null()).kill_on_drop(true);
        Ok(command)
    }

    /// The binary of a function, to be run by hand.
    pub fn function(name: &str) -> Result<Command> {
        build()?;
        Ok(Command::new(binaries()?.join(name)))
    }

    /// Starts the process again, with other flags.
    pub async fn start_with(&mut self, flags: &[&str]) -> Result<()> {
        self.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.start().await
    }

    /// Starts the process, on the port it had before, and waits until it says that it listens.
    pub async fn start(&mut self) -> Result<()> {
        let port = self.address.rsplit(':').next().filter(|port| !port.is_empty()).unwrap_or("0").to_owned();
        let mut command = Self::command(self.data()?, &port)?;
        let mut process = command.args(&self.flags).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("standard output")?).lines();
        let address = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("listening on ") {
                    return Ok(address.trim().to_owned());
                }
            }
            bail!("the city ended before it listened")
        })
        .await??;
        // What it says later must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.mail = format!("{address}/_local/mail.json");
        self.address = address;
        self.process = Some(process);
        Ok(())
    }

    /// Stops our own city the hard way, as a power cut would.
    pub async fn kill(&mut self) -> Result<()> {
        let mut process = self.process.take().context("not our own city")?;
        process.kill().await?;
        Ok(())
    }

    /// Whether the environment named the city, so that only what every deployment has is there.
    pub const fn is_foreign(&self) -> bool {
        self.data.is_none()
    }

    /// All mail so far, newest last.
    pub async fn mails(&self) -> Result<Vec<Value>> {
        let answer = http_client()?.get(&self.mail).send().await?.error_for_status()?.json::<Value>().await?;
        let mails = answer.as_array().cloned().context("mail is a list")?;
        Ok(mails)
    }

    /// Waits for a mail to `address` whose subject or text contains `words`.
    pub async fn mail(&self, address: &str, words: &str) -> Result<Value> {
        let what = format!("a mail to {address} with {words}");
        wait_for(&what, async || {
            Ok(self
                .mails()
                .await?
                .into_iter()
                .find(|mail| is_to(mail, address) && mail.to_string().contains(words)))
        })
        .await
    }

    /// How many mails to `address` contain `words`.
    pub async fn count_mails(&self, address: &str, words: &str) -> Result<usize> {
        let mails = self.mails().await?;
        Ok(mails.iter().filter(|mail| is_to(mail, address) && mail.to_string().contains(words)).count())
    }

    /// JSON of a control page of the local city.
    pub async fn look(&self, path: &str) -> Result<Value> {
        let answer =
            http_client()?.get(format!("{}{path}", self.address)).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }

    /// Posts JSON to a control page of the local city.
    pub async fn control(&self, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}{path}", self.address);
        let answer = http_client()?.post(url).json(body).send().await?.error_for_status()?;
        Ok(answer.json().await.unwrap_or(Value::Null))
    }
}

fn is_to(mail: &Value, address: &str) -> bool {
    mail.get("to").is_some_and(|to| to.to_string().contains(address))
}

/// Asks `look` again until it finds something, for as long as [`PATIENCE`] lasts.
pub async fn wait_for<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            bail!("waited in vain for {what}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
