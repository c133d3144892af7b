//! Limits, due dates and the reasons behind them in words and in JSON, the same wherever they are shown.

use domain::calendar::{Calendar, OutsideCalendar};
use domain::case::Case;
use domain::clock::explanation::{Explanation, Run};
use domain::clock::gate::{Gate, Passed, listed, waiting_for};
use domain::clock::history::History;
use domain::clock::holder::{self, Held, Holder};
use domain::clock::statistics::{self, SameDay};
use domain::clock::terms::{DayBasis, FeeTiming, Limit, Terms, Unit};
use domain::clock::{self, Reading};
use domain::consent::Consent;
use domain::dates::ClockState;
use domain::event::{Event, arrived};
use domain::item::ItemVersion;
use domain::personal::Personal;
use domain::register::Exception;
use domain::signature::Signature;
use domain::text::{Lang, Text};
use domain::{taipei, timer};
use jiff::Timestamp;
use jiff::civil::Date;
use platform::keys::hex;
use serde_json::{Value, json};

/// How the documents of a case are served, for programs.
#[must_use]
pub fn consent(consent: &Consent) -> Value {
    match consent {
        Consent::Given { wording } => json!({ "electronic": true, "wording": wording }),
        Consent::Withheld { address } => json!({ "electronic": false, "address": address.reveal() }),
    }
}

/// What shows that an application was signed, for programs.
#[must_use]
pub fn signature(signature: &Signature) -> Value {
    let by = &signature.by;
    json!({
        "sha256": hex(&signature.digest),
        "statement": signature.statement,
        "assurance": by.assurance.level(),
        "signed_in_at": by.signed_in_at,
        "from": by.from.as_ref().map(Personal::reveal),
    })
}

/// A processing limit: `3 個工作日`, `3 working days`.
#[must_use]
pub fn limit(limit: Limit) -> Text {
    let amount = limit.amount();
    let plural = if amount == 1 { "" } else { "s" };
    match limit.unit() {
        Unit::Day(DayBasis::Working) => {
            Text::new(format!("{amount} 個工作日"), format!("{amount} working day{plural}"))
        }
        Unit::Day(DayBasis::Calendar) => {
            Text::new(format!("{amount} 日（日曆天）"), format!("{amount} calendar day{plural}"))
        }
        Unit::Hour => {
            Text::new(format!("{amount} 小時（辦公時間）"), format!("{amount} office hour{plural}"))
        }
        Unit::Month => Text::new(format!("{amount} 個月"), format!("{amount} month{plural}")),
    }
}

/// What everybody reads of an event in the timeline, with the name that `item` gives to what arrived.
#[must_use]
pub fn event(event: &Event, item: Option<&ItemVersion>) -> Text {
    match (event, item) {
        (Event::Arrived { what, .. }, Some(item)) => arrived(&item.document_name(what)),
        _ => event.public_text(),
    }
}

/// An exception from 免書證免謄本 (規範 九 III).
#[must_use]
pub fn exception(exception: &Exception) -> Value {
    json!({
        "ground": exception.ground.code(),
        "approval": exception.approval,
        "approved_on": exception.approved_on,
        "scope": text(&exception.scope),
        "until": exception.until,
    })
}

/// How the days of a limit are counted.
#[must_use]
pub fn counting(limit: Limit) -> Text {
    match limit.unit() {
        Unit::Day(DayBasis::Working) => Text::new(
            "自機關收到申請的次日起算，只計上班日；週休及國定假日不計。",
            "Counted from the day after the agency receives the application; weekends and holidays do not count.",
        ),
        Unit::Day(DayBasis::Calendar) => Text::new(
            "自機關收到申請的次日起算，每日均計；末日如為休息日，順延至次一上班日。",
            "Counted from the day after the agency receives the application, every day; a period that would end on a rest day ends on the next working day.",
        ),
        Unit::Hour => Text::new(
            "自機關收到申請時起算，只計辦公時間。",
            "Counted from the moment the agency receives the application, in office hours only.",
        ),
        Unit::Month => Text::new(
            "自機關收到申請的次日起，依曆計算；末日如為休息日，順延至次一上班日。",
            "Counted from the day after the agency receives the application, by the months of the calendar; a period that would end on a rest day ends on the next working day.",
        ),
    }
}

/// What the clock waits for beside the application, in words; `None` for the plain case.
#[must_use]
pub fn waits(terms: &Terms) -> Option<Text> {
    let fee = (terms.fee == FeeTiming::AtApplication).then_some(Gate::Fee);
    let window = (!terms.windows.is_empty()).then_some(Gate::Window);
    let awaited = terms.awaits.iter().cloned().map(Gate::Arrival);
    let gates: Vec<Gate> = fee.into_iter().chain(awaited).chain(window).collect();
    if gates.is_empty() {
        return None;
    }
    let Text { zh, en } = listed(&gates);
    Some(Text::new(
        format!("另須待{zh}，自最後一項之次日起算。"),
        format!("The clock also waits for {en}, and starts the day after the last of them."),
    ))
}

/// A clock for a page: the day, or why there is none, and the trace.
pub struct Shown {
    pub due: Option<Date>,
    /// What stands where there is no day: waiting for what, stopped, or beyond the calendar.
    pub instead: Text,
    pub lines: Vec<String>,
    pub calendar: String,
    pub digest: String,
}

/// The clock in words.
#[must_use]
pub fn shown(terms: &Terms, history: &History, calendar: &Calendar, lang: Lang) -> Shown {
    match clock::explain(terms, history, calendar) {
        Ok((reading, explanation)) => Shown {
            due: reading.due().map(|due| due.day),
            instead: instead(&reading),
            lines: explanation.lines(lang),
            calendar: explanation.calendar.clone(),
            digest: digest(&explanation),
        },
        Err(OutsideCalendar(_)) => Shown {
            due: None,
            instead: ClockState::Unpublished.text(),
            lines: Vec::new(),
            calendar: calendar.version().to_owned(),
            digest: String::new(),
        },
    }
}

/// The clock of a case in words. What was decided keeps the date it was decided by: where the calendar
/// has changed since, there is no trace of it any more.
#[must_use]
pub fn shown_of(case: &Case, calendar: &Calendar, lang: Lang) -> Shown {
    let shown = shown(&case.item.terms, &case.history, calendar, lang);
    if case.state.is_open() || shown.due == case.due_day() {
        return shown;
    }
    Shown {
        due: case.due_day(),
        instead: case.dates.clock.text(),
        lines: Vec::new(),
        calendar: case.dates.calendar.clone(),
        digest: String::new(),
    }
}

fn instead(reading: &Reading) -> Text {
    match reading {
        Reading::Running(_) => ClockState::Running.text(),
        Reading::Waiting { open, .. } => waiting_for(open),
        Reading::Stopped { since, .. } => Text::new(
            format!("自 {} 起停止計算", taipei::shown(*since, Lang::ZhHant)),
            format!("standing still since {}", taipei::shown(*since, Lang::En)),
        ),
    }
}

/// The clock in JSON: what it shows, and everything that makes it show that. Anyone can make the
/// digest again: SHA-256 over `inputs` as it stands.
#[must_use]
pub fn clock(terms: &Terms, history: &History, calendar: &Calendar) -> Value {
    let (reading, explanation) = match clock::explain(terms, history, calendar) {
        Ok(explained) => explained,
        Err(OutsideCalendar(day)) => {
            return json!({
                "clock": ClockState::Unpublished.code(),
                "clock_text": text(&ClockState::Unpublished.text()),
                "code": "CALENDAR_YEAR_MISSING",
                "year": day.year(),
                "due": null,
                "explanation": null,
                "calendar": calendar.version(),
                "digest": null,
            });
        }
    };
    let mut body = json!({
        "clock": state(&reading).code(),
        "clock_text": text(&instead(&reading)),
        "due": reading.due().map(|due| due.day),
        "until": reading.due().map(|due| due.until),
        "explanation": runs(&explanation),
        "inputs": explanation.inputs,
        "calendar": explanation.calendar,
        "digest": digest(&explanation),
    });
    let more = match &reading {
        Reading::Waiting { open, since } => json!({
            "open_gates": open.iter().map(gate).collect::<Vec<_>>(),
            "since": since,
        }),
        Reading::Running(running) => json!({
            "started": passed(&running.started),
            "unextended_due": running.unextended.map(|due| due.day),
        }),
        Reading::Stopped { started, since } => json!({ "started": passed(started), "since": since }),
    };
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// The clock of a case in JSON, as [`shown_of`].
#[must_use]
pub fn clock_of(case: &Case, calendar: &Calendar) -> Value {
    let anew = clock(&case.item.terms, &case.history, calendar);
    if case.state.is_open() || anew.get("due") == Some(&json!(case.due_day())) {
        return anew;
    }
    json!({
        "clock": case.dates.clock.code(),
        "clock_text": text(&case.dates.clock.text()),
        "due": case.due_day(),
        "until": case.dates.due.map(|due| due.until),
        "explanation": null,
        "calendar": case.dates.calendar,
        "digest": null,
    })
}

const fn state(reading: &Reading) -> ClockState {
    match reading {
        Reading::Waiting { .. } => ClockState::Waiting,
        Reading::Running(_) => ClockState::Running,
        Reading::Stopped { .. } => ClockState::Stopped,
    }
}

fn passed(passed: &Passed) -> Value {
    json!({ "gate": gate(&passed.gate), "at": passed.at })
}

fn gate(gate: &Gate) -> Value {
    let what = match gate {
        Gate::Arrival(what) => Some(what.as_str()),
        Gate::Receipt | Gate::Fee | Gate::Window | Gate::Correction => None,
    };
    json!({ "gate": gate.code(), "what": what, "text": text(&gate.text()) })
}

/// Both clocks of a case: the agency's, with its reasons and statistics, and the applicant's own.
#[must_use]
pub fn case_clock(case: &Case, calendar: &Calendar, now: Timestamp) -> Value {
    let (terms, history) = (&case.item.terms, &case.history);
    let until = history.finished.unwrap_or(now);
    let held = holder::held(terms, history, taipei::day_of(until), calendar).unwrap_or_default();
    let used = statistics::used(terms, history, until, SameDay::default(), calendar).ok().flatten();
    json!({
        "case": case.id.to_string(),
        "version": case.version.0,
        "item": { "code": case.item.code.to_string(), "version": case.item.version },
        "agency": case.agency.to_string(),
        "agency_clock": clock_of(case, calendar),
        "applicant_clock": {
            "correction_due": case.dates.correction_due,
            "pick_up_due": case.dates.pick_up_due,
            "awaited_until": case.awaited_until(),
            "until": case.own_period().and_then(taipei::end_of),
        },
        "timers": timer::pending(case)
            .into_iter()
            .map(|(at, kind)| json!({ "timer": kind.code(), "at": at }))
            .collect::<Vec<_>>(),
        "held": held.iter().map(held_days).collect::<Vec<_>>(),
        "used": used.map(|used| json!({
            "finished": history.finished,
            "days": used.gross.to_string(),
            "days_net_of_pauses": used.net.to_string(),
            "on_time": on_time(case).or(used.on_time),
        })),
    })
}

/// Whether it was finished by the date it had.
fn on_time(case: &Case) -> Option<bool> {
    Some(case.dates.due?.in_time(case.history.finished?))
}

fn held_days(held: &Held) -> Value {
    let agency = match &held.holder {
        Holder::Reviewer(reviewer) => Some(reviewer.agency.to_string()),
        _ => None,
    };
    json!({
        "holder": held.holder.code(),
        "agency": agency,
        "text": text(&held.holder.text()),
        "from": held.from,
        "to": held.to,
        "days": held.days(),
    })
}

/// The runs of days behind a due date.
fn runs(explanation: &Explanation) -> Vec<Value> {
    let run = |run: &Run| {
        json!({
            "from": run.from,
            "to": run.to,
            "counted": run.counted,
            "so_far": run.so_far,
            "kind": run.reason.code(),
            "reason": text(&run.reason.text()),
            "rule": run.reason.rule(),
        })
    };
    explanation.runs.iter().map(run).collect()
}

/// The digest that anyone with the same inputs can make again.
fn digest(explanation: &Explanation) -> String {
    hex(&explanation.digest)
}

/// A text in both languages.
#[must_use]
pub fn text(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}
