//! Publishing: all of a well-formed import, nothing of a malformed one.

use domain::id::{AgencyCode, PersonId};
use platform::catalogue::{staff, staff_of};
use platform::sessions::IDENTITY_PROVIDER;
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

#[test]
fn removed_staff_are_gone_from_their_agency_and_removing_again_changes_nothing() {
    let city = City::new();
    let removed = json!({ "import": { "removed_staff": [samples::DISPATCHER, "nobody-at-all"] } });
    for _ in 0..2 {
        assert_eq!(city.import(removed.clone()).unwrap(), json!({ "imported": 2 }));
    }
    let store = &*city.world.store;
    let id = PersonId::of_subject(IDENTITY_PROVIDER, samples::DISPATCHER);
    let look = async { (staff(store, id).await.unwrap(), staff_of(store, &agency()).await.unwrap()) };
    let (own, listed) = run(&city.world.gate, look).unwrap();
    assert_eq!(own, None);
    assert!(!listed.is_empty() && listed.iter().all(|staff| staff.person != id));
}

fn agency() -> AgencyCode {
    "parks".parse().unwrap()
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
