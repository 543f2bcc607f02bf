//! A plan, and what became of it.

use serde::Serialize;
use serde_json::Value;

use crate::output::{Page, View};
use crate::provision::FieldChange;
use crate::provision::apply::{Ending, Outcome};
use crate::provision::plan::{PlannedStep, Verb};
use crate::remote::CallCounts;

/// A plan before, and the whole story after, it was carried out: the JSON of `setup`,
/// `teardown` and `logs create`.
#[derive(Debug, Serialize)]
pub struct PlanView {
    /// The account, where anything told it.
    pub account: Option<String>,
    /// The region.
    pub region: String,
    /// Whether all of this happens in the sandbox.
    pub sandbox: bool,
    /// The files the desired state was read from.
    pub sources: Vec<String>,
    /// Whether changes wait to be applied.
    pub pending: bool,
    /// Resource by resource.
    pub steps: Vec<StepView>,
    /// What is worth knowing.
    pub notes: Vec<String>,
    /// The requests sent.
    pub calls: CallCounts,
}

/// One resource.
#[derive(Debug, Serialize)]
pub struct StepView {
    /// What is planned.
    #[serde(flatten)]
    pub planned: PlannedStep,
    /// How it ended; absent while it is only planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Ending>,
}

impl PlanView {
    /// Fills in how the steps ended.
    pub fn conclude(&mut self, outcomes: &[Outcome], calls: CallCounts) {
        for step in &mut self.steps {
            step.outcome = outcomes
                .iter()
                .find(|outcome| {
                    outcome.kind == step.planned.kind && outcome.name == step.planned.name
                })
                .map(|outcome| outcome.outcome);
        }
        self.pending = self
            .steps
            .iter()
            .any(|step| matches!(step.outcome, Some(Ending::Failed | Ending::NotTried)));
        self.calls = calls;
    }

    /// `1 created, 0 adopted, 2 updated, 0 unchanged`, and what else there was.
    pub fn summary(&self) -> String {
        let count = |ending: Ending| {
            self.steps
                .iter()
                .filter(|step| step.outcome == Some(ending))
                .count()
        };
        let always: &[Ending] = if self
            .steps
            .iter()
            .any(|step| matches!(step.outcome, Some(Ending::Deleted | Ending::Absent)))
        {
            &[Ending::Deleted, Ending::Unchanged]
        } else {
            &[
                Ending::Created,
                Ending::Adopted,
                Ending::Updated,
                Ending::Unchanged,
            ]
        };
        let sometimes = [
            Ending::Replaced,
            Ending::Absent,
            Ending::Failed,
            Ending::NotTried,
        ];
        always
            .iter()
            .map(|ending| (*ending, count(*ending)))
            .chain(
                sometimes
                    .iter()
                    .map(|ending| (*ending, count(*ending)))
                    .filter(|(_, count)| *count > 0),
            )
            .map(|(ending, count)| format!("{count} {}", ending.words()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl View for PlanView {
    fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        let kinds = widest(self.steps.iter().map(|step| step.planned.kind.words()));
        let names = widest(self.steps.iter().map(|step| step.planned.name.as_str()));
        for step in &self.steps {
            let planned = &step.planned;
            let style = page.style;
            let (symbol, word) = sign(planned.action);
            let action = format!("{symbol} {word:<7}");
            let action = match planned.action {
                Verb::Create => style.good(&action),
                Verb::Update | Verb::Replace => style.caution(&action),
                Verb::Delete | Verb::Refuse => style.bad(&action),
                Verb::Adopt | Verb::Keep | Verb::Absent => style.dim(&action),
            };
            let kind = format!("{:<kinds$}", planned.kind.words());
            let name = format!("{:<names$}", planned.name);
            let indent = 2 + 9 + 2 + kinds + 2 + names + 2;
            let detail = page.wrap(&detail(planned), indent);
            let detail = if planned.action.writes() {
                detail
            } else {
                style.dim(&detail)
            };
            let line = format!("  {action}  {kind}  {}  {detail}", style.strong(&name));
            text.push_str(line.trim_end());
            text.push('\n');
            for change in planned.changes.iter().skip(1) {
                text.push_str(&" ".repeat(indent));
                text.push_str(&page.wrap(&change_text(change), indent));
                text.push('\n');
            }
        }
        text
    }
}

/// The endings, one line each: what is printed after a plan was carried out, or in its place
/// where there was nothing to do.
#[derive(Debug, Serialize)]
pub struct OutcomesView<'a> {
    /// The plan, concluded.
    pub plan: &'a PlanView,
    /// Whether to say what each resource is; needless below a plan that said so.
    pub described: bool,
}

impl View for OutcomesView<'_> {
    fn text(&self, page: &Page) -> String {
        let steps = || self.plan.steps.iter();
        let kinds = widest(steps().map(|step| step.planned.kind.words()));
        let names = widest(steps().map(|step| step.planned.name.as_str()));
        let words = widest(steps().filter_map(|step| step.outcome).map(Ending::words));
        let mut text = String::new();
        for step in steps() {
            let Some(ending) = step.outcome else { continue };
            let style = page.style;
            let word = format!("{:<words$}", ending.words());
            let word = match ending {
                Ending::Created | Ending::Updated | Ending::Replaced | Ending::Deleted => {
                    style.good(&word)
                }
                Ending::Failed => style.bad(&word),
                Ending::NotTried => style.caution(&word),
                Ending::Adopted | Ending::Unchanged | Ending::Absent => style.dim(&word),
            };
            let kind = step.planned.kind.words();
            let name = style.strong(&format!("{:<names$}", step.planned.name));
            let indent = 2 + words + 2 + kinds + 2 + names + 2;
            let description = if self.described {
                style.dim(&page.wrap(&step.planned.description, indent))
            } else {
                String::new()
            };
            let line = format!("  {word}  {kind:<kinds$}  {name}  {description}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Every symbol has a word beside it.
fn sign(action: Verb) -> (char, &'static str) {
    match action {
        Verb::Create => ('+', "create"),
        Verb::Update => ('~', "update"),
        Verb::Replace => ('±', "replace"),
        Verb::Delete => ('-', "delete"),
        Verb::Adopt => ('=', "adopt"),
        Verb::Keep => ('=', "keep"),
        Verb::Absent => ('=', "absent"),
        Verb::Refuse => ('!', "refuse"),
    }
}

fn detail(step: &PlannedStep) -> String {
    match step.action {
        Verb::Adopt => "already equal".to_owned(),
        Verb::Update | Verb::Replace => step.changes.first().map(change_text).unwrap_or_default(),
        _ => step.description.clone(),
    }
}

fn change_text(change: &FieldChange) -> String {
    format!(
        "{} {} → {}",
        change.field,
        value_text(&change.field, &change.from),
        value_text(&change.field, &change.to)
    )
}

fn value_text(field: &str, value: &Value) -> String {
    match value {
        Value::Null if field == "retentionInDays" => "never".to_owned(),
        Value::Null => "not set".to_owned(),
        // A filter has quotes of its own; JSON's escapes would only be in the way.
        Value::String(text) if text.contains('"') => text.clone(),
        other => other.to_string(),
    }
}

fn widest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(console::measure_text_width).max().unwrap_or(0)
}
