//! The row of a case in the lists.

use domain::access::Officer;
use domain::agency::Role;
use domain::case::{Case, State};
use domain::ending::{self, Conclusion};
use domain::id::{CaseId, ItemCode, PersonId};
use domain::payment::standing::FeeStatus;
use domain::text::Text;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::{self, Key};
use crate::row::Row;

/// A case in the lists of its agency and its applicant: a projection of the case, nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    pub case: AsText<CaseId>,
    /// The version of the case it was made from.
    pub version: u32,
    pub state: AsText<State>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<AsText<Conclusion>>,
    pub item: AsText<ItemCode>,
    pub item_zh: String,
    pub item_en: String,
    pub received_at: Timestamp,
    pub due: Option<Date>,
    pub handler: Option<AsText<PersonId>>,
    pub reviewer: Option<AsText<PersonId>>,
    /// Somebody has to see to it that the applicant is told the decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    to_serve: bool,
    queue: String,
    queue_due: String,
    applicant: AsText<PersonId>,
    applicant_at: String,
    /// The sparse index of cases whose money waits for somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    money: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    money_since: Option<String>,
    /// What the window shows of the fee.
    #[serde(default)]
    pub fee: Option<AsText<FeeStatus>>,
}

impl WorkItem {
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let waits = case.ledger.waits_since();
        Self {
            case: AsText(case.id),
            version: case.version.0,
            state: AsText(case.state),
            result: case.result().map(AsText),
            item: AsText(case.item.code.clone()),
            item_zh: case.item.name.zh.clone(),
            item_en: case.item.name.en.clone(),
            received_at: case.received_at(),
            due: case.due_day(),
            handler: case.assignment.map(|assignment| AsText(assignment.handler)),
            reviewer: case.assignment.map(|assignment| AsText(assignment.reviewer)),
            to_serve: case.waits_to_be_served(),
            queue: keys::work_queue(&case.agency, case.state),
            queue_due: keys::queue_due(case.due_day(), case.id),
            applicant: AsText(case.applicant.person),
            applicant_at: keys::sortable(case.received_at()),
            money: waits.map(|_| case.agency.to_string()),
            money_since: waits.map(keys::sortable),
            fee: case.ledger.fee().map(|_| AsText(case.ledger.standing().status)),
        }
    }

    /// Where it stands, for people.
    #[must_use]
    pub fn standing(&self) -> Text {
        ending::standing(self.state.0, self.result.map(|result| result.0))
    }

    #[must_use]
    pub fn name(&self) -> Text {
        Text::new(&self.item_zh, &self.item_en)
    }

    /// Since when its money has waited for somebody; `None` while it does not.
    #[must_use]
    pub fn money_since(&self) -> Option<Timestamp> {
        self.money_since.as_deref().and_then(|since| since.parse().ok())
    }

    /// Whether `officer`, acting in `role`, has to do something here.
    #[must_use]
    pub fn waits_for(&self, role: Role, officer: &Officer) -> bool {
        let (handler, reviewer) = (self.handler.map(|it| it.0), self.reviewer.map(|it| it.0));
        let is_handler = officer.acts_as(handler, reviewer);
        match (role, self.state.0) {
            (Role::Dispatcher, State::Received) => true,
            (Role::Handler, State::Assigned) => is_handler,
            (Role::Handler, State::Approved | State::Rejected) => self.to_serve && is_handler,
            (Role::Reviewer, State::AwaitingApproval) => officer.acts_as(reviewer, handler),
            (Role::Cashier, _) => self.money.is_some(),
            _ => false,
        }
    }

    pub fn encode(&self) -> Result<Row, Fault> {
        super::encode(&Key::WorkItem(self.case.0), "work", 1, self)
    }

    pub fn decode(row: Row) -> Result<Self, Fault> {
        super::decode(row, "work")
    }
}
