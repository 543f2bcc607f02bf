//! Whose data it is: on AWS every account and region is a world of its own.

/// An account in a region.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant {
    /// Twelve digits.
    pub account: String,
    /// A region's code, such as `ca-central-1`.
    pub region: String,
}

impl Tenant {
    /// The account of a caller whose access key id does not name one.
    pub const NO_ACCOUNT: &'static str = "000000000000";

    /// The tenant of an account in a region.
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }

    /// The part of AWS that the region belongs to, as it stands in ARNs.
    pub fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }

    /// The ARN of a resource of this tenant.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.partition(),
            self.region,
            self.account
        )
    }

    /// The resource part of an ARN, if the ARN is of this tenant and service.
    pub fn resource_of<'arn>(&self, service: &str, arn: &'arn str) -> Option<&'arn str> {
        arn.strip_prefix(self.arn(service, "").as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_follows_the_region() {
        let arn = |region| Tenant::new("123456789012", region).arn("xray", "group/A/B");
        assert_eq!(
            arn("ca-central-1"),
            "arn:aws:xray:ca-central-1:123456789012:group/A/B"
        );
        assert_eq!(
            arn("cn-north-1"),
            "arn:aws-cn:xray:cn-north-1:123456789012:group/A/B"
        );
        assert_eq!(
            arn("us-gov-west-1"),
            "arn:aws-us-gov:xray:us-gov-west-1:123456789012:group/A/B"
        );
    }

    #[test]
    fn an_arn_of_another_region_names_nothing() {
        let tenant = Tenant::new("123456789012", "eu-west-1");
        let here = tenant.arn("logs", "log-group:a");
        assert_eq!(tenant.resource_of("logs", &here), Some("log-group:a"));
        let elsewhere = Tenant::new("123456789012", "eu-west-2");
        assert_eq!(elsewhere.resource_of("logs", &here), None);
        assert_eq!(tenant.resource_of("xray", &here), None);
    }
}
