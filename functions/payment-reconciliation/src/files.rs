//! Files of providers and of the treasury: what we had not heard of is posted like anything else that is
//! heard, and what does not agree is found. A file never edits a fact.

use domain::money::Twd;
use domain::payment::ledger::Source;
use domain::payment::matching::{self, Difference, Line};
use domain::payment::{Provider, Word};
use domain::taipei;
use jiff::civil::{Date, Time};
use payment::{Account, Said, paid_bill_list};
use platform::codec::AsText;
use platform::codec::order::{self, Heard};
use platform::codec::provider_file::{self, DayBooks};
use platform::fault::Fault;
use platform::keys::{Key, Lookup, OrderKey};
use platform::row::{Expect, Transaction};
use platform::store::every_row;
use platform::{payments, telemetry};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;

/// Most lines of a file of one account and one day: they are kept in one row.
const MAX_LINES: usize = 4_000;

/// Most differences of a day that are listed: more of them are no list to work through, but a wrong file.
const MAX_FINDINGS: usize = 1_000;

/// From when on the files of the day before are there (10:00 in Taipei).
const PUBLISHED: Time = Time::constant(10, 0, 0, 0);

/// How far back a file is fetched that could not be fetched on its day.
const CATCH_UP: i64 = 30;

/// Which day's files to fetch. When left out, one that has not come yet, of the days up to yesterday.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Daily {
    day: Option<Date>,
}

/// A file brought by an operator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Import {
    provider: AsText<Provider>,
    merchant: String,
    day: Date,
    book: Book,
    /// The file as text. Of a provider: the list of paid bills (`docs/payments.md`). Of the treasury:
    /// `trade_no,amount` with a heading.
    content: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Book {
    Provider,
    Treasury,
}

/// Fetches a file of every account that lacks one. One that fails holds up no other.
pub(crate) async fn fetch(app: &App, daily: Daily) -> Result<Value, Fault> {
    let (mut matched, mut failed) = (Vec::new(), 0);
    for account in app.accounts.all() {
        match fetch_one(app, account, daily.day).await {
            Ok(books) => matched.extend(books.as_ref().map(shown)),
            Err(fault) => {
                tracing::error!(provider = %account.provider(), error = %fault, "failed to fetch a file");
                telemetry::count(&*app.ambient, "payment-reconciliation", "FilesFailed", 1);
                failed += 1;
            }
        }
    }
    Ok(json!({ "matched": matched, "failed": failed }))
}

/// A day whose file of `account` is to be fetched; none where it has no files, or all of them came. One at
/// a time: ECPay gives one a minute. Of several, the hour says which, so that one that cannot be read
/// keeps no other away.
async fn lacking(app: &App, account: &Account, asked: Option<Date>) -> Result<Option<Date>, Fault> {
    let now = app.ambient.now();
    if let Some(day) = asked {
        return Ok(account.daily_file(day).map(|_| day));
    }
    let today = taipei::day_of(now);
    let published = taipei::at(today, PUBLISHED).is_some_and(|at| at <= now);
    let mut days = Vec::new();
    for back in if published { 1 } else { 2 }..=CATCH_UP {
        let Some(day) = taipei::plus_days(today, -back) else { continue };
        if account.daily_file(day).is_none() {
            continue;
        }
        let key = Key::ProviderFile(account.provider(), account.merchant().to_owned(), day);
        let books = app.store.get(key).await?.map(provider_file::decode).transpose()?;
        if books.is_none_or(|books| books.theirs.is_none()) {
            days.push(day);
        }
    }
    let hour = usize::try_from(now.as_second() / 3_600).unwrap_or_default();
    Ok(hour.checked_rem(days.len()).and_then(|place| days.get(place)).copied())
}

/// Fetches a file that is lacking; `None` where none is, or the provider wants to be left alone.
async fn fetch_one(app: &App, account: &Account, asked: Option<Date>) -> Result<Option<DayBooks>, Fault> {
    let now = app.ambient.now();
    if payments::held_off(&*app.store, account.provider(), account.merchant(), now).await?.is_some() {
        return Ok(None);
    }
    let Some(day) = lacking(app, account, asked).await? else { return Ok(None) };
    let call = account.daily_file(day).ok_or_else(|| Fault::corrupt("a provider without files"))?;
    let reply = app.providers.call(call).await?;
    let words = account.read_file(&reply).map_err(|bad| Fault::Transient(format!("{day}: {bad}")))?;
    of_provider(app, account, day, words).await.map(Some)
}

/// Takes a file. A bad line refuses the whole of it and is named; nothing is kept of it then.
pub(crate) async fn import(app: &App, import: Import) -> Result<Value, Fault> {
    let Import { provider, merchant, day, book, content } = import;
    let account = app.accounts.get(provider.0, &merchant);
    let account = account.ok_or_else(|| Fault::Corrupt(format!("no account {} {merchant}", provider.0)))?;
    let books = match book {
        Book::Provider => {
            let words = paid_bill_list::read(content.as_bytes()).map_err(Fault::corrupt)?;
            of_provider(app, account, day, words).await?
        }
        Book::Treasury => {
            let credited = treasury(&content)?;
            fits(&credited)?;
            let ours = ours(app, account, day).await?;
            compared(app, account, day, &ours, |books| books.credited = Some(credited)).await?
        }
    };
    Ok(shown(&books))
}

/// The file of a provider: every line is heard, and then compared with what we knew before, so that what
/// was missing shows. The day counts as fetched only when all of that is done.
async fn of_provider(app: &App, account: &Account, day: Date, words: Vec<Said>) -> Result<DayBooks, Fault> {
    let mut theirs: Vec<Line> = words.iter().filter_map(paid).collect();
    theirs.sort_unstable();
    theirs.dedup();
    fits(&theirs)?;
    let ours = ours(app, account, day).await?;
    let now = app.ambient.now();
    for Said { order_no, word, .. } in words {
        let order =
            OrderKey { provider: account.provider(), merchant: account.merchant().to_owned(), order_no };
        let (source, headers, raw) = (Source::File, Vec::new(), Vec::new());
        payments::hear(&*app.store, &Heard { order, word, source, at: now, key: None, headers, raw }).await?;
    }
    compared(app, account, day, &ours, |books| books.theirs = Some(theirs)).await
}

/// Refuses a file that does not fit the row of its day, before anything of it is kept.
fn fits(lines: &[Line]) -> Result<(), Fault> {
    let count = lines.len();
    if count > MAX_LINES {
        return Err(Fault::Corrupt(format!("a file of {count} payments; at most {MAX_LINES} fit a day")));
    }
    Ok(())
}

/// What we have heard of as paid on a day.
async fn ours(app: &App, account: &Account, day: Date) -> Result<Vec<Line>, Fault> {
    let (provider, merchant) = (account.provider(), account.merchant().to_owned());
    let mut ours = Vec::new();
    for row in every_row(&*app.store, Lookup::PaidOn { provider, merchant, day }).await? {
        if let Word::Paid(receipt) = order::decode_heard(row)?.word {
            ours.push(Line { trade_no: receipt.trade_no, amount: receipt.amount });
        }
    }
    Ok(ours)
}

fn paid(said: &Said) -> Option<Line> {
    match &said.word {
        Word::Paid(receipt) if !receipt.simulated => {
            Some(Line { trade_no: receipt.trade_no.clone(), amount: receipt.amount })
        }
        _ => None,
    }
}

/// Compares the books of a day after `change`, and keeps what was found.
async fn compared(
    app: &App,
    account: &Account,
    day: Date,
    ours: &[Line],
    change: impl FnOnce(&mut DayBooks),
) -> Result<DayBooks, Fault> {
    let store = &*app.store;
    let (provider, merchant) = (account.provider(), account.merchant().to_owned());
    let key = Key::ProviderFile(provider, merchant.clone(), day);
    let now = app.ambient.now();
    let mut books = match store.get(key.clone()).await? {
        Some(row) => provider_file::decode(row)?,
        None => DayBooks {
            provider,
            merchant: merchant.clone(),
            day,
            theirs: None,
            credited: None,
            findings: Vec::new(),
            matched_at: now,
        },
    };
    change(&mut books);
    books.findings = matching::compare(ours, books.theirs.as_deref(), books.credited.as_deref());
    books.matched_at = now;
    let recovered = |finding: &&matching::Finding| finding.difference == Difference::Recovered;
    let healed = books.findings.iter().filter(recovered).count();
    let rest = books.findings.len() - healed;
    books.findings.truncate(MAX_FINDINGS);
    let row = provider_file::encode(&books)?;
    store.write(Transaction::default().put(key, row, Expect::Anything)).await?;
    telemetry::count(&*app.ambient, "payment-reconciliation", "PaymentsRecovered", healed);
    telemetry::count(&*app.ambient, "payment-reconciliation", "ReconciliationFindings", rest);
    Ok(books)
}

/// The treasury's posting file: a heading, then a trade number and an amount a line.
fn treasury(content: &str) -> Result<Vec<Line>, Fault> {
    let content = content.trim_start_matches('\u{feff}');
    let mut lines = content.lines().enumerate();
    if lines.next().map(|(_, heading)| heading.trim()) != Some("trade_no,amount") {
        return Err(Fault::corrupt("line 1: the heading is not `trade_no,amount`"));
    }
    let mut credited = Vec::new();
    for (place, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let bad = || Fault::Corrupt(format!("line {}: not a trade number and an amount", place + 1));
        let (trade_no, amount) = line.trim().split_once(',').ok_or_else(bad)?;
        let plain = !trade_no.is_empty() && trade_no.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let digits = !amount.is_empty() && amount.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || !digits {
            return Err(bad());
        }
        let amount = amount.parse().map(Twd).map_err(|_| bad())?;
        credited.push(Line { trade_no: trade_no.to_owned(), amount });
    }
    Ok(credited)
}

fn shown(books: &DayBooks) -> Value {
    let finding = |finding: &matching::Finding| {
        let text = finding.difference.text();
        json!({
            "trade_no": finding.trade_no, "difference": finding.difference.code(), "zh": text.zh, "en": text.en,
            "ours": finding.ours.map(|amount| amount.0), "theirs": finding.theirs.map(|amount| amount.0),
            "credited": finding.credited.map(|amount| amount.0),
        })
    };
    json!({
        "provider": books.provider.code(), "merchant": books.merchant, "day": books.day,
        "lines": books.theirs.as_ref().map(Vec::len), "credited": books.credited.as_ref().map(Vec::len),
        "findings": books.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
