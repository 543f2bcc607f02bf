//! What `setup`, `teardown` and `logs create` have in common: show, ask, carry out, wait, report.

use std::process::ExitCode;
use std::time::Instant;

use super::context::Context;
use crate::error::{Error, Kind, Result};
use crate::output::Format;
use crate::provision::ResourceKind;
use crate::provision::apply::{Ending, apply, settle};
use crate::provision::desired::Desired;
use crate::provision::plan::{Plan, Verb};
use crate::remote::Clients;
use crate::view::plan::{OutcomesView, PlanView, StepView};

/// How far to go, and what was agreed to beforehand.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(skip)]
pub(super) struct Consent {
    /// Show the plan and stop
    #[arg(long = "plan")]
    pub(super) plan_only: bool,
    /// Do not ask
    #[arg(short, long)]
    pub(super) yes: bool,
    /// With --plan, exit 3 if there is something to do
    #[arg(long)]
    pub(super) exit_code: bool,
}

/// A command's own words.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// Said when nothing is to be done.
    pub(super) nothing: &'static str,
    /// The command line that was typed, to be typed again.
    pub(super) again: String,
}

/// Shows a plan, and carries it out where that is agreed; true when something was done.
pub(super) async fn carry_out(
    context: &Context<'_>,
    clients: &Clients,
    desired: &Desired,
    plan: Plan,
    consent: Consent,
    words: Words,
) -> Result<(ExitCode, bool)> {
    let output = context.output;
    let started = Instant::now();
    let mut view = view(context, clients, desired, &plan);
    header(context, &view);
    if plan.is_empty() && plan.refusals().is_empty() {
        return unchanged(context, clients, plan, view, &words).await;
    }
    output.emit_text(&view)?;
    for note in &view.notes {
        output.note(note);
    }
    let removes = view
        .steps
        .iter()
        .any(|step| step.planned.action == Verb::Delete);
    let refusals = plan.refusals();
    if !refusals.is_empty() {
        finish(context, &view)?;
        return Err(refused(&refusals));
    }
    if consent.plan_only {
        finish(context, &view)?;
        output.next(&context.command(&words.again));
        let code = if consent.exit_code {
            Kind::Pending.exit_code()
        } else {
            0
        };
        return Ok((ExitCode::from(code), false));
    }
    let agreement = async { Ok(agreed(context, &plan, consent).await) };
    if !context.until_stopped(agreement).await? {
        finish(context, &view)?;
        output.status("nothing was touched");
        if !output.interactive() {
            output.next(&format!("{} --yes", context.command(&words.again)));
        }
        return Ok((ExitCode::from(Kind::Pending.exit_code()), false));
    }

    let progress = output.progress("applying");
    let applied = apply(plan, clients, &context.stop).await;
    let mut failure = applied.failure;
    if failure.is_none() && !removes {
        progress.say("waiting until it shows");
        failure = context.until_stopped(settle(clients, desired)).await.err();
    }
    drop(progress);
    view.conclude(&applied.outcomes, clients.calls.counts());
    output.emit_text(&OutcomesView {
        plan: &view,
        described: false,
    })?;
    finish(context, &view)?;
    let summary = format!(
        "{} in {:.1} s",
        view.summary(),
        started.elapsed().as_secs_f64()
    );
    match failure {
        None => output.status(&summary),
        Some(error) => {
            output.status(&summary);
            return Err(error);
        }
    }
    let changed = applied.outcomes.iter().any(|outcome| {
        !matches!(
            outcome.outcome,
            Ending::Unchanged | Ending::Adopted | Ending::Absent
        )
    });
    Ok((ExitCode::SUCCESS, changed))
}

/// Nothing is to be done: says how things are, in place of a plan.
async fn unchanged(
    context: &Context<'_>,
    clients: &Clients,
    plan: Plan,
    mut view: PlanView,
    words: &Words,
) -> Result<(ExitCode, bool)> {
    let applied = apply(plan, clients, &context.stop).await;
    view.conclude(&applied.outcomes, clients.calls.counts());
    context.output.emit_text(&OutcomesView {
        plan: &view,
        described: true,
    })?;
    for note in &view.notes {
        context.output.note(note);
    }
    finish(context, &view)?;
    context
        .output
        .status(&format!("no changes: {}", words.nothing));
    Ok((ExitCode::SUCCESS, false))
}

fn view(context: &Context<'_>, clients: &Clients, desired: &Desired, plan: &Plan) -> PlanView {
    PlanView {
        account: plan.account().map(str::to_owned),
        region: clients.facts.region.clone(),
        sandbox: context.settings.sandbox().is_some(),
        sources: desired.sources.clone(),
        pending: !plan.is_empty(),
        steps: plan
            .steps()
            .into_iter()
            .map(|planned| StepView {
                planned,
                outcome: None,
            })
            .collect(),
        notes: plan.notes().to_vec(),
        calls: clients.calls.counts(),
    }
}

fn header(context: &Context<'_>, view: &PlanView) {
    let style = context.output.status_style();
    let mut parts = Vec::new();
    if view.sandbox {
        parts.push(style.accent("sandbox"));
    }
    if let Some(account) = &view.account {
        parts.push(format!("{} {account}", style.dim("account")));
    }
    parts.push(format!("{} {}", style.dim("region"), view.region));
    context.output.status(&parts.join("  "));
    if !view.sources.is_empty() {
        context.output.status(&format!(
            "{} {}",
            style.dim("from"),
            view.sources.join(", ")
        ));
    }
}

/// Whether the plan may be carried out: creations may; changes and deletions are asked about.
async fn agreed(context: &Context<'_>, plan: &Plan, consent: Consent) -> bool {
    let output = context.output;
    if !plan.needs_consent() || consent.yes {
        return true;
    }
    if !output.interactive() {
        return false;
    }
    let steps = plan.steps();
    let total = steps.iter().filter(|step| step.action.writes()).count();
    let question = format!("Apply {total} {}?", plural(total, "change"));
    if !output.confirm(&question).await {
        return false;
    }
    // Log data cannot be made again: its name must be typed.
    for step in steps {
        let deletes_data = step.action == Verb::Delete && step.kind == ResourceKind::LogGroup;
        let question = format!(
            "Type {} to delete this log group and all it holds:",
            step.name
        );
        if deletes_data && output.ask(&question).await != step.name {
            return false;
        }
    }
    true
}

/// The end of every path: the JSON document, and what the calls met.
fn finish(context: &Context<'_>, view: &PlanView) -> Result<()> {
    let output = context.output;
    let calls = view.calls;
    if calls.throttled > 0 {
        output.status(&format!(
            "throttled {} {}; each was tried again",
            calls.throttled,
            plural(calls.throttled as usize, "time")
        ));
    }
    if calls.conflicted > 0 {
        output.status(&format!(
            "met a conflicting operation {} {}; each was tried again",
            calls.conflicted,
            plural(calls.conflicted as usize, "time")
        ));
    }
    output.detail(&format!(
        "{} read and {} write calls",
        calls.read, calls.write
    ));
    if output.format() == Format::Json {
        output.emit(view)?;
    }
    Ok(())
}

fn refused(refusals: &[String]) -> Error {
    let mut error = Error::configuration("the plan cannot be carried out; nothing was touched")
        .code("plan-refused");
    for reason in refusals {
        error = error.tried(reason);
    }
    error.fix("change the desired state, or the resource by hand, then run it again")
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 {
        word.to_owned()
    } else {
        format!("{word}s")
    }
}
