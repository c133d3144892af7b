//! The process a function runs in: how it begins, its time and randomness.

use std::sync::Arc;

use aws_config::SdkConfig;
use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::fault::Fault;
use crate::ports::Ambient;
use crate::{sdk, telemetry};

/// What every function begins with.
pub struct Process {
    pub config: Config,
    pub sdk: SdkConfig,
    pub ambient: Arc<dyn Ambient>,
}

impl Process {
    /// Starts logging (`LOG_LEVEL`, else `info`) and sets the SDK up, once.
    pub async fn begin() -> Result<Self, Fault> {
        let config = Config::from_env();
        telemetry::start(&config.optional("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()));
        let ambient = Arc::new(System::new(&config)?);
        Ok(Self { sdk: sdk::config().await, config, ambient })
    }
}

/// The real clock and the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct System {
    /// A city on one machine may run ahead, to see what a later day brings.
    offset: SignedDuration,
}

impl System {
    /// `CITY_CLOCK_OFFSET_SECONDS`, absent on AWS, moves the clock.
    pub fn new(config: &Config) -> Result<Self, Fault> {
        let Some(seconds) = config.optional("CITY_CLOCK_OFFSET_SECONDS") else { return Ok(Self::default()) };
        let seconds = seconds
            .parse()
            .map_err(|_| Fault::Config("CITY_CLOCK_OFFSET_SECONDS is not a number of seconds".to_owned()))?;
        Ok(Self { offset: SignedDuration::from_secs(seconds) })
    }
}

impl Ambient for System {
    /// Whole milliseconds: what the stored form keeps, so that a value read back is the value written.
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let now = Timestamp::now();
        let now = now.checked_add(self.offset).unwrap_or(now);
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // The kernel's generator does not fail once seeded; a function without it must not go on.
        #[expect(clippy::expect_used, reason = "without randomness no token may be made")]
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}
