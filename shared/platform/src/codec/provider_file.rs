//! The books of one account and one day: the provider's file, the treasury's, and what did not agree.

use domain::money::Twd;
use domain::payment::Provider;
use domain::payment::matching::{Difference, Finding, Line};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

const ROW: &str = "provider_file";

/// What is known of one day of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayBooks {
    pub provider: Provider,
    pub merchant: String,
    pub day: Date,
    /// The provider's file, once it is there.
    pub theirs: Option<Vec<Line>>,
    /// The treasury's posting file, once it is there.
    pub credited: Option<Vec<Line>>,
    pub findings: Vec<Finding>,
    pub matched_at: Timestamp,
}

impl DayBooks {
    #[must_use]
    pub fn key(&self) -> Key {
        Key::ProviderFile(self.provider, self.merchant.clone(), self.day)
    }
}

#[derive(Serialize, Deserialize)]
struct BooksRow {
    provider: AsText<Provider>,
    merchant: String,
    day: Date,
    theirs: Option<Vec<LineRow>>,
    credited: Option<Vec<LineRow>>,
    findings: Vec<FindingRow>,
    matched_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct LineRow(String, u32);

#[derive(Serialize, Deserialize)]
struct FindingRow {
    trade_no: String,
    difference: AsText<Difference>,
    ours: Option<u32>,
    theirs: Option<u32>,
    credited: Option<u32>,
}

fn rows(lines: &[Line]) -> Vec<LineRow> {
    lines.iter().map(|line| LineRow(line.trade_no.clone(), line.amount.0)).collect()
}

fn lines(rows: Vec<LineRow>) -> Vec<Line> {
    rows.into_iter().map(|LineRow(trade_no, amount)| Line { trade_no, amount: Twd(amount) }).collect()
}

pub fn encode(books: &DayBooks) -> Result<Row, Fault> {
    let finding = |finding: &Finding| FindingRow {
        trade_no: finding.trade_no.clone(),
        difference: AsText(finding.difference),
        ours: finding.ours.map(|amount| amount.0),
        theirs: finding.theirs.map(|amount| amount.0),
        credited: finding.credited.map(|amount| amount.0),
    };
    let body = BooksRow {
        provider: AsText(books.provider),
        merchant: books.merchant.clone(),
        day: books.day,
        theirs: books.theirs.as_deref().map(rows),
        credited: books.credited.as_deref().map(rows),
        findings: books.findings.iter().map(finding).collect(),
        matched_at: books.matched_at,
    };
    super::encode(&books.key(), ROW, 1, &body)
}

pub fn decode(row: Row) -> Result<DayBooks, Fault> {
    let row: BooksRow = super::decode(row, ROW)?;
    let finding = |row: FindingRow| Finding {
        trade_no: row.trade_no,
        difference: row.difference.0,
        ours: row.ours.map(Twd),
        theirs: row.theirs.map(Twd),
        credited: row.credited.map(Twd),
    };
    Ok(DayBooks {
        provider: row.provider.0,
        merchant: row.merchant,
        day: row.day,
        theirs: row.theirs.map(lines),
        credited: row.credited.map(lines),
        findings: row.findings.into_iter().map(finding).collect(),
        matched_at: row.matched_at,
    })
}
