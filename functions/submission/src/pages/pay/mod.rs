//! Fee and payments (規費與繳費): what is due and why, what was posted, and how to pay. Arriving here, from a
//! provider or from anywhere, changes nothing.

mod refund;
mod view;

use askama::Template;
use domain::command::Action;
use domain::decide::open_to;
use domain::id::{CaseId, RequestId};
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::rejection::Rejection;
use domain::text::Text;
use platform::catalogue;
use platform::record::Record;
use web::form;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::{Malformed, Trouble};
use web::typed::take;
use web::visitor::Visitor;

use super::{ErrorLine, with_error};
use crate::money;
use crate::offers::{Way, offers};
use crate::paying::{self, Next, Tried, Wish};
use crate::{App, own, views};

use refund::RefundView;
pub use refund::{prove, request};
use view::{AttemptView, OfferView, ReceiptView, Sum};

/// What went wrong, and with which field of the page; shown with what was filled in.
#[derive(Default)]
struct Problem {
    /// 0 for none.
    status: u16,
    /// The id of the control; empty for what is about no control.
    at: String,
    text: String,
}

/// What was filled in before something went wrong.
#[derive(Default)]
struct Given {
    /// The chosen way to pay.
    way: String,
    refund: refund::Given,
}

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage {
    frame: Frame,
    case: CaseId,
    item_name: String,
    status: String,
    tone: &'static str,
    owes: bool,
    outstanding: Twd,
    outstanding_text: String,
    /// What was posted is enough.
    is_posted: bool,
    sums: Vec<Sum>,
    lines: Vec<String>,
    /// A fee that is not due yet: when, how much, and how that was computed.
    later: Option<(String, String, Vec<String>)>,
    errors: Vec<ErrorLine>,
    problem: Problem,
    /// Attempts that money may still come of.
    under_way: Vec<AttemptView>,
    attempts: Vec<AttemptView>,
    receipts: Vec<ReceiptView>,
    offers: Vec<OfferView>,
    may_pay: bool,
    refunds: Vec<RefundView>,
    refund_form: Option<refund::RefundForm>,
    agency: String,
    phone: String,
    /// The ids under which this page may pay, and ask for a refund.
    request: RequestId,
    refund_request: RequestId,
    max_megabytes: usize,
}

/// `GET /cases/{case}/pay`.
pub async fn show(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let record = own::record(app, visitor.session()?, incoming.param("case")?).await?;
    page(app, incoming, visitor, &record, Given::default(), Problem::default()).await
}

async fn page(
    app: &App,
    incoming: &Incoming,
    visitor: &Visitor,
    record: &Record,
    given: Given,
    problem: Problem,
) -> Answer {
    let case = &record.loaded.case;
    let ledger = &case.ledger;
    let title = Text::new("規費與繳費", "Fee and payments");
    let title = if problem.at.is_empty() { title } else { with_error(&title) };
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path = pay_path(case.id);
    let standing = ledger.standing();
    let agency = catalogue::agency(app.store.as_ref(), &case.agency).await?;
    let tried = paying::tried(app, case).await?;
    let under_way = tried.iter().filter(|tried| tried.may_still_be_paid());
    let under_way = under_way.map(|tried| AttemptView::of(tried, &frame)).collect();
    let owes = standing.status.owes();
    let request = new_request(app.ambient.as_ref());
    let offers = if owes { offers(app, case).await? } else { Vec::new() };
    let actor = visitor.session()?.as_applicant();
    let open = open_to(case, &actor);
    let errors = (!problem.at.is_empty())
        .then(|| ErrorLine { href: format!("#{}", problem.at), text: problem.text.clone() });
    let page = PayPage {
        case: case.id,
        item_name: frame.pick(&case.item.name).to_owned(),
        status: frame.pick(&standing.status.text()).to_owned(),
        tone: views::fee_tone(standing.status),
        owes,
        outstanding: standing.outstanding(),
        outstanding_text: views::twd(standing.outstanding(), &frame),
        is_posted: !owes && standing.applied > Twd::ZERO,
        sums: view::sums(&standing, &frame),
        lines: money::fee_lines(ledger).iter().map(|line| frame.pick(line).to_owned()).collect(),
        later: view::later(case, &frame),
        errors: errors.into_iter().collect(),
        attempts: tried.iter().map(|tried| AttemptView::of(tried, &frame)).collect(),
        receipts: money::receipts(record).iter().map(|receipt| ReceiptView::of(receipt, &frame)).collect(),
        offers: view::offers(&offers, &given.way, &frame),
        may_pay: open.contains(&Action::Pay),
        refunds: refund::views(case, &open, &problem, request, &frame),
        refund_form: refund::form(case, &standing, &open, given.refund, &frame),
        agency: agency.as_ref().map(|agency| frame.pick(&agency.name).to_owned()).unwrap_or_default(),
        phone: agency.map_or_else(|| "1999".to_owned(), |agency| agency.phone),
        refund_request: RequestId::derived(&[b"refund", request.bytes()]),
        request,
        max_megabytes: refund::MAX_MEGABYTES,
        under_way,
        problem,
        frame,
    };
    let status = if page.problem.status == 0 { 200 } else { page.problem.status };
    respond::page_with(status, &page)
}

pub fn pay_path(case: CaseId) -> String {
    format!("/cases/{case}/pay")
}

/// `POST /cases/{case}/pay`: the attempt is in the books, and only then the browser goes to the provider.
pub async fn pay(app: &App, incoming: &Incoming, visitor: &Visitor) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let mut fields = visitor.own_form(incoming)?;
    let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let request: RequestId = take(&mut fields, "request")?;
    let seen = Some(Twd(take(&mut fields, "amount")?));
    let chosen = fields.remove("way").unwrap_or_default();
    let once_more = fields.remove("once_more").is_some_and(|value| value == "yes");
    form::nothing_left(&fields)?;
    let session = visitor.session()?;
    let record = own::record(app, session, id).await?;
    let given = Given { way: chosen.clone(), ..Given::default() };
    if chosen.is_empty() {
        let problem = Problem::at("way", &Text::new("請選擇繳費方式。", "Choose how to pay."), visitor);
        return page(app, incoming, visitor, &record, given, problem).await;
    }
    let way: Way = chosen.parse().map_err(|_| Malformed::Field { name: "way" })?;
    let is_new = !record.loaded.case.requests.contains(&request);
    let tried =
        if is_new && !once_more { paying::tried(app, &record.loaded.case).await? } else { Vec::new() };
    if tried.iter().any(Tried::may_still_be_paid) {
        let asked = Text::new(
            "前一次繳費還在確認中。要再繳一次，請先勾選確認。",
            "An earlier payment is being confirmed. To pay again, tick the box first.",
        );
        let problem = Problem::at("once_more", &asked, visitor);
        return page(app, incoming, visitor, &record, given, problem).await;
    }
    let request = incoming.request_key(request, payload.as_bytes());
    match paying::begin(app, session, id, request, Wish { way, seen }).await {
        Ok(begun) => go(incoming, visitor, id, &begun.attempt, begun.next),
        Err(trouble) => {
            let Some(problem) = Problem::of(&trouble, visitor) else { return Err(trouble) };
            // The attempt may be in the books by now.
            let record = own::record(app, session, id).await?;
            page(app, incoming, visitor, &record, given, problem).await
        }
    }
}

impl Problem {
    fn at(at: impl Into<String>, text: &Text, visitor: &Visitor) -> Self {
        Self { status: 422, at: at.into(), text: text.pick(visitor.lang).to_owned() }
    }

    /// A refusal of a payment that the page itself says, with what can be done instead.
    fn of(trouble: &Trouble, visitor: &Visitor) -> Option<Self> {
        let at = match trouble {
            Trouble::Rejected(Rejection::NotOffered | Rejection::AmountNotTaken { .. }) => "way",
            Trouble::Unanswered(_)
            | Trouble::Rejected(
                Rejection::NothingToPay | Rejection::AmountChanged { .. } | Rejection::TooManyAttempts,
            ) => "",
            _ => return None,
        };
        let (status, text) = (trouble.status().as_u16(), trouble.text());
        Some(Self { status, at: at.to_owned(), text: text.pick(visitor.lang).to_owned() })
    }
}

#[derive(Template)]
#[template(path = "hand_over.html")]
struct HandOverPage {
    frame: Frame,
    back: String,
    action: String,
    fields: Vec<(String, String)>,
    provider: String,
    means: String,
    amount: String,
    order_no: String,
}

/// On to the provider: by a form with one button, by redirection, or, for a bill, back to its number.
fn go(incoming: &Incoming, visitor: &Visitor, case: CaseId, attempt: &Attempt, next: Next) -> Answer {
    let (action, fields) = match next {
        Next::Page(url) => return Ok(respond::redirect(&url)),
        Next::Bill(_) => return Ok(respond::redirect(&format!("{}#under-way", pay_path(case)))),
        Next::Form { action, fields } => (action, fields),
    };
    let Text { zh, en } = attempt.provider.text();
    let title = Text::new(format!("前往{zh}繳費"), format!("Go on to {en}"));
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path = pay_path(case);
    let page = HandOverPage {
        back: pay_path(case),
        fields,
        provider: frame.pick(&attempt.provider.text()).to_owned(),
        means: frame.pick(&attempt.means.text()).to_owned(),
        amount: views::twd(attempt.amount, &frame),
        order_no: attempt.order_no.to_string(),
        action: action.clone(),
        frame,
    };
    respond::page_posting_to(&action, &page)
}

/// `GET` and `POST /cases/{case}/paid`: where providers send the browser back to. A post from there comes
/// without the cookie of the session, and proves nothing: its body is not read. The page it leads to
/// shows what is known.
pub fn returned(incoming: &Incoming) -> Answer {
    Ok(respond::redirect(&pay_path(incoming.param("case")?)))
}
