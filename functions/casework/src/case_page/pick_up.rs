//! Handing over what was to be picked up: its form.

use std::collections::BTreeMap;

use domain::command::Action;
use domain::personal::Personal;
use domain::pick_up::{Proxy, Receiver};
use domain::text::{Lang, Text};
use web::trouble::Malformed;

use super::Attempt;
use super::inputs::Kind;
use crate::command::Order;
use crate::dossier::Dossier;

/// The names of the fields.
pub const NAMES: &[&str] = &["received_by", "proxy_name", "proxy_proof"];

/// Who can have taken it. Nobody is chosen by itself: what is recorded here stands in the case for ever.
pub fn choices(name: &str, lang: Lang) -> Vec<(String, String)> {
    if name != "received_by" {
        return Vec::new();
    }
    [
        ("", Text::new("請選擇", "Choose")),
        ("applicant", Text::new("申請人本人", "the applicant in person")),
        ("proxy", Text::new("代領人", "a proxy")),
    ]
    .map(|(code, text)| (code.to_owned(), text.pick(lang).to_owned()))
    .into()
}

/// Label, hint, kind, and whether it must be filled in.
pub fn describe(name: &str) -> (Text, Text, Kind, bool) {
    match name {
        "received_by" => (
            Text::new("領取人", "Who took it"),
            Text::new("請先查驗身分證件。", "See their identity card first."),
            Kind::Choice,
            true,
        ),
        "proxy_name" => (
            Text::new("代領人姓名", "Name of the proxy"),
            Text::new("代領時必填；申請人看不到。", "Required of a proxy; the applicant does not read it."),
            Kind::Line,
            false,
        ),
        _ => (
            Text::new(
                "代領人與申請人之關係及查驗之證明",
                "Who the proxy is to the applicant, and what was seen",
            ),
            Text::new(
                "例如：配偶；委託書、雙方身分證。代領時必填；只有機關內部看得到。",
                "For example: spouse; letter of authority, both identity cards. Required of a proxy; only the agency reads it.",
            ),
            Kind::Text,
            false,
        ),
    }
}

/// What the item version of the case says of proxies, to whoever hands its result over.
pub fn rule(action: Action, name: &str, dossier: &Dossier) -> Option<Text> {
    let at = dossier.item.as_ref()?.pick_up.as_ref()?;
    let rule = at.proxy_rule();
    let asked = action == Action::HandOver && name == "received_by";
    asked.then(|| {
        Text::new(
            format!("請先查驗身分證件。代領：{}", rule.zh),
            format!("See their identity card first. A proxy: {}", rule.en),
        )
    })
}

/// What the form records. Who names a proxy does not mean the applicant.
pub fn handing_over(typed: &BTreeMap<String, String>) -> Result<Order, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let (name, proof) = (text("proxy_name"), text("proxy_proof"));
    let unsaid = name.trim().is_empty() && proof.trim().is_empty();
    match text("received_by").as_str() {
        "applicant" if unsaid => Ok(Order::HandOver(Receiver::Applicant)),
        "proxy" => {
            let proxy = Proxy { name: Personal::new(name), proof: Personal::new(proof) };
            Ok(Order::HandOver(Receiver::Proxy(proxy)))
        }
        _ => Err(Malformed::Field { name: "received_by" }),
    }
}

/// What was typed into a form that is no longer there.
pub fn kept(attempt: &Attempt) -> String {
    let typed = ["proxy_name", "proxy_proof"].iter().filter_map(|name| attempt.typed.get(*name));
    typed.map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}
