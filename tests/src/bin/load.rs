//! Load: programs that file new applications all at once, then an account of every one of them.
//! Prints the Markdown that is kept in docs/benchmarks/load.md:
//!
//!     cargo run -p tests --bin load -- --clients 40 --seconds 30 > docs/benchmarks/load.md
//!
//! On a fresh city of its own, or on the one on this machine that `CITY_ADDRESS` names.

#[path = "load/report.rs"]
mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::City;
use tests::person::{Person, http_client, request_id};
use tests::steps;
use tokio::task::JoinSet;
use tokio::time::sleep;

use report::Account;

const PEOPLE: [&str; 2] = ["lin", "wang"];
/// What one run may ask for, and how much it files at most.
const MOST_CLIENTS: usize = 200;
const MOST_SECONDS: u64 = 300;
const MOST_APPLICATIONS: usize = 50_000;
/// How often one application is sent again after a 503.
const RETRIES: u32 = 20;
/// How many applications are looked at one by one afterwards.
const SAMPLE: usize = 200;
/// The mailbox shows so many mails, the newest.
const LISTED: usize = 500;
/// When nothing has moved for so long, nothing will.
const QUIET: Duration = Duration::from_secs(5);
/// How long the mail may take to catch up.
const LONGEST_TAIL: Duration = Duration::from_mins(5);
/// What the subject of a receipt says, in either language.
const RECEIPT: [&str; 2] = ["已收到您的申請", "Application received"];

/// Every service of the catalogue wants documents; direct filing is for those that want none.
const ITEM: &str = "LD001";

struct Flags {
    clients: usize,
    seconds: u64,
}

/// An application that the city says it has.
struct Filed {
    key: String,
    case: String,
    /// Whose: a place in [`PEOPLE`].
    who: usize,
}

/// What the clients met.
#[derive(Default)]
struct Tally {
    /// Of every answer: its status, and how long it took.
    answers: Vec<(u16, Duration)>,
    filed: Vec<Filed>,
    sent_again: usize,
    /// Applications without an answer, or with 503 to the end.
    unanswered: usize,
}

impl Tally {
    /// Statuses that no retry helps against, with how often they came.
    fn others(&self) -> BTreeMap<u16, usize> {
        let mut others = BTreeMap::new();
        for (status, _) in self.answers.iter().filter(|(status, _)| !matches!(status, 200 | 201 | 503)) {
            *others.entry(*status).or_default() += 1;
        }
        others
    }

    fn add(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.filed.extend(other.filed);
        self.sent_again += other.sent_again;
        self.unanswered += other.unanswered;
    }
}

/// The mail, read while it comes, because the mailbox lists only the newest.
#[derive(Default)]
struct Post {
    seen: BTreeSet<String>,
    /// Receipts by case.
    receipts: BTreeMap<String, usize>,
    came: usize,
    last: Option<Instant>,
    /// Looks that may have missed mails, because nothing on the list was known.
    gaps: usize,
}

impl Post {
    /// Reads the list; gives how many mails were new.
    async fn look(&mut self, city: &City) -> Result<usize> {
        let mails = city.mails().await?;
        let mut fresh = 0;
        for mail in &mails {
            if !self.seen.insert(text(mail, "id")?) {
                continue;
            }
            fresh += 1;
            let subject = text(mail, "subject")?;
            if let (true, Some((_, case))) =
                (RECEIPT.iter().any(|words| subject.contains(words)), subject.rsplit_once(' '))
            {
                *self.receipts.entry(case.to_owned()).or_default() += 1;
            }
        }
        if fresh > 0 {
            self.last = Some(Instant::now());
        }
        self.came += fresh;
        self.gaps += usize::from(fresh >= LISTED);
        Ok(fresh)
    }

    /// Reads for ever, often enough that the list never turns over in between.
    async fn watch(&mut self, city: &City) -> Result<Infallible> {
        let mut pause = Duration::from_millis(200);
        loop {
            let fresh = self.look(city).await?;
            if fresh > LISTED / 3 {
                pause /= 2;
            } else if fresh < LISTED / 6 {
                pause = (pause * 2).min(Duration::from_millis(800));
            }
            sleep(pause).await;
        }
    }
}

fn main() -> Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run())
}

async fn run() -> Result<ExitCode> {
    let flags = flags(std::env::args().skip(1))?;
    let city = City::any().await?;
    let host = city.address.trim_start_matches("http://");
    let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    ensure!(local, "{}: load goes to a city on this machine only", city.address);
    city.control("/_local/functions/catalogue/invoke", &json!({ "import": { "items": [item()] } })).await?;

    let mut people = Vec::new();
    for subject in PEOPLE {
        people.push(Person::sign_in(&city, subject).await?);
    }
    let before = listed(&mut people).await?;
    let mut post = Post::default();
    post.look(&city).await?;
    // What was there before the load is no gap of it.
    post = Post { seen: post.seen, ..Post::default() };

    // Sent again, a request must give its case again, and no second receipt.
    let work = async {
        let (tally, took) = load(&flags, &people).await?;
        eprintln!("{} filed in {:.1} s", tally.filed.len(), took.as_secs_f64());
        let ended = Instant::now();
        let twice = send_again(&people, &tally.filed).await?;
        anyhow::Ok((tally, took, ended, twice))
    };
    let (tally, took, ended, cases_twice) = tokio::select! {
        worked = work => worked?,
        failed = post.watch(&city) => match failed? {},
    };
    eprintln!("waiting for the mail");
    settle(&city, &mut post).await?;
    let dead_letters = depth(&city, true).await?;
    eprintln!("checking every case");
    let account =
        Account { cases_twice, dead_letters, ..account(&mut people, &before, &tally, &post).await? };
    let tail = post.last.unwrap_or(ended).saturating_duration_since(ended);
    let report = report::write(&flags, &tally, (took, tail), &post, &account)?;
    std::io::stdout().write_all(report.as_bytes())?;
    for case in account.lost.iter().take(20) {
        eprintln!("lost: {case}");
    }
    let well = account.is_well() && tally.others().is_empty();
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn flags(mut given: impl Iterator<Item = String>) -> Result<Flags> {
    let mut flags = Flags { clients: 40, seconds: 30 };
    while let Some(name) = given.next() {
        let value = given.next().with_context(|| format!("{name} needs a number"))?;
        match name.as_str() {
            "--clients" => flags.clients = value.parse()?,
            "--seconds" => flags.seconds = value.parse()?,
            _ => anyhow::bail!("{name} is neither --clients nor --seconds"),
        }
    }
    ensure!((1..=MOST_CLIENTS).contains(&flags.clients), "--clients: 1 to {MOST_CLIENTS}");
    ensure!((1..=MOST_SECONDS).contains(&flags.seconds), "--seconds: 1 to {MOST_SECONDS}");
    Ok(flags)
}

fn item() -> Value {
    let both = |zh: &str, en: &str| json!({ "zh": zh, "en": en });
    json!({
        "code": ITEM,
        "version": 1,
        "effective_from": "2026-01-01",
        "agency": "parks",
        "name": both("負載測試申請", "Application of the load test"),
        "summary": both("負載測試用，免附文件。", "For the load test, without documents."),
        "eligibility": both("任何人。", "Anybody."),
        "online_type": "full",
        "limit": { "days": 3, "basis": "working" },
        "fee": 0,
        "fields": [{
            "key": "note",
            "label": both("說明", "Note"),
            "required": true,
            "kind": { "type": "line", "max": 60 },
        }],
        "documents": [],
        "legal_basis": ["測試"],
    })
}

/// The application with this key: the same whenever it is sent.
async fn send(person: &mut Person, key: &str) -> Result<(u16, Option<String>)> {
    let body = json!({
        "item": ITEM, "version": 1, "answers": { "note": key }, "documents": [], "consent": steps::consent(),
    });
    let answer = person.api(Method::POST, "/api/cases", Some(key), Some(&body)).await?;
    let filed = matches!(answer.status, 200 | 201);
    let case = if filed { Some(text(&answer.json()?, "case")?) } else { None };
    Ok((answer.status, case))
}

/// Lets all clients run; gives what they met, and how long until the last was done.
async fn load(flags: &Flags, people: &[Person]) -> Result<(Tally, Duration)> {
    let begun = Instant::now();
    let until = begun + Duration::from_secs(flags.seconds);
    let most = MOST_APPLICATIONS / flags.clients;
    let mut clients = JoinSet::new();
    for (who, person) in people.iter().enumerate().cycle().take(flags.clients) {
        clients.spawn(client(person.clone(), who, until, most));
    }
    let mut tally = Tally::default();
    while let Some(met) = clients.join_next().await {
        tally.add(met?);
    }
    Ok((tally, begun.elapsed()))
}

/// One program: the next application when the last is answered.
async fn client(mut person: Person, who: usize, until: Instant, most: usize) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..most {
        if Instant::now() >= until {
            break;
        }
        let key = request_id();
        let mut again = 0;
        loop {
            let asked = Instant::now();
            let Ok((status, case)) = send(&mut person, &key).await else {
                tally.unanswered += 1;
                sleep(Duration::from_millis(200)).await;
                break;
            };
            tally.answers.push((status, asked.elapsed()));
            if status != 503 {
                tally.filed.extend(case.map(|case| Filed { key, case, who }));
                break;
            }
            if again == RETRIES {
                tally.unanswered += 1;
                break;
            }
            again += 1;
            tally.sent_again += 1;
            sleep(Duration::from_millis(50) * again).await;
        }
    }
    tally
}

fn sample(filed: &[Filed]) -> impl Iterator<Item = &Filed> {
    filed.iter().step_by(filed.len().div_ceil(SAMPLE).max(1))
}

/// Files a sample again with the same keys; gives how many got another case.
async fn send_again(people: &[Person], filed: &[Filed]) -> Result<usize> {
    let mut other = 0;
    for one in sample(filed) {
        let mut person = people.get(one.who).context("somebody")?.clone();
        let (status, case) = send(&mut person, &one.key).await?;
        other += usize::from(status != 200 || case.as_ref() != Some(&one.case));
    }
    Ok(other)
}

/// Waits until no queue has work and no mail comes.
async fn settle(city: &City, post: &mut Post) -> Result<()> {
    let begun = Instant::now();
    let mut moved = begun;
    while moved.elapsed() < QUIET && begun.elapsed() < LONGEST_TAIL {
        if post.look(city).await? > 0 || depth(city, false).await? > 0 {
            moved = Instant::now();
        }
        sleep(Duration::from_millis(250)).await;
    }
    if moved.elapsed() < QUIET {
        eprintln!("gave up waiting: what is missing may be on its way");
    }
    Ok(())
}

/// How many messages are in the queues of work, or in those of what failed.
async fn depth(city: &City, failed: bool) -> Result<usize> {
    let url = format!("{}/_local/queues", city.address);
    let queues = http_client()?.get(url).send().await?.error_for_status()?.json::<Value>().await?;
    let queues = queues.as_object().context("queues by name")?;
    let of_failed = |name: &str| ["DeadLetters", "Failures"].iter().any(|end| name.ends_with(end));
    let chosen = queues.iter().filter(|(name, _)| of_failed(name) == failed);
    let counts = chosen.filter_map(|(_, depth)| depth.as_object()).flat_map(|depth| depth.values());
    Ok(counts.filter_map(Value::as_u64).filter_map(|count| usize::try_from(count).ok()).sum())
}

/// Every case of everybody, as their own lists have it.
async fn listed(people: &mut [Person]) -> Result<BTreeSet<String>> {
    let mut cases = BTreeSet::new();
    for person in people {
        let mut path = "/api/cases".to_owned();
        // No list is longer than this: every page has a case at least.
        for _ in 0..=MOST_APPLICATIONS {
            let page = person.api(Method::GET, &path, None, None).await?.expect(200)?.json()?;
            for case in page.get("cases").and_then(Value::as_array).context("cases")? {
                cases.insert(text(case, "case")?);
            }
            let Some(next) = page.get("next").and_then(Value::as_str) else { break };
            path = format!("/api/cases?after={next}");
        }
    }
    Ok(cases)
}

async fn account(
    people: &mut [Person],
    before: &BTreeSet<String>,
    tally: &Tally,
    post: &Post,
) -> Result<Account> {
    let cases: BTreeSet<String> = tally.filed.iter().map(|one| one.case.clone()).collect();
    let listed: BTreeSet<String> = listed(people).await?.difference(before).cloned().collect();
    let mut lost: BTreeSet<String> = cases.difference(&listed).cloned().collect();
    // Two keys with one case: one of the two applications is nowhere.
    lost.extend((cases.len()..tally.filed.len()).map(|place| format!("application {place} has no case")));
    let mut sampled = 0;
    for one in sample(&tally.filed) {
        let person = people.get_mut(one.who).context("somebody")?;
        let found = person.api(Method::GET, &format!("/api/cases/{}", one.case), None, None).await?;
        if found.status != 200 {
            lost.insert(one.case.clone());
        }
        sampled += 1;
    }
    // A case that no answer named, when every request was answered, is a second one of some key.
    let unnamed = listed.difference(&cases).count().saturating_sub(tally.unanswered);
    Ok(Account {
        listed: listed.len(),
        lost,
        without_receipt: cases.iter().filter(|case| !post.receipts.contains_key(*case)).count(),
        cases_unnamed: unnamed,
        receipts_twice: post.receipts.values().filter(|count| **count > 1).count(),
        sampled,
        ..Account::default()
    })
}

fn text(value: &Value, name: &str) -> Result<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("{name} of {value}"))
}
