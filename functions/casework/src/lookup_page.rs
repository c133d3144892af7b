//! Looking documents up (免書證免謄本): the card on the pages of a case and of a part of it, and the page that
//! shows what a register said.

use askama::Template;
use domain::access::{Actor, Officer};
use domain::command::Action;
use domain::decide;
use domain::id::{CaseId, Key, RequestId};
use domain::item::ItemVersion;
use domain::register::Line;
use domain::taipei;
use domain::text::{Lang, Text};
use platform::keys;
use platform::record::Record;
use web::frame::Frame;
use web::incoming::{Incoming, new_request};
use web::respond::{self, Answer};
use web::trouble::Trouble;
use web::typed::{self, field};
use web::visitor::Visitor;

use crate::App;
use crate::application::Fact;
use crate::command::Refused;
use crate::registers::{self, LookedUp, Obtainable};

/// A document that the city looks up.
pub struct Row {
    pub name: String,
    pub source: String,
    pub purpose: String,
    /// Why the applicant brings it all the same, for now.
    pub exception: String,
    /// When it was looked up last, by which other agency if by one, and what came of it.
    pub latest: Option<(String, &'static str, String)>,
    /// Its button; `None` where the officer cannot ask the register here and now.
    pub form: Option<LookupForm>,
    /// Whether the window can ask at all.
    pub by_hand: bool,
}

pub struct LookupForm {
    pub document: String,
    /// Made when the form is shown, so that sending it twice is one request.
    pub request: RequestId,
}

/// The documents that nobody need bring, where there are any.
pub struct LookupCard {
    pub rows: Vec<Row>,
}

impl LookupCard {
    pub fn of(
        app: &App,
        officer: &Officer,
        record: &Record,
        item: Option<&ItemVersion>,
        lang: Lang,
    ) -> Option<Self> {
        let today = taipei::day_of(app.ambient.now());
        let open = decide::open_to(&record.loaded.case, &Actor::Officer(officer.clone()));
        let may_ask = open.contains(&Action::QueryRegister) && app.registers.is_some();
        let row = |document: &Obtainable| row(app, document, may_ask, lang);
        let rows: Vec<Row> = registers::obtainable(record, item, officer, today).iter().map(row).collect();
        (!rows.is_empty()).then_some(Self { rows })
    }
}

fn row(app: &App, obtainable: &Obtainable, may_ask: bool, lang: Lang) -> Row {
    let Obtainable { document, source, exception, latest } = obtainable;
    let question = source.question.as_ref();
    let latest = latest.as_ref().map(|latest| {
        let (class, text) = outcome(latest.lookup.found);
        let by = latest.reviewer.as_ref().map(|it| format!(" · {}", it.name.pick(lang))).unwrap_or_default();
        let at = format!("{}{by}", taipei::shown_instant(latest.at, lang));
        (at, class, text.pick(lang).to_owned())
    });
    Row {
        name: document.name.pick(lang).to_owned(),
        source: source.name.pick(lang).to_owned(),
        purpose: question.map(|question| question.purpose.pick(lang).to_owned()).unwrap_or_default(),
        exception: exception.as_ref().map(|it| it.text().pick(lang).to_owned()).unwrap_or_default(),
        latest,
        form: question.filter(|_| may_ask).map(|_| LookupForm {
            document: document.key.to_string(),
            request: new_request(app.ambient.as_ref()),
        }),
        by_hand: question.is_none() || app.registers.is_none(),
    }
}

fn outcome(found: bool) -> (&'static str, Text) {
    if found {
        ("tag-good", Text::new("查有資料", "found"))
    } else {
        ("tag-warn", Text::new("查無資料", "nothing found"))
    }
}

#[derive(Template)]
#[template(path = "looked_up.html")]
struct LookedUpPage {
    frame: Frame,
    id: String,
    item: String,
    /// Back to the case, or to the part of it.
    back: String,
    outcome: String,
    class: &'static str,
    facts: Vec<Fact>,
    /// What the register has; empty where it has nothing, and where only the digest is left.
    lines: Vec<Line>,
    /// Whether the same request was answered before.
    before: bool,
    digest: String,
}

/// `POST /work/{case}/query_register`: what the register of one document says, shown once.
pub async fn ask(app: &App, incoming: &Incoming, visitor: &Visitor, officer: &Officer) -> Answer {
    let id: CaseId = incoming.param("case")?;
    let typed = visitor.own_form(incoming)?;
    typed::only(&typed, |name| ["request", "document"].contains(&name))?;
    let request: RequestId = field(&typed, "request")?;
    let document: Key = field(&typed, "document")?;
    let request = incoming.request_key(request, typed::payload(&typed).as_bytes());
    match registers::look_up(app, officer, id, &document, request).await {
        Ok(looked_up) => respond::page(&page(incoming, visitor, officer, &looked_up)),
        Err(Refused::Rejected { rejection, .. }) => {
            let trouble = Trouble::Rejected(rejection);
            tracing::info!(case = %id, code = trouble.code(), "refused to look a document up");
            Err(trouble)
        }
        Err(Refused::Trouble(trouble)) => Err(trouble),
    }
}

fn page(incoming: &Incoming, visitor: &Visitor, officer: &Officer, looked_up: &LookedUp) -> LookedUpPage {
    let LookedUp { case, lookup, at, finding } = looked_up;
    let lang = visitor.lang;
    let back = if case.agency == officer.agency {
        format!("/work/{}", case.id)
    } else {
        format!("/work/reviews/{}", case.id)
    };
    let title = Text::new(format!("查驗結果：{}", lookup.name.zh), format!("Looked up: {}", lookup.name.en));
    let mut frame = Frame::new(incoming, visitor, &title);
    frame.path.clone_from(&back);
    let fact = |zh, en, value: String| Fact { term: lang.pick(zh, en).to_owned(), value };
    let (class, outcome) = outcome(lookup.found);
    LookedUpPage {
        frame,
        id: case.id.to_string(),
        item: case.item.name.pick(lang).to_owned(),
        back,
        outcome: outcome.pick(lang).to_owned(),
        class,
        facts: vec![
            fact("文件", "Document", lookup.name.pick(lang).to_owned()),
            fact("資料來源", "Source", lookup.source.pick(lang).to_owned()),
            fact("用途", "Purpose", lookup.purpose.pick(lang).to_owned()),
            fact("查驗人", "Looked up by", officer.name.clone()),
            fact("查驗時間", "At", taipei::shown_instant(*at, lang)),
        ],
        lines: finding.iter().flatten().flat_map(|lines| lines.reveal().clone()).collect(),
        before: finding.is_none(),
        digest: keys::hex(&lookup.sha256),
    }
}
