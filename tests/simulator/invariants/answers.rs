//! 1: what was answered is what happened.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, Party};
use domain::id::{CaseId, RequestId};
use platform::keys::{self, Key};
use serde_json::Value;
use testkit::samples;

use super::{Broken, Whole};
use crate::city::{City, Exchange};
use crate::people::Wish;

/// Every 2xx submission is exactly one case with its form and files, every 2xx command exactly one
/// event; every other answer leaves nothing, and nothing is there that nobody asked for.
pub fn check(broken: &mut Broken, city: &City, cases: &BTreeMap<CaseId, Whole>) {
    let mut filed = BTreeSet::new();
    let mut carried_out = BTreeSet::new();
    for exchange in &city.exchanges {
        let Exchange { asking, answered } = exchange;
        broken.require(answered.status < 500, || format!("1: {} {}", answered.status, answered.body));
        // Begun and then not gone on with in time: the attempt is in the books all the same.
        let ran_out = answered.body["code"] == "ATTEMPT_RAN_OUT";
        if !(answered.is_success() || ran_out) {
            continue;
        }
        if asking.is_submission() {
            let Some(case) = answered.case() else {
                broken.require(false, || format!("1: no case number: {}", answered.body));
                continue;
            };
            filed.insert(case);
            match cases.get(&case) {
                Some(whole) => submission(broken, city, exchange, whole),
                None => broken.require(false, || format!("1: {case} was answered and is not there")),
            }
        } else if let Some(case) = asking.case() {
            carried_out.insert((case, asking.request_id()));
            let events = cases.get(&case).map_or(0, |whole| count(whole, asking.request_id()));
            broken.require(events == 1, || format!("1: {events} events for {asking:?}"));
        }
    }
    for (case, whole) in cases {
        broken.require(filed.contains(case), || format!("1: nobody was told of {case}"));
        for chained in whole.events.iter().skip(1) {
            let recorded = &chained.recorded;
            let asked = carried_out.contains(&(*case, recorded.request.id));
            let by_itself = recorded.by == Party::System;
            broken.require(asked || by_itself, || format!("1: nobody asked for {}", recorded.id));
        }
    }
}

fn count(whole: &Whole, request: RequestId) -> usize {
    whole.events.iter().filter(|chained| chained.recorded.request.id == request).count()
}

fn submission(broken: &mut Broken, city: &City, Exchange { asking, .. }: &Exchange, whole: &Whole) {
    let case = &whole.loaded.case;
    let Some(Event::Submitted(submitted)) = whole.events.first().map(|chained| &chained.recorded.event)
    else {
        broken.require(false, || format!("1: {} does not begin with an application", case.id));
        return;
    };
    let (answers, documents) = match &asking.wish {
        Wish::Apply { answers, .. } => (answers, 0),
        Wish::File { answers, documents, .. } => (answers, *documents),
        _ => return,
    };
    let kept: Value = submitted
        .application
        .answers
        .reveal()
        .iter()
        .map(|(key, answer)| (key.to_string(), Value::from(answer.as_str())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    broken.require(kept == *answers, || format!("1: {} has other answers: {kept}", case.id));
    broken.require(case.applicant.person == asking.person(), || format!("1: {} is somebody else's", case.id));
    broken.require(count(whole, asking.request_id()) == 1, || format!("1: {} was filed twice", case.id));
    let manifest = &submitted.application.documents;
    broken.require(manifest.len() == documents, || format!("1: {} has {} files", case.id, manifest.len()));
    for document in manifest {
        let body = city.world.objects.body(&keys::filed(case.id, document.upload));
        broken.require(body.as_deref() == Some(samples::PDF), || {
            format!("1: {} of {} was not kept", document.upload, case.id)
        });
    }
    if let Wish::File { draft, .. } = &asking.wish {
        let left = city.world.store.peek(&Key::Draft(asking.person(), *draft));
        broken.require(left.is_none(), || format!("1: the draft of {} is still there", case.id));
    }
}
