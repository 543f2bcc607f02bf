//! What is wrong with a query, member by member.

/// One member that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMember {
    /// Where, such as `calculations[0].op`.
    pub field: String,
    /// `invalid`, `missing` or `incorrect_type`.
    pub code: &'static str,
    /// The sentence.
    pub description: String,
}

/// All that was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings(pub(super) Vec<InvalidMember>);

impl Findings {
    pub(super) fn invalid(&mut self, field: &str, description: impl Into<String>) {
        self.add(field, "invalid", description.into());
    }

    pub(super) fn missing(&mut self, field: &str) {
        self.add(field, "missing", format!("{field} is required"));
    }

    pub(super) fn of_type(&mut self, field: &str, wanted: &str) {
        self.add(field, "incorrect_type", format!("{field} must be {wanted}"));
    }

    fn add(&mut self, field: &str, code: &'static str, description: String) {
        self.0.push(InvalidMember {
            field: field.to_owned(),
            code,
            description,
        });
    }
}
