//! SMS beside the mail, through the real functions on ports in memory: owed by the event after its mails, sent once,
//! put off, refused; and no word of them counts for the case.

use domain::case::State;
use domain::delivery::{Channel, Stage};
use domain::event::Event;
use domain::notice::NoticeKind;
use jiff::SignedDuration;
use platform::codec::notice::Notice;
use platform::ports::Ambient as _;
use platform::{commit, notices};
use testkit::faults::run;
use testkit::messenger::Reaction;
use testkit::samples::{self, Stage as CaseStage};
use testkit::world::World;

use super::results::mail_service;
use super::{send, send_by, sweep};

/// A world with a case that got to `stage` and whose events owe what they owe, nothing of it sent.
fn owed(stage: CaseStage, mobile: Option<&str>) -> World {
    let mut record = samples::record(stage);
    if let Event::Submitted(filed) = &mut record[0].event {
        filed.applicant.mobile = mobile.map(|mobile| mobile.parse().unwrap());
    }
    let world = World::with_samples(record.last().unwrap().at, 7);
    let case = world.put(&record);
    assert_eq!(case.state, samples::case(stage).state);
    world.ambient.advance(SignedDuration::from_secs(61));
    sweep(&world);
    world
}

/// Everything that is on the queue.
fn send_all(world: &World) {
    while world.notifications.next_visible().is_some_and(|at| at <= world.ambient.now()) {
        send(world);
    }
}

fn of(world: &World, channel: Channel) -> Vec<Notice> {
    let case = samples::case(CaseStage::Received).id;
    let all = run(&world.gate, notices::of_case(&*world.store, case)).unwrap().unwrap();
    all.into_iter().filter(|notice| notice.channel == channel).collect()
}

#[test]
fn an_sms_is_owed_after_the_mails_of_its_event_and_sent_once() {
    let world = owed(CaseStage::UnderCorrection, Some("0912-345-678"));
    let texts = of(&world, Channel::Sms);
    assert_eq!(texts.iter().map(|it| it.kind).collect::<Vec<_>>(), [NoticeKind::CorrectionRequested]);
    let text = &texts[0];
    assert_eq!((text.address.reveal().as_str(), &text.reason), ("0912345678", &None));
    let mails: Vec<u16> = of(&world, Channel::Mail)
        .iter()
        .filter(|it| it.id.event == text.id.event)
        .map(|it| it.id.place)
        .collect();
    assert_eq!((mails.first(), mails.last().map(|place| place + 1)), (Some(&1), Some(text.id.place)));

    send_all(&world);
    world.notifications.push(text.id.to_string());
    send_all(&world);
    let sent = world.messenger.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0].sms.id, sent[0].sms.to.reveal().as_str()), (&text.id.to_string(), "0912345678"));
    assert!(sent[0].sms.text.contains("請補正"), "{}", sent[0].sms.text);
    let text = &of(&world, Channel::Sms)[0];
    assert_eq!((text.delivery.stage, text.message.as_deref()), (Stage::Accepted, Some("sms-1")));
    assert_eq!(sweep(&world), 0);
}

#[test]
fn without_a_number_there_is_no_sms() {
    let world = owed(CaseStage::UnderCorrection, None);
    send_all(&world);
    assert_eq!((of(&world, Channel::Sms), world.messenger.sent()), (vec![], vec![]));
    assert!(world.mailer.count() > 0);
}

#[test]
fn one_that_is_put_off_is_tried_again_and_one_whose_answer_is_lost_is_still_one() {
    let world = owed(CaseStage::UnderCorrection, Some("0912345678"));
    world.messenger.react(Reaction::Throttle);
    send_all(&world);
    let delivery = of(&world, Channel::Sms)[0].delivery;
    assert_eq!((delivery.stage, delivery.attempts, world.messenger.sent().len()), (Stage::Owed, 1, 0));
    world.messenger.react(Reaction::AcceptSilently);
    world.ambient.advance(SignedDuration::from_mins(4));
    assert_eq!(sweep(&world), 1);
    send_all(&world);
    assert_eq!(of(&world, Channel::Sms)[0].delivery.stage, Stage::Sending);
    world.messenger.react(Reaction::Accept);
    world.ambient.advance(SignedDuration::from_mins(17));
    assert_eq!(sweep(&world), 1);
    send_all(&world);
    let text = &of(&world, Channel::Sms)[0];
    assert_eq!((text.delivery.stage, text.delivery.attempts), (Stage::Accepted, 3));
    assert_eq!((world.messenger.sent().len(), text.message.as_deref()), (1, Some("sms-1")));
}

#[test]
fn at_night_it_waits_for_the_morning_and_the_mail_does_not() {
    let world = owed(CaseStage::UnderCorrection, Some("0912345678"));
    world.ambient.set("2026-11-19T23:00:00+08:00".parse().unwrap());
    send_all(&world);
    let morning = "2026-11-20T08:00:00+08:00".parse().unwrap();
    let waiting = of(&world, Channel::Sms)[0].delivery;
    assert_eq!((waiting.stage, waiting.attempts, waiting.next_at), (Stage::Owed, 0, Some(morning)));
    assert!(world.mailer.count() > 0 && world.messenger.sent().is_empty());
    assert_eq!(sweep(&world), 0);
    world.ambient.set("2026-11-20T08:02:00+08:00".parse().unwrap());
    assert_eq!(sweep(&world), 1);
    send_all(&world);
    assert_eq!(
        (of(&world, Channel::Sms)[0].delivery.stage, world.messenger.sent().len()),
        (Stage::Accepted, 1)
    );
}

/// Staff see it; whether somebody has to reach the applicant, the mail says.
#[test]
fn one_that_is_refused_stays_so_and_waits_for_nobody() {
    let world = owed(CaseStage::UnderCorrection, Some("0912345678"));
    world.messenger.react(Reaction::Refuse);
    send_all(&world);
    let text = &of(&world, Channel::Sms)[0];
    assert_eq!((text.delivery.stage, text.delivery.next_at), (Stage::Refused, None));
    assert!(!text.waits_for_staff() && !text.is_to_applicant(text.recipient));
    assert_eq!(sweep(&world), 0);
}

#[test]
fn where_the_gateway_was_disconnected_it_ends() {
    let world = owed(CaseStage::UnderCorrection, Some("0912345678"));
    while world.notifications.next_visible().is_some_and(|at| at <= world.ambient.now()) {
        send_by(&world, None);
    }
    let text = &of(&world, Channel::Sms)[0];
    assert_eq!((text.delivery.stage, world.messenger.sent().len()), (Stage::Moot, 0));
    assert!(world.mailer.count() > 0, "mail goes on");
}

/// The result by SMS tells nobody anything that counts: only word of the mail does.
#[test]
fn no_word_of_an_sms_is_evidence() {
    let world = owed(CaseStage::Rejected, Some("0912345678"));
    send_all(&world);
    let texts = of(&world, Channel::Sms);
    assert_eq!(texts.iter().map(|it| it.kind).collect::<Vec<_>>(), [NoticeKind::Decided]);
    let state = |word: &str, id| {
        mail_service(&world, id, word);
        let case = run(&world.gate, commit::load(&*world.store, texts[0].id.event.case)).unwrap().unwrap();
        case.unwrap().case.state
    };
    assert_eq!(state("Delivery", texts[0].id), State::Rejected);
    assert_eq!(state("Bounce", texts[0].id), State::Rejected);
    let mail = of(&world, Channel::Mail).into_iter().find(|it| it.kind == NoticeKind::Decided).unwrap();
    assert_eq!(state("Delivery", mail.id), State::Closed);
    assert_eq!(mail.id.place, 1);
}
