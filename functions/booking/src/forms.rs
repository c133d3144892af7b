//! Forms of the pages: read strictly, each with an id of its own request.

use std::collections::BTreeMap;

use domain::event::Request;
use domain::id::RequestId;
use web::form;
use web::incoming::Incoming;
use web::trouble::{Malformed, Trouble};
use web::visitor::Visitor;

/// What a form of this session asks, and under which request.
pub struct Form {
    pub fields: BTreeMap<String, String>,
    pub request: Request,
}

impl Form {
    pub fn read(incoming: &Incoming, visitor: &Visitor) -> Result<Self, Trouble> {
        let mut fields = visitor.own_form(incoming)?;
        let payload = form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let id: RequestId = take(&mut fields, "request")?;
        Ok(Self { fields, request: incoming.request_key(id, payload.as_bytes()) })
    }

    /// A field that must be there and be of its form.
    pub fn take<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<T, Malformed> {
        take(&mut self.fields, name)
    }

    /// The same, where an empty one is none.
    pub fn take_optional<T: std::str::FromStr>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<T>, Malformed> {
        if self.fields.get(name).is_none_or(|value| value.trim().is_empty()) {
            self.fields.remove(name);
            return Ok(None);
        }
        self.take(name).map(Some)
    }

    /// Refuses what is left after every known field was taken out.
    pub fn nothing_left(&self) -> Result<(), Malformed> {
        form::nothing_left(&self.fields)
    }
}

fn take<T: std::str::FromStr>(
    fields: &mut BTreeMap<String, String>,
    name: &'static str,
) -> Result<T, Malformed> {
    fields.remove(name).and_then(|value| value.trim().parse().ok()).ok_or(Malformed::Field { name })
}
