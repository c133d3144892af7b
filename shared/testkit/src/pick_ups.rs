//! Items whose result is picked up.

use platform::codec::item::{self, ItemFile};
use platform::keys::Key;
use serde_json::json;

use crate::samples::{FALLOW, import};
use crate::world::World;

/// Makes the result of the sample item `code` one that is picked up within 14 days, as that of [`FALLOW`] is, and
/// its fee one that falls due with the approval.
pub fn plant(world: &World, code: &str, takes_proxies: bool) {
    let find = |code: &str| import().items.into_iter().find(|item| item.code.0.as_str() == code);
    let (item, like) = (find(code).expect("a sample item"), find(FALLOW).expect("a sample item"));
    let mut pick_up = like.pick_up.expect("how it is picked up");
    if !takes_proxies {
        pick_up.proxy = None;
    }
    let clock = json!({ "fee_timing": "on_issue", "pick_up_days": 14 });
    let clock = Some(serde_json::from_value(clock).expect("terms of a clock"));
    let file = ItemFile { clock, pick_up: Some(pick_up), ..item };
    let key = Key::ItemVersion(file.code.0.clone(), file.version);
    let row = item::encode(&key, &file).expect("a row");
    world.store.plant(&key, row);
}
