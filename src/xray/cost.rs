//! What a sampling rule costs.
//!
//! Prices of us-east-1, from <https://aws.amazon.com/xray/pricing/>; China and `GovCloud`
//! differ, and with Transaction Search spans are billed as log data instead. Reading traces
//! back (scanned and retrieved traces, Insights) is billed apart and is not counted here.

/// Where the prices stand.
pub const PRICES_PAGE: &str = "https://aws.amazon.com/xray/pricing/";

/// Recorded traces that cost nothing, each month.
pub const FREE_TRACES_PER_MONTH: f64 = 100_000.0;

/// Dollars for a million recorded traces beyond the free ones.
pub const DOLLARS_PER_MILLION_TRACES: f64 = 5.0;

/// The longest month, as in the price page's own example.
const SECONDS_PER_MONTH: f64 = 31.0 * 24.0 * 60.0 * 60.0;

/// Tells how many of the requests per second are sampled once the reservoir is shared out.
///
/// Before that, every instance may borrow one trace per second of its own.
pub fn sampled_per_second(requests_per_second: f64, reservoir: u32, fixed_rate: f64) -> f64 {
    let reservoir = f64::from(reservoir);
    let beyond = (requests_per_second - reservoir).max(0.0);
    requests_per_second.min(reservoir) + fixed_rate * beyond
}

/// Tells how many traces a month has at this rate.
pub fn traces_per_month(sampled_per_second: f64) -> f64 {
    sampled_per_second * SECONDS_PER_MONTH
}

/// Tells how many traces a month has when the reservoir is used up in every second of it.
///
/// The fixed rate adds to this whatever the traffic beyond the reservoir brings.
pub fn traces_per_month_at_saturation(reservoir: u32) -> f64 {
    traces_per_month(f64::from(reservoir))
}

/// Tells what a month's recorded traces cost, in dollars.
pub fn dollars_per_month(traces: f64) -> f64 {
    (traces - FREE_TRACES_PER_MONTH).max(0.0) * DOLLARS_PER_MILLION_TRACES / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(actual: f64, expected: f64, tolerance: f64) {
        assert!(
            (actual - expected).abs() <= tolerance,
            "{actual} is not {expected}"
        );
    }

    #[test]
    fn the_price_pages_example() {
        // 2,000 requests an hour at 10 %.
        let traces = traces_per_month(sampled_per_second(2000.0 / 3600.0, 0, 0.1));
        assert_near(traces, 148_800.0, 0.001);
        assert_near(dollars_per_month(traces), 0.244, 0.000_001);
    }

    #[test]
    fn saturated_reservoirs() {
        let one = traces_per_month_at_saturation(1);
        assert_near(one, 2_678_400.0, 0.001);
        assert_near(dollars_per_month(one), 12.9, 0.01);
        let five = traces_per_month_at_saturation(5);
        assert_near(five, 13_392_000.0, 0.001);
        assert_near(dollars_per_month(five), 66.46, 0.001);
    }

    #[test]
    fn the_reservoir_comes_first_then_the_rate() {
        assert_near(sampled_per_second(0.0, 5, 0.1), 0.0, 0.0);
        assert_near(sampled_per_second(3.0, 5, 0.1), 3.0, 0.0);
        assert_near(sampled_per_second(25.0, 5, 0.1), 7.0, 1e-12);
        assert_near(sampled_per_second(25.0, 0, 1.0), 25.0, 0.0);
    }

    #[test]
    fn the_free_traces_are_free() {
        assert_near(dollars_per_month(0.0), 0.0, 0.0);
        assert_near(dollars_per_month(FREE_TRACES_PER_MONTH), 0.0, 0.0);
    }
}
