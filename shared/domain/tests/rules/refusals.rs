//! When an application may be refused (規範 十(三)2), and what the letter must say then (行政程序法 §96).

use domain::access::Actor;
use domain::agency::Role;
use domain::case::{Case, Outcome, Ruling, State};
use domain::command::{Command, Rectification};
use domain::event::Event;
use domain::letter::proposal::{MAX_CLAUSES, MAX_SUBJECT};
use domain::letter::{
    Act, Addressee, Clause, ClauseKind, Draw, Issue, Issued, Lack, Letterhead, Proposal, Remedy,
};
use domain::refusal::{Grounds, RefusalGround};
use domain::rejection::Rejection;
use domain::timer::TimerKind;

use super::{assigned, decided, done, filed_at, handler, proposed_by, refused, reviewer};
use crate::correction::{correction, reply};
use crate::letters::{approve, issue, proposal};
use crate::scene::applicant;
use crate::support::person;

const MORNING: &str = "2026-11-19T10:00:00+08:00";

fn by_handler() -> Actor {
    handler(&[Role::Handler])
}

fn on(ground: RefusalGround, uncorrectable: bool) -> Command {
    let grounds = Grounds { ground: Some(ground), uncorrectable, ..Grounds::default() };
    Command::Propose(Box::new(Proposal { grounds, ..proposal(Outcome::Reject, "容量不足。") }))
}

/// Asked to put something right, and the period has passed without an answer.
fn lapsed() -> Case {
    let ask = Command::RequestCorrection(Box::new(correction("補正圖說", 1)));
    let asked = done(assigned(), &by_handler(), ask, MORNING);
    done(asked, &Actor::System, Command::Fire(TimerKind::CorrectionDue), "2026-11-21T10:00:00+08:00")
}

#[test]
fn a_refusal_waits_until_the_applicant_could_put_it_right() {
    let requirements = |uncorrectable| on(RefusalGround::RequirementsNotMet, uncorrectable);
    let by = by_handler();
    assert_eq!(refused(&assigned(), &by, requirements(false), MORNING), "CORRECTION_FIRST");
    assert!(decided(&assigned(), &by, requirements(true), filed_at()).is_ok(), "nobody can put it right");
    let late = "2026-11-21T11:00:00+08:00";
    assert!(decided(&lapsed(), &by, requirements(false), late.parse().unwrap()).is_ok());
    // Eligibility is no matter of papers.
    assert!(decided(&assigned(), &by, on(RefusalGround::NotEligible, false), filed_at()).is_ok());
    let ground = Command::Propose(Box::new(Proposal {
        grounds: Grounds::default(),
        ..proposal(Outcome::Reject, "容量不足。")
    }));
    assert_eq!(refused(&assigned(), &by, ground, MORNING), "GROUND_REQUIRED");
}

#[test]
fn not_corrected_is_what_was_asked_for_and_never_came() {
    let ground = || on(RefusalGround::NotCorrected, true);
    assert_eq!(refused(&assigned(), &by_handler(), ground(), MORNING), "CORRECTION_NOT_LAPSED");
    let late = "2026-11-21T11:00:00+08:00";
    let Event::Proposed { ruling, .. } =
        decided(&lapsed(), &by_handler(), ground(), late.parse().unwrap()).unwrap()
    else {
        panic!("a proposal")
    };
    assert_eq!(ruling.ground, Some(RefusalGround::NotCorrected));
    // Too late, but before the refusal: it is taken, and refused on other grounds if at all.
    let answer = reply(1, "補上", None);
    let answered = done(lapsed(), &applicant("lin"), answer, late);
    assert_eq!(refused(&answered, &by_handler(), ground(), late), "CORRECTION_NOT_LAPSED");
}

fn lacks(change: impl FnOnce(&mut Proposal), outcome: Outcome) -> Vec<Lack> {
    let mut proposal = proposal(outcome, if outcome == Outcome::Reject { "容量不足。" } else { "" });
    change(&mut proposal);
    match decided(&assigned(), &by_handler(), Command::Propose(Box::new(proposal)), filed_at()) {
        Err(Rejection::LetterLacks(lacks)) => lacks,
        Ok(_) => Vec::new(),
        Err(other) => panic!("{}", other.code()),
    }
}

#[test]
fn a_proposal_is_told_everything_that_its_letter_lacks() {
    let nothing = |proposal: &mut Proposal| {
        proposal.wording.facts.clear();
        proposal.wording.legal_basis = " \n\u{3000}".to_owned();
        proposal.particulars.letterhead = Letterhead::default();
    };
    let of_agency = [Lack::Agency, Lack::Signature, Lack::Remedy, Lack::Number];
    let all = [vec![Lack::Facts, Lack::LegalBasis], of_agency.to_vec()].concat();
    assert_eq!(lacks(nothing, Outcome::Reject), all);
    // What is granted as it was applied for needs neither reasons nor a remedy (§97 ①), and its facts are usual.
    assert_eq!(lacks(nothing, Outcome::Approve), [Lack::Agency, Lack::Signature, Lack::Number]);
    let with_clause = |proposal: &mut Proposal| {
        let content = "活動結束後應回復原狀。".to_owned();
        proposal.wording.clauses = vec![Clause { kind: ClauseKind::Burden, content }];
    };
    assert_eq!(lacks(with_clause, Outcome::Approve), [Lack::Reasons], "a burden is explained");
    assert_eq!(lacks(|_| (), Outcome::Approve), []);
}

#[test]
fn the_texts_of_a_letter_are_bounded() {
    let tried = |change: fn(&mut Proposal)| {
        let mut proposal = proposal(Outcome::Approve, "");
        change(&mut proposal);
        decided(&assigned(), &by_handler(), Command::Propose(Box::new(proposal)), filed_at())
    };
    let long = || "主".repeat(usize::from(MAX_SUBJECT) + 1);
    assert!(tried(|it| it.wording.subject = "主".repeat(usize::from(MAX_SUBJECT))).is_ok());
    assert_eq!(long().chars().count(), 201);
    let refused = tried(|it| it.wording.subject = "主".repeat(usize::from(MAX_SUBJECT) + 1));
    assert_eq!(refused, Err(Rejection::LetterText { max: MAX_SUBJECT }));
    let many = tried(|it| {
        let clause = Clause { kind: ClauseKind::Burden, content: "回復原狀".to_owned() };
        it.wording.clauses = vec![clause; MAX_CLAUSES + 1];
    });
    assert_eq!(many.unwrap_err().code(), "LETTER_TEXT_TOO_LONG");
}

/// The document of a case that was refused.
fn refusal() -> (Case, Issued) {
    let propose = on(RefusalGround::NotEligible, false);
    let case = done(assigned(), &by_handler(), propose, MORNING);
    let event = decided(&case, &reviewer(), approve(), MORNING.parse().unwrap()).unwrap();
    let [issued] = event.issued() else { panic!("one letter") };
    let issued = issued.clone();
    (done(case, &reviewer(), approve(), MORNING), issued)
}

#[test]
fn an_approved_refusal_is_a_whole_letter() {
    let (case, Issued { code, page, paper }) = refusal();
    let letter = paper.letter().unwrap();
    assert_eq!((case.state, &case.proposed, &case.documents[..]), (State::Rejected, &None, &[code][..]));
    assert_eq!(page, "https://window.example/verify");
    let contents = letter.contents();
    assert_eq!(contents.act, Act::Refused);
    assert_eq!(contents.subject, "臺端申請「公園處場地使用」一案，應予駁回，請查照。");
    assert_eq!(contents.reasons, ["容量不足。"]);
    assert_eq!(*letter.remedy(), Remedy::Appeal { authority: "臺北市政府".to_owned() });
    // Word, ROC year, the 323rd day, and what was drawn.
    let number = letter.number().to_string();
    assert!(number.starts_with("北市工公園字第115323") && number.ends_with('號'), "{number}");
    assert_eq!(number.chars().filter(char::is_ascii_digit).count(), 12);
}

#[test]
fn a_proposal_of_before_there_were_letters_is_sent_back() {
    let ruling =
        Ruling { outcome: Outcome::Approve, ground: None, reason: String::new(), by: person("handler") };
    let old = Case { ruling: Some(ruling), proposed: None, ..proposed_by("handler") };
    assert_eq!(refused(&old, &reviewer(), approve(), MORNING), "LETTER_INCOMPLETE");
    let back = Command::Return { reason: "請補公文書".to_owned() };
    assert!(decided(&old, &reviewer(), back, filed_at()).is_ok());
}

fn rectify(of: Option<Issued>, wrong: &str, right: &str) -> Command {
    let issue = Issue { draw: Draw::new([9; 32]), ..issue() };
    let (wrong, right, reason) = (wrong.to_owned(), right.to_owned(), "繕打錯誤。".to_owned());
    Command::Rectify(Box::new(Rectification { of: of.map(Box::new), wrong, right, reason, issue }))
}

#[test]
fn an_obvious_error_is_put_right_by_a_letter_that_names_the_other() {
    let (case, of) = refusal();
    let command = rectify(Some(of.clone()), "容量不足", "場地容量不足");
    let event = decided(&case, &reviewer(), command.clone(), MORNING.parse().unwrap()).unwrap();
    let Event::Rectified { corrects, document } = event else { panic!("a rectification") };
    assert_eq!(corrects, of.code);
    assert_ne!((document.code, document.paper.number()), (of.code, of.paper.number()));
    let correction = document.paper.corrects().unwrap();
    assert_eq!((&correction.number, correction.wrong.as_str()), (of.paper.number(), "容量不足"));
    let after = done(case.clone(), &reviewer(), command, MORNING);
    assert_eq!((after.state, after.documents), (State::Rejected, vec![of.code, document.code]));
    let at = |command| refused(&case, &reviewer(), command, MORNING);
    assert_eq!(at(rectify(Some(of.clone()), "沒有的字", "字")), "NOT_IN_DOCUMENT");
    assert_eq!(at(rectify(Some(of.clone()), "容量不足", "容量不足")), "LETTER_INCOMPLETE");
    assert_eq!(at(rectify(Some(of.clone()), "", "字")), "LETTER_INCOMPLETE");
    assert_eq!(at(rectify(None, "容量不足", "字")), "NO_SUCH_DOCUMENT");
    let foreign = Issued { code: Draw::new([1; 32]).code(), ..of.clone() };
    assert_eq!(at(rectify(Some(foreign), "容量不足", "字")), "NO_SUCH_DOCUMENT");
    let by_handler = refused(&case, &by_handler(), rectify(Some(of), "容量不足", "字"), MORNING);
    assert_eq!(by_handler, "FORBIDDEN");
}

#[test]
fn a_stranger_sees_as_much_of_a_name_as_tells_it_is_the_right_one() {
    for (name, masked) in
        [("林佳穎", "林○穎"), ("王明", "王○"), ("歐陽小明", "歐○○明"), ("李", "李"), ("", "")]
    {
        let Addressee::Person(mut person) = proposal(Outcome::Approve, "").particulars.addressee else {
            panic!("a person")
        };
        person.name = domain::personal::Personal::new(name.to_owned());
        assert_eq!(Addressee::Person(person).masked(), masked);
    }
}
