//! `cargo run -p local`: builds the functions and starts the city.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use local::args::{Args, USAGE};
use local::city::{self, Options, Running};
use local::{builder, console, data};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) if args.help => {
            console::say(USAGE);
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(problem) => {
            console::complain(&format!("{problem}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = runtime.context("the runtime does not start").and_then(|runtime| runtime.block_on(run(args)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = error.chain().map(ToString::to_string).collect::<Vec<_>>();
            console::complain(&causes.join("\n— "));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let end = async {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    };
    tokio::pin!(end);
    let (running, _lock) = tokio::select! {
        running = start(args) => running?,
        () = &mut end => return Ok(()),
    };
    greet(&running);
    end.await;
    console::say("停止中 stopping");
    running.stop().await;
    Ok(())
}

/// The city, and the hold on its folder.
async fn start(args: Args) -> anyhow::Result<(Running, File)> {
    let root = builder::workspace_root()?;
    let binaries = builder::binary_folder()?;
    let template =
        std::fs::read_to_string(root.join("template.yaml")).context("template.yaml cannot be read")?;
    if args.build {
        let city = city::read_template(&template, "http://localhost:8080", None)?;
        builder::build(&city, &root, &binaries).await?;
    }
    let folder = args.data.unwrap_or_else(|| root.join(".city"));
    let lock = data::prepare(&folder, args.fresh)?;
    let seeds = if args.seed { seeds(&root)? } else { Vec::new() };
    let running = city::start(Options {
        template,
        binaries,
        data: folder,
        host: args.host,
        port: args.port,
        clock_offset: args.clock_offset,
        retry_after: args.retry_after,
        seeds,
    })
    .await?;
    Ok((running, lock))
}

/// The service items, then what the demo adds to them.
fn seeds(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut seeds = Vec::new();
    for path in [root.join("data/catalogue.json"), root.join("local/demo.json")] {
        if path.is_file() {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let import: serde_json::Value =
                serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
            seeds.push(serde_json::json!({ "import": import }).to_string());
        }
    }
    Ok(seeds)
}

fn greet(running: &Running) {
    let people = running.desk.identity.people();
    let list = |staff: bool| {
        let names = people.iter().filter(|person| (person.member_type == "員工") == staff);
        names.map(|person| format!("{} {}", person.name, person.about)).collect::<Vec<_>>().join("、")
    };
    let origin = &running.origin;
    console::say(&format!(
        "\n  市民線上申辦 City online\n\n  網站 site      {origin}/\n  信箱 mail      {origin}/_local/mail\n  金流 payments  {origin}/_local/pay\n  \
         總覽 overview  {origin}/_local/\n\n  可登入 who can sign in\n    申請人 applicants  {}\n    機關同仁 staff     {}\n\n  \
         按 Ctrl-C 停止 press Ctrl-C to stop\n",
        list(false),
        list(true)
    ));
    // One line that programs can wait for.
    console::say(&format!("listening on {origin}"));
}
