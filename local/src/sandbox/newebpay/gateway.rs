//! `MPG/mpg_gateway`: the payer arrives with an order that the merchant encrypted.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Redirect, Response};
use std::sync::Arc;

use super::super::accounts::NEWEBPAY;
use super::super::form::Fields;
use super::super::misbehaviour::Misbehaviour;
use super::super::order::{Means, Order, Provider, State};
use super::super::pages::payer;
use super::super::{BASE, Clock, Sandbox, amount, broken, is_on_this_machine, numbers};
use super::{TOLERANCE, sign};

/// Why an order is not taken: the code of the manual's section 5, and the reason in Chinese and in English.
type Refused = (&'static str, &'static str, &'static str);

pub async fn gateway(Shared(sandbox): Shared<Arc<Sandbox>>, body: Bytes) -> Response {
    let settings = match sandbox.orders.settings() {
        Ok(settings) => settings,
        Err(error) => return broken(&error),
    };
    let order = match decrypted(&body).and_then(|fields| opened(fields, sandbox.clock, settings.misbehave)) {
        Ok(order) => order,
        Err(refused) => return refuse(refused),
    };
    match sandbox.orders.insert(&order) {
        Ok(true) => Redirect::to(&format!("{BASE}/orders/{}", order.order_no)).into_response(),
        Ok(false) => refuse(("MPG03008", "已存在相同的商店訂單編號", "the MerchantOrderNo was used before")),
        Err(error) => broken(&error),
    }
}

fn refuse((code, chinese, english): Refused) -> Response {
    payer::refused(Provider::NewebpayMpg, code, chinese, english)
}

/// The encrypted fields. The digest is checked before anything is decrypted.
fn decrypted(body: &[u8]) -> Result<Fields, Refused> {
    let twice = ("MPG03009", "表單有誤，或欄位重複", "not a form, or a field is there twice");
    let outer = Fields::read(body).map_err(|_| twice)?;
    if outer.get("MerchantID") != NEWEBPAY.merchant {
        return Err(("MPG01009", "商店代號錯誤（MerchantID）", "wrong MerchantID"));
    }
    if outer.has("EncryptType") && outer.get("EncryptType") != "0" {
        return Err((
            "MPG03009",
            "本測試環境只支援 EncryptType 0（AES/CBC）",
            "the sandbox has EncryptType 0 (AES/CBC) alone",
        ));
    }
    if outer.get("TradeInfo").is_empty() {
        return Err(("MPG01023", "交易加密資料不可空白（TradeInfo）", "TradeInfo is missing"));
    }
    if outer.get("TradeSha") != sign::trade_sha(outer.get("TradeInfo"), &NEWEBPAY) {
        return Err(("MPG03009", "交易資料 SHA256 檢查不符合（TradeSha）", "wrong TradeSha"));
    }
    let text = sign::decrypt(outer.get("TradeInfo"), &NEWEBPAY).ok_or((
        "MPG03009",
        "交易資料 TradeInfo 解密失敗",
        "TradeInfo cannot be decrypted",
    ))?;
    let inner = Fields::read(text.as_bytes()).map_err(|_| twice)?;
    if inner.get("Version") != outer.get("Version") || !inner.get("Version").starts_with("2.") {
        return Err(("MPG01010", "程式版本設定錯誤（Version）", "Version is not 2.x, or differs inside"));
    }
    Ok(inner)
}

fn opened(fields: Fields, clock: Clock, misbehave: Misbehaviour) -> Result<Order, Refused> {
    let order_no = fields.get("MerchantOrderNo").to_owned();
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_number = (1..=30).contains(&order_no.len()) && order_no.bytes().all(sign);
    let respond_type = fields.get("RespondType");
    let checks: [(bool, Refused); 5] = [
        (
            fields.get("MerchantID") == NEWEBPAY.merchant,
            ("MPG03007", "TradeInfo 裡的商店代號不一致", "another MerchantID inside"),
        ),
        (
            matches!(respond_type, "JSON" | "String"),
            ("MPG01011", "回傳規格設定錯誤（RespondType）", "RespondType is not JSON or String"),
        ),
        (
            clock.accepts(fields.get("TimeStamp"), TOLERANCE),
            ("MPG02004", "頁面已逾時失效（TimeStamp）", "TimeStamp is not within 120 seconds"),
        ),
        (
            is_number,
            (
                "MPG01012",
                "商店訂單編號須為 1 至 30 個英數字或底線",
                "MerchantOrderNo is not 1-30 letters, digits and _",
            ),
        ),
        (
            (1..=50).contains(&fields.get("ItemDesc").chars().count()),
            ("MPG01017", "商品資訊須為 1 至 50 字（ItemDesc）", "ItemDesc is not 1-50 characters"),
        ),
    ];
    if let Some((_, refused)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Err(refused);
    }
    urls(&fields)?;
    let amount = amount(fields.get("Amt")).ok_or((
        "MPG01015",
        "訂單金額須為正整數（Amt）",
        "Amt is not a positive integer",
    ))?;
    let now = clock.now();
    Ok(Order {
        provider: Provider::NewebpayMpg,
        order_no,
        amount,
        item: fields.get("ItemDesc").to_owned(),
        opened_at: now,
        trade_no: numbers::trade_no(Provider::NewebpayMpg, now),
        offered: offered(&fields, amount)?,
        request: fields.into_map(),
        state: State::Opened,
        number: None,
        trades: Vec::new(),
        misbehave,
    })
}

fn urls(fields: &Fields) -> Result<(), Refused> {
    let names = ["NotifyURL", "ReturnURL", "CustomerURL", "ClientBackURL"];
    for url in names.map(|name| fields.get(name)).into_iter().filter(|url| !url.is_empty()) {
        if url.len() > 200 || !is_on_this_machine(url) {
            return Err((
                "MPG01014",
                "網址設定錯誤：本測試環境只通知本機的 http 網址，且不超過 200 字元",
                "a URL is longer than 200 characters, or not http on this machine",
            ));
        }
    }
    Ok(())
}

/// What the merchant switched on, or everything when it named nothing; never what the amount is too
/// small or too large for.
fn offered(fields: &Fields, amount: u64) -> Result<Vec<Means>, Refused> {
    let switch = |means| match means {
        Means::Card => "CREDIT",
        Means::Atm => "VACC",
        Means::StoreCode => "CVS",
        Means::Barcode => "BARCODE",
    };
    let fits = |means| match means {
        Means::Card => true,
        Means::Atm => amount <= 49_999,
        Means::StoreCode => (30..=20_000).contains(&amount),
        Means::Barcode => (20..=40_000).contains(&amount),
    };
    let named = Means::ALL.into_iter().any(|means| fields.get(switch(means)) == "1");
    let offered: Vec<Means> = Means::ALL
        .into_iter()
        .filter(|means| (!named || fields.get(switch(*means)) == "1") && fits(*means))
        .collect();
    if offered.is_empty() {
        return Err(("MPG02003", "支付方式未啟用，或金額不在其範圍", "no means fits this amount"));
    }
    Ok(offered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::form::encoded;

    /// A request, with inner and then outer fields changed.
    fn ask(
        inner: &[(&'static str, &'static str)],
        outer: &[(&'static str, &'static str)],
    ) -> Result<Order, Refused> {
        let now = Clock::default().now().to_string();
        let mut fields = vec![
            ("MerchantID", "MS127874575".to_owned()),
            ("RespondType", "JSON".to_owned()),
            ("TimeStamp", now),
            ("Version", "2.0".to_owned()),
            ("MerchantOrderNo", "TPE_1".to_owned()),
            ("Amt", "300".to_owned()),
            ("ItemDesc", "規費".to_owned()),
            ("NotifyURL", "http://localhost:8080/callback".to_owned()),
        ];
        for (name, value) in inner {
            fields.retain(|(other, _)| other != name);
            fields.push((name, (*value).to_owned()));
        }
        let info = sign::encrypt(&encoded(&fields), &NEWEBPAY).unwrap();
        let digest = sign::trade_sha(&info, &NEWEBPAY);
        let mut fields = vec![
            ("MerchantID", "MS127874575".to_owned()),
            ("TradeInfo", info),
            ("TradeSha", digest),
            ("Version", "2.0".to_owned()),
        ];
        for (name, value) in outer {
            fields.retain(|(other, _)| other != name);
            fields.push((name, (*value).to_owned()));
        }
        let fields = decrypted(encoded(&fields).as_bytes())?;
        opened(fields, Clock::default(), Misbehaviour::default())
    }

    #[test]
    fn an_encrypted_order_is_opened() {
        let order = ask(&[], &[]).unwrap();
        assert_eq!((order.order_no.as_str(), order.amount, order.offered.len()), ("TPE_1", 300, 4));
    }

    #[test]
    fn only_what_is_switched_on_and_fits_is_offered() {
        let offered = |inner: &[(&'static str, &'static str)]| ask(inner, &[]).map(|order| order.offered);
        assert_eq!(offered(&[("CREDIT", "1"), ("VACC", "1")]).unwrap(), [Means::Card, Means::Atm]);
        assert_eq!(offered(&[("Amt", "25")]).unwrap(), [Means::Card, Means::Atm, Means::Barcode]);
        assert_eq!(offered(&[("Amt", "50000"), ("VACC", "1")]).unwrap_err().0, "MPG02003");
    }

    #[test]
    fn what_the_provider_refuses_is_refused() {
        for (name, value, code) in [
            ("MerchantID", "MS1", "MPG03007"),
            ("RespondType", "XML", "MPG01011"),
            ("TimeStamp", "1695795410", "MPG02004"),
            ("Version", "1.6", "MPG01010"),
            ("MerchantOrderNo", "TPE-1", "MPG01012"),
            ("Amt", "0", "MPG01015"),
            ("ItemDesc", "", "MPG01017"),
            ("NotifyURL", "http://pay.example/", "MPG01014"),
        ] {
            assert_eq!(ask(&[(name, value)], &[]).unwrap_err().0, code, "{name}={value}");
        }
        for (name, value, code) in [
            ("MerchantID", "MS1", "MPG01009"),
            ("TradeSha", "00", "MPG03009"),
            ("TradeInfo", "00", "MPG03009"),
            ("TradeInfo", "", "MPG01023"),
            ("EncryptType", "1", "MPG03009"),
            ("Version", "2.3", "MPG01010"),
        ] {
            assert_eq!(ask(&[], &[(name, value)]).unwrap_err().0, code, "{name}={value}");
        }
    }
}
