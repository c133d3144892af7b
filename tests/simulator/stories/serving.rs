//! Mail that comes back: one notice is opened in the window; the other is posted, as its applicant changed to paper.

use domain::delivery::Feedback;
use domain::id::NoticeId;
use domain::notice_tag::NoticeTag;
use platform::codec::notice::Notice;
use serde_json::json;
use testkit::samples::{self, HANDLER};

use super::{approve, assign, done, filed, officer, propose, version};
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
