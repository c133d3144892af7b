//! Publishing: all of a well-formed import, nothing of a malformed one.

#![expect(clippy::indexing_slicing, reason = "JSON that is not as expected has failed the test")]

use domain::id::PersonId;
use jiff::SignedDuration;
use platform::catalogue::{routing as routing_of, staff, staff_of};
use platform::keys::Lookup;
use platform::sessions::IDENTITY_PROVIDER;
use platform::store::every_row;
use serde_json::{Value, json};
use testkit::faults::run;
use testkit::samples;
use testkit::world::World;

use crate::support::City;

fn sample() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/catalogue/import.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn what_is_imported_is_published_and_importing_again_changes_nothing() {
    let city = City::of(World::new(samples::morning(), 7));
    assert_eq!(city.import(sample()).unwrap(), json!({ "imported": 3 }));
    assert_eq!(city.get("/services/{code}", Some(("code", "LB001")), &[]).status, 200);
    let stored = city.world.store.snapshot();
    assert_eq!(city.import(sample()).unwrap(), json!({ "imported": 3 }));
    assert_eq!(city.world.store.snapshot(), stored);
}

/// A payload with one routing rule, changed like this.
fn routing(change: &Value) -> Value {
    let mut rule = json!({ "agency": "library", "handler": "library.handler", "reviewer": "library.head" });
    rule.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let mut payload = sample();
    payload["import"]["routing"] = json!([rule]);
    payload
}

#[test]
fn the_rules_of_an_agency_that_is_named_replace_all_it_had() {
    let city = City::of(World::new(samples::morning(), 7));
    let kept = || {
        let library = "library".parse().unwrap();
        run(&city.world.gate, routing_of(&*city.world.store, &library)).unwrap().unwrap()
    };
    let mut two = routing(&json!({ "items": ["LB001"], "answers": { "purpose": ["reading", "talk"] } }));
    let any = routing(&json!({}))["import"]["routing"][0].clone();
    two["import"]["routing"].as_array_mut().unwrap().push(any.clone());
    assert_eq!(city.import(two).unwrap(), json!({ "imported": 5 }));
    let rules = kept();
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].answers[&"purpose".parse().unwrap()].len(), 2);
    let handler = PersonId::of_subject(IDENTITY_PROVIDER, "library.handler");
    assert!(rules.iter().all(|rule| rule.assignment.handler == handler));
    // The item is in force by now, and need not be named again.
    city.import(json!({ "import": { "routing": [any] } })).unwrap();
    assert_eq!(kept().len(), 1);
    city.import(sample()).unwrap();
    assert_eq!(kept().len(), 1, "an import without any leaves them");
}

#[test]
fn the_shipped_catalogue_is_publishable() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/catalogue.json");
    let catalogue: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let count = catalogue.as_object().unwrap().values().map(|part| part.as_array().unwrap().len()).sum();
    let city = City::of(World::new(samples::morning(), 7));
    let imported: usize = count;
    assert_eq!(city.import(json!({ "import": catalogue })).unwrap(), json!({ "imported": imported }));
    assert_eq!(city.get("/services/{code}", Some(("code", "XY003")), &[]).status, 200);
}

#[test]
fn a_published_version_never_changes_and_a_new_one_takes_over() {
    let city = City::of(World::new(samples::morning(), 7));
    city.import(sample()).unwrap();
    let mut other = sample();
    other["import"]["items"][0]["limit"]["days"] = json!(9);
    let refused = city.import(other.clone()).unwrap_err().to_string();
    assert!(refused.contains("LB001 version 1 is published with other content"), "{refused}");

    other["import"]["items"][0]["version"] = json!(2);
    city.import(other).unwrap();
    let service = city.get("/api/services/{code}", Some(("code", "LB001")), &[]).json();
    assert_eq!((&service["version"], &service["limit"]["days"]), (&json!(2), &json!(9)));
}

/// The version of LB001 on its page and in the list of all, which must say the same.
fn in_force(city: &City) -> Option<u64> {
    let one = city.get("/api/services/{code}", Some(("code", "LB001")), &[]);
    let all = city.get("/api/services", None, &[]).json();
    let listed = all["services"].as_array().unwrap().iter().find(|service| service["code"] == "LB001");
    let listed = listed.and_then(|service| service["version"].as_u64());
    assert_eq!((one.status == 200).then(|| one.json()["version"].as_u64().unwrap()), listed);
    listed
}

fn version(version: u32, effective_from: &str) -> Value {
    let mut payload = sample();
    payload["import"]["items"][0]["version"] = json!(version);
    payload["import"]["items"][0]["effective_from"] = json!(effective_from);
    payload
}

#[test]
fn a_version_takes_over_at_midnight_of_its_day_and_not_before() {
    // Thursday 19 November, ten in the morning in Taipei.
    let city = City::of(World::new(samples::morning(), 7));
    city.import(version(2, "2026-11-20")).unwrap();
    assert_eq!(in_force(&city), None);
    // The order in which they are published makes no difference.
    city.import(version(1, "2026-01-01")).unwrap();
    city.import(version(3, "2027-01-01")).unwrap();
    assert_eq!(in_force(&city), Some(1));
    city.world.ambient.advance(SignedDuration::from_hours(14) - SignedDuration::from_millis(1));
    assert_eq!(in_force(&city), Some(1));
    city.world.ambient.advance(SignedDuration::from_millis(1));
    assert_eq!(in_force(&city), Some(2));
    city.world.ambient.advance(SignedDuration::from_hours(24 * 60));
    assert_eq!(in_force(&city), Some(3));
}

#[test]
fn the_newest_version_in_force_counts_even_where_an_older_one_begins_later() {
    let city = City::of(World::new(samples::morning(), 7));
    for (number, from) in [(1, "2026-01-01"), (2, "2026-12-01"), (3, "2026-11-19")] {
        city.import(version(number, from)).unwrap();
    }
    assert_eq!(in_force(&city), Some(3));
    city.world.ambient.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(in_force(&city), Some(3));
    // What can never be in force again is off the list of all items.
    city.import(version(3, "2026-11-19")).unwrap();
    let listed = every_row(&*city.world.store, Lookup::Catalogue);
    assert_eq!(run(&city.world.gate, listed).unwrap().unwrap().len(), 1);
}

#[test]
fn removed_staff_are_gone_from_their_agency_and_removing_again_changes_nothing() {
    let city = City::of(World::new(samples::morning(), 7));
    let mut payload = sample();
    let other = json!({ "subject": "library.other", "agency": "library", "roles": ["handler"],
        "name": "某館員", "email": "other@city.example", "lang": "en" });
    payload["import"]["staff"].as_array_mut().unwrap().push(other);
    city.import(payload).unwrap();
    let removed = json!({ "import": { "removed_staff": ["library.dispatcher", "nobody-at-all"] } });
    let store = &*city.world.store;
    let id = |subject| PersonId::of_subject(IDENTITY_PROVIDER, subject);
    let agency = "library".parse().unwrap();
    for _ in 0..2 {
        assert_eq!(city.import(removed.clone()).unwrap(), json!({ "imported": 2 }));
        let look = async { (staff(store, id("library.dispatcher")).await, staff_of(store, &agency).await) };
        let (own, listed) = run(&city.world.gate, look).unwrap();
        assert_eq!(own.unwrap(), None);
        let listed: Vec<PersonId> = listed.unwrap().into_iter().map(|staff| staff.person).collect();
        assert_eq!(listed, [id("library.other")]);
    }
}

/// One change that makes a version of its type another, and the codes it is refused with.
#[test]
fn a_version_that_is_not_of_its_online_type_is_refused_with_all_that_is_wrong() {
    let counter = json!({ "zh": "雙方親自到場", "en": "both parties in person" });
    let original = json!([{ "key": "deed", "name": { "zh": "契約", "en": "deed" }, "required": true,
        "form": "original" }]);
    for (change, codes) in [
        (
            json!({ "delivery": ["counter"], "in_person": counter, "fields": [] }),
            &[
                "NO_ONLINE_FORM: 沒有可於網路填送的申請書表 / there is no form to fill in online; ",
                "COUNTER_DELIVERY_ONLY: ",
                "IN_PERSON_STEP: ",
            ][..],
        ),
        (json!({ "documents": original }), &["ORIGINAL_WANTED: 「契約」"][..]),
        (json!({ "delivery": [] }), &["NO_DELIVERY: "][..]),
        (json!({ "online_type": "partial" }), &["NOTHING_TRAVELS: "][..]),
        (json!({ "online_type": "reservation" }), &["NO_IN_PERSON_STEP: "][..]),
    ] {
        let mut payload = sample();
        for (name, value) in change.as_object().unwrap() {
            payload["import"]["items"][0][name] = value.clone();
        }
        let city = City::of(World::new(samples::morning(), 7));
        let refused = city.import(payload).unwrap_err().to_string();
        assert!(codes.iter().all(|code| refused.contains(code)), "{refused}");
        assert_eq!(refused.matches(": ").count(), codes.len() + 2, "{refused}");
        assert!(city.world.store.snapshot().is_empty());
    }
}

#[test]
fn what_happens_outside_the_window_is_on_the_page_and_in_the_api() {
    let mut payload = sample();
    let item = &mut payload["import"]["items"][0];
    item["online_type"] = json!("partial");
    item["delivery"] = json!(["mail", "counter"]);
    item["in_person"] = json!({ "zh": "雙方親自到場", "en": "both parties in person" });
    item["documents"] = json!([{ "key": "deed", "name": { "zh": "契約", "en": "deed" }, "required": true,
        "form": "original" }]);
    let city = City::of(World::new(samples::morning(), 7));
    city.import(payload).unwrap();
    let page = city.get("/services/{code}", Some(("code", "LB001")), &[]).text;
    for shown in ["須繳驗正本", "郵寄、臨櫃領取", "雙方親自到場"] {
        assert!(page.contains(shown), "{shown}");
    }
    let service = city.get("/api/services/{code}", Some(("code", "LB001")), &[]).json();
    assert_eq!(service["delivery"], json!(["mail", "counter"]));
    assert_eq!(service["payment"], json!(["online"]));
    assert_eq!(service["in_person"]["en"], "both parties in person");
    assert_eq!(service["documents"][0]["form"], "original");
}

/// An import with a place and an item that can be booked there.
fn with_place() -> Value {
    let mut payload = sample();
    let import = &mut payload["import"];
    import["places"] = json!([{ "code": "reading-room", "agency": "library",
        "name": { "zh": "閱覽室", "en": "Reading room" }, "address": { "zh": "建國南路", "en": "Jianguo S. Rd." },
        "slot_minutes": 60,
        "opening": [{ "days": ["mon"], "from": "09:00:00", "until": "12:00:00", "capacity": 2 }] }]);
    let item = &mut import["items"][0];
    item["online_type"] = json!("reservation");
    item["in_person"] = json!({ "zh": "到館辦理", "en": "at the library" });
    item["booking"] = json!({ "places": ["reading-room"], "min_days": 1, "max_days": 30 });
    payload
}

#[test]
fn places_are_published_with_the_items_that_can_be_booked_there() {
    let city = City::of(World::new(samples::morning(), 7));
    assert_eq!(city.import(with_place()).unwrap(), json!({ "imported": 4 }));
    let service = city.get("/api/services/{code}", Some(("code", "LB001")), &[]).json();
    assert_eq!(service["booking"], json!({ "places": ["reading-room"], "min_days": 1, "max_days": 30 }));
    let page = city.get("/services/{code}", Some(("code", "LB001")), &[]).text;
    assert!(page.contains("/services/LB001/book") && page.contains("/services/LB001/apply"));
    // The place is there now, so that another version need not bring it.
    let mut later = with_place();
    later["import"]["items"][0]["version"] = json!(2);
    later["import"]["items"][0]["fields"] = json!([]);
    later["import"].as_object_mut().unwrap().remove("places");
    assert_eq!(city.import(later).unwrap(), json!({ "imported": 3 }));
    // Without a form there is nothing to begin online but the booking.
    let page = city.get("/services/{code}", Some(("code", "LB001")), &[]).text;
    assert!(page.contains("/services/LB001/book") && !page.contains("/services/LB001/apply"));
}

#[test]
fn places_that_make_no_slots_and_items_without_their_place_are_refused() {
    let change = |change: fn(&mut Value)| {
        let mut payload = with_place();
        change(&mut payload["import"]);
        payload
    };
    for (payload, says) in [
        (change(|import| import["places"][0]["slot_minutes"] = json!(7)), "a slot is 5 to 240 minutes"),
        (change(|import| import["places"][0]["opening"][0]["capacity"] = json!(0)), "a slot holds 1 to 200"),
        (change(|import| import["places"][0]["opening"][0]["until"] = json!("09:30:00")), "one slot long"),
        (change(|import| import["places"][0]["opening"][0]["days"] = json!(["someday"])), "failed to read"),
        (change(|import| import["places"][0]["colour"] = json!(1)), "unknown field"),
        (
            change(|import| import["places"] = json!([import["places"][0], import["places"][0]])),
            "named twice",
        ),
        (change(|import| import["places"] = json!([])), "there is no place `reading-room`"),
        (change(|import| import["items"][0]["booking"]["max_days"] = json!(91)), "BAD_BOOKING_TERMS"),
        (change(|import| import["items"][0]["booking"]["days"] = json!(1)), "unknown field `days`"),
    ] {
        let city = City::of(World::new(samples::morning(), 7));
        let refused = city.import(payload).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        assert!(city.world.store.snapshot().is_empty(), "{says}");
    }
}

#[test]
fn a_malformed_import_leaves_nothing() {
    let change = |change: fn(&mut Value)| {
        let mut payload = sample();
        change(&mut payload["import"]);
        payload
    };
    for (payload, says) in [
        (json!({ "import": "all" }), "failed to read the import"),
        (json!({ "import": {}, "more": 1 }), "unknown field"),
        (change(|import| import["colour"] = json!(1)), "unknown field"),
        (change(|import| import["items"][0]["colour"] = json!(1)), "unknown field"),
        (change(|import| import["items"][0]["fields"][0]["hnt"] = json!({ "zh": "", "en": "" })), "`hnt`"),
        (change(|import| import["items"][0]["code"] = json!("x")), "not a valid ItemCode"),
        (change(|import| import["items"][0]["fee"] = json!(-1)), "failed to read the import"),
        (change(|import| import["items"][0]["limit"]["days"] = json!(0)), "a limit is 1 to 3650 days"),
        (change(|import| import["items"][0]["version"] = json!(0)), "versions count from 1"),
        (
            change(|import| {
                import["items"][0]["fields"][0]["kind"] = json!({ "type": "choice", "options": [] });
            }),
            "nothing to choose from",
        ),
        (
            change(|import| {
                import["items"][0]["fields"][0]["kind"] = json!({ "type": "number", "min": 2, "max": 1 });
            }),
            "no number fits",
        ),
        (
            change(|import| {
                let field = import["items"][0]["fields"][0].clone();
                import["items"][0]["fields"].as_array_mut().unwrap().push(field);
            }),
            "twice",
        ),
        (
            change(|import| import["agencies"][0]["letterhead"]["head"]["name"] = json!(" ")),
            "lacks SIGNATURE",
        ),
        (change(|import| import["agencies"][0]["letterhead"]["fax"] = json!("02")), "unknown field"),
        (
            change(|import| import["items"][0]["letter"] = json!({ "marks": { "residence": "home" } })),
            "letters need the field home",
        ),
        (
            change(|import| {
                let remedy = json!({ "type": "objection", "name": "申請復查", "days": 0, "legal_basis": "x", "authority": "x" });
                import["items"][0]["letter"] = json!({ "remedy": remedy });
            }),
            "its remedy is incomplete",
        ),
        (
            change(|import| {
                let own = import["items"][0]["agency"].as_str().unwrap().to_owned();
                import["items"][0]["clock"] =
                    json!({ "reviews": { own: { "days": 2, "basis": "working" } } });
            }),
            "names the agency that has the item itself",
        ),
        (
            change(|import| {
                let limit = json!({ "days": 2, "basis": "working" });
                let many = (0..21).map(|n| (format!("agency{n}"), limit.clone()));
                import["items"][0]["clock"] = json!({ "reviews": many.collect::<serde_json::Map<_, _>>() });
            }),
            "more than 20 agencies",
        ),
        (routing(&json!({ "items": ["PK001"] })), "it has no item `PK001`"),
        (routing(&json!({ "agency": "parks", "items": ["LB001"] })), "it has no item `LB001`"),
        (routing(&json!({ "answers": { "room": ["east"] } })), "these answers to `room`"),
        (routing(&json!({ "items": ["LB001"], "answers": { "room": ["east"] } })), "these answers to `room`"),
        (routing(&json!({ "items": ["LB001"], "answers": { "purpose": [] } })), "these answers to `purpose`"),
        (routing(&json!({ "reviewer": "library.handler" })), "cannot be handler and reviewer"),
        (routing(&json!({ "district": "daan" })), "unknown field"),
        (change(|import| import["staff"][0]["roles"] = json!(["mayor"])), "not a known Role"),
        (change(|import| import["removed_staff"] = json!(["library.dispatcher"])), "named twice"),
        (change(|import| import["removed_staff"] = json!("library.dispatcher")), "failed to read the import"),
    ] {
        let city = City::of(World::new(samples::morning(), 7));
        let refused = city.import(payload).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
        assert!(city.world.store.snapshot().is_empty(), "{says}");
    }
}
