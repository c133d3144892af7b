//! Our accounts with payment providers: read from one secret at start, so that a process with a bad key
//! does not start.

use domain::payment::Provider;
use payment::Account;

use crate::config::Config;
use crate::fault::Fault;
use crate::secrets;

/// Every account of the city.
#[derive(Debug, Default)]
pub struct Accounts(Vec<Account>);

impl Accounts {
    #[must_use]
    pub const fn new(accounts: Vec<Account>) -> Self {
        Self(accounts)
    }

    /// The accounts in the secret that `PAYMENT_ACCOUNTS_SECRET_ARN` names.
    pub async fn read(sdk: &aws_config::SdkConfig, config: &mut Config) -> Result<Self, Fault> {
        let id = config.required("PAYMENT_ACCOUNTS_SECRET_ARN");
        if id.is_empty() {
            // Told together with everything else that is missing.
            return Ok(Self::default());
        }
        let secret = secrets::read(sdk, &id).await?;
        Account::read_all(&secret).map(Self).map_err(|bad| Fault::Config(bad.to_string()))
    }

    #[must_use]
    pub fn get(&self, provider: Provider, merchant: &str) -> Option<&Account> {
        self.0.iter().find(|account| account.provider() == provider && account.merchant() == merchant)
    }

    /// The accounts with one provider.
    pub fn of(&self, provider: Provider) -> impl Iterator<Item = &Account> {
        self.0.iter().filter(move |account| account.provider() == provider)
    }

    pub fn all(&self) -> impl Iterator<Item = &Account> {
        self.0.iter()
    }
}
