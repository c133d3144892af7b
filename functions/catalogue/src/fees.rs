//! The fee of an item, for its page and in the public API.

use domain::clock::terms::Terms;
use domain::fee::{Channel, FeeRule, when_due};
use domain::item::ItemVersion;
use domain::text::Text;
use platform::codec::fee::RuleFile;
use platform::fault::Fault;
use serde_json::{Value, json};
use web::explained::text;
use web::frame::Frame;

/// What a page says of a fee; without rows nothing is ever due.
pub struct Shown {
    /// The fee online in a few words.
    pub in_short: String,
    pub rows: Vec<Row>,
    pub exemptions: Vec<String>,
    pub due: Option<String>,
    pub retention: Option<String>,
}

/// The fee of one channel.
pub struct Row {
    pub channel: String,
    pub amount: String,
    pub lines: Vec<String>,
}

/// What the page of `item` says of its fee.
pub fn shown(item: &ItemVersion, frame: &Frame) -> Shown {
    let ItemVersion { fee: rule, terms: Terms { fee: timing, .. }, .. } = item;
    let said = |text: &Text| frame.pick(text).to_owned();
    let row = |channel: &Channel| Row {
        channel: said(&channel.text()),
        amount: said(&rule.in_short(*channel)),
        lines: rule.described(*channel).iter().map(said).collect(),
    };
    let retention = rule.retention();
    Shown {
        in_short: said(&rule.in_short(Channel::Online)),
        rows: retention.iter().flat_map(|_| Channel::ALL).map(row).collect(),
        exemptions: rule.exemptions.iter().map(|exemption| said(&exemption.text())).collect(),
        due: when_due(*timing).as_ref().map(said),
        retention: retention.as_ref().map(said),
    }
}

/// The fee of everybody who is not exempt and applies online, where it depends on no answer.
pub fn amount(rule: &FeeRule) -> Option<u32> {
    rule.known(Channel::Online).map(|amount| amount.0)
}

/// The rule as the catalogue file has it, with nothing left out, and what follows from it in words.
pub fn json(item: &ItemVersion) -> Result<Value, Fault> {
    let ItemVersion { fee: rule, terms: Terms { fee: timing, .. }, .. } = item;
    let channel = |channel: &Channel| {
        let lines = rule.described(*channel);
        let said = json!({
            "name": text(&channel.text()),
            "amount": rule.known(*channel).map(|amount| amount.0),
            "lines": lines.iter().map(text).collect::<Vec<_>>(),
        });
        (channel.code().to_owned(), said)
    };
    let exemptions: Vec<Value> = rule.exemptions.iter().map(|exemption| text(&exemption.text())).collect();
    Ok(json!({
        "rule": serde_json::to_value(RuleFile::from(rule)).map_err(Fault::corrupt)?,
        "channels": Channel::ALL.iter().map(channel).collect::<serde_json::Map<_, _>>(),
        "exemptions": exemptions,
        "timing": timing.code(),
        "due": when_due(*timing).as_ref().map(text),
        "retention": rule.retention().as_ref().map(text),
    }))
}
