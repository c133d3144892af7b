//! The identity server alone, for a city that runs somewhere else: the second emulator in tests.
//!
//! `identity --port PORT --origin ORIGIN --secret SECRET`: `ORIGIN` is the city's, whose
//! `/sign-in/callback` is the registered address; `SECRET` is its client secret.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use local::pages::people::{self, ClientSecret, Front};
use local::{builder, city, console};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut given = HashMap::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else { bail!("{word} is not an option") };
        let value = words.next().with_context(|| format!("{word} needs a value"))?;
        given.insert(name.to_owned(), value);
    }
    let mut take = |name: &str| given.remove(name).with_context(|| format!("--{name} is missing"));
    let (port, origin, secret) = (take("port")?.parse::<u16>()?, take("origin")?, take("secret")?);

    let template = std::fs::read_to_string(builder::workspace_root()?.join("template.yaml"))?;
    let city = city::read_template(&template, &origin, None)?;
    let issuer = city::issuer(&format!("http://127.0.0.1:{port}"));
    let identity = Arc::new(city::identity(&city, &origin, issuer, None)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    console::say(&format!("listening on http://{}", listener.local_addr()?));
    axum::serve(listener, people::router(Front { identity, secret: ClientSecret::Given(secret) })).await?;
    Ok(())
}
