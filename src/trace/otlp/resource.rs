//! Who made the spans: the service, where it runs, and with which SDK.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use super::value;

type Text<'a> = Option<&'a str>;

/// What is known of a resource by its attributes.
#[derive(Debug, Default)]
pub(super) struct Resource<'a> {
    pub(super) name: Text<'a>,
    pub(super) version: Text<'a>,
    pub(super) account: Text<'a>,
    pub(super) region: Text<'a>,
    pub(super) zone: Text<'a>,
    pub(super) instance: Text<'a>,
    pub(super) container: Text<'a>,
    pub(super) container_id: Text<'a>,
    pub(super) container_arn: Text<'a>,
    pub(super) cluster: Text<'a>,
    pub(super) pod: Text<'a>,
    /// As X-Ray names it, such as `opentelemetry for python`.
    pub(super) sdk: Option<String>,
    pub(super) sdk_version: Text<'a>,
    pub(super) is_automatic: bool,
    pub(super) log_groups: Vec<&'a str>,
    platform: Text<'a>,
    environment: Text<'a>,
    launch_type: Text<'a>,
    pub(super) all: Vec<(&'a str, &'a AnyValue)>,
}

impl<'a> Resource<'a> {
    pub(super) fn read(attributes: &'a [KeyValue]) -> Self {
        let mut known = Self::default();
        let (mut sdk, mut language, mut instance) = (None, None, None);
        for KeyValue { key, value, .. } in attributes {
            let Some(value) = value else { continue };
            known.all.push((key, value));
            let text = match key.as_str() {
                "service.name" => &mut known.name,
                "service.version" => &mut known.version,
                "cloud.account.id" => &mut known.account,
                "cloud.region" => &mut known.region,
                "cloud.availability_zone" => &mut known.zone,
                "cloud.platform" => &mut known.platform,
                "deployment.environment" | "deployment.environment.name" | "service.namespace" => {
                    &mut known.environment
                }
                "host.id" => &mut instance,
                "aws.ecs.launchtype" => &mut known.launch_type,
                "aws.ecs.container.arn" => &mut known.container_arn,
                "container.name" => &mut known.container,
                "container.id" => &mut known.container_id,
                "k8s.cluster.name" => &mut known.cluster,
                "k8s.pod.name" => &mut known.pod,
                "telemetry.sdk.name" => &mut sdk,
                "telemetry.sdk.language" => &mut language,
                "telemetry.sdk.version" => &mut known.sdk_version,
                "telemetry.auto.version" | "telemetry.distro.version" => {
                    known.is_automatic = true;
                    continue;
                }
                "aws.log.group.names" => {
                    known.log_groups = value::texts(value).collect();
                    continue;
                }
                _ => continue,
            };
            *text = value::first_text(value);
        }
        known.sdk = sdk.map(|sdk| match language {
            Some(language) => format!("{sdk} for {language}"),
            None => sdk.to_owned(),
        });
        // Elsewhere an id of a host is not one of an instance.
        let is_ec2 = matches!(
            known.platform,
            Some("aws_ec2" | "aws_eks" | "aws_elastic_beanstalk")
        );
        known.instance = instance.filter(|_| is_ec2);
        known
    }

    pub(super) fn is_ecs(&self) -> bool {
        self.platform == Some("aws_ecs")
    }

    pub(super) fn beanstalk(&self) -> Text<'a> {
        self.environment
            .filter(|_| self.platform == Some("aws_elastic_beanstalk"))
    }

    /// The type of the service's node, where it runs on AWS.
    pub(super) fn origin(&self) -> Option<&'static str> {
        Some(match self.platform? {
            "aws_app_runner" => "AWS::AppRunner::Service",
            "aws_eks" => "AWS::EKS::Container",
            "aws_elastic_beanstalk" => "AWS::ElasticBeanstalk::Environment",
            "aws_ecs" => match self.launch_type.map(str::to_ascii_lowercase).as_deref() {
                Some("ec2") => "AWS::ECS::EC2",
                Some("fargate") => "AWS::ECS::Fargate",
                _ => "AWS::ECS::Container",
            },
            "aws_ec2" => "AWS::EC2::Instance",
            _ => return None,
        })
    }
}
