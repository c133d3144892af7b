//! Form bodies, decoded strictly.
