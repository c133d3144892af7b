//! What notices say of how a result is picked up: as the item version of the case does.

use domain::money::Twd;
use domain::pick_up::{PickUp, ToPickUp};
use domain::text::{Lang, Text};

/// One line each: where, when, with what, who may do it, what is to be paid before, and what follows otherwise.
/// Staff know all but the last.
pub(super) fn facts(ToPickUp { at, owed }: &ToPickUp, to_staff: bool, lang: Lang) -> Vec<(String, String)> {
    let PickUp { place, address, counter, hours, bring, proxy: _, lapse } = at;
    let fact = |zh: &str, en: &str, value: &Text| (lang.pick(zh, en).to_owned(), value.pick(lang).to_owned());
    let lapse = fact("逾期未領取", "If it is not picked up in time", lapse);
    if to_staff {
        return vec![lapse];
    }
    let place = Text::new(
        format!("{}（{}）{}", place.zh, address.zh, counter.zh),
        format!("{}, {} ({})", place.en, counter.en, address.en),
    );
    let fee = (*owed > Twd::ZERO).then(|| fact("領取前應繳規費", "Fee to pay before", &owed.text()));
    [
        Some(fact("領取地點", "Where", &place)),
        Some(fact("領件時間", "Hours", hours)),
        Some(fact("應攜帶", "What to bring", bring)),
        Some(fact("代領", "By a proxy", &at.proxy_rule())),
        fee,
        Some(lapse),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is said of it where the result is told.
pub(super) fn announced() -> Text {
    Text::new(
        "核發之文件須於期限內領取，地點、時間及應攜帶之文件如下。",
        "What was issued is to be picked up in time; where, when and with what is said below.",
    )
}
