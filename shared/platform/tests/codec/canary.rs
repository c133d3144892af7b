//! Nothing about a person reaches a log: the debug text of whatever carries personal data shows none.

use std::fmt::Debug;

use domain::access::Actor;
use domain::event::Event;
use platform::audit::GENESIS;
use platform::codec::case::Loaded;
use platform::codec::event;
use platform::codec::work::WorkItem;
use platform::commit::Done;
use platform::ports::Mail;
use platform::record::Record;

use crate::services;
use crate::story;

fn silent(what: &impl Debug) {
    for told in [format!("{what:?}"), format!("{what:#?}")] {
        for canary in [story::NAME, story::EMAIL, story::ID_NUMBER, story::FILE_NAME] {
            // Debug texts escape what is not ASCII in no type of ours, so the name is looked for as it is.
            assert!(!told.contains(canary), "tells {canary}: {told}");
        }
    }
}

fn loaded() -> Loaded {
    Loaded { case: story::case(9), head: GENESIS }
}

#[test]
fn people_do_not_tell() {
    silent(&story::applicant());
    silent(&story::staff());
    silent(&story::session());
    silent(&Actor::Applicant(story::person("lin")));
}

#[test]
fn cases_and_events_do_not_tell() {
    let recorded = story::story();
    assert!(matches!(recorded[0].event, Event::Submitted(_)));
    silent(&recorded);
    silent(&story::document());
    silent(&loaded());
    silent(&Done { loaded: loaded(), replayed: false });
    silent(&WorkItem::of(&story::case(9)));
}

/// A read event carries the exact text that was hashed, and that text is the whole application.
#[test]
fn events_as_read_from_the_store_do_not_tell() {
    let (row, _) = event::encode(&story::story()[0], GENESIS).unwrap();
    let chained = event::decode(row).unwrap();
    assert!(chained.link.body.contains(story::ID_NUMBER));
    silent(&chained);
    silent(&Record { loaded: loaded(), events: vec![chained] });
}

#[test]
fn notices_and_mails_do_not_tell() {
    silent(&services::notice());
    silent(&Mail {
        tag: services::notice().id.to_string(),
        to: story::personal(story::EMAIL),
        subject: format!("{} 您好", story::NAME),
        text: format!("{} 您好", story::NAME),
        html: format!("<p>{} 您好</p>", story::NAME),
    });
}

#[test]
fn the_documents_of_a_draft_do_not_tell() {
    silent(&story::draft().documents);
}
