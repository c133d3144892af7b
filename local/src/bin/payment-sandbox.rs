//! The payment sandbox alone, for a city that runs somewhere else: the second emulator in tests.
//!
//! `payment-sandbox --port PORT [--origin ORIGIN] [--data FOLDER] [--clock-offset SECONDS]`: `ORIGIN` is
//! where this server is reached, `http://127.0.0.1:PORT` unless said. Without `--data` the orders end
//! with the process. With `--accounts` it prints the value of the city's secret `PaymentAccounts` and ends.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use local::console;
use local::sandbox::{Clock, Sandbox, accounts};
use tokio::net::TcpListener;

#[derive(Default)]
struct Args {
    port: u16,
    origin: Option<String>,
    data: Option<PathBuf>,
    clock_offset: i64,
    accounts: bool,
}

impl Args {
    fn parse(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut args = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--port" => args.port = value()?.parse().context("--port")?,
                "--origin" => args.origin = Some(value()?),
                "--data" => args.data = Some(PathBuf::from(value()?)),
                "--clock-offset" => args.clock_offset = value()?.parse().context("--clock-offset")?,
                "--accounts" => args.accounts = true,
                _ => bail!("{word} is not an option"),
            }
        }
        Ok(args)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse(std::env::args().skip(1))?;
    if args.accounts {
        let origin = args.origin.unwrap_or_else(|| format!("http://127.0.0.1:{}", args.port));
        console::say(&accounts(&origin));
        return Ok(());
    }
    let clock = Clock::ahead_by(args.clock_offset);
    let sandbox = match &args.data {
        Some(folder) => Sandbox::open(folder, clock)?,
        None => Sandbox::in_memory(clock)?,
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await?;
    console::say(&format!("listening on http://{}", listener.local_addr()?));
    let _notices = sandbox.send_notices();
    axum::serve(listener, sandbox.router()).await?;
    Ok(())
}
