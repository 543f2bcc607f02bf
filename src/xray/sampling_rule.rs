//! A sampling rule: which requests are traced, and how many of them.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html>

use std::collections::BTreeMap;

/// A sampling rule as X-Ray shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingRule {
    /// Unique in account and region.
    pub name: String,
    /// Holds account and region, and no made-up part.
    pub arn: String,
    /// The resource that requests are served by; SDKs heed `*` only.
    pub resource_arn: String,
    /// The smallest number is tried first; `Default` has 10000.
    pub priority: i32,
    /// The share of requests traced after the reservoir is used up, 0 to 1.
    pub fixed_rate: f64,
    /// Requests traced per second before the rate applies.
    pub reservoir_size: i32,
    /// Pattern of the segment's name.
    pub service_name: String,
    /// Pattern of the segment's origin.
    pub service_type: String,
    /// Pattern of the Host header.
    pub host: String,
    /// Pattern of the HTTP method.
    pub http_method: String,
    /// Pattern of the path.
    pub url_path: String,
    /// Always 1.
    pub version: i32,
    /// Segment attributes that must match; SDKs ignore rules that have any.
    pub attributes: BTreeMap<String, String>,
    /// Adaptive sampling, where it was set.
    pub boost: Option<SamplingRateBoost>,
}

/// How far adaptive sampling may raise the rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamplingRateBoost {
    /// The highest rate, 0 to 1.
    pub max_rate: f64,
    /// Minutes between two boosts.
    pub cooldown_window_minutes: i32,
}
