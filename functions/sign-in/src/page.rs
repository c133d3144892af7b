//! Why signing in stopped, told to the person, with a way to go on.

use askama::Template;
use domain::text::Text;
use lambda_http::http::header::RETRY_AFTER;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Begun too long ago, finished before, begun in another browser, or the code is void.
    Expired,
    /// The person turned back at the provider.
    Cancelled,
    /// The provider knows no name or e-mail address of the person.
    Incomplete,
    /// The provider does not answer, or not as agreed.
    Unavailable,
}

impl Stopped {
    const fn status(self) -> u16 {
        match self {
            Self::Expired | Self::Cancelled => 400,
            Self::Incomplete => 422,
            Self::Unavailable => 503,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Expired => "SIGN_IN_EXPIRED",
            Self::Cancelled => "SIGN_IN_CANCELLED",
            Self::Incomplete => "IDENTITY_INCOMPLETE",
            Self::Unavailable => "IDENTITY_UNAVAILABLE",
        }
    }

    fn text(self) -> Text {
        match self {
            Self::Expired => Text::new(
                "這次登入已逾時、已使用過，或不是從這個瀏覽器開始的。請重新登入。",
                "This sign-in has expired, was used already, or began in another browser. Sign in again.",
            ),
            Self::Cancelled => Text::new(
                "您取消了登入。需要時可隨時重新登入。",
                "You cancelled signing in. You can start again any time.",
            ),
            Self::Incomplete => Text::new(
                "您的帳號缺少姓名或電子郵件，我們無法通知您案件進度。請先到帳號設定補齊，再重新登入。",
                "Your account has no name or e-mail address, so we could not tell you about your case. Add them to your account, then sign in again.",
            ),
            Self::Unavailable => Text::new(
                "登入服務暫時沒有回應，您的資料沒有遺失。請稍候一分鐘再試。",
                "The sign-in service does not answer just now. Nothing is lost: try again in a minute.",
            ),
        }
    }
}

#[derive(Template)]
#[template(path = "stopped.html")]
struct StoppedPage {
    frame: Frame,
    text: String,
    code: &'static str,
    return_to: String,
}

/// The page; `return_to` is where a new attempt leads.
pub fn stopped(stopped: Stopped, return_to: &str, incoming: &Incoming, visitor: &Visitor) -> Answer {
    tracing::info!(code = stopped.code(), "stopped a sign-in");
    let mut frame = Frame::new(incoming, visitor, &Text::new("無法登入", "Could not sign in"));
    // This page cannot be come back to: in the other language one starts again.
    "/".clone_into(&mut frame.path);
    let text = stopped.text().pick(visitor.lang).to_owned();
    let page = StoppedPage { frame, text, code: stopped.code(), return_to: return_to.to_owned() };
    let mut response = respond::page_with(stopped.status(), &page)?;
    if stopped == Stopped::Unavailable {
        response.headers_mut().insert(RETRY_AFTER, respond::value("60"));
    }
    Ok(response)
}
