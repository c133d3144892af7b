//! The forms about the money of a case: their fields, and the commands they give.

use std::collections::BTreeMap;

use domain::case::Case;
use domain::command::Action;
use domain::decide::MAX_FEE;
use domain::ending::Conclusion;
use domain::money::Twd;
use domain::payment::command::MoneyCommand;
use domain::payment::ledger::Ledger;
use domain::payment::refund::{ContactBy, Ground, RefundFile, RefundRequest, Route};
use domain::payment::standing::Posted;
use domain::payment::{DisputeState, Provider, RefundState};
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::Timestamp;
use jiff::civil::DateTime;
use web::trouble::Malformed;
use web::typed::field;

use super::inputs::Kind;
use crate::{labels, money};

/// The names of the fields of `action`'s form.
pub const fn names(action: Action) -> &'static [&'static str] {
    match action {
        Action::SetFee => &["amount", "retained", "reason"],
        Action::ApplySuspense => &["payment", "reason"],
        Action::RecordDispute => &["provider", "dispute", "amount", "state", "evidence"],
        Action::CheckOff => &["flag", "finding"],
        Action::RequestRefund => &["payment", "amount", "ground", "reason"],
        Action::LogContact => &["refund", "when", "how", "result"],
        Action::AcceptRefund => &["refund", "rate"],
        Action::DeclineRefund => &["refund", "reason"],
        Action::SubmitRefund => &["refund", "route", "reference"],
        Action::RecordPayout => &["refund", "state", "reference"],
        _ => &[],
    }
}

/// The command that the form of `action` gives.
pub fn command(action: Action, typed: &BTreeMap<String, String>) -> Result<Option<MoneyCommand>, Malformed> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let amount = |name| field(typed, name).map(Twd);
    let left_out = |name: &str| typed.get(name).is_none_or(String::is_empty);
    let refund = || field(typed, "refund");
    Ok(Some(match action {
        Action::SetFee => {
            let retained = if left_out("retained") { Twd::ZERO } else { amount("retained")? };
            money::set_fee(amount("amount")?, retained, text("reason"))
        }
        Action::ApplySuspense => {
            let (amount, payment) = halves(&text("payment"))?;
            let (provider, trade_no) = halves(&payment)?;
            MoneyCommand::ApplySuspense { provider, trade_no, amount: Twd(amount), reason: text("reason") }
        }
        Action::RecordDispute => MoneyCommand::RecordDispute {
            provider: field(typed, "provider")?,
            dispute: text("dispute"),
            amount: amount("amount")?,
            state: field(typed, "state")?,
            evidence: text("evidence"),
        },
        Action::CheckOff => MoneyCommand::CheckOff { flag: field(typed, "flag")?, finding: text("finding") },
        Action::RequestRefund => {
            let (provider, trade_no) = halves(&text("payment"))?;
            let (amount, ground) = (amount("amount")?, field(typed, "ground")?);
            let reason = text("reason");
            MoneyCommand::RequestRefund(RefundRequest { provider, trade_no, amount, ground, reason })
        }
        Action::LogContact => MoneyCommand::LogContact {
            refund: refund()?,
            when: instant(&text("when")).ok_or(Malformed::Field { name: "when" })?,
            how: field(typed, "how")?,
            result: text("result"),
        },
        Action::AcceptRefund => {
            let rate = if left_out("rate") { None } else { Some(field(typed, "rate")?) };
            MoneyCommand::AcceptRefund { refund: refund()?, rate }
        }
        Action::DeclineRefund => MoneyCommand::DeclineRefund { refund: refund()?, reason: text("reason") },
        Action::SubmitRefund => {
            let route = match text("route").as_str() {
                "provider" => Route::Provider,
                "remittance" => Route::Remittance { reference: text("reference") },
                _ => return Err(Malformed::Field { name: "route" }),
            };
            MoneyCommand::SubmitRefund { refund: refund()?, route }
        }
        Action::RecordPayout => MoneyCommand::RecordPayout {
            refund: refund()?,
            state: field(typed, "state")?,
            reference: text("reference"),
        },
        _ => return Ok(None),
    }))
}

/// What stands before the first colon of the code of a payment, and what stands behind it: a trade number
/// may have colons of its own.
fn halves<T: std::str::FromStr>(code: &str) -> Result<(T, String), Malformed> {
    let broken = Malformed::Field { name: "payment" };
    let (first, rest) = code.split_once(':').ok_or(broken.clone())?;
    Ok((first.parse().map_err(|_| broken)?, rest.to_owned()))
}

/// An instant as browsers send it: civil time, which is that of Taipei.
fn instant(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.parse().ok()?;
    taipei::OFFSET.to_timestamp(civil).ok()
}

/// The same to the minute, as a browser wants to be given it.
fn civil(instant: Timestamp) -> String {
    taipei::OFFSET.to_datetime(instant).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Whether the field is of use for this case.
pub fn is_shown(action: Action, name: &str, case: &Case) -> bool {
    let bears = |file: &RefundFile| file.request.ground.bears_interest();
    (action, name) != (Action::AcceptRefund, "rate") || eligible(action, case).iter().any(bears)
}

/// Whether a field that may otherwise be left out is needed in this case: the rate, where interest is owed
/// on whichever refund it is.
pub fn is_needed(action: Action, name: &str, case: &Case) -> bool {
    let bears = |file: &RefundFile| file.request.ground.bears_interest();
    (action, name) == (Action::AcceptRefund, "rate") && eligible(action, case).iter().all(bears)
}

/// What most likely will be typed.
pub fn preset(action: Action, name: &str, case: &Case, now: Timestamp) -> String {
    let standing = case.ledger.standing();
    match (action, name) {
        (Action::SetFee, "amount") => {
            case.ledger.fee().map(|fee| fee.amount.0.to_string()).unwrap_or_default()
        }
        (Action::SetFee, "retained") => case.ledger.fee().map_or(Twd::ZERO, |fee| fee.retained).0.to_string(),
        (Action::RequestRefund, "amount") => standing.refundable.0.to_string(),
        (Action::LogContact, "when") => civil(now),
        _ => String::new(),
    }
}

/// Code and name of what can be chosen.
pub fn options(action: Action, name: &str, case: &Case, lang: Lang) -> Vec<(String, String)> {
    let ledger = &case.ledger;
    let coded = |code: &str, text: &Text| (code.to_owned(), text.pick(lang).to_owned());
    match (action, name) {
        (Action::ApplySuspense, "payment") => money::held(ledger)
            .into_iter()
            .map(|held| {
                let code = format!("{}:{}:{}", held.amount.0, held.provider, held.trade_no);
                (code, named(held.provider, &held.trade_no, held.amount, lang))
            })
            .collect(),
        (Action::RequestRefund, "payment") => counted(ledger)
            .into_iter()
            .map(|paid| {
                let code = format!("{}:{}", paid.provider, paid.trade_no);
                (code, named(paid.provider, &paid.trade_no, paid.amount, lang))
            })
            .collect(),
        (Action::RequestRefund, "ground") => {
            let may = |ground: &&Ground| {
                **ground != Ground::EndedForLateness || case.result() == Some(Conclusion::Terminated)
            };
            Ground::ALL.iter().filter(may).map(|ground| coded(ground.code(), &ground.text())).collect()
        }
        (Action::RecordDispute, "provider") => {
            let mut of: Vec<Provider> = counted(ledger).into_iter().map(|paid| paid.provider).collect();
            of.dedup();
            of.into_iter().map(|provider| coded(provider.code(), &provider.text())).collect()
        }
        (Action::RecordDispute, "state") => {
            DisputeState::ALL.iter().map(|state| coded(state.code(), &labels::dispute(*state))).collect()
        }
        (Action::CheckOff, "flag") => {
            ledger.standing().to_check_off().map(|flag| coded(flag.code(), &flag.text())).collect()
        }
        (Action::LogContact, "how") => {
            ContactBy::ALL.iter().map(|how| coded(how.code(), &how.text())).collect()
        }
        (Action::SubmitRefund, "route") => {
            let by_provider =
                eligible(action, case).iter().any(|file| ledger.goes_back_by_provider(&file.request));
            let remitted = eligible(action, case).iter().any(|file| ledger.may_be_remitted(&file.request));
            let provider = by_provider.then(|| coded("provider", &labels::route(&Route::Provider)));
            let remittance = Route::Remittance { reference: String::new() };
            let remittance = remitted.then(|| coded("remittance", &labels::route(&remittance)));
            provider.into_iter().chain(remittance).collect()
        }
        (Action::RecordPayout, "state") => [RefundState::Settled, RefundState::Failed, RefundState::Bounced]
            .iter()
            .map(|state| coded(state.code(), &labels::refund(*state)))
            .collect(),
        (_, "refund") => eligible(action, case)
            .iter()
            .map(|file| (file.number.to_string(), labels::refund_file(file).pick(lang).to_owned()))
            .collect(),
        _ => Vec::new(),
    }
}

fn named(provider: Provider, trade_no: &str, amount: Twd, lang: Lang) -> String {
    let provider = provider.text();
    match lang {
        Lang::ZhHant => format!("{amount} 元 · {} {trade_no}", provider.zh),
        Lang::En => format!("NT${amount}, {} {trade_no}", provider.en),
    }
}

fn counted(ledger: &Ledger) -> Vec<Posted> {
    ledger.standing().payments.into_iter().filter(|payment| payment.applied).collect()
}

/// The refunds that `action` can be about.
fn eligible(action: Action, case: &Case) -> Vec<RefundFile> {
    let fits = |file: &RefundFile| match action {
        Action::LogContact => file.is_open(),
        Action::DeclineRefund => file.may_be_declined(),
        Action::AcceptRefund => file.is_open() && file.lacks().is_none(),
        Action::SubmitRefund => file.is_to_be_sent(),
        Action::RecordPayout => file.has_left(),
        _ => false,
    };
    case.ledger.refunds().into_iter().filter(fits).collect()
}

/// Label, hint, what it is filled with, and whether it must be.
pub fn describe(action: Action, name: &str) -> Option<(Text, Text, Kind, bool)> {
    let none = || Text::new("", "");
    let max = MAX_FEE.0;
    Some(match (action, name) {
        (Action::SetFee, "amount") => (
            Text::new("應繳金額（新臺幣元）", "Amount due, in NT$"),
            Text::new("免繳時填 0。", "0 where nothing is due."),
            Kind::Number { min: 0, max },
            true,
        ),
        (Action::SetFee, "retained") => (
            Text::new("撤回或駁回時留存之金額", "Kept after a withdrawal or a refusal"),
            Text::new(
                "依該項目之收費規定；全數退還時填 0。",
                "By the fee rules of the service; 0 where all goes back.",
            ),
            Kind::Number { min: 0, max },
            false,
        ),
        (Action::SetFee, "reason") => (
            Text::new("計算方式與依據", "How it was computed, and why"),
            Text::new("申請人會看到這段文字。", "The applicant reads this."),
            Kind::Text,
            true,
        ),
        (Action::ApplySuspense | Action::RequestRefund, "payment") => {
            (Text::new("繳費", "Payment"), none(), Kind::Choice, true)
        }
        (Action::ApplySuspense, "reason") => (
            Text::new("抵繳理由", "Why it is put to the fee"),
            Text::new("只有機關內部看得到。", "Only the agency reads it."),
            Kind::Text,
            true,
        ),
        (Action::RecordDispute, "provider") => {
            (Text::new("金流業者", "Provider"), none(), Kind::Choice, true)
        }
        (Action::RecordDispute, "dispute") => {
            (Text::new("爭議案號", "Number of the dispute"), none(), Kind::Line, true)
        }
        (Action::RecordDispute, "state") => {
            (Text::new("目前結果", "Where it stands"), none(), Kind::Choice, true)
        }
        (Action::RecordDispute, "evidence") => (
            Text::new("來源與佐證", "Where this is from"),
            Text::new(
                "例如業者來函之日期與文號。只有機關內部看得到。",
                "Such as the date and number of the provider's letter. Only the agency reads it.",
            ),
            Kind::Text,
            true,
        ),
        (Action::RecordDispute | Action::RequestRefund, "amount") => {
            (Text::new("金額（新臺幣元）", "Amount, in NT$"), none(), Kind::Number { min: 1, max }, true)
        }
        (Action::CheckOff, "flag") => {
            (Text::new("查核事項", "What was looked into"), none(), Kind::Choice, true)
        }
        (Action::CheckOff, "finding") => (
            Text::new("查核結果", "What was found"),
            Text::new("只有機關內部看得到。", "Only the agency reads it."),
            Kind::Text,
            true,
        ),
        (Action::RequestRefund, "ground") => (Text::new("退費事由", "Ground"), none(), Kind::Choice, true),
        _ => return of_refund(action, name),
    })
}

/// The same of a refund that there is.
fn of_refund(action: Action, name: &str) -> Option<(Text, Text, Kind, bool)> {
    let none = || Text::new("", "");
    Some(match (action, name) {
        (_, "refund") => (Text::new("退費", "Refund"), none(), Kind::Choice, true),
        (Action::LogContact, "when") => (Text::new("聯絡時間", "When"), none(), Kind::Instant, true),
        (Action::LogContact, "how") => (Text::new("聯絡方式", "How"), none(), Kind::Choice, true),
        (Action::LogContact, "result") => (
            Text::new("聯絡結果", "What came of it"),
            Text::new("只有機關內部看得到。", "Only the agency reads it."),
            Kind::Text,
            true,
        ),
        (Action::AcceptRefund, _) => (
            Text::new("郵政一年期定期存款利率", "Postal one-year deposit rate"),
            Text::new(
                "繳費日之利率，例如 0.0172。溢繳、誤繳及逾期終止應按日加計利息（規費法第 18、19 條），由機關另行撥付。",
                "Of the day of payment, such as 0.0172. Interest is owed by the day on overpaid and mistaken fees and after lateness (Charges and Fees Act, §§18, 19); the agency pays it by itself.",
            ),
            Kind::Line,
            false,
        ),
        (Action::SubmitRefund, "route") => (
            Text::new("退款方式", "By which way"),
            Text::new(
                "退回原付款工具；無此途徑，或曾退回失敗者，始以匯款退還。",
                "To the instrument it came from; by remittance where there is no such way, or it has failed.",
            ),
            Kind::Choice,
            true,
        ),
        (Action::SubmitRefund, _) => (
            Text::new("匯款憑證號碼", "Number of the voucher"),
            Text::new("以匯款退還時必填。", "Required for a remittance."),
            Kind::Line,
            false,
        ),
        (Action::RecordPayout, "state") => (Text::new("結果", "Outcome"), none(), Kind::Choice, true),
        (Action::RecordPayout, _) => {
            (Text::new("憑證或回覆之號碼", "Number of the voucher or reply"), none(), Kind::Line, true)
        }
        _ => return None,
    })
}
