//! The pages of an applicant: form, files, check, cases.

pub mod cases;
pub mod check;
pub mod consent;
pub mod correction;
mod declare;
pub mod files;
pub mod form;
pub mod notices;
pub mod pay;

use domain::id::DraftId;
use domain::item::ItemVersion;
use domain::rejection::Rejection;
use domain::text::Text;
use web::frame::Frame;
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::visitor::Visitor;

use crate::{App, own};

/// A line of the error summary: where to go, and what is wrong.
struct ErrorLine {
    href: String,
    text: String,
}

/// The title of a page that says what is wrong.
fn with_error(title: &Text) -> Text {
    Text::new(format!("有誤 - {}", title.zh), format!("Error - {}", title.en))
}

/// Why this session cannot file under `item`, told on the way there: the item asks for another way of
/// signing in.
fn too_low(item: &ItemVersion, visitor: &Visitor, frame: &Frame) -> Result<Option<String>, Trouble> {
    let needed = item.needed_assurance();
    let refusal = Rejection::AssuranceTooLow { needed };
    let is_too_low = visitor.session()?.assurance < needed;
    Ok(is_too_low.then(|| frame.pick(&refusal.text()).to_owned()))
}

/// What to show for a draft that is not there: the case it became, if it did.
async fn gone(app: &App, visitor: &Visitor, id: DraftId) -> Answer {
    let loaded = own::case_of_draft(app, visitor.session()?.person, id).await?.ok_or(Trouble::NotFound)?;
    Ok(respond::redirect(&format!("/cases/{}", loaded.case.id)))
}

fn form_path(draft: DraftId) -> String {
    format!("/drafts/{draft}")
}

fn documents_path(draft: DraftId) -> String {
    format!("/drafts/{draft}?step=documents")
}

fn check_path(draft: DraftId) -> String {
    format!("/drafts/{draft}/check")
}
