//! The rules of the single window (單一窗口), and nothing else.
//!
//! Everything here is a pure function of its arguments: no I/O, no ambient time, no randomness, no
//! serialisation. Time, ids and randomness come in as values; decisions go out as values.
//!
//! Read in this order: [`case`] (what a case is), [`command`] (what can be asked), [`decide`] (what
//! is allowed), [`event`] (what happened), [`apply`] (what follows), [`clock`] (until when, and why),
//! [`notice`] (who must be told), [`timer`] (what wakes up by itself).

pub mod absence;
pub mod access;
pub mod agency;
pub mod apply;
pub mod assurance;
pub mod attendance;
pub mod booking;
pub mod calendar;
pub mod case;
pub mod clock;
mod code;
pub mod command;
pub mod consent;
pub mod correction;
pub mod dates;
pub mod decide;
pub mod delivery;
pub mod ending;
pub mod event;
pub mod fee;
pub mod form;
pub mod id;
pub mod interest;
pub mod item;
pub mod joint_review;
pub mod letter;
pub mod mobile;
pub mod money;
pub mod notice;
pub mod notice_tag;
pub mod online_type;
pub mod payment;
pub mod personal;
pub mod pick_up;
pub mod refusal;
pub mod register;
pub mod rejection;
pub mod reminder;
pub mod routing;
pub mod service;
pub mod signature;
pub mod submit;
pub mod taipei;
pub mod text;
pub mod timer;
pub mod verification;
