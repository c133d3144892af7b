//! Temporary.
use crate::refunds::*;
use crate::support::*;
use crate::till::Till;
use domain::payment::{Instruction, Word};
use testkit::samples::{self, PDF};

fn dump(name: &str, text: &str) {
    let css = "file:///tmp/wt/subm/shared/web/assets/site.css";
    let from = text.find("/assets/").unwrap();
    let end = text[from..].find('"').unwrap() + from;
    let mut text = text.replace(&text[from..end].to_owned(), css);
    text = text.replace("<script", "<x-script");
    std::fs::create_dir_all("/tmp/subm-shots").unwrap();
    std::fs::write(format!("/tmp/subm-shots/{name}.html"), text).unwrap();
}

#[test]
fn dump_all() {
    let t = Till::new();
    let show = |t: &Till, route: &str, lang: &'static str, q: &str| t.city.send(&t.call(route).by(LIN).lang(lang).query(q)).text;
    dump("case-submitted", &show(&t, "GET /cases/{case}", "zh-Hant-TW", "submitted=1"));
    dump("pay-unpaid", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    dump("pay-unpaid-en", &show(&t, "GET /cases/{case}/pay", "en", ""));
    dump("hand-over", &t.pay(&t.form("ecpay_aio.card")).text);
    dump("pay-confirming", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    dump("case-confirming", &show(&t, "GET /cases/{case}", "zh-Hant-TW", ""));
    dump("pay-again-error", &t.pay(&t.form("ecpay_aio.atm")).text);
    dump("pay-confirming-en", &show(&t, "GET /cases/{case}/pay", "en", ""));
    let t = Till::new();
    t.pay(&t.form("ecpay_aio.atm"));
    let expires_at = Some(t.attempt().expires_at);
    t.hears(Word::Instructed(Instruction { bank: Some("812".to_owned()), numbers: vec!["9103522175887271".to_owned()], expires_at }));
    dump("pay-instructed", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    let t = Till::new();
    t.pay(&t.form("govuk_pay.card"));
    dump("pay-go", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    t.is_paid("pay0001");
    dump("pay-posted", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    t.fee_becomes(500);
    dump("pay-partial", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    t.city.world.bank.set_silent(true);
    dump("pay-silent", &t.pay(&t.form("govuk_pay.card")).text);
    let t = overpaid();
    dump("pay-overpaid", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    dump("case-overpaid", &show(&t, "GET /cases/{case}", "zh-Hant-TW", ""));
    dump("refund-error", &ask(&t, &[("amount", "900")]).text);
    ask(&t, &[]);
    dump("refund-asked", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    prove(&t, &key(9), PDF);
    dump("refund-proven", &show(&t, "GET /cases/{case}/pay", "zh-Hant-TW", ""));
    dump("refund-proven-en", &show(&t, "GET /cases/{case}/pay", "en", ""));
    let t = Till::new();
    t.pays("B1");
    t.runs_late();
    dump("case-late", &show(&t, "GET /cases/{case}", "zh-Hant-TW", ""));
    let _ = samples::morning();
    let city = City::new();
    let apply = Call::of("POST /services/{code}/apply", &[("code", "PK002")]).by(LIN);
    let draft = city.send(&apply.form(&[("csrf", &csrf(LIN))])).location;
    let draft = draft.strip_prefix("/drafts/").unwrap();
    let page = city.send(&Call::of("GET /drafts/{draft}", &[("draft", draft)]).by(LIN)).text;
    let fields = [("csrf", csrf(LIN)), ("seen", hidden(&page, "seen")), ("f-place", "青年公園".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    city.send(&Call::of("POST /drafts/{draft}", &[("draft", draft)]).by(LIN).form(&fields));
    dump("check", &city.send(&Call::of("GET /drafts/{draft}/check", &[("draft", draft)]).by(LIN)).text);
}
