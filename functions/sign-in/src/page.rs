//! Why signing in stopped, told to the person, with a way to go on.

use askama::Template;
use domain::text::Text;
use lambda_http::http::header::RETRY_AFTER;
use platform::telemetry;
use web::frame::Frame;
use web::incoming::Incoming;
use web::respond::{self, Answer};
use web::visitor::Visitor;

use crate::App;
use crate::provider::Unanswered;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Begun too long ago, finished before, begun in another browser, or the code is void.
    Expired,
    /// The person turned back at the provider.
    Cancelled,
    /// The provider knows no name or e-mail address of the person.
    Incomplete,
    /// What came back is not proven to be the provider's, for us and of this sign-in.
    Distrusted,
    /// The provider does not answer, or not as agreed.
    Unavailable,
}

impl Stopped {
    const fn status(self) -> u16 {
        match self {
            Self::Expired | Self::Cancelled | Self::Distrusted => 400,
            Self::Incomplete => 422,
            Self::Unavailable => 503,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Expired => "SIGN_IN_EXPIRED",
            Self::Cancelled => "SIGN_IN_CANCELLED",
            Self::Incomplete => "IDENTITY_INCOMPLETE",
            Self::Distrusted => "IDENTITY_NOT_PROVEN",
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
                "您的帳號缺少姓名或經驗證的電子郵件，我們無法通知您案件進度。請先到帳號設定補齊，再重新登入。",
                "Your account has no name or no verified e-mail address, so we could not tell you about your case. Add them to your account, then sign in again.",
            ),
            Self::Distrusted => Text::new(
                "登入服務的回覆無法驗證，為保護您的帳號，沒有完成登入。請重新登入；若一再發生，請洽 1999 市民熱線。",
                "The answer of the sign-in service could not be verified. To protect your account you were not signed in. Sign in again; if this goes on, call 1999.",
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

/// The page about what the provider did not do, with a word to the operator.
pub fn unanswered(
    app: &App,
    unanswered: Unanswered,
    return_to: &str,
    incoming: &Incoming,
    visitor: &Visitor,
) -> Answer {
    let stopped = match unanswered {
        Unanswered::CodeRefused => Stopped::Expired,
        Unanswered::Incomplete(missing) => {
            tracing::warn!(missing, "refused to sign in: the provider does not say enough");
            Stopped::Incomplete
        }
        Unanswered::Distrusted(what) => {
            telemetry::count(&*app.ambient, "sign-in", "AnswersDistrusted", 1);
            tracing::error!(error = %what, "refused to sign in: the answer is not proven");
            Stopped::Distrusted
        }
        Unanswered::Trouble(what) => {
            tracing::error!(error = %what, "failed to ask the identity provider");
            Stopped::Unavailable
        }
    };
    self::stopped(stopped, return_to, incoming, visitor)
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
