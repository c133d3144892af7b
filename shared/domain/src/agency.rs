//! Agencies (執行機關) and the people who work for them (規範 六).

use std::collections::BTreeSet;

use crate::code::coded;
use crate::id::{AgencyCode, PersonId};
use crate::letter::Letterhead;
use crate::personal::Personal;
use crate::text::{Lang, Text};

/// What a person may be for an agency. The applicant is no role: it is a relation to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 案件分文人員 (規範 六(三), 十(二)).
    Dispatcher,
    /// 承辦人員.
    Handler,
    /// 審核人員.
    Reviewer,
    /// 出納人員: looks after payments and refunds.
    Cashier,
    /// 會計人員: the second pair of eyes of a refund.
    Accountant,
    /// 機關研考人員 (規範 六(一)).
    Research,
    /// 機關系統權限管理人員 (規範 六(二)).
    Administrator,
}

coded!(Role {
    Dispatcher = "dispatcher",
    Handler = "handler",
    Reviewer = "reviewer",
    Cashier = "cashier",
    Accountant = "accountant",
    Research = "research",
    Administrator = "administrator",
});

impl Role {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Dispatcher => Text::new("分文人員", "dispatcher"),
            Self::Handler => Text::new("承辦人員", "handler"),
            Self::Reviewer => Text::new("審核人員", "reviewer"),
            Self::Cashier => Text::new("出納人員", "cashier"),
            Self::Accountant => Text::new("會計人員", "accountant"),
            Self::Research => Text::new("研考人員", "research officer"),
            Self::Administrator => Text::new("系統權限管理人員", "administrator"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    pub code: AgencyCode,
    pub name: Text,
    /// Telephone of the unit in charge, for the applicant.
    pub phone: String,
    /// What its letters need; empty until somebody fills it in, and no letter goes out before.
    pub letterhead: Letterhead,
}

/// A member of an agency's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub person: PersonId,
    pub agency: AgencyCode,
    pub roles: BTreeSet<Role>,
    /// An officer's name in office is shown to applicants; it is not private.
    pub name: String,
    pub email: Personal<String>,
    pub lang: Lang,
    /// Who is named to stand in for them (職務代理人).
    pub deputy: Option<PersonId>,
}

/// Everybody in `role`; where nobody is, the next who must know of what nobody takes care of.
#[must_use]
pub fn in_charge(staff: &[Staff], role: Role) -> Vec<&Staff> {
    [role, Role::Research, Role::Administrator, Role::Reviewer, Role::Dispatcher]
        .into_iter()
        .map(|role| staff.iter().filter(|officer| officer.roles.contains(&role)).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// The name in office of a member of staff; somebody who left is still a number.
#[must_use]
pub fn name_in_office(staff: &[Staff], person: PersonId) -> String {
    let found = staff.iter().find(|staff| staff.person == person);
    found.map_or_else(|| person.to_string(), |staff| staff.name.clone())
}
