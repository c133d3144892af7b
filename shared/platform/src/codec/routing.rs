//! The routing rules of an agency, as in the catalogue file and in their row.

use std::collections::BTreeMap;

use domain::case::Assignment;
use domain::id::{AgencyCode, ItemCode, Key as FieldKey, PersonId};
use domain::routing::RoutingRule;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

const ROW: &str = "routing";

/// A rule as in the catalogue file: officers are named by what the identity provider calls them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingFile {
    pub agency: AsText<AgencyCode>,
    /// All items of the agency when left out.
    #[serde(default)]
    pub items: Vec<AsText<ItemCode>>,
    /// Of each field that is named, the answers that the rule is about.
    #[serde(default)]
    pub answers: BTreeMap<AsText<FieldKey>, Vec<String>>,
    pub handler: String,
    pub reviewer: String,
}

impl RoutingFile {
    /// The rule, its people vouched for by `provider`.
    #[must_use]
    pub fn rule(self, provider: &str) -> RoutingRule {
        let person = |subject: &str| PersonId::of_subject(provider, subject);
        RoutingRule {
            items: self.items.into_iter().map(|item| item.0).collect(),
            answers: self
                .answers
                .into_iter()
                .map(|(field, values)| (field.0, values.into_iter().collect()))
                .collect(),
            assignment: Assignment { handler: person(&self.handler), reviewer: person(&self.reviewer) },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct RuleRow {
    items: Vec<AsText<ItemCode>>,
    answers: BTreeMap<AsText<FieldKey>, Vec<String>>,
    handler: AsText<PersonId>,
    reviewer: AsText<PersonId>,
}

#[derive(Serialize, Deserialize)]
struct RoutingRow {
    rules: Vec<RuleRow>,
}

/// Makes the row with every rule of an agency, in the order in which they are tried.
pub fn encode(agency: AgencyCode, rules: &[RoutingRule]) -> Result<Row, Fault> {
    let row = |rule: &RoutingRule| RuleRow {
        items: rule.items.iter().cloned().map(AsText).collect(),
        answers: rule
            .answers
            .iter()
            .map(|(field, values)| (AsText(field.clone()), values.iter().cloned().collect()))
            .collect(),
        handler: AsText(rule.assignment.handler),
        reviewer: AsText(rule.assignment.reviewer),
    };
    super::encode(&Key::Routing(agency), ROW, 1, &RoutingRow { rules: rules.iter().map(row).collect() })
}

pub fn decode(row: Row) -> Result<Vec<RoutingRule>, Fault> {
    let row: RoutingRow = super::decode(row, ROW)?;
    let rule = |rule: RuleRow| RoutingRule {
        items: rule.items.into_iter().map(|item| item.0).collect(),
        answers: rule
            .answers
            .into_iter()
            .map(|(field, values)| (field.0, values.into_iter().collect()))
            .collect(),
        assignment: Assignment { handler: rule.handler.0, reviewer: rule.reviewer.0 },
    };
    Ok(row.rules.into_iter().map(rule).collect())
}
