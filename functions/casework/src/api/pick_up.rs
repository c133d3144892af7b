//! Handing over what was to be picked up, as JSON.

use domain::id::Version;
use domain::personal::Personal;
use domain::pick_up::{Proxy, Receiver};
use serde::{Deserialize, Serialize};
use web::incoming::Incoming;
use web::trouble::Trouble;

use super::{Body, bodies, body};
use crate::command::{Given, Order};

/// Who took it: `"applicant"`, or `{"proxy": {"name": …, "proof": …}}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReceivedBy {
    Applicant,
    Proxy(ProxyBody),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProxyBody {
    name: String,
    proof: String,
}

bodies! {
    HandOver { received_by: ReceivedBy }
}

pub fn hand_over(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &HandOver| {
        Order::HandOver(match &it.received_by {
            ReceivedBy::Applicant => Receiver::Applicant,
            ReceivedBy::Proxy(ProxyBody { name, proof }) => Receiver::Proxy(Proxy {
                name: Personal::new(name.clone()),
                proof: Personal::new(proof.clone()),
            }),
        })
    })
}
