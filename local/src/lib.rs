//! The whole city on one machine: what `template.yaml` describes, wired from that file alone.
//!
//! `template` reads the wiring, `aws` is the services, `lambda` runs the functions, `gateway`,
//! `sources` and `schedules` start them, `identity` and `pages` are for people, `sandbox` stands in for
//! the payment providers; `city` puts all of it together.

pub mod ambient;
pub mod args;
pub mod aws;
pub mod builder;
pub mod city;
pub mod console;
pub mod data;
pub mod gateway;
pub mod identity;
pub mod lambda;
pub mod pages;
pub mod registers;
pub mod sandbox;
pub mod schedules;
pub mod sms;
pub mod sources;
pub mod template;
