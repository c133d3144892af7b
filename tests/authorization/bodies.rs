//! What is sent for each action.

use domain::case::Case;
use domain::command::Action;
use domain::payment::RefundState;
use serde_json::{Value, json};
use testkit::samples;

/// A sound body of what somebody wants of `case`.
pub fn body(action: Action, route: &str, case: &Case) -> Value {
    use Action as A;

    let today = domain::taipei::day_of(case.ended_at().unwrap_or(case.received_at())).to_string();
    let round = case.history.corrections.len();
    let person = |subject| samples::person(subject).to_string();
    let refund = || {
        json!({ "provider": "ecpay_aio", "trade_no": samples::trade_no(1), "amount": 100,
                "ground": "per_item", "reason": "重複繳費" })
    };
    let mut body = match action {
        A::Assign => {
            json!({ "handler": person(samples::SECOND_HANDLER), "reviewer": person(samples::REVIEWER) })
        }
        A::Reroute => json!({ "agency": "economy", "reason": "非本機關權限。" }),
        A::Transfer => json!({ "body": "交通部公路局", "reason": "非本市權限。" }),
        A::RequestReview => json!({ "reviews": [{ "agency": "economy", "question": "請表示意見。" }] }),
        A::DropReview => json!({ "agency": samples::ASKED, "reason": "逾期未復。" }),
        A::BreakGlass => return json!({ "reason": "通報 INC-17，須查看附件紀錄。" }),
        A::QueryRegister => return json!({ "document": "registration" }),
        A::AnswerReview => {
            let asked = case.open_reviews().next().map_or(1, |review| review.asked.0);
            return json!({ "asked": asked, "opinion": "agree" });
        }
        A::Propose => samples::proposal_body(1, "reject", "不符規定。"),
        A::RequestCorrection => samples::correction_body(1, 7),
        A::AnswerCorrection if route.starts_with("POST /api/work") => {
            json!({ "answer": "", "arrived_on": today })
        }
        A::AnswerCorrection if route.ends_with("/uploads") => json!({
            "requirement": "other", "file_name": "a.pdf", "content_type": "application/pdf", "bytes": 9,
            "sha256": "0".repeat(64),
        }),
        A::AnswerCorrection if route.contains("/api/") => json!({ "round": round, "note": "如附件" }),
        A::AnswerCorrection if route.ends_with("/remove") => json!({}),
        A::AnswerCorrection => json!({ "round": round, "note": "如附件", "go": "send" }),
        A::ExtendCorrection => json!({ "days": 3 }),
        A::AskMoreTime => json!({ "days": 3, "reason": "尚缺文件" }),
        A::ChangeConsent if route.contains("/api/") => {
            json!({ "consent": { "electronic": false, "address": "臺北市市府路 1 號" } })
        }
        A::ChangeConsent => json!({ "wording": "1", "served": "paper", "address": "臺北市市府路 1 號" }),
        A::RecordService => json!({
            "notice": format!("{}_1_1", case.id), "means": "posted", "on": today, "number": "RR 1234",
        }),
        A::HandOver => json!({ "received_by": "applicant" }),
        A::RecordArrival => json!({ "what": "seal", "arrived_on": today }),
        A::Extend => json!({ "amount": 1, "reason": "須會勘。" }),
        A::AddTime => json!({ "days": 1, "reason": "須會外機關。" }),
        A::Stop => json!({ "cause": "force_majeure", "from": today, "reason": "颱風。" }),
        A::Resume => json!({ "last": today }),
        A::SetFee => json!({ "amount": 400, "reason": "加計保證金。" }),
        A::Pay if route.contains("/api/") => json!({ "provider": "ecpay_aio", "means": "card" }),
        A::Pay => json!({ "amount": "300", "way": "ecpay_aio.card" }),
        A::ApplySuspense => {
            json!({ "provider": "ecpay_aio", "trade_no": samples::trade_no(1), "amount": 200, "reason": "抵繳" })
        }
        A::RecordDispute => json!({
            "provider": "ecpay_aio", "dispute": "D-17", "amount": 100, "state": "opened", "evidence": "來函"
        }),
        A::CheckOff => json!({ "flag": "chargeback_lost", "finding": "已追繳" }),
        A::RequestRefund if route.starts_with("POST /cases") => json!({
            "payment": format!("ecpay_aio:{}", samples::trade_no(1)), "amount": "100", "ground": "per_item",
            "reason": "重複繳費",
        }),
        A::RequestRefund => refund(),
        A::LogContact => {
            json!({ "refund": 1, "when": "2026-11-18T02:00:00Z", "how": "telephone", "result": "將補證明" })
        }
        A::AcceptRefund => json!({ "refund": 1, "rate": "0.0172" }),
        A::DeclineRefund => json!({ "refund": 1, "reason": "非本案繳費" }),
        A::SubmitRefund => json!({ "refund": 1, "route": "provider" }),
        A::RecordPayout => {
            let settled = case.ledger.refunds().iter().any(|file| file.state == RefundState::Settled);
            let state = if settled { "bounced" } else { "settled" };
            json!({ "refund": 1, "state": state, "reference": "RF-1" })
        }
        // The decision is the last event of the cases that have one.
        A::Rectify => {
            json!({ "document": case.version.0.to_string(), "wrong": "場地", "right": "公園場地" })
        }
        A::Withdraw | A::Terminate | A::Return | A::DeclineMoreTime => json!({ "reason": "理由" }),
        _ => json!({}),
    };
    let versioned = !matches!(action, A::AnswerCorrection | A::Pay | A::RequestRefund | A::AddProof)
        || route.starts_with("POST /api/work");
    if let Some(fields) = body.as_object_mut().filter(|_| versioned) {
        fields.insert("version".to_owned(), json!(case.version.0));
    }
    body
}
