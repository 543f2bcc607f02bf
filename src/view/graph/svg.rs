//! stub
use super::chart::Chart;
pub(super) fn written(_chart: &Chart<'_>) -> String { String::new() }
