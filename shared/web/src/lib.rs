//! What every page and every API answer shares: reading a request, knowing the visitor, the layout,
//! the two languages, and how trouble is told.
//!
//! A function with routes calls [`serve::serve`] with its own `route`, which matches on the route
//! key of the template, so there is one list of routes: `template.yaml`.

pub mod assets;
pub mod correction;
pub mod document;
pub mod explained;
pub mod frame;
pub mod incoming;
pub mod issued;
pub mod pick_up;
pub mod reading;
pub mod respond;
pub mod serve;
pub mod trouble;
pub mod typed;
pub mod visitor;

pub use wire::form;
