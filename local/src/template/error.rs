//! What is wrong with a template, and where.

/// One thing that is wrong with `template.yaml`, named so that it can be found at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template: {at}: {problem}")]
pub struct TemplateError {
    /// `Resource.Properties.Path.To.Value`, or a section such as `Parameters`.
    pub at: String,
    /// What is wrong there, as a sentence without a full stop.
    pub problem: String,
}

impl TemplateError {
    pub(super) fn new(at: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { at: at.into(), problem: problem.into() }
    }
}

/// Shorthand of this module.
pub(super) type Result<T> = std::result::Result<T, TemplateError>;

/// An error at a place.
pub(super) fn wrong<T>(at: &str, problem: impl Into<String>) -> Result<T> {
    Err(TemplateError::new(at, problem))
}
