//! Words of the officers' pages for what the domain names by code.

use domain::command::Action;
use domain::delivery::Stage;
use domain::notice::NoticeKind;
use domain::text::Text;

/// What an action is called.
pub fn action(action: Action) -> Text {
    match action {
        Action::Read => Text::new("檢視", "Read"),
        Action::Accept => Text::new("收文", "Take in"),
        Action::Assign => Text::new("分文", "Assign"),
        Action::Propose => Text::new("擬辦", "Propose an outcome"),
        Action::Approve => Text::new("核定", "Approve the proposal"),
        Action::Return => Text::new("退回承辦人", "Send back to the handler"),
        Action::Withdraw => Text::new("撤回", "Withdraw"),
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
        Action::Approve => Text::new("已核定，並通知申請人。", "Decided; the applicant is being notified."),
        Action::Return => Text::new("已退回，並通知承辦人。", "Sent back; the handler is being notified."),
        Action::Read | Action::Withdraw | Action::Fire => return None,
    })
}

pub fn notice(kind: NoticeKind) -> Text {
    match kind {
        NoticeKind::ApplicationReceived => Text::new("收件通知", "application received"),
        NoticeKind::CaseArrived => Text::new("新案待分文", "new case to dispatch"),
        NoticeKind::CaseAssigned => Text::new("案件分文", "case assigned"),
        NoticeKind::ProposalWaiting => Text::new("擬辦待審核", "proposal to review"),
        NoticeKind::ProposalReturned => Text::new("擬辦退回", "proposal sent back"),
        NoticeKind::Decided => Text::new("結果通知", "result"),
        NoticeKind::CaseWithdrawn => Text::new("申請人撤回", "withdrawn by the applicant"),
        NoticeKind::DueSoon => Text::new("期限將屆提醒", "due date is near"),
        NoticeKind::Overdue => Text::new("逾期提醒", "past the due date"),
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
        Stage::Refused => (
            Text::new("無法寄送，請改以其他方式通知", "cannot be sent: reach the person another way"),
            "tag-bad",
        ),
    }
}
