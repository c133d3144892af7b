//! What may be published.

use std::collections::BTreeSet;

use domain::booking::Place;
use domain::fee;
use domain::form::Field;
use domain::id::PlaceCode;
use domain::item::ItemVersion;
use domain::online_type;
use platform::catalogue::Import;
use platform::codec::item::{ItemFile, KindFile};
use platform::codec::{AsText, agency};
use platform::fault::Fault;
use serde_json::Value;

/// Most agencies that review a part of one case: a limit on everything, no real item comes near.
const MAX_REVIEWERS: usize = 20;

/// Refuses an item that says something the window does not understand, and one whose form could
/// never be filled in, or whose fee never worked out: a key twice, a choice of nothing, a fee by a field
/// that is not there; and one that is not of the online type it says (規範 八 I), with all that keeps it
/// from being.
pub fn check(file: &ItemFile, given: Option<&Value>) -> Result<(), Fault> {
    let refused = |problem: String| Err(Fault::Corrupt(format!("item {}: {problem}", file.code.0)));
    if file.version == 0 {
        return refused("versions count from 1".to_owned());
    }
    let kept = serde_json::to_value(file).map_err(Fault::corrupt)?;
    if let Some(name) = given.and_then(|given| ignored(given, &kept)) {
        return refused(format!("unknown field `{name}`"));
    }
    // Before anything is written, so that a bad limit leaves nothing behind.
    let item = ItemVersion::try_from(file.clone())?;
    if item.terms.reviews.contains_key(&item.agency) {
        return refused("`clock.reviews` names the agency that has the item itself".to_owned());
    }
    if item.terms.reviews.len() > MAX_REVIEWERS {
        return refused(format!("`clock.reviews` names more than {MAX_REVIEWERS} agencies"));
    }
    let mut keys = BTreeSet::new();
    let fields = file.fields.iter().map(|field| &field.key);
    for key in fields.chain(file.documents.iter().map(|document| &document.key)) {
        if !keys.insert(key) {
            return refused(format!("the key `{}` is there twice", key.0));
        }
    }
    for field in &file.fields {
        match &field.kind {
            KindFile::Choice { options } if options.is_empty() => {
                return refused(format!("`{}` has nothing to choose from", field.key.0));
            }
            KindFile::Number { min, max } if min > max => {
                return refused(format!("no number fits `{}`", field.key.0));
            }
            _ => {}
        }
    }
    fee::check(&item.fee, item.terms.fee, &item.fields).or_else(|bad| refused(bad.to_string()))?;
    let misfits = online_type::misfits(&item);
    if misfits.is_empty() {
        return Ok(());
    }
    let misfits: Vec<String> = misfits.iter().map(ToString::to_string).collect();
    refused(format!("not `{}`: {}", item.online_type, misfits.join("; ")))
}

/// Refuses places that make no slots, and items that can be booked at a place that neither the import nor
/// the city has (`known`).
pub fn check_places(import: &Import, known: &BTreeSet<PlaceCode>) -> Result<(), Fault> {
    let mut codes = BTreeSet::new();
    for file in &import.places {
        let refused = |problem: String| Err(Fault::Corrupt(format!("place {}: {problem}", file.code.0)));
        if !codes.insert(&file.code.0) {
            return refused("named twice in one import".to_owned());
        }
        Place::from(file.clone()).check().or_else(|bad| refused(bad.to_string()))?;
    }
    for item in &import.items {
        let places = item.booking.iter().flat_map(|booking| &booking.places);
        let unknown = |place: &&AsText<PlaceCode>| !codes.contains(&place.0) && !known.contains(&place.0);
        if let Some(place) = places.into_iter().find(unknown) {
            let problem = format!("item {}: there is no place `{}`", item.code.0, place.0);
            return Err(Fault::Corrupt(problem));
        }
    }
    Ok(())
}

/// Refuses a routing rule that could never give a case to anybody: of an item that neither the import nor
/// the city (`known`) has at that agency, or by an answer that nobody can give.
pub fn check_routing(import: &Import, known: &[ItemVersion]) -> Result<(), Fault> {
    let imported = import.items.iter().cloned().map(ItemVersion::try_from);
    let items: Vec<ItemVersion> = imported.chain(known.iter().cloned().map(Ok)).collect::<Result<_, _>>()?;
    for rule in &import.routing {
        let refused =
            |problem: String| Err(Fault::Corrupt(format!("routing of {}: {problem}", rule.agency.0)));
        let of_agency = || items.iter().filter(|item| item.agency == rule.agency.0);
        if let Some(code) = rule.items.iter().find(|code| of_agency().all(|item| item.code != code.0)) {
            return refused(format!("it has no item `{}`", code.0));
        }
        // All of the agency, where none is named.
        let named =
            |item: &&ItemVersion| rule.items.is_empty() || rule.items.iter().any(|code| code.0 == item.code);
        let fields: Vec<&Field> = of_agency().filter(named).flat_map(|item| &item.fields).collect();
        for (key, values) in &rule.answers {
            let can_be_said = |value: &String| {
                let mut named = fields.iter().filter(|field| field.key == key.0);
                named.any(|field| field.kind.choices().is_none_or(|mut all| all.any(|one| one == value)))
            };
            if values.is_empty() || !values.iter().all(can_be_said) {
                return refused(format!("no item it names can have these answers to `{}`", key.0));
            }
        }
        if rule.handler == rule.reviewer {
            return refused(format!("`{}` cannot be handler and reviewer", rule.handler));
        }
    }
    Ok(())
}

/// Refuses a letterhead of which no letter can be made.
pub fn check_agencies(import: &Import) -> Result<(), Fault> {
    import.agencies.iter().try_for_each(|agency| agency::encode(agency).map(drop))
}

/// Refuses an import that says two things of one person.
pub fn check_staff(import: &Import) -> Result<(), Fault> {
    let mut subjects = BTreeSet::new();
    let staff = import.staff.iter().map(|staff| &staff.subject);
    match staff.chain(&import.removed_staff).find(|subject| !subjects.insert(*subject)) {
        Some(subject) => Err(Fault::Corrupt(format!("staff `{subject}`: named twice in one import"))),
        None => Ok(()),
    }
}

/// The name of a field that was given and is not kept. Stored items may have fields of a later
/// release, so reading skips what it does not know; a file to publish must not lose a word.
fn ignored<'a>(given: &'a Value, kept: &Value) -> Option<&'a str> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().filter(|(_, value)| !value.is_null()).find_map(|(name, value)| {
                kept.get(name).map_or(Some(name.as_str()), |kept| ignored(value, kept))
            })
        }
        (Value::Array(given), Value::Array(kept)) => {
            given.iter().zip(kept).find_map(|(given, kept)| ignored(given, kept))
        }
        _ => None,
    }
}
