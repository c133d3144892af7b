//! Words of the officers' pages for what the domain names by code.

use domain::attendance::Standing;
use domain::command::Action;
use domain::delivery::Stage;
use domain::notice::NoticeKind;
use domain::payment::refund::{Lack, RefundFile, Route};
use domain::payment::standing::FeeStatus;
use domain::payment::{DisputeState, RefundState};
use domain::service::Means;
use domain::taipei;
use domain::text::{Lang, Text};
use platform::codec::notice::{Notice, Served};

/// What an action is called.
pub fn action(action: Action) -> Text {
    match action {
        Action::Read => Text::new("檢視", "Read"),
        Action::ReadForwarded => Text::new("檢視會審資料", "Read what is forwarded"),
        Action::RequestReview => Text::new("送請會審", "Ask other agencies for review"),
        Action::AnswerReview => Text::new("回復會審意見", "Give an opinion"),
        Action::DropReview => Text::new("不再等候會審", "Go on without an answer"),
        Action::BreakGlass => Text::new("緊急調閱", "Look into the case"),
        Action::QueryRegister => Text::new("查驗免附文件", "Look a document up"),
        Action::Accept => Text::new("收文", "Take in"),
        Action::Assign => Text::new("分文", "Assign"),
        Action::Propose => Text::new("擬辦", "Propose an outcome"),
        Action::Approve => Text::new("核定", "Approve the proposal"),
        Action::Return => Text::new("退回承辦人", "Send back to the handler"),
        Action::Withdraw => Text::new("撤回", "Withdraw"),
        Action::RequestCorrection => Text::new("通知補正", "Ask for a correction"),
        Action::AnswerCorrection => Text::new("登錄補正", "Record a correction that came"),
        Action::AskMoreTime => Text::new("申請展延補正期限", "Ask for more time"),
        Action::ExtendCorrection => Text::new("展延補正期限", "Give more time to answer"),
        Action::DeclineMoreTime => Text::new("不予展延補正期限", "Give no more time"),
        Action::RecordArrival => Text::new("登錄資料寄達", "Record an arrival"),
        Action::RecordService => Text::new("登錄通知送達", "Record that a notice was served"),
        Action::Extend => Text::new("延長處理期限", "Extend the limit"),
        Action::AddTime => Text::new("增加處理時限", "Add days to the limit"),
        Action::Stop => Text::new("停止計算期限", "Stop the clock"),
        Action::Resume => Text::new("恢復計算期限", "Let the clock go on"),
        Action::HandOver => Text::new("登錄領取", "Record that it was picked up"),
        Action::Rectify => Text::new("更正公文書", "Put an error in a document right"),
        Action::Terminate => Text::new("逾期終止", "End for lateness"),
        Action::Reroute => Text::new("改分其他機關", "Give it to another agency"),
        Action::Transfer => Text::new("移送單一窗口以外之機關", "Pass it on to a body outside the window"),
        Action::SetFee => Text::new("通知繳費", "Set the fee"),
        Action::Pay => Text::new("繳費", "Pay"),
        Action::HearNotice => Text::new("通知送達情形", "Word of a notice"),
        Action::ChangeConsent => Text::new("變更送達方式", "Change how documents are served"),
        Action::HearMoney => Text::new("入帳通知", "Word of a payment"),
        Action::ExpireAttempt => Text::new("繳費逾期", "Payment ran out"),
        Action::ApplySuspense => Text::new("暫收款抵繳", "Put suspense to the fee"),
        Action::RecordDispute => Text::new("登錄帳款爭議", "Record a dispute"),
        Action::CheckOff => Text::new("款項查核完畢", "Check off what was looked into"),
        Action::RequestRefund => Text::new("申請退費", "Ask for a refund"),
        Action::LogContact => Text::new("登錄聯絡申請人", "Record a contact"),
        Action::AddProof => Text::new("檢附繳費證明", "Bring proof of payment"),
        Action::AcceptRefund => Text::new("核准退費", "Accept the refund"),
        Action::DeclineRefund => Text::new("不同意退費", "Decline the refund"),
        Action::SubmitRefund => Text::new("送出退費", "Send the refund"),
        Action::RecordPayout => Text::new("登錄退費結果", "Record what became of the refund"),
        Action::Recalculate => Text::new("重新計算", "Recalculate"),
        Action::Fire => Text::new("到期", "Fire"),
    }
}

/// What its button says, where that is more than its name.
pub fn button(action: Action) -> Text {
    match action {
        Action::Propose => Text::new("送審核", "Send for approval"),
        other => self::action(other),
    }
}

/// The confirmation after an action took effect.
pub fn done(action: Action) -> Option<Text> {
    Some(match action {
        Action::Accept => Text::new("已收文。", "The case is taken in."),
        Action::Assign => {
            Text::new("已分文，並通知承辦人與審核人。", "Assigned; handler and reviewer are being notified.")
        }
        Action::Propose => {
            Text::new("已送審核，並通知審核人。", "Sent for approval; the reviewer is being notified.")
        }
        Action::RequestReview => {
            Text::new("已送請會審，並通知會審機關。", "Sent for review; the agencies are being notified.")
        }
        Action::DropReview => {
            Text::new("已不再等候，並通知該機關。", "Not waited for any more; the agency is being notified.")
        }
        Action::Approve => Text::new("已核定，並通知申請人。", "Decided; the applicant is being notified."),
        Action::Return => Text::new("已退回，並通知承辦人。", "Sent back; the handler is being notified."),
        Action::RequestCorrection => Text::new("已通知申請人補正。", "The applicant is being asked."),
        Action::AnswerCorrection => Text::new("已登錄補正。", "The correction is recorded."),
        Action::ExtendCorrection => Text::new(
            "已展延補正期限，並通知申請人。",
            "There is more time to answer; the applicant is being notified.",
        ),
        Action::DeclineMoreTime => {
            Text::new("已回覆不予展延，並通知申請人。", "Declined; the applicant is being notified.")
        }
        Action::RecordArrival => {
            Text::new("已登錄，並通知申請人。", "Recorded; the applicant is being notified.")
        }
        Action::RecordService => Text::new("已登錄送達。", "The service is recorded."),
        Action::Extend => Text::new(
            "已延長處理期限，並通知申請人。",
            "The limit is extended; the applicant is being notified.",
        ),
        Action::AddTime | Action::Stop | Action::Resume => Text::new(
            "已調整處理期限，並通知申請人。",
            "The clock is changed; the applicant is being notified.",
        ),
        Action::HandOver => Text::new("已登錄領取。", "Recorded as picked up."),
        Action::Rectify => Text::new("已更正，並通知申請人。", "Put right; the applicant is being notified."),
        Action::SetFee => Text::new("已通知申請人繳費。", "The applicant is being told of the fee."),
        Action::ApplySuspense => {
            Text::new("已抵繳規費，並通知申請人。", "Put to the fee; the applicant is being notified.")
        }
        Action::RecordDispute => Text::new("已登錄帳款爭議。", "The dispute is recorded."),
        Action::CheckOff => Text::new("已登錄查核結果。", "The finding is recorded."),
        Action::RequestRefund => Text::new(
            "已登記退費，並請申請人檢附繳費證明。",
            "The refund is recorded; the applicant is being asked for proof of payment.",
        ),
        Action::LogContact => Text::new("已登錄聯絡紀錄。", "The contact is recorded."),
        Action::AcceptRefund | Action::DeclineRefund => {
            Text::new("已決定退費，並通知申請人。", "Decided; the applicant is being notified.")
        }
        Action::SubmitRefund => Text::new("退費已送出。", "The refund is on its way."),
        Action::RecordPayout => Text::new("已登錄退費結果。", "The outcome is recorded."),
        Action::Transfer => {
            Text::new("已移送，並通知申請人。", "Passed on; the applicant is being notified.")
        }
        Action::Read
        | Action::Reroute
        | Action::ReadForwarded
        | Action::AnswerReview
        | Action::QueryRegister
        | Action::BreakGlass
        | Action::Withdraw
        | Action::AskMoreTime
        | Action::Terminate
        | Action::Pay
        | Action::HearMoney
        | Action::HearNotice
        | Action::ChangeConsent
        | Action::ExpireAttempt
        | Action::AddProof
        | Action::Recalculate
        | Action::Fire => return None,
    })
}

pub fn notice(kind: NoticeKind) -> Text {
    match kind {
        NoticeKind::ApplicationReceived => Text::new("收件通知", "application received"),
        NoticeKind::CaseReady => Text::new("資料到齊待分文", "what was awaited has come"),
        NoticeKind::PaperDue => Text::new("請以書面送達", "to be sent on paper"),
        NoticeKind::ResultReturned => Text::new("結果通知退回", "the result came back"),
        NoticeKind::CaseArrived => Text::new("新案待分文", "new case to dispatch"),
        NoticeKind::CaseAssigned => Text::new("案件分文", "case assigned"),
        NoticeKind::ReviewAsked => Text::new("送請會審", "asked for review"),
        NoticeKind::ReviewMoved => Text::new("會審期限變更", "review limit moved"),
        NoticeKind::ReviewLate => Text::new("會審逾期", "review overdue"),
        NoticeKind::ReviewDropped => Text::new("無須再會審", "no review needed any more"),
        NoticeKind::ReviewAnswered => Text::new("會審回復", "review answered"),
        NoticeKind::GlassBroken => Text::new("系統管理人員調閱", "looked into by the keepers"),
        NoticeKind::ReviewerLate => Text::new("會審機關逾期", "reviewer overdue"),
        NoticeKind::ProposalWaiting => Text::new("擬辦待審核", "proposal to review"),
        NoticeKind::ProposalReturned => Text::new("擬辦退回", "proposal sent back"),
        NoticeKind::Decided => Text::new("結果通知", "result"),
        NoticeKind::Rectified => Text::new("公文書更正通知", "document put right"),
        NoticeKind::CaseWithdrawn => Text::new("申請人撤回", "withdrawn by the applicant"),
        NoticeKind::CorrectionRequested => Text::new("補正通知", "correction requested"),
        NoticeKind::CorrectionAnswered => Text::new("申請人已補正", "correction came"),
        NoticeKind::MoreTimeAsked => Text::new("申請人申請展延補正", "more time asked for"),
        NoticeKind::CorrectionExtended => Text::new("補正期限展延", "more time to answer"),
        NoticeKind::MoreTimeDeclined => Text::new("補正期限未予展延", "no more time to answer"),
        NoticeKind::CorrectionReminder => Text::new("補正期限將屆提醒", "reminder to answer"),
        NoticeKind::PickUpReminder => Text::new("領取期限將屆提醒", "reminder to pick up"),
        NoticeKind::CorrectionLapsed => Text::new("逾期未補正", "correction period passed"),
        NoticeKind::PickUpLapsed => Text::new("逾期未領取", "pick-up period passed"),
        NoticeKind::Arrived => Text::new("資料寄達通知", "arrival"),
        NoticeKind::Extended => Text::new("延長處理期限通知", "limit extended"),
        NoticeKind::ClockChanged => Text::new("處理期限調整通知", "clock changed"),
        NoticeKind::DateMoved => Text::new("預定完成日變動通知", "date moved"),
        NoticeKind::AwaitedLapsed => Text::new("逾期未收到繳費或資料", "fee or original did not come"),
        NoticeKind::WindowClosed => Text::new("受理期間截止", "acceptance window closed"),
        NoticeKind::DueSoon => Text::new("期限將屆提醒", "due date is near"),
        NoticeKind::Overdue => Text::new("逾期提醒", "past the due date"),
        NoticeKind::FeeDue => Text::new("繳費通知", "fee due"),
        NoticeKind::PaymentInstructed => Text::new("繳費號碼", "number to pay by"),
        NoticeKind::FeePosted => Text::new("入帳收據", "receipt"),
        NoticeKind::MoneyToCheck => Text::new("款項查核", "money to check"),
        NoticeKind::RefundDue => Text::new("應退費通知", "refund due"),
        NoticeKind::ProofAsked => Text::new("請檢附繳費證明", "proof of payment asked for"),
        NoticeKind::RefundDecided => Text::new("退費審核結果", "refund decided"),
        NoticeKind::RefundPaid => Text::new("退費完成", "refund paid"),
        NoticeKind::CaseTerminated => Text::new("逾期終止", "ended for lateness"),
        NoticeKind::CaseToCome => Text::new("新案件（併知）", "new case, to know of"),
        NoticeKind::CaseUntaken => Text::new("逾半日無人收文", "lain for half a day"),
        NoticeKind::CaseRerouted => Text::new("改分機關通知", "another agency has it"),
        NoticeKind::CaseTransferred => Text::new("移送通知", "passed on"),
    }
}

/// Where a dispute stands.
pub fn dispute(state: DisputeState) -> Text {
    match state {
        DisputeState::Opened => Text::new("爭議中", "open"),
        DisputeState::Lost => Text::new("敗訴，款項已退還付款人", "lost: the money went back"),
        DisputeState::Won => Text::new("勝訴，款項維持入帳", "won: the money stays"),
    }
}

/// Where a refund stands.
pub fn refund(state: RefundState) -> Text {
    match state {
        RefundState::Requested => Text::new("待核定", "to be decided"),
        RefundState::Accepted => Text::new("已核准，待送出", "accepted, to be sent"),
        RefundState::Submitted => Text::new("已送出，待確認", "sent, to be confirmed"),
        RefundState::Failed => Text::new("退費未成功", "failed"),
        RefundState::Settled => Text::new("已退費", "paid"),
        RefundState::Bounced => Text::new("遭退回", "came back"),
    }
}

/// A refund among others of its case.
pub fn refund_file(file: &RefundFile) -> Text {
    let RefundFile { number, request, .. } = file;
    let ground = request.ground.text();
    Text::new(
        format!("第 {number} 筆，新臺幣 {} 元，{}", request.amount, ground.zh),
        format!("No. {number}, NT${}, {}", request.amount, ground.en),
    )
}

/// What is missing before a refund can be accepted.
pub fn lack(lack: Lack) -> Text {
    match lack {
        Lack::Contact => Text::new("尚無聯絡申請人之紀錄", "no contact with the applicant is recorded"),
        Lack::Proof => Text::new("申請人尚未檢附繳費證明", "the applicant has brought no proof of payment"),
    }
}

/// How money leaves.
pub fn route(route: &Route) -> Text {
    match route {
        Route::Provider => {
            Text::new("由金流業者退回原付款工具", "by the provider, to the instrument it came from")
        }
        Route::Remittance { .. } => Text::new("匯款退還", "by remittance"),
    }
}

/// Whether a payment counts, and the class of its tag.
pub fn counted(applied: bool) -> (Text, &'static str) {
    if applied {
        (Text::new("已計入規費", "counted"), "tag-good")
    } else {
        (Text::new("暫收待處理", "in suspense"), "tag-warn")
    }
}

/// The class of the tag of the state of a fee.
pub const fn fee_class(status: FeeStatus) -> &'static str {
    match status {
        FeeStatus::NothingDue => "",
        FeeStatus::Posted => "tag-good",
        FeeStatus::Unpaid | FeeStatus::Partial | FeeStatus::Overpaid | FeeStatus::RefundDue => "tag-warn",
    }
}

/// What became of the look into an inbox that was owed, and the class of its tag.
pub fn standing(standing: Standing) -> (Text, &'static str) {
    match standing {
        Standing::NotOwed => (Text::new("免登錄", "not owed"), "tag-plain"),
        Standing::Attended => (Text::new("已登錄", "opened"), "tag-good"),
        Standing::Open => (Text::new("尚未屆時", "not over yet"), "tag-plain"),
        Standing::Late => (Text::new("逾時登錄", "late"), "tag-warn"),
        Standing::Missed => (Text::new("未登錄", "missed"), "tag-bad"),
    }
}

/// Where a notice is on its way, the class of its tag, and whether staff must take over.
pub fn stage(stage: Stage) -> (Text, &'static str) {
    match stage {
        Stage::Owed => (Text::new("待寄送", "to be sent"), ""),
        Stage::Sending => (Text::new("寄送中", "being sent"), ""),
        Stage::Accepted => (Text::new("已寄出", "sent"), "tag-good"),
        Stage::Delivered => (Text::new("已送達信箱", "delivered"), "tag-good"),
        Stage::Bounced => {
            (Text::new("退信，請改以其他方式通知", "bounced: reach the person another way"), "tag-bad")
        }
        Stage::Complained => (
            Text::new("收件人拒收，請改以其他方式通知", "marked as unwanted: reach the person another way"),
            "tag-bad",
        ),
        Stage::Moot => (Text::new("已辦妥，不必提醒", "done meanwhile: no reminder needed"), "tag-plain"),
        Stage::Refused => (
            Text::new("無法寄送，請改以其他方式通知", "cannot be sent: reach the person another way"),
            "tag-bad",
        ),
    }
}

/// What a notice is about, and that it is an SMS beside it where it is.
pub fn told(notice: &Notice, lang: Lang) -> String {
    let what = self::notice(notice.kind);
    let by_sms = if notice.is_mail() { "" } else { lang.pick("（簡訊）", " (SMS)") };
    format!("{}{by_sms}", what.pick(lang))
}

/// Where a notice is on its way, and the class of its tag: what did not arrive by mail calls for staff only while
/// nothing else shows that it did.
pub fn standing_of(notice: &Notice) -> (Text, &'static str) {
    let stage = notice.delivery.stage;
    let letter = notice.served.as_ref().map(|served| served.service.means);
    if letter == Some(Means::CameBack) && notice.waits_for_staff() {
        let text = Text::new(
            "掛號郵件退回，請改以其他方式送達",
            "the letter came back: reach the person another way",
        );
        return (text, "tag-bad");
    }
    match (notice.is_mail(), stage) {
        (true, stage) if stage.is_returned() && !notice.waits_for_staff() => {
            (Text::new("郵件未送達", "the mail did not arrive"), "tag-plain")
        }
        // The mail says whether somebody must reach the person.
        (false, stage) if stage.is_returned() => {
            (Text::new("簡訊無法寄送", "the SMS cannot be sent"), "tag-warn")
        }
        (false, Stage::Moot) => (Text::new("不必寄送", "not needed any more"), "tag-plain"),
        _ => self::stage(stage),
    }
}

/// What shows that a notice reached whom it is for, beside the mail.
pub fn shown_by(notice: &Notice, lang: Lang) -> Vec<String> {
    let opened = notice.opened_at.map(|at| {
        let at = taipei::shown_instant(at, lang);
        format!("{} {at}", lang.pick("已於本系統開啟", "opened in the window"))
    });
    let served = notice.served.as_ref().map(|Served { service, .. }| {
        let (means, on) = (service.means.text(), taipei::shown(service.on, lang));
        format!("{} {on} {}", means.pick(lang), service.number).trim_end().to_owned()
    });
    opened.into_iter().chain(served).collect()
}
