//! Money that goes back, by the pages: asking, proving, following; and ending a case for lateness.

use domain::payment::command::MoneyCommand;
use domain::payment::refund::ContactBy;
use platform::ports::Ambient;
use testkit::samples::{self, PDF};

use crate::support::{Answer, CHEN, Call, LIN, csrf, hidden, key};
use crate::till::Till;

/// A case that was paid twice.
fn overpaid() -> Till {
    let till = Till::new();
    till.pay(&till.form("ecpay_aio.card"));
    till.pays("B2");
    let first = till.ledger().attempts().next().unwrap().clone();
    let (amount, paid_at) = (first.amount, till.city.world.ambient.now());
    let receipt = domain::payment::Receipt { trade_no: "A1".to_owned(), amount, paid_at, simulated: false };
    till.money(
        domain::access::Actor::System,
        MoneyCommand::Hear {
            provider: first.provider,
            order_no: first.order_no,
            word: domain::payment::Word::Paid(receipt),
            source: domain::payment::ledger::Source::Callback,
        },
    );
    till
}

fn ask(till: &Till, change: &[(&'static str, &str)]) -> Answer {
    let page = till.page().text;
    let request = page.split(&format!("action=\"/cases/{}/refunds\"", till.case)).nth(1).unwrap();
    let mut fields = [
        ("csrf", csrf(LIN)),
        ("request", hidden(request, "request")),
        ("payment", "ecpay_aio:A1".to_owned()),
        ("amount", "300".to_owned()),
        ("ground", "overpaid".to_owned()),
        ("reason", "重複繳費".to_owned()),
    ];
    for (name, value) in change {
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap();
        (*value).clone_into(&mut field.1);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    till.city.send(&till.call("POST /cases/{case}/refunds").by(LIN).form(&fields))
}

fn prove(till: &Till, request: &str, content: &[u8]) -> Answer {
    let token = csrf(LIN);
    let fields = [("csrf", token.as_str()), ("request", request)];
    let call = till.call("POST /cases/{case}/refunds/{refund}/proof").by(LIN);
    till.city.send(&call.file(&fields, "../收據.pdf", content))
}

#[test]
fn a_refund_is_asked_for_with_a_ground_and_never_for_more_than_came() {
    let till = overpaid();
    let page = till.page().text;
    for said in ["溢繳", "申請退費", "value=\"ecpay_aio:A1\"", "value=\"paid_bill_list:B2\"", "value=\"300\""]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains("value=\"withdrawn\""), "it was not withdrawn");
    let stored = till.city.stored();
    for (change, status, said) in [
        ([("amount", "301")], 422, "退費金額不得超過"),
        ([("amount", "0")], 422, "退費金額不得超過"),
        ([("amount", "三百")], 422, "金額應為 1 至 300 元"),
        ([("reason", "")], 422, "請填寫理由"),
        ([("payment", "ecpay_aio:A2")], 409, "本案查無此筆繳費"),
        ([("payment", "A1")], 400, "BAD_FIELD"),
        ([("payment", "cash:A1")], 400, "BAD_FIELD"),
        ([("ground", "greed")], 400, "BAD_FIELD"),
        ([("ground", "ended_for_lateness")], 409, "不能進行此動作"),
        ([("csrf", "x")], 403, "FORM_EXPIRED"),
    ] {
        let answer = ask(&till, &change);
        assert_eq!(answer.status, status, "{change:?}: {}", answer.text);
        assert!(answer.text.contains(said), "{change:?}: {said} is not in {}", answer.text);
        if status == 422 {
            assert!(
                answer.text.contains("重複繳費</textarea>") || change[0].0 == "reason",
                "what was typed is kept"
            );
        }
    }
    assert_eq!(till.city.stored(), stored);
    let answer = ask(&till, &[("amount", "3,00")]);
    assert_eq!(answer.location, format!("/cases/{}/pay#refund-1", till.case), "{}", answer.text);
    let page = till.page().text;
    for said in ["退費 新臺幣 300 元", "資料準備中", "請上傳繳費證明", "申請退費新臺幣 300 元：溢繳"]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains("name=\"ground\""), "all of it has been asked for: {page}");
    let case = till.city.send(&till.call("GET /cases/{case}").by(LIN)).text;
    assert!(case.contains("查看退費進度") && !case.contains("可申請退費"), "{case}");
}

#[test]
fn proof_of_payment_is_kept_with_the_case_once() {
    let till = overpaid();
    ask(&till, &[]);
    let stored = till.city.stored();
    let page = till.page().text;
    let request = hidden(page.split("enctype=\"multipart/form-data\"").nth(1).unwrap(), "request");
    for (content, said) in [
        (b"MZ this is no PDF".as_slice(), "檔案內容不是 PDF"),
        (b"", "檔案是空的"),
        (&vec![b'%'; 4 * 1024 * 1024 + 1], "檔案太大"),
        (&vec![b'%'; 5 * 1024 * 1024], "檔案太大"),
    ] {
        let answer = prove(&till, &request, content);
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains(said) && answer.text.contains("href=\"#proof-1\""), "{}", answer.text);
    }
    let proof = till.call("POST /cases/{case}/refunds/{refund}/proof");
    let file = |call: Call, token: &str, id: &str| {
        till.city.send(&call.file(&[("csrf", token), ("request", id)], "a.pdf", PDF)).status
    };
    assert_eq!(file(proof.clone().by(LIN), "x", &request), 403);
    assert_eq!(file(proof.clone().by(LIN), &csrf(LIN), "req_1"), 400);
    assert_eq!(file(proof.clone().by(CHEN), &csrf(CHEN), &request), 404);
    let unknown =
        Call::of("POST /cases/{case}/refunds/{refund}/proof", &[("case", &till.case), ("refund", "2")]);
    assert_eq!(file(unknown.by(LIN), &csrf(LIN), &request), 404);
    assert_eq!(till.city.stored(), stored, "nothing is left behind");

    let answer = prove(&till, &request, PDF);
    assert_eq!(answer.location, format!("/cases/{}/pay#refund-1", till.case), "{}", answer.text);
    let kept = till.city.stored();
    assert_eq!(prove(&till, &request, PDF).status, 303, "a second click");
    assert_eq!(till.city.stored(), kept);

    let proofs = till.ledger().refund(1).unwrap().proofs;
    let upload = proofs[0].upload.to_string();
    let objects = &till.city.world.objects;
    assert_eq!(objects.body(&format!("cases/{}/{upload}", till.case)).as_deref(), Some(PDF));
    let page = till.page().text;
    assert!(page.contains(">收據.pdf</a>") && page.contains("承辦機關將與您聯絡"), "{page}");
    let params = [("case", till.case.as_str()), ("upload", upload.as_str())];
    let fetch = Call::of("GET /cases/{case}/files/{upload}", &params);
    assert_eq!(till.city.send(&fetch.clone().by(LIN)).status, 303);
    assert_eq!(till.city.send(&fetch.by(CHEN)).status, 404);
}

#[test]
fn once_it_is_decided_a_refund_takes_no_more_proof_and_says_where_it_stands() {
    let till = overpaid();
    ask(&till, &[]);
    prove(&till, &key(9), PDF);
    let (when, result) = (till.city.world.ambient.now(), "申請人確認退費".to_owned());
    let contact = MoneyCommand::LogContact { refund: 1, when, how: ContactBy::Telephone, result };
    till.money(samples::actor(samples::CASHIER), contact);
    assert!(till.page().text.contains("資料已齊，等待審核"));
    let accept = MoneyCommand::AcceptRefund { refund: 1, rate: Some("0.0172".parse().unwrap()) };
    till.money(samples::actor(samples::ACCOUNTANT), accept);
    let page = till.page().text;
    for said in ["已核准", "退費已核准", "加計利息", "已收到您的繳費證明", "機關已就退費與您聯絡"]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains("multipart/form-data"), "{page}");
    let stored = till.city.stored();
    let late = prove(&till, &key(10), b"%PDF-1.7 another");
    assert_eq!(late.status, 409, "{}", late.text);
    assert_eq!(till.city.stored(), stored, "the file was not kept");
}

#[test]
fn proofs_have_an_end() {
    let till = overpaid();
    ask(&till, &[]);
    for number in 0..10 {
        assert_eq!(prove(&till, &key(100 + number), format!("%PDF-1.7 {number}").as_bytes()).status, 303);
    }
    let answer = prove(&till, &key(120), PDF);
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("檔案數量已達上限"), "{}", answer.text);
}

#[test]
fn ending_a_late_case_leads_to_the_refund() {
    let till = Till::new();
    till.pays("B1");
    let case = || till.city.send(&till.call("GET /cases/{case}").by(LIN)).text;
    assert!(!case().contains("/terminate"), "it is in time");
    till.runs_late();
    let page = case();
    for said in ["機關已逾處理期限", "規費法第 19 條", "按日加計利息"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    let form = page.split(&format!("action=\"/cases/{}/terminate\"", till.case)).nth(1).unwrap();
    let (request, version) = (hidden(form, "request"), hidden(form, "version"));
    let token = csrf(LIN);
    let fields =
        [("csrf", token.as_str()), ("request", &request), ("version", &version), ("reason", "等了很久")];
    let call = till.call("POST /cases/{case}/terminate").by(LIN).form(&fields);
    let answer = till.city.send(&call);
    assert_eq!(answer.location, format!("/cases/{}", till.case), "{}", answer.text);
    let stored = till.city.stored();
    assert_eq!(till.city.send(&call).status, 303, "a second click");
    assert_eq!(till.city.stored(), stored);

    let page = case();
    assert!(page.contains("可申請退費") && !page.contains("/terminate"), "{page}");
    let page = till.page().text;
    assert!(page.contains("value=\"ended_for_lateness\" checked"), "{page}");
    let change = [("payment", "paid_bill_list:B1"), ("ground", "ended_for_lateness")];
    assert_eq!(ask(&till, &change).status, 303);
}
