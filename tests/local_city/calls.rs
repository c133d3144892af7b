//! What each command costs: the calls its function makes and the capacity the store charges for them,
//! as the city in front of the store counts them. `-- --nocapture` prints the table that
//! `docs/benchmarks/calls.md` keeps.

#![expect(clippy::indexing_slicing, reason = "JSON that is not as expected has failed the test")]

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tests::city::{City, root, wait_for};
use tests::person::{Person, http_client, request_id};
use tests::steps::{self, Office};
use tests::till::{self, Till};

/// Every row of the table, in order: what was done, the function that serves it, its calls. The first
/// `GetItem` of a command that a person gives is the session.
const EXPECTED: [(&str, &str, &str); 16] = [
    ("new application", "submission", "1 GetItem, 1 TransactWriteItems"),
    ("event relayed: new application, 3 notices", "event-relay", RELAYED_THREE),
    (
        "new application from a draft with 2 files",
        "submission",
        "2 GetItem, 1 TransactWriteItems, 2 GetObject",
    ),
    ("accept", "casework", "2 GetItem, 1 TransactWriteItems"),
    ("event relayed: accept, no notice", "event-relay", "1 PutItem, 1 Query, 1 UpdateItem"),
    ("assign", "casework", "2 GetItem, 1 Query, 1 TransactWriteItems"),
    ("propose", "casework", "3 GetItem, 1 Query, 1 TransactWriteItems"),
    ("return", "casework", "2 GetItem, 1 TransactWriteItems"),
    ("event relayed: return, 1 notice", "event-relay", RELAYED_ONE),
    ("notice sent: return", "notification", "2 GetItem, 2 PutItem, 1 SendEmail"),
    ("approve", "casework", "3 GetItem, 1 TransactWriteItems"),
    ("withdraw", "submission", "2 GetItem, 1 TransactWriteItems"),
    ("payment callback: a new word", "payment-callback", "1 PutItem"),
    (HEARD_BEFORE, "payment-callback", "1 PutItem"),
    ("timer firing: one of 8 shards has one", "deadline-timer", TICK_FIRING),
    ("timer tick with nothing due", "deadline-timer", TICK),
];
/// A tick reads the calendar, its changes, and what is due in each shard.
const QUERIES_OF_A_TICK: u64 = 9;
/// The case, the lists, the staff, the ledger, the queue, the outbox.
const RELAYED_ONE: &str = "2 PutItem, 2 Query, 1 UpdateItem, 1 SendMessage";
/// Its condition fails, which is how the function knows it.
const HEARD_BEFORE: &str = "payment callback: a word heard before";
const TICK: &str = "2 GetItem, 9 Query";
/// The first tick of its city, which begins to look after the inboxes.
const TICK_FIRING: &str = "2 GetItem, 1 PutItem, 9 Query, 1 TransactWriteItems";
const RELAYED_THREE: &str =
    "1 GetItem, 1 PutItem, 2 Query, 1 TransactWriteItems, 1 UpdateItem, 3 SendMessage";

#[tokio::test]
async fn calls_and_write_units_of_every_command_are_counted() -> Result<()> {
    let mut rows = None;
    for _ in 0..3 {
        rows = story().await?;
        if rows.is_some() {
            break;
        }
    }
    let rows = rows.context("the minute's schedules came in between, three times")?;
    println!("| command | function | calls | read units | write units |");
    println!("|---|---|---|---|---|");
    for Row { what, function, spent } in &rows {
        let (read, write) = spent.units();
        println!("| {what} | {function} | {} | {read} | {write} |", spent.calls());
    }
    let counted: Vec<_> = rows.iter().map(|row| (row.what, row.function, row.spent.calls())).collect();
    let expected: Vec<_> =
        EXPECTED.iter().map(|(what, function, calls)| (*what, *function, (*calls).to_owned())).collect();
    assert_eq!(counted, expected);
    for Row { what, function, spent } in &rows {
        assert_eq!(spent.failed(), u64::from(*what == HEARD_BEFORE), "{what}");
        let (read, write) = spent.units();
        let writes = !what.contains("nothing due") && *what != HEARD_BEFORE;
        let reads = *function != "payment-callback";
        assert!((read > 0.0) == reads && (write > 0.0) == writes, "{what}: {read}, {write}");
    }
    Ok(())
}

/// Does every command once. `None` when the schedules of the minute made calls of their own meanwhile.
async fn story() -> Result<Option<Vec<Row>>> {
    let city = City::own(&[]).await?;
    import_items(&city).await?;
    let mut meter = Meter { desk: Person::stranger(&city)?, rows: Vec::new() };
    let mut lin = Person::sign_in(&city, "lin").await?;
    // Each process reads an item version once: not part of what a command costs.
    for item in [PLAIN, ONE_DAY] {
        apply(&mut lin, item).await?;
    }
    steps::apply_by_api(&mut lin).await?;
    tick(&city).await?;

    let (filed, spent) = meter.measure(apply(&mut lin, PLAIN)).await?;
    meter.row("new application", "submission", &spent);
    meter.row("event relayed: new application, 3 notices", "event-relay", &spent);
    let draft = steps::draft_by_api(&mut lin).await?;
    let (_, spent) = meter.measure(file(&mut lin, &draft)).await?;
    meter.row("new application from a draft with 2 files", "submission", &spent);

    decide(&city, &mut meter, number(&filed)?).await?;

    let case = apply(&mut lin, PLAIN).await?;
    let (_, spent) = meter.measure(withdraw(&mut lin, &case)).await?;
    meter.row("withdraw", "submission", &spent);

    pay(&city, &mut lin, &mut meter).await?;

    let Some(spent) = overdue().await? else { return Ok(None) };
    meter.row("timer firing: one of 8 shards has one", "deadline-timer", &spent);
    let (_, spent) = meter.measure(tick(&city)).await?;
    meter.row("timer tick with nothing due", "deadline-timer", &spent);

    // The schedules start together, every minute: two ticks were ours.
    Ok(meter.ticked(2).await?.then_some(meter.rows))
}

/// A fee is paid, and the provider tells it twice.
async fn pay(city: &City, lin: &mut Person, meter: &mut Meter) -> Result<()> {
    let till = Till::of(city);
    // A process reads the keys of the accounts when it starts: not part of what a callback costs.
    let forged = format!("{}/payments/ecpay_aio/3002607/callback", city.address);
    anyhow::ensure!(http_client()?.post(forged).body("x").send().await?.status() == 400, "it is refused");
    let case = till::apply_with_fee(lin).await?;
    let order = till::begin(lin, &case, "ecpay_aio", "card").await?;
    for (action, told, what) in [("pay", 1, "payment callback: a new word"), ("resend", 2, HEARD_BEFORE)] {
        let telling = async {
            till.press(&order, action, &json!({})).await?;
            wait_for("the callback to be acknowledged", async || {
                let callbacks = till.order(&order).await?["callbacks"].as_array().cloned();
                let callbacks = callbacks.unwrap_or_default();
                let heard = callbacks.iter().filter(|it| it["progress"] == "acknowledged").count();
                Ok((heard == told).then_some(()))
            })
            .await?;
            till::shows(lin, &case, "posted").await
        };
        let (_, spent) = meter.measure(telling).await?;
        meter.row(what, "payment-callback", &spent);
    }
    Ok(())
}

/// What the tick spends that finds a case overdue: filed in a city that stops then, and goes on three
/// weeks later.
async fn overdue() -> Result<Option<Counts>> {
    let mut city = City::own(&[]).await?;
    import_items(&city).await?;
    apply(&mut Person::sign_in(&city, "lin").await?, ONE_DAY).await?;
    // After a tick, the next one three weeks later would tell of inboxes that nobody opened.
    if !(Meter { desk: Person::stranger(&city)?, rows: Vec::new() }).ticked(0).await? {
        return Ok(None);
    }
    city.kill().await?;
    city.start_with(&["--clock-offset", "1814400"]).await?;
    let mut meter = Meter { desk: Person::stranger(&city)?, rows: Vec::new() };
    let (_, spent) = meter.measure(tick(&city)).await?;
    Ok(meter.ticked(1).await?.then_some(spent))
}

/// The officers' commands, by those who may.
async fn decide(city: &City, meter: &mut Meter, case: &str) -> Result<()> {
    let mut office = Office::open(city).await?;
    let work = format!("/api/work/{case}");
    let shown = office.dispatcher.api(Method::GET, &work, None, None).await?.expect(200)?.json()?;
    let (handler, reviewer) = (member(&shown, "handler")?, member(&shown, "reviewer")?);
    let assignment = json!({ "handler": handler, "reviewer": reviewer });
    let proposal = json!({ "outcome": "approve", "reason": "符合規定" });
    let remark = json!({ "reason": "請補充說明" });

    let mut at = Progress { work, version: shown["version"].clone() };
    let Office { dispatcher, handler, reviewer } = &mut office;
    let (_, spent) = meter.measure(at.order(dispatcher, "accept", json!({}))).await?;
    meter.row("accept", "casework", &spent);
    meter.row("event relayed: accept, no notice", "event-relay", &spent);
    let (_, spent) = meter.measure(at.order(dispatcher, "assign", assignment)).await?;
    meter.row("assign", "casework", &spent);
    let (_, spent) = meter.measure(at.order(handler, "propose", proposal.clone())).await?;
    meter.row("propose", "casework", &spent);
    // A mail service takes its time to report; the city's can be quick enough to come in between.
    meter.settled().await?;
    let slow = json!({ "function": "notification-feedback", "service": "dynamodb", "kind": "stall", "millis": 1_000 });
    city.control("/_local/faults", &slow).await?;
    let (_, spent) = meter.measure(at.order(reviewer, "return", remark)).await?;
    meter.row("return", "casework", &spent);
    meter.row("event relayed: return, 1 notice", "event-relay", &spent);
    meter.row("notice sent: return", "notification", &spent);
    at.order(handler, "propose", proposal).await?;
    let (_, spent) = meter.measure(at.order(reviewer, "approve", json!({}))).await?;
    meter.row("approve", "casework", &spent);
    Ok(())
}

/// A case on its way through the office.
struct Progress {
    work: String,
    version: Value,
}

impl Progress {
    /// Gives an order on the version that the last one made.
    async fn order(&mut self, officer: &mut Person, command: &str, mut body: Value) -> Result<Value> {
        body["version"] = self.version.clone();
        let path = format!("{}/{command}", self.work);
        let answer = officer.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?;
        let answer = answer.expect(200)?.json()?;
        self.version = answer["version"].clone();
        Ok(answer)
    }
}

const PLAIN: &str = "PK901";
const ONE_DAY: &str = "PK902";

/// Publishes 公園處場地使用 without its documents twice, once with a limit of one working day.
async fn import_items(city: &City) -> Result<()> {
    let catalogue = std::fs::read_to_string(root().join("data/catalogue.json"))?;
    let catalogue: Value = serde_json::from_str(&catalogue)?;
    let park =
        catalogue["items"].as_array().and_then(|items| items.iter().find(|item| item["code"] == "PK001"));
    let mut plain = park.context("PK001")?.clone();
    plain["code"] = json!(PLAIN);
    plain["documents"] = json!([]);
    let mut one_day = plain.clone();
    one_day["code"] = json!(ONE_DAY);
    one_day["limit"] = json!({ "days": 1, "basis": "working" });
    let import = json!({ "import": { "items": [plain, one_day] } });
    city.control("/_local/functions/catalogue/invoke", &import).await?;
    Ok(())
}

/// Files an application in one request.
async fn apply(person: &mut Person, item: &str) -> Result<Value> {
    let body = json!({ "item": item, "version": 1, "answers": steps::park_answers() });
    person.api(Method::POST, "/api/cases", Some(&request_id()), Some(&body)).await?.expect(201)?.json()
}

async fn file(person: &mut Person, draft: &str) -> Result<Value> {
    steps::file(person, draft).await?.expect(201)?.json()
}

async fn withdraw(person: &mut Person, filed: &Value) -> Result<Value> {
    let path = format!("/api/cases/{}/withdraw", number(filed)?);
    let body = json!({ "version": filed["version"], "reason": "活動取消" });
    person.api(Method::POST, &path, Some(&request_id()), Some(&body)).await?.expect(200)?.json()
}

/// One tick of the timer.
async fn tick(city: &City) -> Result<Value> {
    city.control("/_local/schedules/deadline-timer/run", &json!({})).await
}

fn number(filed: &Value) -> Result<&str> {
    filed["case"].as_str().context("the case number")
}

/// The last member of staff with `role`: the one who signs in for the tests.
fn member(shown: &Value, role: &str) -> Result<Value> {
    let staff = shown["staff"].as_array().context("staff")?;
    let found = staff
        .iter()
        .rev()
        .find(|staff| staff["roles"].as_array().is_some_and(|roles| roles.contains(&json!(role))));
    Ok(found.with_context(|| format!("nobody is {role}"))?["person"].clone())
}

/// A row of the table: what one function spent.
struct Row {
    what: &'static str,
    function: &'static str,
    spent: Counts,
}

/// One action of one service.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    failed: u64,
    read: f64,
    write: f64,
}

/// By function, service, action.
#[derive(Debug, Clone, Default)]
struct Counts(BTreeMap<(String, String, String), Count>);

impl Counts {
    fn read(lines: &Value) -> Result<Self> {
        let mut counts = BTreeMap::new();
        for line in lines.as_array().context("a list of counts")? {
            let text = |name: &str| line[name].as_str().map(str::to_owned).context("a text");
            let units = |name: &str| line[name].as_f64().context("units");
            let calls = |name: &str| line[name].as_u64().context("calls");
            let key = (text("function")?, text("service")?, text("action")?);
            let (read, write) = (units("read_units")?, units("write_units")?);
            counts.insert(key, Count { calls: calls("calls")?, failed: calls("failed")?, read, write });
        }
        Ok(Self(counts))
    }

    /// What was added since `before`.
    fn since(&self, before: &Self) -> Self {
        let added = self.0.iter().map(|(key, now)| {
            let was = before.0.get(key).copied().unwrap_or_default();
            let (calls, failed) = (now.calls - was.calls, now.failed - was.failed);
            (key.clone(), Count { calls, failed, read: now.read - was.read, write: now.write - was.write })
        });
        Self(added.filter(|(_, count)| count.calls > 0).collect())
    }

    fn of(&self, function: &str) -> Self {
        let own = self.0.iter().filter(|((name, ..), _)| name == function);
        Self(own.map(|(key, count)| (key.clone(), *count)).collect())
    }

    /// Calls of `action` by `function` that were carried out.
    fn sum(&self, function: &str, action: &str) -> u64 {
        let same = self.0.iter().filter(|((name, _, done), _)| name == function && done == action);
        same.map(|(_, count)| count.calls - count.failed).sum()
    }

    fn failed(&self) -> u64 {
        self.0.values().map(|count| count.failed).sum()
    }

    fn units(&self) -> (f64, f64) {
        self.0.values().fold((0.0, 0.0), |(read, write), count| (read + count.read, write + count.write))
    }

    fn calls(&self) -> String {
        let each = self.0.iter().map(|((_, _, action), count)| format!("{} {action}", count.calls));
        each.collect::<Vec<_>>().join(", ")
    }
}

struct Meter {
    desk: Person,
    rows: Vec<Row>,
}

impl Meter {
    /// The counts once nothing is under way: every event relayed, every notice sent and recorded.
    async fn settled(&mut self) -> Result<Counts> {
        wait_for("a quiet city", async || {
            let counts = Counts::read(&self.desk.get("/_local/calls").await?.expect(200)?.json()?)?;
            // A transaction of these functions is an event; the relay ends with its outbox mark.
            let events: u64 = ["submission", "casework", "deadline-timer", "payment-posting"]
                .iter()
                .map(|function| counts.sum(function, "TransactWriteItems"))
                .sum();
            let relayed = counts.sum("event-relay", "UpdateItem");
            // What a provider said goes to a queue of its own, once.
            let words = counts.sum("payment-callback", "PutItem");
            let handed = counts.sum("event-relay", "SendMessage").checked_sub(words);
            let recorded = counts.sum("notification", "PutItem");
            let sent = handed.is_some_and(|handed| recorded >= 2 * handed);
            let queues = self.desk.get("/_local/queues").await?.expect(200)?.json()?;
            let waiting = queues.as_object().context("queues")?.values().any(|depth| {
                ["visible", "in_flight", "delayed"].iter().any(|place| depth[*place] != json!(0))
            });
            Ok((relayed >= events && sent && !waiting).then_some(counts))
        })
        .await
    }

    /// What all functions spent on `command` and on what followed from it, and its answer.
    async fn measure(&mut self, command: impl Future<Output = Result<Value>>) -> Result<(Value, Counts)> {
        let before = self.settled().await?;
        let answer = command.await?;
        Ok((answer, self.settled().await?.since(&before)))
    }

    /// Whether `ticks` ticks is all there were since the city started.
    async fn ticked(&mut self, ticks: u64) -> Result<bool> {
        let queries = self.settled().await?.sum("deadline-timer", "Query");
        Ok(queries == ticks * QUERIES_OF_A_TICK)
    }

    fn row(&mut self, what: &'static str, function: &'static str, spent: &Counts) {
        self.rows.push(Row { what, function, spent: spent.of(function) });
    }
}
