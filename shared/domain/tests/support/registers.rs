//! Documents that are looked up.

use domain::command::Command;
use domain::register::Lookup;
use domain::text::Text;

pub fn lookup(found: bool) -> Lookup {
    Lookup {
        document: "id_card".parse().unwrap(),
        name: Text::new("國民身分證影本", "Copy of the ID card"),
        source: Text::new("戶政資訊系統", "the household register"),
        register: "household".parse().unwrap(),
        purpose: Text::new("審查申請人身分", "to check who applies"),
        found,
        sha256: [u8::from(found); 32],
    }
}

pub fn looked_up(found: bool) -> Command {
    Command::QueryRegister(Box::new(lookup(found)))
}
