//! The case page: the way from form to form, and what a refusal shows.

use domain::delivery::{Channel, Delivery, Stage as Sent};
use domain::notice::NoticeKind;
use platform::codec::notice::Notice;
use platform::notices;
use testkit::samples::{self, Stage};

use crate::rig::{Rig, get, person, sample_case};

fn page(rig: &Rig, who: &str) -> String {
    let reply = rig.send(&get(format!("/work/{}", sample_case())).by(who));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

/// Sends a form and follows to the confirmation.
fn done(rig: &Rig, action: &str, who: &str, fields: &[(&str, &str)], told: &str) {
    let case = sample_case();
    let reply = rig.send(&rig.form(&case, action, who, fields));
    assert_eq!((reply.status, &reply.location), (303, &format!("/work/{case}?done={action}")), "{reply:?}");
    let page = rig.send(&get(reply.location).by(who));
    assert!(page.body.contains(told), "{told} is not in {}", page.body);
}

#[test]
fn a_case_goes_through_the_office() {
    let rig = Rig::at(Stage::Received);
    let (handler, reviewer) = (person(samples::HANDLER), person(samples::REVIEWER));
    done(&rig, "accept", samples::DISPATCHER, &[], "已收文。");
    let assignment = [("handler", handler.as_str()), ("reviewer", reviewer.as_str())];
    done(&rig, "assign", samples::DISPATCHER, &assignment, "已分文");
    let proposal = [("outcome", "approve"), ("reason", "")];
    done(&rig, "propose", samples::HANDLER, &proposal, "已送審核");
    done(&rig, "return", samples::REVIEWER, &[("reason", "人數\r\n請確認")], "已退回");
    let proposal = samples::proposal_form("reject", "超過場地容量。");
    done(&rig, "propose", samples::HANDLER, &proposal, "已送審核");
    done(&rig, "approve", samples::REVIEWER, &[], "已核定");
    let page = page(&rig, samples::RESEARCH);
    for told in [
        "已收到您的申請",
        "機關已收文",
        "承辦人：陳承辦",
        "審核人：王審核",
        "擬核准",
        "退回。理由：人數\n請確認",
        "擬駁回（不符申請資格）。理由：超過場地容量。",
        "已駁回您的申請",
        "決定（王審核 核定）",
        "目前沒有需要您處理的動作",
    ] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

#[test]
fn the_page_shows_the_application_and_why_the_date_is_what_it_is() {
    let rig = Rig::at(Stage::Assigned);
    let zh = page(&rig, samples::HANDLER);
    for told in [
        "大安森林公園露天音樂臺",
        "場地",
        "民國115年11月24日 星期二",
        "收到申請當日不計",
        "處理時限 3 個工作日",
        "目前由",
        "陳承辦",
        "applicant@people.example",
    ] {
        assert!(zh.contains(told), "{told} is not in {zh}");
    }
    let reply = rig.send(&get(format!("/work/{}?lang=en", sample_case())).by(samples::HANDLER));
    for told in [
        "Tuesday 24 November 2026",
        "the day of receipt of the application is not counted",
        "The limit is 3 working days",
    ] {
        assert!(reply.body.contains(told), "{told} is not in {}", reply.body);
    }
}

#[test]
fn text_of_others_is_escaped() {
    let rig = Rig::at(Stage::Assigned);
    let proposal = samples::proposal_form("reject", "<script>alert(1)</script>");
    done(&rig, "propose", samples::HANDLER, &proposal, "已送審核");
    let page = page(&rig, samples::REVIEWER);
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("&#60;script&#62;"), "{page}");
}

#[test]
fn a_newer_state_is_shown_and_never_overwritten() {
    let rig = Rig::at(Stage::Received);
    let case = sample_case();
    let (handler, reviewer) = (person(samples::HANDLER), person(samples::REVIEWER));
    let assignment = [("handler", handler.as_str()), ("reviewer", reviewer.as_str())];
    let late = rig.form(&case, "accept", samples::SECOND_DISPATCHER, &[]);
    done(&rig, "assign", samples::DISPATCHER, &assignment, "已分文");
    let before = rig.world.store.snapshot();
    let reply = rig.send(&late);
    assert_eq!(reply.status, 409);
    for told in ["STALE_VERSION", "在您查看之後", "已分文，承辦人：陳承辦", "承辦中"] {
        assert!(reply.body.contains(told), "{told} is not in {}", reply.body);
    }
    assert!(!reply.body.contains(&format!("action=\"/work/{case}/accept\"")));
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn a_refused_form_keeps_what_was_typed() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let missing = rig.form(&case, "propose", samples::HANDLER, &[("reason", "寫了很久的理由")]);
    let reply = rig.send(&missing);
    assert_eq!(reply.status, 400);
    assert!(reply.body.contains("寫了很久的理由</textarea>") && reply.body.contains("#propose-outcome"));
    let silent = rig.form(&case, "propose", samples::HANDLER, &[("outcome", "reject"), ("reason", " ")]);
    let reply = rig.send(&silent);
    assert_eq!(reply.status, 422);
    assert!(
        reply.body.contains("value=\"reject\" required checked") && reply.body.contains("#propose-reason")
    );
    // The form is gone with the state; the words are not.
    let late =
        rig.form(&case, "propose", samples::HANDLER, &[("outcome", "reject"), ("reason", "寫了很久的理由")]);
    done(&rig, "propose", samples::HANDLER, &[("outcome", "approve"), ("reason", "")], "已送審核");
    let reply = rig.send(&late);
    assert_eq!(reply.status, 409);
    assert!(reply.body.contains("<blockquote class=\"pre\">寫了很久的理由</blockquote>"), "{}", reply.body);
}

#[test]
fn an_address_confirms_nothing_that_was_not_done() {
    let rig = Rig::at(Stage::Assigned);
    for (done, who) in
        [("approve", samples::DISPATCHER), ("assign", samples::HANDLER), ("x", samples::DISPATCHER)]
    {
        let page = rig.send(&get(format!("/work/{}?done={done}", sample_case())).by(who));
        assert!(!page.body.contains("role=\"status\""), "{done} {who}");
    }
}

#[test]
fn sending_a_form_twice_is_doing_it_once() {
    let rig = Rig::at(Stage::Assigned);
    let case = sample_case();
    let form = rig.form(&case, "propose", samples::HANDLER, &[("outcome", "approve"), ("reason", "")]);
    assert_eq!(rig.send(&form).status, 303);
    let before = rig.world.store.snapshot();
    assert_eq!(rig.send(&form).status, 303);
    assert_eq!(rig.world.store.snapshot(), before);
}

#[test]
fn every_form_of_a_page_is_a_request_of_its_own() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let reply = rig.send(&get(format!("/work/{}", sample_case())).by(samples::REVIEWER));
    let (approve, back) = (reply.hidden("/approve\"", "request"), reply.hidden("/return\"", "request"));
    assert_ne!(approve, back);
    assert_ne!(
        approve,
        rig.send(&get(format!("/work/{}", sample_case())).by(samples::REVIEWER))
            .hidden("/approve\"", "request")
    );
}

#[test]
fn a_mail_that_came_back_is_shown() {
    let rig = Rig::at(Stage::Received);
    let case = samples::case(Stage::Received);
    let record = samples::record(Stage::Received);
    let bounced = Delivery { stage: Sent::Bounced, attempts: 1, next_at: None };
    let notice = |id, kind| samples::notice(&case, id, kind, bounced);
    let owe = notices::owe(&*rig.world.store, record[0].id, vec![NoticeKind::ApplicationReceived], notice);
    rig.now(async { drop(owe.await.unwrap()) });
    let page = page(&rig, samples::DISPATCHER);
    assert!(page.contains("收件通知") && page.contains("退信"), "{page}");
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::DISPATCHER)).json();
    assert_eq!(api["notices"][0]["stage"], "bounced");
}

/// An SMS that was refused is shown, and that it was one; nobody has to be reached for it, and it is not served.
#[test]
fn an_sms_that_was_refused_is_shown_beside_its_mail() {
    let rig = Rig::at(Stage::Received);
    let case = samples::case(Stage::Received);
    let record = samples::record(Stage::Received);
    let refused = Delivery { stage: Sent::Refused, attempts: 1, next_at: None };
    let notice = |id, channel| Notice {
        channel,
        ..samples::notice(&case, id, NoticeKind::CorrectionRequested, refused)
    };
    let owe = notices::owe(&*rig.world.store, record[0].id, vec![Channel::Mail, Channel::Sms], notice);
    rig.now(async { drop(owe.await.unwrap()) });
    let page = page(&rig, samples::DISPATCHER);
    for part in ["補正通知（簡訊）", "簡訊無法寄送", "無法寄送，請改以其他方式通知"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::DISPATCHER)).json();
    let shown = |place: usize| {
        let notice = &api["notices"][place];
        (notice["channel"].clone(), notice["stage"].clone(), notice["waits_for_staff"].clone())
    };
    assert_eq!(shown(0), ("mail".into(), "refused".into(), true.into()));
    assert_eq!(shown(1), ("sms".into(), "refused".into(), false.into()));
    let sms = format!("value=\"{}\"", api["notices"][1]["notice"].as_str().unwrap());
    assert!(!page.contains(&sms), "an SMS can be recorded as served: {page}");
}

#[test]
fn the_api_gives_the_whole_case() {
    let rig = Rig::at(Stage::AwaitingApproval);
    let case = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::REVIEWER)).json();
    assert_eq!(case["state"], "awaiting_approval");
    assert_eq!(case["version"], 3);
    assert_eq!(case["due"], "2026-11-24");
    assert_eq!(case["allowed"], serde_json::json!(["approve", "return", "extend", "stop"]));
    assert_eq!(case["answers"]["people"], "120");
    assert_eq!(case["ruling"]["outcome"], "approve");
    assert_eq!(case["timeline"][2]["event"], "proposed");
    assert_eq!(case["clock"]["explanation"][0]["counted"], false);
    assert_eq!(case["assignment"]["handler"], person(samples::HANDLER));
}
