//! A small city with the example function `echo`: everything between a request, a message or a
//! record and a real process.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod faults;
mod http;
mod payments;
mod people;
mod processes;
mod sources;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use local::city::{self, Options, Running};
use serde_json::Value;
use tempfile::TempDir;

const TEMPLATE: &str = include_str!("../fixtures/template.yaml");

/// The folder with the binary of `echo`: `cargo test` builds it, unless it was told which tests to build.
fn examples() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let test = std::env::current_exe().unwrap();
            let folder = test.ancestors().nth(2).unwrap().join("examples");
            if !folder.join("echo").is_file() {
                let arguments = ["build", "--quiet", "--package", "local", "--example", "echo"];
                assert!(
                    std::process::Command::new(env!("CARGO")).args(arguments).status().unwrap().success()
                );
            }
            folder
        })
        .clone()
}

fn options(data: &TempDir) -> Options {
    Options {
        template: TEMPLATE.to_owned(),
        binaries: examples(),
        data: data.path().to_owned(),
        host: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        clock_offset: None,
        retry_after: Some(Duration::ZERO),
        seeds: Vec::new(),
    }
}

struct Fixture {
    data: TempDir,
    running: Running,
}

impl Fixture {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut options = options(&data);
        change(&mut options);
        Self { running: city::start(options).await.unwrap(), data }
    }

    async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    async fn restart_with(self, change: impl FnOnce(&mut Options)) -> Self {
        self.running.stop().await;
        let mut options = options(&self.data);
        change(&mut options);
        Self { running: city::start(options).await.unwrap(), data: self.data }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.origin.replace("localhost", "127.0.0.1"))
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        client().get(self.url(path)).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> reqwest::Response {
        client().post(self.url(path)).json(&body).send().await.unwrap()
    }

    /// The names in the log lines of `echo` with this message.
    fn logged(&self, message: &str) -> Vec<String> {
        let log = std::fs::read_to_string(self.data.path().join("logs/echo.log")).unwrap_or_default();
        log.lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["message"] == message)
            .map(|line| line["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn client() -> reqwest::Client {
    // Already there from the second time on.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Waits until something holds, ten seconds at most.
async fn eventually<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "it did not happen that {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
