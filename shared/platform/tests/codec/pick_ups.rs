//! How a result is picked up, and who took it.

use domain::case::State;
use domain::event::{Event, Party, Recorded};
use domain::item::ItemVersion;
use domain::money::Twd;
use domain::pick_up::{PickUp, Proxy, Receiver, ToPickUp};
use domain::text::Text;
use platform::audit::GENESIS;
use platform::catalogue::Import;
use platform::codec::notice::{self, Notice};
use platform::codec::pick_up::PickUpFile;
use platform::codec::{event, item};
use platform::keys::Key;
use proptest::prelude::*;

use crate::round_trips::any_personal;
use crate::samples::{CATALOGUE, frozen};
use crate::services;
use crate::story::{person, personal, second};

pub fn any_receiver() -> impl Strategy<Value = Receiver> {
    let proxy = (any_personal(), any_personal());
    let proxy = proxy.prop_map(|(name, proof)| Receiver::Proxy(Proxy { name, proof }));
    prop_oneof![Just(Receiver::Applicant), proxy]
}

fn handed_over(receiver: Receiver) -> Recorded {
    second(Party::Officer(person("handler.park")), Event::HandedOver { receiver: Some(receiver) })
}

#[test]
fn who_took_it() {
    let proxy =
        Proxy { name: personal("陳大文"), proof: personal("配偶；委託書、雙方身分證") };
    for (name, receiver) in [("in_person", Receiver::Applicant), ("to_proxy", Receiver::Proxy(proxy))] {
        let recorded = handed_over(receiver);
        let (row, _) = event::encode(&recorded, GENESIS).unwrap();
        frozen(&format!("event_02_handed_over_{name}"), &recorded, &row, |row| {
            event::decode(row).map(|chained| chained.recorded)
        });
    }
}

fn pick_up(proxy: Option<Text>) -> PickUp {
    PickUp {
        place: Text::new("公園處一樓", "Parks Office, first floor"),
        address: Text::new("東園街65號", "65 Dongyuan St."),
        counter: Text::new("3號櫃檯", "counter 3"),
        hours: Text::new("辦公日 9:00 至 17:00", "working days, 9:00 to 17:00"),
        bring: Text::new("國民身分證", "your identity card"),
        proxy,
        lapse: Text::new("退回保管", "it goes back"),
    }
}

fn proxies() -> Text {
    Text::new("委託書、雙方身分證", "a letter of authority, both identity cards")
}

#[test]
fn an_item_whose_result_is_picked_up() {
    for (name, proxy) in [("item_pick_up", Some(proxies())), ("item_pick_up_in_person", None)] {
        let Import { items, .. } = serde_json::from_str(CATALOGUE).unwrap();
        let told = Some(PickUpFile::from(pick_up(proxy.clone())));
        let file = item::ItemFile { pick_up: told, ..items[0].clone() };
        let version = ItemVersion::try_from(file.clone()).unwrap();
        assert_eq!(version.pick_up, Some(pick_up(proxy)));
        let row = item::encode(&Key::ItemVersion("PK001".parse().unwrap(), 2), &file).unwrap();
        frozen(name, &version, &row, item::decode);
    }
}

#[test]
fn a_notice_that_tells_it() {
    let told = Some(ToPickUp { at: pick_up(Some(proxies())), owed: Twd(300) });
    let notice = Notice { state: State::AwaitingPickUp, pick_up: told, ..services::notice() };
    frozen("notice_pick_up", &notice, &notice::encode(&notice).unwrap(), notice::decode);
}
