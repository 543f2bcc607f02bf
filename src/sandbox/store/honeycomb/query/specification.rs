//! A query as it is written: JSON in, a checked query or all that is wrong with it out.
//!
//! Members and limits are those of <https://docs.honeycomb.io/api/query-specification/>. What is not
//! emulated is refused by name, and so is what nobody knows: a member that is passed over would be a
//! result that is silently wrong.

use serde_json::{Map, Value};

use super::calculation::{Calculation, Op};
use super::clauses;
use super::filter::Filter;
use super::invalid::{Findings, InvalidMember};
use super::outcome::{Having, Order};
use super::window::{Span, TimeSpecification};

/// The most groups of an answer, and how many there are where nothing is said.
pub(super) const MOST_GROUPS: usize = 1000;
const USUAL_GROUPS: usize = 100;

/// Members that mean something on Honeycomb and nothing here.
const NOT_EMULATED: [&str; 4] = [
    "calculated_fields",
    "formulas",
    "compare_time_offset_seconds",
    "trace_joins",
];

const KNOWN: [&str; 13] = [
    "id",
    "query_annotation_ids",
    "usage_mode",
    "calculations",
    "filters",
    "filter_combination",
    "breakdowns",
    "orders",
    "havings",
    "limit",
    "time_range",
    "start_time",
    "end_time",
];

/// A query that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub(super) calculations: Vec<Calculation>,
    pub(super) filters: Vec<Filter>,
    /// One filter that passes is enough.
    pub(super) any_filter: bool,
    pub(super) breakdowns: Vec<String>,
    pub(super) orders: Vec<Order>,
    pub(super) havings: Vec<Having>,
    pub(super) limit: usize,
    pub(super) time: TimeSpecification,
}

impl Query {
    /// Reads a query.
    pub fn read(specification: &Value) -> Result<Self, Vec<InvalidMember>> {
        let mut findings = Findings::default();
        let Some(members) = specification.as_object() else {
            findings.of_type("query", "an object");
            return Err(findings.0);
        };
        refuse_strangers(members, &mut findings);
        let mut calculations = clauses::calculations(members, &mut findings);
        if calculations.is_empty() {
            calculations.push(Calculation {
                op: Op::Count,
                column: None,
            });
        }
        let breakdowns = clauses::breakdowns(members, &mut findings);
        let query = Self {
            filters: clauses::filters(members, &mut findings),
            any_filter: any_filter(members, &mut findings),
            orders: clauses::orders(members, &calculations, &breakdowns, &mut findings),
            havings: clauses::havings(members, &calculations, &mut findings),
            limit: limit(members, &mut findings),
            time: time(members, &mut findings),
            calculations,
            breakdowns,
        };
        if findings.0.is_empty() {
            Ok(query)
        } else {
            Err(findings.0)
        }
    }
}

fn refuse_strangers(members: &Map<String, Value>, findings: &mut Findings) {
    for (name, value) in members {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(values) => values.is_empty(),
            Value::Number(number) => number.as_f64() == Some(0.0),
            _ => false,
        };
        if KNOWN.contains(&name.as_str()) || name == "granularity" || is_empty {
            continue;
        }
        if NOT_EMULATED.contains(&name.as_str()) {
            findings.invalid(name, format!("the sandbox does not emulate {name}"));
        } else {
            findings.invalid(name, format!("{name} is not a member of a query"));
        }
    }
}

fn any_filter(members: &Map<String, Value>, findings: &mut Findings) -> bool {
    match clauses::given(members, "filter_combination") {
        None => false,
        Some(Value::String(combination)) if combination == "AND" => false,
        Some(Value::String(combination)) if combination == "OR" => true,
        Some(_) => {
            findings.invalid("filter_combination", "filter_combination must be AND or OR");
            false
        }
    }
}

fn limit(members: &Map<String, Value>, findings: &mut Findings) -> usize {
    let Some(value) = clauses::given(members, "limit") else {
        return USUAL_GROUPS;
    };
    match value.as_u64().map(usize::try_from) {
        Some(Ok(0)) => USUAL_GROUPS,
        Some(Ok(limit)) if limit <= MOST_GROUPS => limit,
        Some(_) => {
            findings.invalid("limit", format!("limit must be at most {MOST_GROUPS}"));
            USUAL_GROUPS
        }
        None => {
            findings.of_type("limit", "a whole number");
            USUAL_GROUPS
        }
    }
}

fn time(members: &Map<String, Value>, findings: &mut Findings) -> TimeSpecification {
    let mut seconds = |name: &str| -> Option<i64> {
        let value = clauses::given(members, name)?;
        match value.as_i64() {
            Some(0) if name != "start_time" => None,
            Some(seconds) if (0..=Span::MOST_SECONDS).contains(&seconds) => Some(seconds),
            Some(_) => {
                findings.invalid(name, format!("{name} is out of range"));
                None
            }
            None => {
                findings.of_type(name, "a whole number of seconds");
                None
            }
        }
    };
    let time = TimeSpecification {
        range: seconds("time_range"),
        start: seconds("start_time"),
        end: seconds("end_time"),
        granularity: seconds("granularity"),
    };
    if findings.0.is_empty() {
        time.check(findings);
    }
    time
}
