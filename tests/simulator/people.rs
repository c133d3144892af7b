//! People at their browsers and programs: what they send, and that they send it again until they
//! are answered.

use std::sync::Arc;

use domain::id::{CaseId, DraftId, NoticeId, PersonId, RequestId};
use jiff::Span;
use jiff::civil::Date;
use lambda_http::{Body, Request, Response};
use serde_json::{Value, json};
use testkit::http::{Call, csrf};
use testkit::samples;

use crate::bookings::Want;

/// Who gives the number of a mobile telephone with every application.
pub const TEXTED: &str = "texted";

/// Which function an endpoint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Submission,
    Casework,
    Catalogue,
    Booking,
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// An application without documents, in one request.
    Apply {
        item: &'static str,
        answers: Value,
    },
    CreateDraft {
        item: &'static str,
    },
    Fill {
        draft: DraftId,
        version: u64,
        answers: Value,
    },
    Announce {
        draft: DraftId,
    },
    /// The application that a draft became.
    File {
        draft: DraftId,
        answers: Value,
        documents: usize,
    },
    Withdraw {
        case: CaseId,
        version: u64,
    },
    /// The correction that the agency asked for, in words, and with what was announced before.
    Answer {
        case: CaseId,
        round: usize,
    },
    /// A file for that.
    AnnounceAnswer {
        case: CaseId,
    },
    /// More time for that.
    MoreTime {
        case: CaseId,
        version: u64,
    },
    /// To be served on paper, or electronically.
    Served {
        case: CaseId,
        version: u64,
        on_paper: bool,
    },
    Officer {
        case: CaseId,
        command: &'static str,
        body: Value,
    },
    /// To read a notice in the window.
    OpenNotice {
        notice: NoticeId,
    },
    /// To pay what is due, by card.
    Pay {
        case: CaseId,
    },
    /// What the window shows of the money.
    Fees {
        case: CaseId,
    },
    /// A refund.
    AskBack {
        case: CaseId,
        trade_no: String,
        amount: u32,
        ground: &'static str,
    },
    /// Proof of payment, as a file of a form.
    Prove {
        case: CaseId,
        refund: u32,
    },
    /// Something about a time at a counter.
    Counter(Want),
    /// To be away from now on for three days, `deputy` standing in.
    Away {
        deputy: PersonId,
        from: Date,
    },
    /// To be back.
    Back {
        from: Date,
        id: RequestId,
    },
    /// The offices are closed on a day, or in a half of it.
    Close {
        day: Date,
        extent: &'static str,
    },
    /// They are not after all.
    Reopen {
        day: Date,
    },
}

/// A request of somebody, with the id under which it is sent however often.
#[derive(Debug, Clone)]
pub struct Asking {
    pub subject: Arc<str>,
    pub id: RequestId,
    pub wish: Wish,
}

/// An answer as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    pub body: Value,
}

impl Answered {
    pub fn of(response: Response<Body>) -> Self {
        let status = response.status().as_u16();
        let body = match response.into_body() {
            Body::Text(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            Body::Binary(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            _ => Value::Null,
        };
        Self { status, body }
    }

    /// A form that was taken is answered by the page that follows.
    pub const fn is_success(&self) -> bool {
        (self.status >= 200 && self.status < 300) || self.status == 303
    }

    /// Whether it says "try again", which people and programs do.
    pub const fn is_trouble(&self) -> bool {
        self.status >= 500
    }

    pub fn case(&self) -> Option<CaseId> {
        self.body["case"].as_str()?.parse().ok()
    }

    pub fn version(&self) -> u64 {
        self.body["version"].as_u64().unwrap_or_default()
    }
}

impl Asking {
    pub fn new(subject: &str, number: u64, wish: Wish) -> Self {
        let id = RequestId::derived(&[b"simulated", &number.to_be_bytes()]);
        Self { subject: subject.into(), id, wish }
    }

    pub fn person(&self) -> PersonId {
        samples::person(&self.subject)
    }

    pub const fn service(&self) -> Service {
        match self.wish {
            Wish::Officer { .. } | Wish::Away { .. } | Wish::Back { .. } => Service::Casework,
            Wish::Close { .. } | Wish::Reopen { .. } => Service::Catalogue,
            Wish::Counter(_) => Service::Booking,
            _ => Service::Submission,
        }
    }

    /// Whether it asks for a case to be opened.
    pub const fn is_submission(&self) -> bool {
        matches!(self.wish, Wish::Apply { .. } | Wish::File { .. })
    }

    /// The case that it makes an event of.
    pub const fn case(&self) -> Option<CaseId> {
        match &self.wish {
            Wish::Withdraw { case, .. }
            | Wish::Answer { case, .. }
            | Wish::MoreTime { case, .. }
            | Wish::Served { case, .. }
            | Wish::Officer { case, .. }
            | Wish::Pay { case }
            | Wish::AskBack { case, .. }
            | Wish::Prove { case, .. } => Some(*case),
            _ => None,
        }
    }

    /// The id that the event it makes carries.
    pub const fn request_id(&self) -> RequestId {
        match &self.wish {
            Wish::File { draft, .. } => RequestId::from_bytes(*draft.bytes()),
            _ => self.id,
        }
    }

    /// The request as API Gateway hands it to the function.
    pub fn request(&self) -> Request {
        let case = |case: &CaseId| ("case", case.to_string());
        let (route, parameters, body) = match &self.wish {
            Wish::Apply { item, answers } => ("POST /api/cases", vec![], self.application(item, answers)),
            Wish::CreateDraft { item } => ("POST /api/drafts", vec![], json!({ "item": item })),
            Wish::Fill { draft, version, answers } => {
                let body = json!({ "version": version, "answers": answers });
                ("PUT /api/drafts/{draft}", vec![("draft", draft.to_string())], body)
            }
            Wish::Announce { draft } => {
                ("POST /api/drafts/{draft}/uploads", vec![("draft", draft.to_string())], announced())
            }
            Wish::File { draft, .. } => {
                let body = json!({ "draft": draft.to_string(), "consent": samples::consent_body() });
                ("POST /api/cases", vec![], body)
            }
            Wish::Withdraw { case: id, version } => {
                let body = json!({ "version": version, "reason": "改變主意" });
                ("POST /api/cases/{case}/withdraw", vec![case(id)], body)
            }
            Wish::Answer { case: id, round } => {
                let body = json!({ "round": round, "note": "已補正" });
                ("POST /api/cases/{case}/answer", vec![case(id)], body)
            }
            Wish::AnnounceAnswer { case: id } => {
                ("POST /api/cases/{case}/correction/uploads", vec![case(id)], announced())
            }
            Wish::OpenNotice { notice } => {
                let at = vec![case(&notice.event.case), ("notice", notice.to_string())];
                ("POST /api/cases/{case}/notices/{notice}/open", at, json!({}))
            }
            Wish::MoreTime { case: id, version } => {
                let body = json!({ "version": version, "days": 3, "reason": "文件尚在申請。" });
                ("POST /api/cases/{case}/more-time", vec![case(id)], body)
            }
            Wish::Served { case: id, version, on_paper } => {
                let paper = json!({ "electronic": false, "address": "臺北市市府路 1 號" });
                let consent = if *on_paper { paper } else { samples::consent_body() };
                let body = json!({ "version": version, "consent": consent });
                ("POST /api/cases/{case}/consent", vec![case(id)], body)
            }
            Wish::Pay { case: id } => {
                let body = json!({ "provider": "govuk_pay", "means": "card" });
                ("POST /api/cases/{case}/payments", vec![case(id)], body)
            }
            Wish::Fees { case: id } => ("GET /api/cases/{case}/fees", vec![case(id)], Value::Null),
            Wish::AskBack { case: id, trade_no, amount, ground } => {
                let body = json!({
                    "provider": "govuk_pay", "trade_no": trade_no, "amount": amount, "ground": ground,
                    "reason": "請退還。",
                });
                ("POST /api/cases/{case}/refunds", vec![case(id)], body)
            }
            Wish::Prove { case: id, refund } => return self.proof(*id, *refund),
            Wish::Counter(want) => return want.request(self),
            Wish::Away { deputy, from } => {
                let until = from.saturating_add(Span::new().days(2));
                let person = self.person().to_string();
                let body =
                    json!({ "person": person, "deputy": deputy.to_string(), "from": from, "until": until });
                ("POST /api/work/absences", vec![], body)
            }
            Wish::Back { from, id } => {
                let absence = ("absence", format!("{from}_{id}"));
                ("POST /api/work/absences/{absence}/end", vec![absence], json!({}))
            }
            Wish::Close { day, extent } => {
                let body = json!({ "day": day, "extent": extent, "area": "臺北市", "source": "颱風" });
                ("POST /api/calendar/closures", vec![], body)
            }
            Wish::Reopen { day } => {
                let body = json!({ "day": day, "area": "臺北市" });
                ("POST /api/calendar/closures/revoke", vec![], body)
            }
            Wish::Officer { case: id, command, body } => {
                let parameters = vec![case(id), ("command", (*command).to_owned())];
                ("POST /api/work/{case}/{command}", parameters, body.clone())
            }
        };
        self.call(route, &parameters).key(&self.request_id().to_string()).json(&body).request()
    }

    /// An application of somebody who is served electronically, until they change their mind.
    fn application(&self, item: &str, answers: &Value) -> Value {
        let mobile = (&*self.subject == TEXTED).then_some("0912-345-678");
        let consent = samples::consent_body();
        json!({ "item": item, "version": 1, "answers": answers, "consent": consent, "mobile": mobile })
    }

    /// A form with a file, which only a page takes.
    fn proof(&self, case: CaseId, refund: u32) -> Request {
        let route = "POST /cases/{case}/refunds/{refund}/proof";
        let parameters = [("case", case.to_string()), ("refund", refund.to_string())];
        let (token, request) = (csrf(&self.subject), self.id.to_string());
        let fields = [("csrf", token.as_str()), ("request", &request)];
        self.call(route, &parameters).file(&fields, "receipt.pdf", samples::PDF).request()
    }

    /// A call of whoever asks.
    pub fn call(&self, route: &str, parameters: &[(&str, String)]) -> Call {
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Call::of(route, &parameters).by(&self.subject)
    }
}

fn announced() -> Value {
    let document = samples::bankbook(domain::id::UploadId::from_bytes([0; 16]));
    json!({
        "requirement": document.requirement.to_string(),
        "file_name": document.file_name.reveal(),
        "content_type": document.file_type.mime(),
        "bytes": document.bytes,
        "sha256": platform::keys::hex(&document.sha256),
    })
}
