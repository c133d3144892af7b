//! What is asked of other agencies.

use domain::command::Command;
use domain::id::Version;
use domain::joint_review::{Asked, Opinion, Order, Request, ReviewingAgency};
use domain::text::Text;

use crate::support::agency;

pub fn reviewer_of(code: &str) -> ReviewingAgency {
    ReviewingAgency {
        agency: agency(code), name: Text::new(format!("{code}機關"), format!("{code} office"))
    }
}

pub fn ask(agencies: &[&str], order: Order) -> Command {
    let asked = agencies
        .iter()
        .map(|code| Asked { reviewer: Some(reviewer_of(code)), question: format!("請{code}表示意見") });
    Command::RequestReview(Box::new(Request { asked: asked.collect(), order }))
}

/// An answer to what event `asked` asked.
pub fn answer(asked: u32, opinion: Opinion, text: &str) -> Command {
    Command::AnswerReview { asked: Version(asked), opinion, text: text.to_owned() }
}

pub fn go_on_without(code: &str, reason: &str) -> Command {
    Command::DropReview { agency: agency(code), reason: reason.to_owned() }
}
