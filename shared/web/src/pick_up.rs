//! How a result is picked up, as JSON.

use domain::pick_up::{PickUp, ToPickUp};
use serde_json::{Value, json};

use crate::explained::text;

/// What an item version says of it.
#[must_use]
pub fn shown(PickUp { place, address, counter, hours, bring, proxy, lapse }: &PickUp) -> Value {
    json!({
        "place": text(place),
        "address": text(address),
        "counter": text(counter),
        "hours": text(hours),
        "bring": text(bring),
        "proxy": proxy.as_ref().map(text),
        "lapse": text(lapse),
    })
}

/// The same of a case, with what is still to be paid before, in whole TWD.
#[must_use]
pub fn of_case(ToPickUp { at, owed }: &ToPickUp) -> Value {
    let mut shown = shown(at);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("fee_due".to_owned(), json!(owed.0));
    }
    shown
}
