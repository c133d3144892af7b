//! Joint review in a random city.

use domain::id::CaseId;
use serde_json::{Value, json};
use testkit::samples::HANDLER;

use crate::schedule::Schedule;
use crate::stories::reviews::{ECONOMY, POLICE, question};

impl Schedule {
    /// What is asked of other agencies and what they say, mostly in season.
    pub(super) fn review_command(
        &mut self,
        case: CaseId,
        version: u64,
    ) -> (&'static str, &'static str, Value) {
        let (agency, theirs) =
            if self.random.chance(500) { ("economy", ECONOMY) } else { ("police", POLICE) };
        let open = self.city.case(case).open_reviews().next().map(|review| review.asked.0);
        match self.random.below(10) {
            0..3 => {
                let order = if self.random.chance(500) { "parallel" } else { "sequential" };
                let both = [question("police"), question("economy")];
                let asked = if self.random.chance(600) { json!(both) } else { json!([question(agency)]) };
                let body = json!({ "version": version, "reviews": asked, "order": order });
                (HANDLER, "request_review", body)
            }
            3 => (HANDLER, "query_register", json!({ "document": "registration" })),
            4 => {
                let body = json!({ "version": version, "agency": agency, "reason": "逾期未復。" });
                (HANDLER, "drop_review", body)
            }
            5 => (theirs, "query_register", json!({ "document": "registration" })),
            _ => {
                let asked = open.unwrap_or_default() + u32::from(self.random.chance(100));
                (theirs, "answer_review", json!({ "asked": asked, "opinion": "agree" }))
            }
        }
    }
}
