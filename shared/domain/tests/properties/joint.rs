//! Joint review in the stories: who is asked, and what they do.

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::agency::Role;
use domain::case::Case;
use domain::clock::{DayBasis, Limit};
use domain::command::Command;
use domain::id::AgencyCode;
use domain::joint_review::{self, Asked, Opinion, Order};

use crate::reviews::{answer, ask, go_on_without, reviewer_of};
use crate::scene::{OTHER_AGENCY, applicant};
use crate::story::colleague;
use crate::support::{agency, officer};

/// Another that is asked for review.
pub const THIRD_AGENCY: &str = "economy";

/// Of every other item other agencies review a part.
pub fn reviews(amount: u32) -> BTreeMap<AgencyCode, Limit> {
    let limit = Limit::days(amount.min(3), DayBasis::Working).unwrap();
    let named = [OTHER_AGENCY, THIRD_AGENCY].into_iter().filter(|_| amount.is_multiple_of(2));
    named.map(|code| (agency(code), limit)).collect()
}

pub fn review_of(code: &str, question: String) -> Command {
    let asked = vec![Asked { reviewer: Some(reviewer_of(code)), question }];
    Command::RequestReview(Box::new(joint_review::Request { asked, order: Order::Sequential }))
}

/// What would normally happen next; now and then the handler goes on without an answer.
pub fn review_step(case: &Case, order: Order, waits: bool) -> (Actor, Command) {
    let handler = case.assignment.map_or_else(|| applicant("lin"), |it| colleague(it.handler));
    match case.open_reviews().last() {
        None => (handler, ask(&[OTHER_AGENCY, THIRD_AGENCY], order)),
        Some(review) if waits => {
            let code = review.reviewer.agency.as_str();
            let name = if code == OTHER_AGENCY { "stranger" } else { "asked" };
            (officer(name, code, &[Role::Handler]), answer(review.asked.0, Opinion::Object, "不同意"))
        }
        Some(review) => (handler, go_on_without(review.reviewer.agency.as_str(), "逾期")),
    }
}
