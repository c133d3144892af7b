//! Who is told what, and in which words.

use domain::agency::Role;
use domain::case::{Case, Outcome, Ruling, State};
use domain::clock::history::StopCause;
use domain::correction::{Correction, Deficiency, Subject};
use domain::event::{Event, Moved, Recalculation};
use domain::notice::{NoticeKind, Recipient, owed};
use domain::text::{Lang, Text};
use domain::timer::TimerKind;
use jiff::civil::date;

use super::{assigned, proposed_by, received};
use crate::scene::{filed_at, three_days};
use crate::support::{agency, filing, original, person};

fn asked_to_correct(what: &str, days: u32) -> Event {
    let deficiency = Deficiency {
        subject: Subject::Other,
        name: Subject::other_name(),
        what: what.to_owned(),
        provide: "補正".to_owned(),
        basis: String::new(),
    };
    let (in_writing, again) = (false, String::new());
    Event::CorrectionRequested(Box::new(Correction {
        deficiencies: vec![deficiency],
        days,
        in_writing,
        again,
    }))
}

/// An event, the case after it, and the notices owed.
type Owes = (Event, Case, Vec<(NoticeKind, Recipient)>);

fn expect(owes: &[Owes]) {
    for (event, case, notices) in owes {
        assert_eq!(owed(case, event), *notices, "{} in {}", event.code(), case.state);
    }
}

fn corrected() -> Case {
    Case { state: State::UnderCorrection, ..assigned() }
}

fn handler() -> Recipient {
    Recipient::Person(person("handler"))
}

fn reviewer() -> Recipient {
    Recipient::Person(person("reviewer"))
}

const DISPATCHERS: Recipient = Recipient::Everybody(Role::Dispatcher);

/// With somebody in charge and before (規範 十(一), 十(三)5).
#[test]
fn every_event_owes_its_notices_to_the_right_people() {
    use {NoticeKind as N, Recipient as R};

    let ruling =
        || Ruling { outcome: Outcome::Approve, ground: None, reason: String::new(), by: person("handler") };
    let assignment = assigned().assignment.unwrap();
    let reason = String::new;
    expect(&[
        (
            filing(three_days(), filed_at()).event,
            received(),
            vec![
                (N::ApplicationReceived, R::Applicant),
                (N::CaseArrived, DISPATCHERS),
                (N::CaseToCome, R::Routed),
            ],
        ),
        (
            Event::Rerouted {
                agency: agency("economy"),
                name: Text::new("產業局", "Economy"),
                reason: reason(),
            },
            received(),
            vec![(N::CaseRerouted, R::Applicant), (N::CaseArrived, DISPATCHERS), (N::CaseToCome, R::Routed)],
        ),
        (
            Event::Transferred { to: "交通部公路局".to_owned(), reason: reason() },
            assigned(),
            vec![(N::CaseTransferred, R::Applicant)],
        ),
        (Event::Accepted, received(), vec![]),
        (
            Event::Assigned { assignment, handler_name: String::new() },
            assigned(),
            vec![(N::CaseAssigned, handler()), (N::CaseAssigned, reviewer())],
        ),
        (
            Event::Proposed { ruling: ruling(), letter: None },
            proposed_by("handler"),
            vec![(N::ProposalWaiting, reviewer())],
        ),
        (Event::Returned { reason: reason() }, assigned(), vec![(N::ProposalReturned, handler())]),
        (
            Event::Decided { ruling: ruling(), documents: Vec::new() },
            proposed_by("handler"),
            vec![(N::Decided, R::Applicant)],
        ),
        (
            Event::Withdrawn { reason: reason() },
            received(),
            vec![(N::CaseWithdrawn, R::Applicant), (N::CaseWithdrawn, DISPATCHERS)],
        ),
        (
            Event::Withdrawn { reason: reason() },
            assigned(),
            vec![
                (N::CaseWithdrawn, R::Applicant),
                (N::CaseWithdrawn, handler()),
                (N::CaseWithdrawn, reviewer()),
            ],
        ),
    ]);
}

/// 行政程序法 §51 IV: an extension is told to the applicant; so is everything else that moves a date.
#[test]
fn what_moves_the_clock_is_told_to_the_applicant() {
    use {NoticeKind as N, Recipient as R};

    let (day, reason) = (date(2026, 11, 19), || "理由".to_owned());
    let stop = |until| Event::Stopped { cause: StopCause::ForceMajeure, from: day, until, reason: reason() };
    let to_applicant = |kind| vec![(kind, R::Applicant)];
    expect(&[
        (asked_to_correct("理由", 7), corrected(), to_applicant(N::CorrectionRequested)),
        (
            Event::CorrectionAnswered { answer: Box::default(), at: filed_at() },
            assigned(),
            vec![(N::CorrectionAnswered, handler())],
        ),
        (
            Event::MoreTimeAsked { days: 3, reason: reason() },
            corrected(),
            vec![(N::MoreTimeAsked, handler())],
        ),
        (
            Event::CorrectionExtended { days: 3, until: day, reason: reason() },
            corrected(),
            to_applicant(N::CorrectionExtended),
        ),
        (Event::MoreTimeDeclined { reason: reason() }, corrected(), to_applicant(N::MoreTimeDeclined)),
        (Event::Arrived { what: original(), at: filed_at() }, assigned(), to_applicant(N::Arrived)),
        (Event::Extended { amount: 1, reason: reason() }, assigned(), to_applicant(N::Extended)),
        (Event::TimeAdded { days: 1, reason: reason() }, assigned(), to_applicant(N::ClockChanged)),
        (stop(None), assigned(), to_applicant(N::ClockChanged)),
        (stop(Some(day)), proposed_by("handler"), to_applicant(N::ClockChanged)),
        (Event::Resumed { last: day }, assigned(), to_applicant(N::ClockChanged)),
    ]);
}

/// Whoever has to act now is reminded; of a lapse the applicant is told as well.
#[test]
fn timers_tell_whoever_has_the_case() {
    use {NoticeKind as N, Recipient as R};

    let everybody = [
        (received(), DISPATCHERS),
        (assigned(), handler()),
        (corrected(), handler()),
        (proposed_by("handler"), reviewer()),
    ];
    for (case, holder) in everybody {
        let reminder = |kind| (Event::TimerFired(kind), case.clone(), vec![(N::DueSoon, holder.clone())]);
        expect(&[
            reminder(TimerKind::DueNear),
            reminder(TimerKind::DueSoon),
            reminder(TimerKind::DueToday),
            (
                Event::TimerFired(TimerKind::Overdue),
                case.clone(),
                vec![(N::Overdue, holder.clone()), (N::Overdue, R::Everybody(Role::Research))],
            ),
            (Event::TimerFired(TimerKind::WindowClosed), case.clone(), vec![(N::WindowClosed, holder)]),
        ]);
    }
    let untaken = vec![(N::CaseUntaken, DISPATCHERS), (N::CaseUntaken, R::Everybody(Role::Research))];
    expect(&[(Event::TimerFired(TimerKind::Untaken), received(), untaken)]);
    let lapsed = vec![(N::CorrectionLapsed, R::Applicant), (N::CorrectionLapsed, handler())];
    expect(&[(Event::TimerFired(TimerKind::CorrectionDue), assigned(), lapsed)]);
}

fn moved(due: (i8, i8), correction_due: Option<(i8, i8)>) -> Recalculation {
    let november = |day| Some(date(2026, 11, day));
    let moved = |(from, to)| Moved { from: november(from), to: november(to) };
    Recalculation {
        due: moved(due),
        correction_due: correction_due.map(moved).unwrap_or_default(),
        ..Recalculation::by(Text::new("颱風停班", "a typhoon"))
    }
}

/// One notice of one changed date to applicant and holder; of moved reminders to nobody.
#[test]
fn a_date_that_the_calendar_moved_is_told_to_applicant_and_holder() {
    use {NoticeKind as N, Recipient as R};

    let felt = [moved((23, 24), None), moved((23, 23), Some((20, 23))), moved((23, 24), Some((20, 23)))];
    for recalculation in felt {
        assert!(recalculation.is_felt());
        let event = || Event::Recalculated(recalculation.clone());
        let told = |holder| vec![(N::DateMoved, R::Applicant), (N::DateMoved, holder)];
        expect(&[
            (event(), received(), told(DISPATCHERS)),
            (event(), assigned(), told(handler())),
            (event(), proposed_by("handler"), told(reviewer())),
        ]);
    }
    let reminders = moved((23, 23), Some((20, 20)));
    assert!(!reminders.is_felt());
    expect(&[(Event::Recalculated(reminders), assigned(), vec![])]);
}

/// What asks something of the applicant, or tells the result the agency came to, and nothing else.
#[test]
fn what_must_not_be_found_days_later_goes_by_sms() {
    use NoticeKind as N;

    let sent: Vec<N> = N::ALL.iter().copied().filter(|kind| kind.is_sent_by_sms()).collect();
    let expected = [
        N::Decided,
        N::CorrectionRequested,
        N::CorrectionReminder,
        N::CorrectionLapsed,
        N::PickUpReminder,
        N::FeeDue,
        N::ProofAsked,
        N::CaseTransferred,
    ];
    assert_eq!(sent, expected);
    // Reminders that go out by mail and not by SMS would be no help to whoever asked for SMS.
    assert!(N::ALL.iter().all(|kind| !kind.is_reminder() || kind.is_sent_by_sms()));
}

#[test]
fn a_moved_date_says_from_where_to_where_and_why() {
    let both = Event::Recalculated(moved((23, 24), Some((20, 23)))).public_text();
    for day in ["11月23日", "11月24日", "11月20日", "颱風停班"] {
        assert!(both.zh.contains(day), "{}", both.zh);
    }
    for day in ["due date moved from", "23 November", "24 November", "20 November", "a typhoon"] {
        assert!(both.en.contains(day), "{}", both.en);
    }
    let due = moved((23, 24), None).text();
    assert!(!due.zh.contains("補正") && !due.en.contains("correction"), "{due:?}");
    let none_yet =
        Recalculation { due: Moved { from: None, to: Some(date(2026, 11, 23)) }, ..moved((1, 1), None) };
    assert!(none_yet.text().zh.contains("未定") && none_yet.text().en.contains("none yet"));
    let reminders = moved((23, 23), None).text();
    assert!(reminders.en.starts_with("Reminders") && reminders.zh.contains("颱風停班"), "{reminders:?}");
}

/// What the applicant reads of every new event says what they asked for, or why.
#[test]
fn the_timeline_says_why_the_clock_was_moved() {
    const WHY: &str = "會勘需時";
    let (day, why) = (date(2026, 11, 19), || WHY.to_owned());
    let cause = StopCause::NotAttributable;
    let told = [
        asked_to_correct(WHY, 7),
        Event::Extended { amount: 1, reason: why() },
        Event::TimeAdded { days: 2, reason: why() },
        Event::Stopped { cause, from: day, until: None, reason: why() },
    ];
    for event in told {
        let text = event.public_text();
        assert!(Lang::ALL.iter().all(|lang| text.pick(*lang).contains(WHY)), "{text:?}");
    }
    let resumed = Event::Resumed { last: day }.public_text();
    assert!(resumed.zh.contains("11月19日") && resumed.en.contains("19 November"), "{resumed:?}");
}
