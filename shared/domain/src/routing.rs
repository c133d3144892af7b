//! Who gets a case, by what it is about (分文規則): by item, by district, by whatever else the form asks.

use std::collections::{BTreeMap, BTreeSet};

use crate::agency::{Role, Staff};
use crate::case::Assignment;
use crate::form::Answers;
use crate::id::{ItemCode, Key, PersonId};

/// One rule of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingRule {
    /// The items it is about; all of the agency where there are none.
    pub items: BTreeSet<ItemCode>,
    /// What the form says: of each field that is named one of these values.
    pub answers: BTreeMap<Key, BTreeSet<String>>,
    pub assignment: Assignment,
}

impl RoutingRule {
    fn fits(&self, item: &ItemCode, answers: &Answers) -> bool {
        let says = |(field, values): (&Key, &BTreeSet<String>)| {
            answers.get(field).is_some_and(|answer| values.contains(answer))
        };
        (self.items.is_empty() || self.items.contains(item)) && self.answers.iter().all(says)
    }

    /// Whether both can be given a case of `applicant`: they are in office, in their role, and it is not
    /// their own matter.
    fn can_be_given(&self, staff: &[Staff], applicant: PersonId) -> bool {
        let Assignment { handler, reviewer } = self.assignment;
        let is = |person: PersonId, role| {
            person != applicant
                && staff.iter().any(|officer| officer.person == person && officer.roles.contains(&role))
        };
        is(handler, Role::Handler) && is(reviewer, Role::Reviewer) && handler != reviewer
    }
}

/// To whom the first rule that fits gives a case; one whose people have left gives way to the next.
#[must_use]
pub fn route(
    rules: &[RoutingRule],
    (item, answers): (&ItemCode, &Answers),
    applicant: PersonId,
    staff: &[Staff],
) -> Option<Assignment> {
    let rule = rules.iter().find(|rule| rule.fits(item, answers) && rule.can_be_given(staff, applicant));
    rule.map(|rule| rule.assignment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AgencyCode;
    use crate::personal::Personal;
    use crate::text::Lang;

    fn person(name: &str) -> PersonId {
        PersonId::of_subject("city", name)
    }

    fn officer(name: &str, roles: &[Role]) -> Staff {
        Staff {
            person: person(name),
            agency: "parks".parse::<AgencyCode>().unwrap(),
            roles: roles.iter().copied().collect(),
            name: name.to_owned(),
            email: Personal::default(),
            lang: Lang::ZhHant,
            deputy: None,
        }
    }

    fn rule(items: &[&str], answers: &[(&str, &[&str])], (handler, reviewer): (&str, &str)) -> RoutingRule {
        let value = |(field, values): &(&str, &[&str])| {
            (field.parse().unwrap(), values.iter().map(|value| (*value).to_owned()).collect())
        };
        RoutingRule {
            items: items.iter().map(|item| item.parse().unwrap()).collect(),
            answers: answers.iter().map(value).collect(),
            assignment: Assignment { handler: person(handler), reviewer: person(reviewer) },
        }
    }

    #[test]
    fn the_first_rule_that_fits_and_whose_people_are_in_office() {
        let staff = [
            officer("east", &[Role::Handler]),
            officer("west", &[Role::Handler]),
            officer("chief", &[Role::Reviewer]),
            officer("both", &[Role::Handler, Role::Reviewer]),
        ];
        let rules = [
            rule(&["PK001"], &[("district", &["daan", "xinyi"])], ("left", "chief")),
            rule(&["PK001"], &[("district", &["daan", "xinyi"])], ("east", "chief")),
            rule(&["PK001"], &[("district", &["daan"]), ("size", &["large"])], ("both", "chief")),
            rule(&["PK001"], &[], ("west", "chief")),
            rule(&[], &[], ("both", "both")),
            rule(&[], &[], ("chief", "both")),
            rule(&[], &[("size", &["large"])], ("both", "chief")),
        ];
        let to = |item: &str, answers: &[(&str, &str)], applicant: &str| {
            let answers: Answers =
                answers.iter().map(|(key, value)| (key.parse().unwrap(), (*value).to_owned())).collect();
            route(&rules, (&item.parse().unwrap(), &answers), person(applicant), &staff)
                .map(|assignment| assignment.handler)
        };
        assert_eq!(to("PK001", &[("district", "daan")], "lin"), Some(person("east")));
        assert_eq!(to("PK001", &[("district", "beitou")], "lin"), Some(person("west")));
        assert_eq!(to("PK001", &[], "lin"), Some(person("west")));
        assert_eq!(to("PK002", &[("size", "large")], "lin"), Some(person("both")));
        assert_eq!(to("PK002", &[("size", "small")], "lin"), None);
        // Nobody is given their own matter.
        assert_eq!(to("PK001", &[("district", "daan"), ("size", "large")], "east"), Some(person("both")));
    }
}
