//! What samplers reported, and where traces go.

use aws_sdk_xray::types::TraceSegmentDestination;
use jiff::Timestamp;

use super::super::explain::explain;
use super::super::service_error::hollow;
use super::super::xray::XrayClient;
use super::count;
use crate::error::Result;
use crate::xray::sampling::report::Counts;
use crate::xray::sampling::statistics::Summary;

impl XrayClient {
    /// What samplers reported of late, by rule and stretch of time, in that order.
    pub async fn sampling_statistic_summaries(&self) -> Result<Vec<Summary>> {
        const ACTION: &str = "xray:GetSamplingStatisticSummaries";
        let mut pages = self
            .client
            .get_sampling_statistic_summaries()
            .into_paginator()
            .send();
        let mut summaries = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| explain(&self.facts, ACTION, &error))?;
            if page.sampling_statistic_summaries.is_none() && page.next_token.is_none() {
                return Err(hollow(&self.facts, ACTION, "SamplingStatisticSummaries"));
            }
            for summary in page.sampling_statistic_summaries() {
                let number = |number: i32| count(Some(i64::from(number)));
                let at = summary
                    .timestamp()
                    .and_then(|at| Timestamp::from_second(at.secs()).ok());
                let (Some(rule_name), Some(at)) = (summary.rule_name(), at) else {
                    continue;
                };
                summaries.push(Summary {
                    rule_name: rule_name.to_owned(),
                    at,
                    counts: Counts {
                        requests: number(summary.request_count()),
                        sampled: number(summary.sampled_count()),
                        borrowed: number(summary.borrow_count()),
                    },
                });
            }
        }
        summaries.sort_by(|one, other| (&one.rule_name, one.at).cmp(&(&other.rule_name, other.at)));
        Ok(summaries)
    }

    /// Whether Transaction Search is on: segments then go to CloudWatch Logs, and X-Ray finds
    /// only the share of traces that it indexes.
    pub async fn has_transaction_search(&self) -> Result<bool> {
        self.client
            .get_trace_segment_destination()
            .send()
            .await
            .map(|answer| answer.destination() == Some(&TraceSegmentDestination::CloudWatchLogs))
            .map_err(|error| explain(&self.facts, "xray:GetTraceSegmentDestination", &error))
    }
}
