//! Sums, attempts, receipts and ways to pay, as the page shows them.

use domain::case::Case;
use domain::clock::terms::FeeTiming;
use domain::money::Twd;
use domain::payment::standing::Standing;
use domain::payment::{Instruction, Means, Provider};
use domain::text::Text;
use web::frame::Frame;

use crate::money::{Fate, Receipt};
use crate::offers::{Offer, Way};
use crate::paying::{Next, Tried};
use crate::views;

/// A line of the account; the last says what is left.
pub struct Sum {
    pub label: &'static str,
    pub amount: String,
}

/// What is due, what came, what went back: each line but the first only where there is something.
pub fn sums(standing: &Standing, frame: &Frame) -> Vec<Sum> {
    let sum = |zh, en, amount| Sum { label: frame.lang.pick(zh, en), amount: views::twd(amount, frame) };
    let mut sums = vec![sum("應繳規費", "Due", standing.due)];
    let more = [
        ("已入帳", "Posted", standing.applied),
        ("已收款，查核中", "Received, being checked", standing.suspense),
        ("已退費", "Paid back", standing.refunded),
        ("退費辦理中", "Being paid back", standing.refund_in_progress),
        ("爭議款項已退還付款人", "Charged back", standing.chargeback_lost),
    ];
    let something = more.into_iter().filter(|(_, _, amount)| *amount > Twd::ZERO);
    sums.extend(something.map(|(zh, en, amount)| sum(zh, en, amount)));
    sums
}

/// A fee that was assessed and is not due yet: when it will be, how much it is, and how it was computed.
pub fn later(case: &Case, frame: &Frame) -> Option<(String, String, Vec<String>)> {
    let assessed = case.assessed.as_ref().filter(|fee| fee.amount > Twd::ZERO)?;
    if case.ledger.fee().is_some() || !case.state.is_open() {
        return None;
    }
    let when = match case.item.terms.fee {
        FeeTiming::OnIssue => frame.t("核發辦理結果時繳納", "due when the result is issued"),
        FeeTiming::OnNotice => frame.t("待機關通知後繳納", "due when the agency asks for it"),
        FeeTiming::None | FeeTiming::AtApplication => return None,
    };
    let lines = assessed.lines.iter().map(|line| frame.pick(line).to_owned()).collect();
    Some((when.to_owned(), views::twd(assessed.amount, frame), lines))
}

/// An attempt, and what the payer can do with it.
pub struct AttemptView {
    pub order_no: String,
    pub by: String,
    pub amount: String,
    pub made_at: String,
    pub state: String,
    pub tone: &'static str,
    pub is_confirming: bool,
    /// Label and number, for what is paid by a number.
    pub numbers: Vec<(&'static str, String)>,
    /// Until when the number can be paid by.
    pub until: String,
    /// How soon it will be known whether it was paid.
    pub known: String,
    /// The provider's page, to go on with it.
    pub page: String,
    pub provider: String,
}

impl AttemptView {
    pub fn of(tried: &Tried, frame: &Frame) -> Self {
        let Tried { attempt, fate, next, began } = tried;
        let (mut page, mut bill) = (String::new(), None);
        match next {
            Some(Next::Page(url)) => page.clone_from(url),
            Some(Next::Bill(number)) => bill = Some(number.clone()),
            Some(Next::Form { .. }) | None => {}
        }
        let never = Text::new("業者未回應，未付款", "the provider did not answer; not paid");
        let (state, tone) = if *began { (fate.text(), tone(fate)) } else { (never, "tag-plain") };
        let (numbers, until) = match (fate, bill) {
            (Fate::Instructed(instruction), _) => {
                (numbers(instruction, attempt.means, frame), instruction.expires_at)
            }
            (_, Some(number)) => (vec![(frame.lang.pick("繳費編號", "Bill number"), number)], None),
            _ => (Vec::new(), None),
        };
        Self {
            order_no: attempt.order_no.to_string(),
            by: by(attempt.provider, Some(attempt.means), frame),
            amount: views::twd(attempt.amount, frame),
            made_at: frame.instant(&attempt.made_at),
            state: frame.pick(&state).to_owned(),
            tone,
            is_confirming: numbers.is_empty(),
            numbers,
            until: frame.instant(&until.unwrap_or(attempt.expires_at)),
            known: frame.pick(&known(attempt.means)).to_owned(),
            page,
            provider: frame.pick(&attempt.provider.text()).to_owned(),
        }
    }
}

const fn tone(fate: &Fate) -> &'static str {
    match fate {
        Fate::Posted => "tag-good",
        Fate::Held | Fate::Instructed(_) | Fate::Open => "tag-warn",
        Fate::Failed | Fate::Expired => "tag-plain",
    }
}

/// `綠界科技・信用卡`.
pub fn by(provider: Provider, means: Option<Means>, frame: &Frame) -> String {
    let provider = provider.text();
    let Some(means) = means else { return frame.pick(&provider).to_owned() };
    format!("{}{}{}", frame.pick(&provider), frame.t("・", ", "), frame.pick(&means.text()))
}

fn numbers(instruction: &Instruction, means: Means, frame: &Frame) -> Vec<(&'static str, String)> {
    let label = match means {
        Means::Atm => frame.lang.pick("轉入帳號", "Account"),
        Means::Barcode => frame.lang.pick("條碼", "Bar code"),
        Means::StoreCode => frame.lang.pick("繳費代碼", "Code"),
        Means::Card | Means::Wallet | Means::Bill => frame.lang.pick("繳費編號", "Number"),
    };
    let bank = instruction.bank.iter().map(|bank| (frame.lang.pick("銀行代碼", "Bank"), bank.clone()));
    bank.chain(instruction.numbers.iter().map(|number| (label, number.clone()))).collect()
}

/// How soon after paying it will be known.
fn known(means: Means) -> Text {
    match means {
        Means::Card | Means::Wallet => {
            Text::new("通常幾分鐘內就會確認。", "This usually takes a few minutes.")
        }
        Means::Atm | Means::StoreCode => Text::new(
            "繳費後通常當日確認，最遲約 1 天。",
            "After you pay this is usually known the same day, at the latest after about a day.",
        ),
        Means::Barcode => Text::new(
            "以條碼繳費後，超商約需 2 至 3 天才會通知我們。",
            "Shops tell us of payments by bar code two to three days later.",
        ),
        Means::Bill => Text::new(
            "繳費後，繳費平臺約需 1 至 3 天才會通知我們。",
            "The platform tells us one to three days after you pay.",
        ),
    }
}

/// A receipt on the page.
pub struct ReceiptView {
    pub number: String,
    pub amount: String,
    pub by: String,
    pub paid_at: String,
    pub posted_at: String,
    pub trade_no: String,
}

impl ReceiptView {
    pub fn of(receipt: &Receipt, frame: &Frame) -> Self {
        Self {
            number: receipt.number.clone(),
            amount: views::twd(receipt.amount, frame),
            by: by(receipt.provider, receipt.means, frame),
            paid_at: frame.instant(&receipt.paid_at),
            posted_at: frame.instant(&receipt.posted_at),
            trade_no: receipt.trade_no.clone(),
        }
    }
}

/// A way to pay, to be chosen.
pub struct OfferView {
    pub way: Way,
    /// The id of the control; the first one's is where an error leads.
    pub id: String,
    pub means: String,
    pub provider: String,
    pub notes: String,
    pub chosen: bool,
}

pub fn offers(offers: &[Offer<'_>], chosen: &str, frame: &Frame) -> Vec<OfferView> {
    let only = offers.len() == 1;
    let view = |(place, offer): (usize, &Offer<'_>)| OfferView {
        way: offer.way,
        id: if place == 0 { "way".to_owned() } else { format!("way-{place}") },
        means: frame.pick(&offer.way.means.text()).to_owned(),
        provider: frame.pick(&offer.way.provider.text()).to_owned(),
        notes: format!(
            "{}{}{}",
            frame.pick(&offer.bearer.text()),
            frame.t("；", "; "),
            frame.pick(&what_happens(offer.way.means))
        ),
        chosen: only || offer.way.to_string() == chosen,
    };
    offers.iter().enumerate().map(view).collect()
}

/// What choosing a means leads to.
fn what_happens(means: Means) -> Text {
    match means {
        Means::Card => Text::new("線上刷卡，幾分鐘內確認", "paid at once, known in minutes"),
        Means::Wallet => Text::new("以行動支付付款，幾分鐘內確認", "paid at once, known in minutes"),
        Means::Atm => {
            Text::new("取得轉帳帳號，3 天內轉帳", "you get an account number to transfer to within 3 days")
        }
        Means::StoreCode => Text::new(
            "取得代碼，7 天內至超商繳費",
            "you get a code to pay with at a convenience store within 7 days",
        ),
        Means::Barcode => Text::new(
            "取得條碼，7 天內至超商繳費，約 2 至 3 天後入帳",
            "you get bar codes to pay with at a convenience store within 7 days, posted two to three days later",
        ),
        Means::Bill => Text::new("取得繳費編號，30 天內繳費", "you get a bill number to pay within 30 days"),
    }
}
