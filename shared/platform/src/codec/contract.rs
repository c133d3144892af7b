//! The contracts of an agency with payment providers, as in the catalogue file.

use domain::id::{AgencyCode, ItemCode};
use domain::payment::contract::{Contract, FeeBearer};
use domain::payment::{Means, Provider};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

const ROW: &str = "contracts";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractFile {
    pub agency: AsText<AgencyCode>,
    pub provider: AsText<Provider>,
    pub merchant: String,
    /// The account of the agency that the money goes to.
    pub account: String,
    pub means: Vec<AsText<Means>>,
    /// All items of the agency when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AsText<ItemCode>>,
    pub bearer: AsText<FeeBearer>,
    pub from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl From<ContractFile> for Contract {
    fn from(file: ContractFile) -> Self {
        Self {
            agency: file.agency.0,
            provider: file.provider.0,
            merchant: file.merchant,
            account: file.account,
            means: file.means.into_iter().map(|means| means.0).collect(),
            items: file.items.into_iter().map(|item| item.0).collect(),
            bearer: file.bearer.0,
            from: file.from,
            until: file.until,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct ContractsRow {
    contracts: Vec<ContractFile>,
}

/// Makes the row with every contract of an agency.
pub fn encode(agency: AgencyCode, contracts: Vec<ContractFile>) -> Result<Row, Fault> {
    super::encode(&Key::Contracts(agency), ROW, 1, &ContractsRow { contracts })
}

pub fn decode(row: Row) -> Result<Vec<Contract>, Fault> {
    let row: ContractsRow = super::decode(row, ROW)?;
    Ok(row.contracts.into_iter().map(Contract::from).collect())
}
