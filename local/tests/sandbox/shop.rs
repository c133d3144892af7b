//! The merchant: signs orders, and listens to what it is told about them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use local::sandbox::ecpay::sign::check_mac_value;
use local::sandbox::newebpay::sign::{encrypt, trade_sha};
use local::sandbox::{Clock, ECPAY, Fields, NEWEBPAY, encoded};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::eventually;

/// How the shop answers one notice.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: &'static str,
    pub after: Duration,
}

impl Answer {
    pub const GOOD: Self = Self { status: 200, body: "1|OK", after: Duration::ZERO };

    pub const fn of(status: u16, body: &'static str) -> Self {
        Self { status, body, after: Duration::ZERO }
    }

    pub const fn after(millis: u64) -> Self {
        Self { after: Duration::from_millis(millis), ..Self::GOOD }
    }
}

#[derive(Default)]
struct Heard {
    notices: Vec<(String, Fields)>,
    /// For the next notices; then all answers are good.
    answers: VecDeque<Answer>,
    /// Notices that are being answered, and the most there ever were.
    at_once: (usize, usize),
}

type Shared = Arc<Mutex<Heard>>;

pub struct Shop {
    pub origin: String,
    heard: Shared,
    _server: JoinSet<()>,
}

impl Shop {
    pub async fn open() -> Self {
        let heard = Shared::default();
        let router = Router::new().route("/{path}", post(hear)).with_state(Arc::clone(&heard));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, heard, _server: server }
    }

    pub fn answer_with(&self, answers: &[Answer]) {
        lock(&self.heard).answers.extend(answers.iter().cloned());
    }

    /// What was heard so far: the path it came to, and its fields.
    pub fn heard(&self) -> Vec<(String, Fields)> {
        lock(&self.heard).notices.clone()
    }

    /// Most notices that were answered at the same moment.
    pub fn most_at_once(&self) -> usize {
        lock(&self.heard).at_once.1
    }

    /// Waits for so many notices.
    pub async fn hears(&self, count: usize) -> Vec<(String, Fields)> {
        eventually(&format!("{count} notices came"), async || {
            let heard = self.heard();
            (heard.len() >= count).then_some(heard)
        })
        .await
    }

    /// The form of an order at 綠界, with some fields of its own.
    pub fn ecpay_order(&self, order_no: &str, more: &[(&'static str, &str)]) -> String {
        let url = |path: &str| format!("{}/{path}", self.origin);
        let mut fields = vec![
            ("MerchantID", ECPAY.merchant.to_owned()),
            ("MerchantTradeNo", order_no.to_owned()),
            ("MerchantTradeDate", "2026/11/23 10:00:00".to_owned()),
            ("PaymentType", "aio".to_owned()),
            ("TotalAmount", "300".to_owned()),
            ("TradeDesc", "臺北市規費".to_owned()),
            ("ItemName", "規費".to_owned()),
            ("ReturnURL", url("paid")),
            ("PaymentInfoURL", url("number")),
            ("ClientBackURL", url("back")),
            ("ChoosePayment", "ALL".to_owned()),
            ("EncryptType", "1".to_owned()),
        ];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self::ecpay_signed(fields)
    }

    pub fn ecpay_signed(mut fields: Vec<(&'static str, String)>) -> String {
        fields.push(("CheckMacValue", check_mac_value(&fields, &ECPAY)));
        encoded(&fields)
    }

    /// The form of an order at 藍新, with some fields of its own.
    pub fn newebpay_order(&self, order_no: &str, clock: Clock, more: &[(&'static str, &str)]) -> String {
        let mut fields = vec![
            ("MerchantID", NEWEBPAY.merchant.to_owned()),
            ("RespondType", "JSON".to_owned()),
            ("TimeStamp", clock.now().to_string()),
            ("Version", "2.0".to_owned()),
            ("MerchantOrderNo", order_no.to_owned()),
            ("Amt", "300".to_owned()),
            ("ItemDesc", "規費".to_owned()),
            ("NotifyURL", format!("{}/paid", self.origin)),
        ];
        fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let info = encrypt(&encoded(&fields), &NEWEBPAY).unwrap();
        let digest = trade_sha(&info, &NEWEBPAY);
        encoded(&[
            ("MerchantID", NEWEBPAY.merchant),
            ("TradeInfo", &info),
            ("TradeSha", &digest),
            ("Version", "2.0"),
        ])
    }
}

fn lock(heard: &Shared) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn hear(
    State(heard): State<Shared>,
    Path(path): Path<String>,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let answer = {
        let mut heard = lock(&heard);
        heard.notices.push((path, Fields::read(&body).unwrap()));
        heard.at_once.0 += 1;
        heard.at_once.1 = heard.at_once.1.max(heard.at_once.0);
        heard.answers.pop_front().unwrap_or(Answer::GOOD)
    };
    tokio::time::sleep(answer.after).await;
    lock(&heard).at_once.0 -= 1;
    (StatusCode::from_u16(answer.status).unwrap(), answer.body)
}
