//! What officers are shown of the money of a case: on its page and in the API, both the same.

use domain::event::Event;
use domain::money::Twd;
use domain::payment::ledger::Fee;
use platform::keys;
use platform::ports::Objects;
use serde_json::{Value, json};
use testkit::samples::{self, Funds, Stage, trade_no};

use crate::rig::{FOREIGNER, Rig, get, sample_case};

const SENTENCE: &str = "入帳處理中，不得據以駁回";

fn page(rig: &Rig, who: &str) -> String {
    let reply = rig.send(&get(format!("/work/{}", sample_case())).by(who));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.body
}

fn fee(rig: &Rig, who: &str) -> Value {
    rig.send(&get(format!("/api/work/{}", sample_case())).by(who)).json()["fee"].clone()
}

#[test]
fn it_is_said_that_an_unposted_fee_is_no_ground_while_that_is_of_interest() {
    for (funds, said, in_progress) in [
        (Funds::NothingDue, false, false),
        (Funds::Owed, true, false),
        (Funds::UnderWay, true, true),
        (Funds::InSuspense, true, false),
        (Funds::Partial, true, false),
        (Funds::Posted, false, false),
        (Funds::Overpaid, false, false),
        (Funds::RefundDue, false, false),
    ] {
        let rig = Rig::with(funds);
        for who in [samples::HANDLER, samples::REVIEWER, samples::CASHIER, samples::RESEARCH] {
            assert_eq!(page(&rig, who).contains(SENTENCE), said, "{who} {funds:?}");
            let fee = fee(&rig, who);
            assert_eq!(fee["not_a_ground_for_refusal"], said, "{who} {funds:?}");
            assert_eq!(fee["in_progress"], in_progress, "{who} {funds:?}");
            let notice = if said { json!(SENTENCE) } else { Value::Null };
            assert_eq!(fee["notice"]["zh"], notice, "{who} {funds:?}");
        }
        let en = rig.send(&get(format!("/work/{}?lang=en", sample_case())).by(samples::HANDLER)).body;
        assert_eq!(en.contains("posting in progress, not a ground for refusal"), said, "{funds:?}");
    }
}

#[test]
fn the_status_of_the_window_is_shown_in_every_state() {
    for (funds, code, zh) in [
        (Funds::NothingDue, "nothing_due", "無應繳費用"),
        (Funds::Owed, "unpaid", "尚未入帳"),
        (Funds::Partial, "partial", "部分入帳"),
        (Funds::Posted, "posted", "已入帳"),
        (Funds::Overpaid, "overpaid", "溢繳"),
        (Funds::RefundDue, "refund_due", "應退費"),
    ] {
        let rig = Rig::with(funds);
        let fee = fee(&rig, samples::HANDLER);
        assert_eq!((&fee["status"], &fee["status_text"]["zh"]), (&json!(code), &json!(zh)));
        assert!(page(&rig, samples::HANDLER).contains(&format!("href=\"#fee\">規費 {zh}</a>")), "{funds:?}");
    }
}

#[test]
fn every_amount_says_how_it_was_computed() {
    let rig = Rig::with(Funds::Overpaid);
    let fee = fee(&rig, samples::CASHIER);
    assert_eq!(
        (&fee["due"], &fee["net"], &fee["outstanding"], &fee["refundable"]),
        (&json!(300), &json!(600), &json!(0), &json!(300))
    );
    assert_eq!(fee["computation"]["outstanding"], Value::Null);
    let page = page(&rig, samples::CASHIER);
    for (told, where_in_api) in [
        ("計入規費之繳費 600 元", &fee["computation"]["net"]["zh"]),
        ("淨入帳 600 元 − 應繳 300 元 = 300 元", &fee["computation"]["refundable"]["zh"]),
    ] {
        assert_eq!(where_in_api, told);
        assert!(page.contains(told), "{told} is not in {page}");
    }
    let flags: Vec<&str> =
        fee["flags"].as_array().unwrap().iter().map(|flag| flag["flag"].as_str().unwrap()).collect();
    assert_eq!(flags, ["duplicate_payment"]);
    assert!(page.contains("重複繳費"));
}

#[test]
fn each_payment_says_whether_it_counts_and_each_open_attempt_until_when_word_may_come() {
    let rig = Rig::with(Funds::InSuspense);
    let found = fee(&rig, samples::CASHIER);
    let [payment] = found["payments"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(payment["trade_no"], trade_no(1));
    assert_eq!((&payment["amount"], &payment["counted"]), (&json!(200), &json!(false)));
    assert_eq!((&payment["provider"], &payment["means"]), (&json!("ecpay_aio"), &json!("card")));
    assert_eq!((&found["suspense"], &found["posted_at"]), (&json!(200), &Value::Null));
    let shown = page(&rig, samples::CASHIER);
    for told in ["暫收待處理", "金額不符，款項暫收待處理", &trade_no(1), "綠界科技 · 信用卡"]
    {
        assert!(shown.contains(told), "{told} is not in {shown}");
    }

    let rig = Rig::with(Funds::UnderWay);
    let found = fee(&rig, samples::HANDLER);
    let attempt = &found["attempts"][0];
    assert_eq!((&attempt["open"], &attempt["amount"]), (&json!(true), &json!(300)));
    // Begun at 13:00 in Taipei, 30 minutes to pay, and a day for word of it.
    assert_eq!(attempt["may_arrive_until"], "2026-11-20T05:30:00Z");
    let shown = page(&rig, samples::HANDLER);
    assert!(shown.contains("民國115年11月20日 星期五 13:30 以前到達"), "{shown}");

    let rig = Rig::with(Funds::Posted);
    let found = fee(&rig, samples::HANDLER);
    assert_eq!(found["posted_at"], json!(rig.case().ledger.posted_at()));
    assert_eq!(
        (&found["attempts"][0]["open"], &found["payments"][0]["counted"]),
        (&json!(false), &json!(true))
    );
    assert!(page(&rig, samples::HANDLER).contains("入帳時間"));
}

#[test]
fn a_refund_is_a_file_with_contacts_proofs_interest_and_four_eyes() {
    let rig = Rig::with(Funds::Settled);
    let refund = fee(&rig, samples::ACCOUNTANT)["refunds"][0].clone();
    assert_eq!(
        (&refund["refund"], &refund["state"], &refund["open"]),
        (&json!(1), &json!("settled"), &json!(false))
    );
    assert_eq!((&refund["ground"], &refund["amount"]), (&json!("overpaid"), &json!(300)));
    assert_eq!(refund["requested_by"]["name"], "趙出納");
    assert_eq!(refund["accepted_by"]["name"], "錢會計");
    assert_eq!(refund["contacts"][0]["how"], "telephone");
    assert_eq!(refund["proofs"][0]["file_name"], "繳費證明.pdf");
    assert_eq!(refund["interest"], json!({ "cents": 1, "amount": "0.01", "days": 1 }));
    assert_eq!(refund["route"]["route"], "provider");
    let page = page(&rig, samples::RESEARCH);
    for told in [
        "退費第 1 筆",
        "已退費",
        "溢繳（規費法第 18 條）",
        "趙出納",
        "錢會計",
        "電話",
        "繳費證明.pdf",
        "新臺幣 0.01 元（1 日，由機關另行撥付）",
        "由金流業者退回原付款工具",
    ] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

#[test]
fn what_officers_wrote_down_for_themselves_stands_beside_the_timeline() {
    let rig = Rig::with(Funds::Settled);
    let api = rig.send(&get(format!("/api/work/{}", sample_case())).by(samples::CASHIER)).json();
    let timeline = api["timeline"].as_array().unwrap();
    let of = |event: &str| timeline.iter().find(|entry| entry["event"] == event).unwrap();
    assert_eq!(of("fee_set")["reason"], "依收費標準核定。");
    let contacted = of("refund_contacted")["internal"]["zh"].as_str().unwrap();
    assert!(contacted.contains("電話：重複繳費。"), "{contacted}");
    assert_eq!(of("refund_paid_out")["internal"]["en"], "Voucher: 重複繳費。");
}

#[test]
fn a_case_without_a_fee_has_no_card_and_one_with_a_fee_to_come_says_so() {
    let rig = Rig::at(Stage::Assigned);
    assert!(!page(&rig, samples::HANDLER).contains("id=\"fee\""));
    assert_eq!(fee(&rig, samples::HANDLER)["status"], "nothing_due");

    let mut record = samples::record(Stage::Assigned);
    if let Event::Submitted(submitted) = &mut record[0].event {
        let lines = vec![domain::text::Text::new("每件 300 元", "NT$300 a case")];
        submitted.fee =
            Some(Fee { version: 1, amount: Twd(300), retained: Twd::ZERO, lines, reason: String::new() });
    }
    let rig = Rig::of(&record);
    let shown = page(&rig, samples::HANDLER);
    assert!(shown.contains("核定規費，核發時繳納") && shown.contains("每件 300 元"), "{shown}");
    let fee = fee(&rig, samples::HANDLER);
    assert_eq!((&fee["due"], &fee["assessed"]["amount"]), (&json!(0), &json!(300)));
}

#[test]
fn proof_of_payment_opens_like_any_document_of_the_case() {
    let rig = Rig::with(Funds::Proven);
    let case = sample_case();
    let path = format!("/work/{case}/files/{}", Funds::PROOF);
    assert!(page(&rig, samples::ACCOUNTANT).contains(&format!("href=\"{path}\"")));
    for (who, status) in [(samples::ACCOUNTANT, 409), (FOREIGNER, 404), (samples::SECOND_HANDLER, 403)] {
        assert_eq!(rig.send(&get(&path).by(who)).status, status, "{who}");
    }
    let key = keys::filed(case.parse().unwrap(), Funds::PROOF);
    rig.now(async {
        let file = rig.world.objects.put(key.clone(), "application/pdf".to_owned(), samples::PDF.to_vec());
        file.await.unwrap();
    });
    let there = rig.send(&get(&path).by(samples::ACCOUNTANT));
    assert!(there.status == 303 && there.location.contains(&key), "{there:?}");
    // Without the refund it is nobody's.
    assert_eq!(Rig::with(Funds::Contacted).send(&get(&path).by(samples::ACCOUNTANT)).status, 404);
}

/// What is seldom wanted is folded, and opens when it is what went wrong.
#[test]
fn what_the_cashier_came_for_comes_first() {
    let rig = Rig::with(Funds::InSuspense);
    let shown = page(&rig, samples::CASHIER);
    assert!(shown.contains("<details class=\"card\" id=\"set_fee\">"), "{shown}");
    assert!(shown.contains("<h2 id=\"apply_suspense\">"), "{shown}");
    let wrong = [("amount", "x"), ("reason", "依標準。")];
    let reply = rig.send(&rig.form(&sample_case(), "set_fee", samples::CASHIER, &wrong));
    assert!(reply.body.contains("<h2 id=\"set_fee\">"), "{}", reply.body);
}
