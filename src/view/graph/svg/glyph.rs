//! Small pictures that tell what a node is, 14 units wide around the point (0, y).

use super::super::chart::Spot;

/// A head and shoulders: the people, or programs, that traces begin with.
pub(super) const PERSON: &str = "<g class=\"person\" transform=\"translate(0 {y})\"><circle cy=\"-6\" r=\"5.4\"/><path d=\"M-10 11a10 9.5 0 0 1 20 0z\"/></g>\n";

const DATABASE: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-6-4.5v9c0 3.4 12 3.4 12 0v-9M-6 0c0 3.4 12 3.4 12 0M-6-4.5c0 3.4 12 3.4 12 0s-12-3.4-12 0z\"/>\n";

const GLOBE: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-6.5 0h13M0-6.5c-4.5 4-4.5 9 0 13c4.5-4 4.5-9 0-13M-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0\"/>\n";

const QUEUE: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-7-4h14v8h-14zM-3-4v8M1-4v8M-10 0h3M7 0h3\"/>\n";

const TOPIC: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-7-2h4l6-4v12l-6-4h-4zM5.5-2.5a4 4 0 0 1 0 5M-4 2.500l1 4h2l-1-3.200\"/>\n";

const BUCKET: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-6.500-5.500h13l-2 11.500h-9zM-6.500-5.500c2-1.700 11-1.700 13 0c-2 1.700-11 1.700-13 0\"/>\n";

const FUNCTION: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-5.500-6h2.500l6 12h3M-5.500 6l4.800-7.700\"/>\n";

const CLOUD: &str = "<path class=\"glyph\" transform=\"translate(0 {y})\" d=\"M-4.500 5h9a3.500 3.500 0 0 0 .7-6.900a4.800 4.800 0 0 0-9.200-.9a4 4 0 0 0-.5 7.800z\"/>\n";

/// The picture for a node's type; a service of one's own has none.
pub(super) fn of(spot: &Spot<'_>) -> Option<&'static str> {
    let kind = spot.kind.as_deref().unwrap_or_default();
    let starts = |prefix: &str| kind.starts_with(prefix);
    if starts("AWS::Lambda") || starts("AWS::StepFunctions") {
        Some(FUNCTION)
    } else if starts("Database") || starts("AWS::DynamoDB") || starts("AWS::RDS") {
        Some(DATABASE)
    } else if starts("AWS::SQS") || starts("AWS::Kinesis") || starts("AWS::Firehose") {
        Some(QUEUE)
    } else if starts("AWS::SNS") || starts("AWS::SES") || starts("AWS::Events") {
        Some(TOPIC)
    } else if starts("AWS::S3") {
        Some(BUCKET)
    } else if !spot.is_inferred() {
        None
    } else if starts("AWS::") {
        Some(CLOUD)
    } else {
        Some(GLOBE)
    }
}
