//! One case from filing to decision, with every kind of event, and the other values that are stored.
//! The frozen samples are this story: it never changes, new stories go beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::access::Officer;
use domain::agency::{Role, Staff};
use domain::apply;
use domain::assurance::Assurance;
use domain::calendar::{Change, Closure, Extent, OfficialYear, Register};
use domain::case::{Applicant, Application, Assignment, Case, Document, Outcome, Ruling};
use domain::clock::Due;
use domain::clock::history::StopCause;
use domain::clock::terms::{DayBasis, Limit, Terms};
use domain::correction::{Answer, Correction, Deficiency, Subject};
use domain::dates::{ClockState, Dates};
use domain::ending::Word;
use domain::event::{Event, Moved, Party, Recalculation, Recorded, Request, Submitted};
use domain::id::{CaseId, DraftId, EventId, PersonId, RequestId, UploadId, Version};
use domain::item::{FileType, ItemRef};
use domain::personal::Personal;
use domain::service::NoticePlace;
use domain::text::{Lang, Text};
use domain::timer::TimerKind;
use jiff::Timestamp;
use jiff::civil::date;
use platform::codec::people::{Session, SignIn};
use platform::drafts::Draft;

/// What must never be seen outside the tables and the pages of those it concerns.
pub const NAME: &str = "金絲雀";
pub const EMAIL: &str = "canary@example.org";
pub const ID_NUMBER: &str = "A123456789";
pub const FILE_NAME: &str = "canary-plan.pdf";

pub fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

pub fn person(name: &str) -> PersonId {
    PersonId::of_subject("sample", name)
}

pub fn personal(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

pub fn applicant() -> Applicant {
    Applicant {
        person: person("lin"),
        name: personal(NAME),
        email: personal(EMAIL),
        lang: Lang::ZhHant,
        mobile: None,
    }
}

pub fn document() -> Document {
    Document {
        upload: UploadId::from_bytes([7; 16]),
        requirement: "activity_plan".parse().unwrap(),
        file_name: personal(FILE_NAME),
        file_type: FileType::Pdf,
        bytes: 4_096,
        sha256: [9; 32],
    }
}

fn request(n: u8) -> Request {
    Request { id: RequestId::from_bytes([n; 16]), digest: [n; 32] }
}

pub fn case_id() -> CaseId {
    CaseId::of_request(person("lin"), request(1).id)
}

fn submitted() -> Event {
    Event::Submitted(Box::new(Submitted {
        item: ItemRef {
            code: "PK001".parse().unwrap(),
            version: 1,
            name: Text::new("公園處場地使用", "Use of park grounds"),
            terms: Terms::of(Limit::days(4, DayBasis::Working).unwrap()),
        },
        agency: "parks".parse().unwrap(),
        applicant: applicant(),
        application: Application {
            answers: Personal::new(BTreeMap::from([
                ("national_id".parse().unwrap(), ID_NUMBER.to_owned()),
                ("activity".parse().unwrap(), "里民同樂會\n第二行".to_owned()),
            ])),
            documents: vec![document()],
        },
        fee: None,
        consent: None,
        signature: None,
    }))
}

/// The dates as schema 1 knew them: the due day and one reminder.
fn dates() -> Dates {
    let due = Due::end_of(date(2026, 11, 24)).unwrap();
    Dates {
        calendar: "2017-2027.2".to_owned(),
        edition: 0,
        clock: ClockState::Running,
        due: Some(due),
        correction_due: None,
        pick_up_due: None,
        reviews: BTreeMap::new(),
        timers: BTreeMap::from([
            (TimerKind::DueSoon, at("2026-11-23T00:00:00+08:00")),
            (TimerKind::Overdue, due.until),
        ]),
    }
}

/// Events of the clock that schema 1 did not have, each as the second of a case.
pub fn of_the_clock() -> Vec<Recorded> {
    let lin = Party::Applicant(person("lin"));
    let handler = Party::Officer(person("handler.park"));
    let reviewer = Party::Officer(person("reviewer.park"));
    let reason = || "颱風來襲".to_owned();
    let recalculated = Recalculation {
        calendar: "2017-2027.2+3".to_owned(),
        cause: Text::new("停止上班", "offices closed"),
        due: Moved { from: Some(date(2026, 11, 24)), to: Some(date(2026, 11, 25)) },
        correction_due: Moved::default(),
        pick_up_due: Moved::default(),
        reviews: BTreeMap::new(),
    };
    let events = vec![
        (handler, asked_in_one_text()),
        (
            lin,
            Event::CorrectionAnswered {
                answer: Box::new(noted("已補")),
                at: at("2026-11-19T09:00:00+08:00"),
            },
        ),
        (handler, Event::Arrived { what: "seal".parse().unwrap(), at: at("2026-11-19T09:00:00+08:00") }),
        (reviewer, Event::Extended { amount: 4, reason: reason() }),
        (reviewer, Event::TimeAdded { days: 2, reason: reason() }),
        (
            reviewer,
            Event::Stopped {
                cause: StopCause::ForceMajeure,
                from: date(2026, 11, 19),
                until: None,
                reason: reason(),
            },
        ),
        (reviewer, Event::Resumed { last: date(2026, 11, 20) }),
        (handler, Event::HandedOver { receiver: None }),
        (
            handler,
            Event::Rerouted {
                agency: "xinyi".parse().unwrap(),
                name: Text::new("信義區公所", "Xinyi District Office"),
                reason: reason(),
            },
        ),
        (reviewer, Event::Transferred { to: "交通部公路局".to_owned(), reason: reason() }),
        (Party::System, Event::Recalculated(recalculated)),
    ];
    events.into_iter().map(|(by, event)| second(by, event)).collect()
}

pub fn second(by: Party, event: Event) -> Recorded {
    Recorded { dates: Some(dates()), ..recorded(2, "20T09:00:00", by, event) }
}

/// A correction as schema 2 had it: everything in one text.
fn asked_in_one_text() -> Event {
    let everything = Deficiency {
        subject: Subject::Other,
        name: Subject::other_name(),
        what: "請補平面圖".to_owned(),
        provide: String::new(),
        basis: String::new(),
    };
    let (days, in_writing, again) = (14, false, String::new());
    Event::CorrectionRequested(Box::new(Correction {
        deficiencies: vec![everything],
        days,
        in_writing,
        again,
    }))
}

/// An answer as schema 2 had it: a note and nothing else.
fn noted(note: &str) -> Answer {
    Answer { note: Personal::new(note.to_owned()), ..Answer::default() }
}

/// An answer with everything it can have, as the second event of a case.
pub fn answer() -> Recorded {
    let answer = Answer {
        round: 1,
        answers: Personal::new(BTreeMap::from([("purpose".parse().unwrap(), "社區運動會".to_owned())])),
        documents: vec![document()],
        note: Personal::new("平面圖如附件。".to_owned()),
    };
    let at = at("2026-11-20T09:00:00+08:00");
    second(Party::Applicant(person("lin")), Event::CorrectionAnswered { answer: Box::new(answer), at })
}

/// More time to answer: asked for, given and declined, each as the second event of a case.
pub fn more_time() -> Vec<Recorded> {
    let (lin, handler) = (Party::Applicant(person("lin")), Party::Officer(person("handler.park")));
    let reason = || "文件尚在申請".to_owned();
    let events = vec![
        (lin, Event::MoreTimeAsked { days: 7, reason: reason() }),
        (handler, Event::CorrectionExtended { days: 7, until: date(2026, 12, 4), reason: reason() }),
        (handler, Event::MoreTimeDeclined { reason: reason() }),
    ];
    events.into_iter().map(|(by, event)| second(by, event)).collect()
}

/// A correction with everything it can have, as the second event of a case.
pub fn correction() -> Recorded {
    let deficiency = |subject: &str, (zh, en), basis: &str| Deficiency {
        subject: subject.parse().unwrap(),
        name: Text::new(zh, en),
        what: "模糊，無法辨識".to_owned(),
        provide: "清晰圖檔".to_owned(),
        basis: basis.to_owned(),
    };
    let asked = Correction {
        deficiencies: vec![
            deficiency("document:plan", ("平面圖", "Plan"), "公園管理自治條例第 5 條"),
            deficiency("field:people", ("人數", "People"), ""),
        ],
        days: 14,
        in_writing: true,
        again: "補正後始發現".to_owned(),
    };
    second(Party::Officer(person("handler.park")), Event::CorrectionRequested(Box::new(asked)))
}

fn ruling(outcome: Outcome, by: &str) -> Ruling {
    Ruling { outcome, ground: None, reason: "符合場地使用規定".to_owned(), by: person(by) }
}

fn recorded(seq: u32, day: &str, by: Party, event: Event) -> Recorded {
    Recorded {
        id: EventId { case: case_id(), seq: Version(seq) },
        at: at(&format!("2026-11-{day}+08:00")),
        by,
        request: request(u8::try_from(seq).unwrap()),
        dates: matches!(event, Event::Submitted(_)).then(dates),
        event,
    }
}

/// Every kind of event but the withdrawal, in an order that can happen.
pub fn story() -> Vec<Recorded> {
    let lin = Party::Applicant(person("lin"));
    let dispatcher = Party::Officer(person("dispatcher.park"));
    let handler = Party::Officer(person("handler.park"));
    let reviewer = Party::Officer(person("reviewer.park"));
    let assignment = Assignment { handler: person("handler.park"), reviewer: person("reviewer.park") };
    let assigned = Event::Assigned { assignment, handler_name: "張志偉".to_owned() };
    let returned = Event::Returned { reason: "請補敘理由".to_owned() };
    vec![
        recorded(1, "18T10:00:00", lin, submitted()),
        recorded(2, "18T11:00:00", dispatcher, Event::Accepted),
        recorded(3, "18T11:05:00", dispatcher, assigned),
        recorded(4, "23T00:00:00.250", Party::System, Event::TimerFired(TimerKind::DueSoon)),
        recorded(
            5,
            "23T09:00:00",
            handler,
            Event::Proposed { ruling: ruling(Outcome::Reject, "handler.park"), letter: None },
        ),
        recorded(6, "24T10:00:00", reviewer, returned),
        recorded(
            7,
            "24T15:00:00",
            handler,
            Event::Proposed { ruling: ruling(Outcome::Approve, "handler.park"), letter: None },
        ),
        recorded(8, "25T00:00:00", Party::System, Event::TimerFired(TimerKind::Overdue)),
        recorded(
            9,
            "25T09:30:00",
            reviewer,
            Event::Decided { ruling: ruling(Outcome::Approve, "reviewer.park"), documents: Vec::new() },
        ),
    ]
}

/// What might have been the second event.
pub fn withdrawal() -> Recorded {
    let lin = Party::Applicant(person("lin"));
    recorded(2, "18T12:00:00", lin, Event::Withdrawn { reason: "改期舉辦".to_owned() })
}

/// The case after the first `events` of the story.
pub fn case(events: usize) -> Case {
    apply::replay(&story()[..events]).unwrap()
}

/// The same, after the mail that tells the decision has arrived.
pub fn told() -> Case {
    let notice = NoticePlace { event: Version(9), place: 1 };
    let heard = Event::NoticeHeard { notice, word: Word::Delivered };
    apply::apply(case(9), &recorded(10, "25T09:31:00", Party::System, heard)).unwrap()
}

pub fn staff() -> Staff {
    Staff {
        person: person("handler.park"),
        agency: "parks".parse().unwrap(),
        roles: BTreeSet::from([Role::Handler, Role::Reviewer]),
        name: "張志偉".to_owned(),
        email: personal(EMAIL),
        lang: Lang::ZhHant,
        deputy: None,
    }
}

pub fn session() -> Session {
    let officer = Officer {
        person: person("handler.park"),
        agency: "parks".parse().unwrap(),
        roles: BTreeSet::from([Role::Handler]),
        name: "張志偉".to_owned(),
        stands_in: BTreeSet::new(),
    };
    Session {
        person: person("handler.park"),
        name: personal(NAME),
        email: personal(EMAIL),
        assurance: Assurance::Verified,
        officer: Some(officer),
        csrf: "c3Jm".to_owned(),
        created_at: at("2026-11-25T08:00:00+08:00"),
        seen_at: at("2026-11-25T08:10:00+08:00"),
    }
}

pub fn sign_in() -> SignIn {
    SignIn {
        verifier: "dmVyaWZpZXI".to_owned(),
        nonce: String::new(),
        return_to: "/cases".to_owned(),
        started_at: at("2026-11-25T08:00:00+08:00"),
        expires_at: 1_795_651_800,
    }
}

pub fn draft() -> Draft {
    Draft {
        id: DraftId::from_bytes([3; 16]),
        owner: person("lin"),
        item: "PK001".parse().unwrap(),
        item_version: 1,
        answers: BTreeMap::from([("national_id".to_owned(), ID_NUMBER.to_owned())]),
        documents: vec![document()],
        correction: None,
        version: 1,
        touched_at: at("2026-11-18T09:50:00+08:00"),
    }
}

/// A calendar that was changed twice, and the second change.
pub fn register() -> (Register, Change) {
    let mut days = String::from("西元日期,星期,是否放假,備註\n");
    let names = ["一", "二", "三", "四", "五", "六", "日"];
    for day in date(2028, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == 2028) {
        let number = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap();
        let off = if number > 4 || day == date(2028, 2, 28) { 2 } else { 0 };
        writeln!(days, "{},{},{off},", day.strftime("%Y%m%d"), names[number]).unwrap();
    }
    let (register, _) = Register::default().import(OfficialYear::read(days.as_bytes()).unwrap()).unwrap();
    let closure = Closure {
        day: date(2026, 9, 17),
        extent: Extent::Afternoon,
        area: "信義區".to_owned(),
        agencies: std::collections::BTreeSet::from(["xinyi".parse().unwrap()]),
        source: "臺北市政府公告".to_owned(),
        announced_at: at("2026-09-16T20:00:00+08:00"),
    };
    register.announce(closure).unwrap()
}
