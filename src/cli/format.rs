//! `-o`: the forms that data can have.
//!
//! The option is a global one, so that it may stand anywhere on the line, and knows every form
//! that any command writes; its help shows text and JSON. A command with forms of its own takes
//! the option over, with its own help, and one that is asked for a form that it does not write
//! says so.

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::error::{Error, Result};

/// A form, as it is named after `-o`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArgument {
    #[default]
    Text,
    Json,
    #[value(hide = true)]
    Table,
    #[value(hide = true)]
    Tree,
    #[value(hide = true)]
    Dot,
    #[value(hide = true)]
    Mermaid,
    #[value(hide = true)]
    Svg,
    #[value(hide = true)]
    Csv,
    #[value(hide = true)]
    Raw,
}

/// What commands write that say nothing else.
pub(super) const TEXT_AND_JSON: &[FormatArgument] = &[FormatArgument::Text, FormatArgument::Json];

impl FormatArgument {
    /// Its name after `-o`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Table => "table",
            Self::Tree => "tree",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
            Self::Csv => "csv",
            Self::Raw => "raw",
        }
    }
}

/// Reads the forms of one command; the help lists those that are `shown`.
pub(super) fn parser(
    forms: &'static [FormatArgument],
    shown: fn(FormatArgument) -> bool,
) -> impl TypedValueParser<Value = FormatArgument> {
    let values = forms
        .iter()
        .map(move |form| PossibleValue::new(form.name()).hide(!shown(*form)));
    PossibleValuesParser::new(values.collect::<Vec<_>>()).map(move |name| {
        let form = forms.iter().find(|form| form.name() == name);
        form.copied().unwrap_or_default()
    })
}

/// Refuses a form that a command does not write.
pub(super) fn check(form: FormatArgument, forms: &[FormatArgument]) -> Result<()> {
    if forms.contains(&form) {
        return Ok(());
    }
    let names: Vec<&str> = forms.iter().map(|form| form.name()).collect();
    let names = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    };
    Err(Error::usage(format!(
        "this command does not write {}; it writes {names}",
        form.name()
    ))
    .code("output-format")
    .tried(format!("-o {}", form.name()))
    .fix(format!("write -o followed by {names}, or leave it out")))
}
