//! Paying by the pages: from the form of the application to the receipt.

use domain::payment::{Instruction, Provider, Word};
use platform::codec::order::key as order_key;
use platform::payments;
use testkit::faults::run;

use crate::support::{Call, City, LIN, csrf, hidden};
use crate::till::Till;

#[test]
fn the_fee_is_said_before_anything_is_submitted_and_leads_to_paying() {
    let city = City::new();
    let apply = Call::of("POST /services/{code}/apply", &[("code", "PK002")]).by(LIN);
    let draft = city.send(&apply.form(&[("csrf", &csrf(LIN))])).location;
    let draft = draft.strip_prefix("/drafts/").unwrap();
    let check = Call::of("GET /drafts/{draft}/check", &[("draft", draft)]).by(LIN);
    assert!(!city.send(&check).text.contains("新臺幣 300 元"), "nothing to compute it from yet");

    let page = city.send(&Call::of("GET /drafts/{draft}", &[("draft", draft)]).by(LIN)).text;
    let fields = [("csrf", csrf(LIN)), ("seen", hidden(&page, "seen")), ("f-place", "青年公園".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    city.send(&Call::of("POST /drafts/{draft}", &[("draft", draft)]).by(LIN).form(&fields));
    let page = city.send(&check).text;
    for said in ["新臺幣 300 元", "每件 300 元", "申請時一併繳納"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }

    let submit = Call::of("POST /drafts/{draft}/submit", &[("draft", draft)]).by(LIN);
    let (token, version) = (csrf(LIN), hidden(&page, "version"));
    let fields =
        [("csrf", token.as_str()), ("version", &version), ("served", "electronic"), ("wording", "1")];
    let submitted = city.send(&submit.form(&fields));
    let case = submitted.location.strip_prefix("/cases/").unwrap().strip_suffix("?submitted=1").unwrap();
    let page = city.send(&Call::of("GET /cases/{case}", &[("case", case)]).by(LIN).query("submitted=1")).text;
    assert!(page.contains(&format!("href=\"/cases/{case}/pay\"")), "{page}");
    assert!(page.contains("本項申請須繳納規費"));

    let page = city.send(&Call::of("GET /cases/{case}/pay", &[("case", case)]).by(LIN)).text;
    assert!(page.contains("目前沒有可用的線上繳費方式"), "no contract is in force: {page}");
}

#[test]
fn what_is_offered_is_what_the_contracts_in_force_say() {
    let till = Till::new();
    let page = till.page().text;
    for said in ["新臺幣 300 元", "每件 300 元", "手續費由繳費人負擔", "超商代碼繳費"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    let ways: Vec<&str> =
        page.split("name=\"way\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(
        ways,
        ["ecpay_aio.card", "ecpay_aio.atm", "ecpay_aio.store_code", "govuk_pay.card", "paid_bill_list.bill"]
    );
    let offers: Vec<String> = till.fees()["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| format!("{}.{}", offer["provider"].as_str().unwrap(), offer["means"].as_str().unwrap()))
        .collect();
    assert_eq!(offers, ways);
}

#[test]
fn a_form_hands_the_payer_over_once_the_attempt_is_in_the_books() {
    let till = Till::new();
    let form = till.form("ecpay_aio.card");
    let answer = till.pay(&form);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let attempt = till.attempt();
    let order = order_key(&attempt);
    let row = payments::order(&*till.city.world.store, order);
    assert_eq!(run(&till.city.world.gate, row).unwrap().unwrap().unwrap().attempt, attempt);
    assert_eq!((attempt.provider, attempt.amount.0), (Provider::EcpayAio, 300));

    let action = answer.text.split("<form method=\"post\" action=\"").nth(2).unwrap();
    let action = action.split('"').next().unwrap();
    assert!(action.starts_with("https://bank.example/ecpay_aio/"), "{action}");
    assert!(answer.policy.contains("form-action 'self' https://bank.example;"), "{}", answer.policy);
    assert!(till.page().policy.contains("form-action 'self' https: "), "only there");
    assert_eq!(hidden(&answer.text, "MerchantTradeNo"), attempt.order_no.as_str());
    assert_eq!(hidden(&answer.text, "TotalAmount"), "300");
    let callback = "https://apply.city.example/payments/ecpay_aio/3002607/callback";
    assert_eq!(hidden(&answer.text, "ReturnURL"), callback);
    assert!(answer.text.contains(&format!("https://apply.city.example/cases/{}/paid", till.case)));
    assert!(answer.text.contains("前往綠界科技繳費"));
    let handed = answer.text.split("action=\"https://bank.example").nth(1).unwrap();
    let handed = handed.split("</form>").next().unwrap();
    assert!(!handed.contains("csrf") && !handed.contains("青年公園"), "nothing of the applicant: {handed}");

    // A second click, or a reload, is the same attempt and the same form.
    let stored = till.city.stored();
    till.city.world.ambient.advance(jiff::SignedDuration::from_secs(90));
    assert_eq!(till.pay(&form).text, answer.text);
    assert_eq!(till.city.stored(), stored);
}

#[test]
fn a_provider_that_is_asked_first_gives_one_page_however_often() {
    let till = Till::new();
    let form = till.form("govuk_pay.card");
    let answer = till.pay(&form);
    assert_eq!(
        (answer.status, answer.location.as_str()),
        (303, "https://bank.example/govuk_pay/secure/pay0001")
    );
    let order = order_key(&till.attempt());
    let row = run(&till.city.world.gate, payments::order(&*till.city.world.store, order)).unwrap();
    assert_eq!(row.unwrap().unwrap().reference.as_deref(), Some("pay0001"));

    assert_eq!(till.pay(&form).location, answer.location);
    // Two clicks at once make two orders there, of which one is paid.
    let (store, key) = (&*till.city.world.store, order_key(&till.attempt()));
    let second = payments::created(store, &key, Some("pay0002"), "https://bank.example/second");
    assert_eq!(run(&till.city.world.gate, second).unwrap().unwrap(), answer.location);
    assert_eq!(till.city.world.bank.orders(), [till.attempt().order_no.to_string()], "asked once");
    let page = till.page().text;
    assert!(page.contains("付款確認中") && page.contains("請不要再付一次"), "{page}");
    assert!(page.contains("href=\"https://bank.example/govuk_pay/secure/pay0001\""), "to go on with it");
}

#[test]
fn a_provider_that_is_silent_costs_nobody_anything() {
    let till = Till::new();
    till.city.world.bank.set_silent(true);
    let form = till.form("govuk_pay.card");
    let answer = till.pay(&form);
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("目前沒有回應"), "{}", answer.text);
    assert_eq!(till.ledger().attempts().count(), 1, "owned by its timer");
    assert!(
        !answer.text.contains("付款確認中") && answer.text.contains("業者未回應，未付款"),
        "{}",
        answer.text
    );

    // Another way at once, and nobody is warned of having paid.
    assert_eq!(till.pay(&till.form("ecpay_aio.card")).status, 200);

    till.city.world.bank.set_silent(false);
    assert_eq!(till.pay(&form).status, 303, "the same form again");
    assert_eq!(till.ledger().attempts().count(), 2, "is the same attempt");
    assert!(till.page().text.contains("/govuk_pay/secure/pay0001"));
}

#[test]
fn a_bill_is_paid_by_its_number() {
    let till = Till::new();
    let answer = till.pay(&till.form("paid_bill_list.bill"));
    assert_eq!(answer.location, format!("/cases/{}/pay#under-way", till.case));
    let page = till.page().text;
    assert!(page.contains("請以下列號碼繳費"), "{page}");
    assert!(page.contains(till.attempt().order_no.as_str()));
}

#[test]
fn numbers_that_a_provider_issued_are_shown_until_they_run_out() {
    let till = Till::new();
    till.pay(&till.form("ecpay_aio.atm"));
    assert!(till.page().text.contains("付款確認中"));
    let expires_at = Some(till.attempt().expires_at);
    let numbers = vec!["9103522175887271".to_owned()];
    till.hears(Word::Instructed(Instruction { bank: Some("812".to_owned()), numbers, expires_at }));
    let page = till.page().text;
    for said in ["9103522175887271", "812", "轉入帳號", "待繳費"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    // Through the end of the third day.
    till.city.world.ambient.advance(jiff::SignedDuration::from_hours(97));
    till.city.sign_in(LIN);
    let page = till.page().text;
    assert!(!page.contains("9103522175887271") && page.contains("付款確認中"), "{page}");
}

#[test]
fn paying_a_second_time_is_warned_of() {
    let till = Till::new();
    till.pay(&till.form("govuk_pay.card"));
    let stored = till.city.stored();
    let mut form = till.form("ecpay_aio.card");
    let answer = till.pay(&form);
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("href=\"#once_more\"") && answer.text.contains("請先勾選確認"),
        "{}",
        answer.text
    );
    assert_eq!(till.city.stored(), stored);

    form.push(("once_more", "yes".to_owned()));
    assert_eq!(till.pay(&form).status, 200);
    assert_eq!(till.ledger().attempts().count(), 2);

    // What failed is no reason to warn.
    let till = Till::new();
    till.pay(&till.form("ecpay_aio.card"));
    till.hears(Word::Failed { code: "10100058".to_owned() });
    assert!(till.page().text.contains("未成功"));
    assert_eq!(till.pay(&till.form("ecpay_aio.card")).status, 200);
}

#[test]
fn a_payment_gives_a_receipt_and_leaves_nothing_to_pay() {
    let till = Till::new();
    till.pay(&till.form("ecpay_aio.card"));
    till.is_paid("2611191000000017");
    let number = format!("{}-003", till.case);
    let page = till.page().text;
    for said in ["規費已入帳，不必再繳費", number.as_str(), "2611191000000017", "綠界科技・信用卡"]
    {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(!page.contains("name=\"way\"") && !page.contains("付款確認中"), "{page}");
    let case = till.city.send(&till.call("GET /cases/{case}").by(LIN)).text;
    for said in ["已入帳", "繳費明細與收據", "開始繳費：綠界科技，信用卡", "已收到繳費新臺幣 300 元"]
    {
        assert!(case.contains(said), "{said} is not on {case}");
    }
}

#[test]
fn coming_back_from_a_provider_reads_nothing_and_writes_nothing() {
    let till = Till::new();
    till.pay(&till.form("ecpay_aio.card"));
    let to = format!("/cases/{}/pay", till.case);
    // A session this old would be renewed by any page that looks at it.
    till.city.world.ambient.advance(jiff::SignedDuration::from_mins(6));
    let signed: &[(&str, &str)] = &[("RtnCode", "1"), ("TradeAmt", "300")];
    let posted = till.call("POST /cases/{case}/paid");
    let redirected = till.call("GET /cases/{case}/paid").query("transactionId=1&orderId=2&lang=en");
    for call in [
        posted.clone(),
        posted.clone().form(signed),
        posted.clone().by(LIN).form(signed),
        Call { content_type: Some("text/plain".to_owned()), body: vec![0xFF; 1_000], ..posted },
        redirected.clone(),
        redirected.by(LIN),
    ] {
        let (answer, ports) = till.city.ports_of(&call);
        assert_eq!((answer.status, answer.location.as_str()), (303, to.as_str()));
        assert_eq!(ports, [], "{:?}", call.body);
    }
    let unknown = Call::of("POST /cases/{case}/paid", &[("case", "nonsense")]);
    assert_eq!(till.city.send(&unknown).status, 404);
}

#[test]
fn whoever_was_signed_out_comes_back_to_paying() {
    let till = Till::new();
    for route in ["POST /cases/{case}/pay", "GET /cases/{case}/pay", "POST /cases/{case}/refunds"] {
        let answer = till.city.send(&till.call(route));
        assert_eq!(answer.location, format!("/sign-in?return_to=%2Fcases%2F{}%2Fpay", till.case), "{route}");
    }
}

#[test]
fn the_pages_speak_english_too() {
    let till = Till::new();
    let english = |route: &str| till.city.send(&till.call(route).by(LIN).lang("en")).text;
    till.pay(&till.form("govuk_pay.card"));
    let page = english("GET /cases/{case}/pay");
    for said in [
        "Your payment is being confirmed",
        "NT$300",
        "Pay once more, or another way",
        "to pay NT$300 by GOV.UK Pay",
    ] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert!(english("GET /cases/{case}").contains("being confirmed"));
}
