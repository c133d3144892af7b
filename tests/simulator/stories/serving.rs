//! Mail that comes back: one notice is opened in the window; the other is posted, as its applicant changed to paper. And
//! a decision that nobody opens.

use domain::case::State;
use domain::delivery::Feedback;
use domain::id::{EventId, NoticeId};
use domain::notice_tag::NoticeTag;
use domain::taipei;
use jiff::SignedDuration;
use platform::codec::notice::Notice;
use serde_json::json;
use testkit::samples::{self, HANDLER};

use super::{approve, assign, done, filed, officer, propose, schedules, version};
use crate::city::City;
use crate::mails;
use crate::people::{Asking, Wish};

pub fn served(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    propose(city, case, 2, "approve");
    let on_paper = Wish::Served { case, version: 3, on_paper: true };
    done(&city.ask(&Asking::new("applicant", 159, on_paper)));
    approve(city, case, 4);
    let to_applicant: Vec<NoticeId> = mails::of_cases(&city.world)
        .filter(|notice| !notice.to_staff && notice.recipient == samples::person("applicant"))
        .map(|notice| notice.id)
        .collect();
    let [first, second] = to_applicant[..] else { panic!("two notices: {to_applicant:?}") };
    for sent in city.world.mailer.sent() {
        let about = mails::notice(&sent);
        if [first, second].map(NoticeTag::Case).contains(&about) {
            city.mails.tell(&city.world, &sent, "Bounce", Feedback::Bounced);
        }
    }
    city.settle();
    for number in [160, 161] {
        done(&city.ask(&Asking::new("applicant", number, Wish::OpenNotice { notice: first })));
    }
    let body = json!({
        "version": version(city, case), "notice": second.to_string(), "means": "posted", "on": samples::today().to_string(),
        "number": "RR 1234 5678 TW",
    });
    done(&officer(city, HANDLER, 162, case, "record_service", body));
    let body = json!({
        "version": version(city, case), "notice": second.to_string(), "means": "came_back", "on": samples::today().to_string(),
        "number": "RR 1234 5678 TW",
    });
    done(&officer(city, HANDLER, 163, case, "record_service", body));
    let body = json!({
        "version": version(city, case), "notice": second.to_string(), "means": "handed_over", "on": samples::today().to_string(),
    });
    done(&officer(city, HANDLER, 164, case, "record_service", body));
    let waiting: Vec<NoticeId> =
        mails::of_cases(&city.world).filter(Notice::waits_for_staff).map(|notice| notice.id).collect();
    assert_eq!(waiting, [], "somebody still has to be reached");
}

pub fn let_lie(city: &mut City) {
    let case = filed(city);
    assign(city, case, 1);
    propose(city, case, 2, "reject");
    approve(city, case, 3);
    city.world.ambient.advance(SignedDuration::from_hours(24 * 8));
    schedules(city);
    assert_eq!(city.case(case).state, State::Rejected, "left lying");
    let decided = city.case(case).ending.expect("a decision").event;
    let notice = NoticeId { event: EventId { case, seq: decided }, place: 1 };
    let body = json!({
        "version": version(city, case), "notice": notice.to_string(), "means": "posted",
        "on": taipei::day_of(city.now()).to_string(), "number": "RR 1234 5678 TW",
    });
    done(&officer(city, HANDLER, 165, case, "record_service", body));
    assert_eq!(city.case(case).state, State::Closed, "it was posted");
}
