// SPDX-License-Identifier: Apache-2.0
// Each rule over each way in which CloudFormation can spell a value: the verdict is that of the
// table of design section 4, in YAML and in JSON.
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/format.h"
#include "dialect/dialect.h"
#include "engine/check.h"
#include "rule/builtin.h"
#include "support/json_twin.h"

namespace resilint::test {
namespace {

// A template in which one value decides a rule.
struct Case {
  std::string_view rule;
  // The resource `Target`, from its Type on, with VALUE where the deciding value stands; and the
  // resources around it.
  std::string_view target;
  std::string_view others;
  std::string_view good;
  std::string_view bad;
  bool is_text;                        // a scalar, so that a parameter or a mapping can hold it
  std::string_view judged = "Target";  // the address; empty for a rule on the whole project
};

constexpr std::string_view queue_reader =
    "  Work:\n    Type: AWS::Lambda::Function\n    Properties: {Timeout: 30}\n"
    "  Reader:\n    Type: AWS::Lambda::EventSourceMapping\n"
    "    Properties: {EventSourceArn: !GetAtt Target.Arn, FunctionName: !Ref Work}\n";
constexpr std::string_view told_topic =
    "  Alarm:\n    Type: AWS::CloudWatch::Alarm\n"
    "    Properties: {Namespace: AWS/EC2, MetricName: CPUUtilization, AlarmActions: [!Ref "
    "Target]}\n";

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"apigateway-http-stage-throttling",
       "Type: AWS::ApiGatewayV2::Stage\nProperties: {ApiId: !Ref Api, StageName: live, "
       "DefaultRouteSettings: VALUE}\n",
       "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: shop, ProtocolType: HTTP}}\n",
       "{ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5}", "{}", false},
      {"apigateway-integration-timeout-not-below-function",
       "Type: AWS::ApiGatewayV2::Integration\nProperties: {ApiId: !Ref Api, IntegrationType: "
       "AWS_PROXY, IntegrationUri: !GetAtt Work.Arn, TimeoutInMillis: VALUE}\n",
       "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: shop, ProtocolType: HTTP}}\n"
       "  Work: {Type: AWS::Lambda::Function, Properties: {Timeout: 20}}\n",
       "20000", "5000", true},
      {"apigateway-quick-create-throttling",
       "Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides\nProperties: {ApiId: !Ref Api, Stage: "
       "{DefaultRouteSettings: VALUE}}\n",
       "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: shop, ProtocolType: HTTP, Target: "
       "'https://shop.example.com'}}\n",
       "{ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5}", "{}", false, "Api"},
      {"apigateway-rest-stage-throttling",
       "Type: AWS::ApiGateway::Stage\nProperties: {RestApiId: !Ref Api, StageName: live, "
       "DeploymentId: !Ref Deployment, MethodSettings: VALUE}\n",
       "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}\n"
       "  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}\n",
       "[{HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5}]",
       "[]", false},
      {"apigateway-throttle-burst-fits-rate",
       "Type: AWS::ApiGateway::UsagePlan\nProperties: {Throttle: {RateLimit: 10, BurstLimit: "
       "VALUE}}\n",
       "", "20", "5000", true, "Target.Throttle[0]"},
      {"apigateway-throttle-values-sane",
       "Type: AWS::ApiGatewayV2::Stage\nProperties: {ApiId: shop1, StageName: live, "
       "DefaultRouteSettings: {ThrottlingRateLimit: VALUE, ThrottlingBurstLimit: 20}}\n",
       "", "10", "0", true, "Target.DefaultRouteSettings[0]"},
      {"apigateway-usage-plan-key-chain",
       "Type: AWS::ApiGateway::Method\nProperties: {RestApiId: !Ref Api, ResourceId: r1, "
       "HttpMethod: GET, ApiKeyRequired: VALUE}\n",
       "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}\n"
       "  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {ApiStages: [{ApiId: !Ref Api, "
       "Stage: live}]}}\n",
       "true", "false", true, "Plan.ApiStages[0]"},
      {"apigateway-usage-plan-limits",
       "Type: AWS::ApiGateway::UsagePlan\nProperties: {Throttle: VALUE}\n", "",
       "{RateLimit: 10, BurstLimit: 20}", "!Ref AWS::NoValue", false},
      {"apigateway-usage-plan-on-keyed-stage",
       "Type: AWS::ApiGateway::Method\nProperties: {RestApiId: !Ref Api, ResourceId: r1, "
       "HttpMethod: GET, ApiKeyRequired: VALUE}\n",
       "  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}\n"
       "  Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, DeploymentId: d1, "
       "StageName: live}}\n",
       "false", "true", true},
      {"apigateway-websocket-stage-throttling",
       "Type: AWS::ApiGatewayV2::Stage\nProperties: {ApiId: !Ref Api, StageName: live, "
       "DefaultRouteSettings: VALUE}\n",
       "  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: chat, ProtocolType: WEBSOCKET}}\n",
       "{ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5}", "{}", false},
      {"aurora-backup-retention-minimum",
       "Type: AWS::RDS::DBCluster\nProperties: {Engine: aurora-mysql, BackupRetentionPeriod: "
       "VALUE}\n",
       "", "14", "1", true},
      {"aurora-cluster-deletion-protection",
       "Type: AWS::RDS::DBCluster\nProperties: {Engine: aurora-mysql, DeletionProtection: "
       "VALUE}\n",
       "", "true", "false", true},
      {"aurora-cluster-has-reader",
       "Type: AWS::RDS::DBInstance\nProperties: {DBInstanceClass: db.r6g.large, "
       "DBClusterIdentifier: VALUE}\n",
       "  Shop: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-mysql}}\n"
       "  Writer: {Type: AWS::RDS::DBInstance, Properties: {DBInstanceClass: db.r6g.large, "
       "DBClusterIdentifier: !Ref Shop}}\n",
       "!Ref Shop", "another-cluster", false, "Shop"},
      {"aurora-instances-same-accessibility",
       "Type: AWS::RDS::DBInstance\nProperties: {DBClusterIdentifier: !Ref Shop, "
       "PubliclyAccessible: VALUE}\n",
       "  Shop: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-mysql}}\n"
       "  Writer: {Type: AWS::RDS::DBInstance, Properties: {DBClusterIdentifier: !Ref Shop, "
       "PubliclyAccessible: false}}\n",
       "false", "true", true, "Shop"},
      {"aurora-instances-spread-zones",
       "Type: AWS::RDS::DBInstance\nProperties: {Engine: aurora-mysql, DBClusterIdentifier: !Ref "
       "Shop, AvailabilityZone: VALUE}\n",
       "  Shop: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-mysql}}\n"
       "  Writer: {Type: AWS::RDS::DBInstance, Properties: {Engine: aurora-mysql, "
       "DBClusterIdentifier: !Ref Shop, AvailabilityZone: eu-west-1a}}\n",
       "eu-west-1b", "eu-west-1a", true, "Shop"},
      {"cloudfront-failover-criteria",
       "Type: AWS::CloudFront::Distribution\nProperties:\n  DistributionConfig:\n"
       "    Origins: [{Id: first, DomainName: a.example.com}, {Id: second, DomainName: "
       "b.example.com}]\n"
       "    OriginGroups: {Quantity: 1, Items: [{Id: both, FailoverCriteria: {StatusCodes: "
       "{Items: VALUE}}, Members: {Quantity: 2, Items: [{OriginId: first}, {OriginId: "
       "second}]}}]}\n"
       "    DefaultCacheBehavior: {TargetOriginId: both}\n",
       "", "[500, 502, 503, 504]", "[404, 500]", false,
       "Target.DistributionConfig.OriginGroups.Items[0]"},
      {"cloudfront-failover-crosses-regions",
       "Type: AWS::CloudFront::Distribution\nProperties:\n  DistributionConfig:\n"
       "    Origins: [{Id: first, DomainName: !GetAtt Pages.DomainName}, {Id: near, DomainName: "
       "!GetAtt Copies.DomainName}, {Id: far, DomainName: far.s3.eu-west-1.amazonaws.com}]\n"
       "    OriginGroups: {Quantity: 1, Items: [{Id: both, FailoverCriteria: {StatusCodes: "
       "{Items: [500]}}, Members: {Quantity: 2, Items: [{OriginId: first}, {OriginId: "
       "VALUE}]}}]}\n"
       "    DefaultCacheBehavior: {TargetOriginId: both}\n",
       "  Pages: {Type: AWS::S3::Bucket}\n  Copies: {Type: AWS::S3::Bucket}\n", "far", "near", true,
       "Target.DistributionConfig.OriginGroups.Items[0]"},
      {"cloudfront-failover-origins-independent",
       "Type: AWS::CloudFront::Distribution\nProperties:\n  DistributionConfig:\n"
       "    Origins: [{Id: first, DomainName: a.example.com}, {Id: second, DomainName: VALUE}]\n"
       "    OriginGroups: {Quantity: 1, Items: [{Id: both, FailoverCriteria: {StatusCodes: "
       "{Items: [500]}}, Members: {Quantity: 2, Items: [{OriginId: first}, {OriginId: "
       "second}]}}]}\n"
       "    DefaultCacheBehavior: {TargetOriginId: both}\n",
       "", "b.example.com", "a.example.com", true,
       "Target.DistributionConfig.OriginGroups.Items[0]"},
      {"cloudfront-origin-group-in-use",
       "Type: AWS::CloudFront::Distribution\nProperties:\n  DistributionConfig:\n"
       "    Origins: [{Id: first, DomainName: a.example.com}, {Id: second, DomainName: "
       "b.example.com}]\n"
       "    OriginGroups: {Quantity: 1, Items: [{Id: both, Members: {Quantity: 2, Items: "
       "[{OriginId: first}, {OriginId: second}]}}]}\n"
       "    DefaultCacheBehavior: {TargetOriginId: VALUE}\n",
       "", "both", "first", true, "Target.DistributionConfig.OriginGroups.Items[0]"},
      {"cloudtrail-bucket-locked",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: {Status: Enabled}, "
       "ObjectLockConfiguration: VALUE}\n",
       "  Trail: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: !Ref Target, IsLogging: "
       "true}}\n",
       "{ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: GOVERNANCE, Days: 30}}}",
       "!Ref AWS::NoValue", false, "Trail"},
      {"cloudtrail-bucket-protected",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: VALUE}\n",
       "  Trail: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: !Ref Target, IsLogging: "
       "true}}\n",
       "{Status: Enabled}", "!Ref AWS::NoValue", false, "Trail"},
      {"cloudtrail-log-file-validation",
       "Type: AWS::CloudTrail::Trail\nProperties: {S3BucketName: logs, IsLogging: true, "
       "EnableLogFileValidation: VALUE}\n",
       "", "true", "false", true},
      {"cloudtrail-logging-on",
       "Type: AWS::CloudTrail::Trail\nProperties: {S3BucketName: logs, IsLogging: VALUE}\n", "",
       "true", "false", true},
      {"cloudtrail-may-use-its-key",
       "Type: AWS::KMS::Key\nProperties: {KeyPolicy: {Statement: {Effect: Allow, Principal: "
       "{Service: VALUE}, Action: 'kms:*', Resource: '*'}}}\n",
       "  Trail: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: logs, IsLogging: true, "
       "KMSKeyId: !Ref Target}}\n",
       "cloudtrail.amazonaws.com", "config.amazonaws.com", true, "Trail"},
      {"cloudtrail-may-write-its-bucket",
       "Type: AWS::S3::BucketPolicy\nProperties: {Bucket: !Ref Log, PolicyDocument: {Statement: "
       "{Effect: Allow, Principal: {Service: VALUE}, Action: 's3:*', Resource: '*'}}}\n",
       "  Log: {Type: AWS::S3::Bucket}\n"
       "  Trail: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: !Ref Log, IsLogging: "
       "true}}\n",
       "cloudtrail.amazonaws.com", "config.amazonaws.com", true, "Trail"},
      {"cloudtrail-multi-region",
       "Type: AWS::CloudTrail::Trail\nProperties: {S3BucketName: logs, IsLogging: true, "
       "IsMultiRegionTrail: VALUE}\n",
       "", "true", "false", true, ""},
      {"cloudtrail-records-bucket-setting-changes",
       "Type: AWS::CloudTrail::Trail\nProperties: {S3BucketName: logs, IsLogging: true, "
       "EventSelectors: [{ReadWriteType: VALUE}]}\n",
       "", "All", "ReadOnly", true, ""},
      {"cloudwatch-alarm-actions-enabled",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/EC2, MetricName: CPUUtilization, "
       "AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:operations'], ActionsEnabled: VALUE}\n",
       "", "true", "false", true},
      {"cloudwatch-alarm-dimension-resolves",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/EC2, MetricName: CPUUtilization, "
       "Dimensions: [{Name: VALUE, Value: i-0123456789abcdef0}]}\n",
       "", "InstanceId", "Instance", true},
      {"cloudtrail-trail-not-logging-own-bucket",
       "Type: AWS::CloudTrail::Trail\nProperties: {S3BucketName: !Ref Record, IsLogging: true, "
       "EventSelectors: [{ReadWriteType: VALUE, DataResources: [{Type: AWS::S3::Object, Values: "
       "['arn:aws:s3']}]}]}\n",
       "  Record: {Type: AWS::S3::Bucket}\n", "ReadOnly", "All", true},
      {"cloudwatch-alarm-has-alarm-action",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/EC2, MetricName: CPUUtilization, "
       "AlarmActions: VALUE}\n",
       "", "['arn:aws:sns:eu-west-1:111122223333:operations']", "[]", false},
      {"cloudwatch-alarm-threshold-reachable",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/EC2, MetricName: CPUUtilization, "
       "Statistic: Average, ComparisonOperator: GreaterThanThreshold, Threshold: VALUE}\n",
       "", "80", "100", true},
      {"cloudwatch-alarm-unit-fits-metric",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/EC2, MetricName: CPUUtilization, "
       "Unit: VALUE}\n",
       "", "Percent", "Count", true},
      {"cloudwatch-liveness-alarm-missing-data",
       "Type: AWS::CloudWatch::Alarm\nProperties: {Namespace: AWS/ELB, MetricName: "
       "HealthyHostCount, ComparisonOperator: LessThanThreshold, Threshold: 1, TreatMissingData: "
       "VALUE}\n",
       "", "breaching", "notBreaching", true},
      {"dynamodb-elastic-capacity",
       "Type: AWS::DynamoDB::Table\nProperties: {BillingMode: VALUE}\n", "", "PAY_PER_REQUEST",
       "PROVISIONED", true},
      {"dynamodb-point-in-time-recovery",
       "Type: AWS::DynamoDB::Table\nProperties: {PointInTimeRecoverySpecification: "
       "{PointInTimeRecoveryEnabled: VALUE}}\n",
       "", "true", "false", true},
      {"rds-automated-backups",
       "Type: AWS::RDS::DBInstance\nProperties: {Engine: postgres, BackupRetentionPeriod: "
       "VALUE}\n",
       "", "7", "0", true},
      {"rds-backup-retention-minimum",
       "Type: AWS::RDS::DBInstance\nProperties: {Engine: postgres, BackupRetentionPeriod: "
       "VALUE}\n",
       "", "7", "1", true},
      {"rds-instance-deletion-protection",
       "Type: AWS::RDS::DBInstance\nProperties: {Engine: postgres, DeletionProtection: VALUE}\n",
       "", "true", "false", true},
      {"rds-instance-multi-az",
       "Type: AWS::RDS::DBInstance\nProperties: {Engine: postgres, DBInstanceClass: db.m6g.large, "
       "MultiAZ: VALUE}\n",
       "", "true", "false", true},
      {"rds-replica-other-zone",
       "Type: AWS::RDS::DBInstance\nProperties: {SourceDBInstanceIdentifier: !Ref Orders, "
       "AvailabilityZone: VALUE}\n",
       "  Orders: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql, AvailabilityZone: "
       "eu-west-1a}}\n",
       "eu-west-1b", "eu-west-1a", true},
      {"rds-subnet-group-multi-az",
       "Type: AWS::EC2::Subnet\nProperties: {VpcId: vpc-1, AvailabilityZone: VALUE}\n",
       "  First: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, AvailabilityZone: "
       "eu-west-1a}}\n"
       "  Group: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref First, !Ref "
       "Target]}}\n",
       "eu-west-1b", "eu-west-1a", true, "Group"},
      {"s3-bucket-versioning",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: VALUE}\n", "",
       "{Status: Enabled}", "!Ref AWS::NoValue", false},
      {"s3-noncurrent-retention-covers-detection",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: {Status: Enabled}, "
       "LifecycleConfiguration: {Rules: [{Status: Enabled, NoncurrentVersionExpiration: "
       "{NoncurrentDays: VALUE}}]}}\n",
       "", "30", "1", true},
      {"s3-replication-both-ends-versioned",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: VALUE}\n",
       "  Source:\n    Type: AWS::S3::Bucket\n    Properties:\n"
       "      VersioningConfiguration: {Status: Enabled}\n      ReplicationConfiguration: {Role: "
       "copies, Rules: [{Status: Enabled, Destination: {Bucket: !GetAtt Target.Arn}}]}\n",
       "{Status: Enabled}", "!Ref AWS::NoValue", false, "Source.ReplicationConfiguration.Rules[0]"},
      {"s3-replication-rule-enabled",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: {Status: Enabled}, "
       "ReplicationConfiguration: {Role: copies, Rules: [{Status: VALUE, Destination: {Bucket: "
       "'arn:aws:s3:::copies'}}]}}\n",
       "", "Enabled", "Disabled", true, "Target.ReplicationConfiguration.Rules[0]"},
      {"s3-versioning-not-suspended",
       "Type: AWS::S3::Bucket\nProperties: {VersioningConfiguration: {Status: VALUE}}\n", "",
       "Enabled", "Suspended", true},
      {"sns-alarm-reaches-a-human",
       "Type: AWS::SNS::Topic\nProperties: {Subscription: [{Protocol: VALUE, Endpoint: "
       "'arn:aws:sqs:eu-west-1:111122223333:repairs'}]}\n",
       told_topic, "email", "sqs", true, "Alarm"},
      {"sns-alarm-topic-publishable",
       "Type: AWS::KMS::Key\nProperties: {KeyPolicy: {Statement: {Effect: Allow, Principal: "
       "{Service: VALUE}, Action: 'kms:*', Resource: '*'}}}\n",
       "  Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Target}}\n"
       "  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !Ref Topic}]}}\n",
       "events.amazonaws.com", "sns.amazonaws.com", true, "Topic"},
      {"sns-alarm-topic-has-subscriber",
       "Type: AWS::SNS::Topic\nProperties: {Subscription: VALUE}\n", told_topic,
       "[{Protocol: email, Endpoint: a@example.com}]", "[]", false},
      {"sns-topic-policy-admits-publisher",
       "Type: AWS::SNS::TopicPolicy\nProperties: {Topics: [!Ref Topic], PolicyDocument: "
       "{Statement: {Effect: Allow, Principal: {Service: VALUE}, Action: 'sns:Publish', Resource: "
       "'*'}}}\n",
       "  Topic: {Type: AWS::SNS::Topic}\n"
       "  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !Ref Topic}]}}\n",
       "events.amazonaws.com", "s3.amazonaws.com", true, "Topic"},
      {"sqs-dead-letter-queue", "Type: AWS::SQS::Queue\nProperties: {RedrivePolicy: VALUE}\n", "",
       "{deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:dead', maxReceiveCount: 3}",
       "!Ref AWS::NoValue", false},
      {"sqs-visibility-covers-lambda-timeout",
       "Type: AWS::SQS::Queue\nProperties: {VisibilityTimeout: VALUE}\n", queue_reader, "60", "20",
       true, "Reader"},
      {"sqs-visibility-leaves-room-for-retries",
       "Type: AWS::SQS::Queue\nProperties: {VisibilityTimeout: VALUE}\n", queue_reader, "180", "60",
       true, "Reader"},
      {"stream-consumer-bounded-retries",
       "Type: AWS::Lambda::EventSourceMapping\nProperties: {EventSourceArn: !GetAtt Clicks.Arn, "
       "FunctionName: count, StartingPosition: TRIM_HORIZON, MaximumRetryAttempts: VALUE}\n",
       "  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}\n", "5", "-1", true},
  };
  return all;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string indented(std::string_view text, std::size_t by) {
  const std::string blanks(by, ' ');
  std::string made = blanks + std::string(text);
  made = replaced(made, "\n", "\n" + blanks);
  return made.substr(0, made.size() - by);
}

std::string resources(const Case& one, std::string_view value) {
  return base::format("Resources:\n{}  Target:\n{}", one.others,
                      indented(replaced(std::string(one.target), "VALUE", value), 4));
}

// One template beside the parent's.
class Child final : public dialect::Files {
 public:
  explicit Child(const syntax::Node* root) : root_(root) {}
  Opened open(source::FileId, std::string_view) override { return {root_, {}}; }

 private:
  const syntax::Node* root_;
};

dialect::Detected detected(source::FileSet& files, const std::string& name,
                           const std::string& text) {
  dialect::Detected made = dialect::detect(files.add(name, text), std::nullopt);
  INFO(text << "\n" << made.reason);
  REQUIRE(made.templates.size() == 1);
  return made;
}

// "finding", "when Stage is dev", "unknown", or "pass": what the rule says of the address.
std::string verdict(const Case& one, const std::string& text, const std::string& child,
                    std::string_view prefix) {
  source::FileSet files;
  const dialect::Detected parent = detected(files, "t.yaml", text);
  dialect::Detected nested;
  if (!child.empty()) nested = detected(files, "child.yaml", child);
  Child others(child.empty() ? nullptr : nested.templates.front());
  const auto graph = dialect::evaluate_cloudformation(parent.templates, {}, others);
  const rule::Rule* const rules[] = {rule::builtin().find(one.rule)};
  REQUIRE(rules[0] != nullptr);
  const engine::Judged judged = engine::check(rule::builtin(), rules, {*graph, files});
  const auto is_judged = [&](const std::string& address) {
    return one.judged.empty() || address == base::format("{}{}", prefix, one.judged);
  };
  std::set<std::string> said;
  for (const finding::Finding& found : judged.findings) {
    if (!is_judged(found.address)) continue;
    std::string conditions;
    for (const auto& [name, value] : found.conditions)
      conditions += base::format("{}{} is {}", conditions.empty() ? "when " : " and ", name, value);
    if (found.message.ends_with("(if created)")) conditions = "finding if created";
    said.insert(conditions.empty() ? "finding" : conditions);
  }
  for (const finding::Unknown& unknown : judged.unknowns) {
    if (is_judged(unknown.address)) said.insert("unknown");
  }
  if (said.empty()) return "pass";
  std::string all;
  for (const std::string& each : said) all += (all.empty() ? "" : ", ") + each;
  return all;
}

struct Spelling {
  std::string_view name;
  std::string_view sections;  // GOOD and BAD stand for the two values
  std::string_view value;
  std::string_view expected;
  bool for_texts = true;  // needs a value that a parameter or a mapping can hold
};

constexpr std::string_view stage =
    "Parameters:\n  Stage: {Type: String, Default: prod, AllowedValues: [prod, dev]}\n"
    "  Open: {Type: String}\n"
    "Conditions:\n  Sure: !Equals [a, a]\n  IsProd: !Equals [!Ref Stage, prod]\n"
    "  IsDev: !Not [!Condition IsProd]\n  OpenIsA: !Equals [!Ref Open, a]\n"
    "  Both: !And [!Condition IsProd, !Condition Sure]\n"
    "  Either: !Or [!Condition IsDev, !Not [!Condition Sure]]\n";
constexpr std::string_view mapping =
    "Parameters:\n  Stage: {Type: String, Default: prod}\n  Open: {Type: String}\n"
    "Mappings:\n  M: {prod: {V: 'GOOD'}, dev: {V: 'BAD'}}\n";

const std::vector<Spelling>& spellings() {
  static const std::vector<Spelling> all{
      {"literal, good", "", "GOOD", "pass", false},
      {"literal, bad", "", "BAD", "finding", false},
      {"quoted, good", "", "'GOOD'", "pass"},
      {"quoted, bad", "", "'BAD'", "finding"},
      {"default, good", "Parameters: {P: {Type: String, Default: 'GOOD'}}\n", "!Ref P", "pass"},
      {"default, bad", "Parameters: {P: {Type: String, Default: 'BAD'}}\n", "!Ref P", "finding"},
      {"no default", "Parameters: {P: {Type: String}}\n", "!Ref P", "unknown"},
      {"allowed, default good",
       "Parameters: {P: {Type: String, Default: 'GOOD', AllowedValues: ['GOOD', 'BAD']}}\n",
       "!Ref P", "when P is BAD"},
      {"allowed, default bad",
       "Parameters: {P: {Type: String, Default: 'BAD', AllowedValues: ['GOOD', 'BAD']}}\n",
       "!Ref P", "finding"},
      {"allowed, no default", "Parameters: {P: {Type: String, AllowedValues: ['GOOD', 'BAD']}}\n",
       "!Ref P", "when P is BAD"},
      {"allowed, all bad", "Parameters: {P: {Type: String, AllowedValues: ['BAD']}}\n", "!Ref P",
       "finding"},
      {"allowed, all good", "Parameters: {P: {Type: String, AllowedValues: ['GOOD']}}\n", "!Ref P",
       "pass"},
      {"mapping, good", mapping, "!FindInMap [M, prod, V]", "pass"},
      {"mapping, bad", mapping, "!FindInMap [M, dev, V]", "finding"},
      {"mapping by default", mapping, "!FindInMap [M, !Ref Stage, V]", "when Stage is dev"},
      {"mapping without default", mapping, "!FindInMap [M, !Ref Open, V]", "when Open is dev"},
      {"mapping by region", mapping, "!FindInMap [M, !Ref AWS::Region, V]",
       "when AWS::Region is dev"},
      {"decided, good", stage, "!If [Sure, GOOD, BAD]", "pass", false},
      {"decided, bad", stage, "!If [Sure, BAD, GOOD]", "finding", false},
      {"by default good", stage, "!If [IsProd, GOOD, BAD]", "when Stage is dev", false},
      {"by default bad", stage, "!If [IsDev, GOOD, BAD]", "finding", false},
      {"without default", stage, "!If [OpenIsA, GOOD, BAD]", "when Open is something else", false},
      {"both bad", stage, "!If [OpenIsA, BAD, BAD]", "finding", false},
      {"both good", stage, "!If [OpenIsA, GOOD, GOOD]", "pass", false},
      {"If in If", stage, "!If [IsProd, !If [OpenIsA, BAD, GOOD], GOOD]", "when Open is a", false},
      {"contradiction", stage, "!If [IsProd, !If [IsDev, BAD, GOOD], GOOD]", "pass", false},
      {"And", stage, "!If [Both, GOOD, BAD]", "when Stage is dev", false},
      {"Or", stage, "!If [Either, BAD, GOOD]", "when Stage is dev", false},
      {"Sub, good", "Parameters: {P: {Type: String, Default: 'GOOD'}}\n", "!Sub '${P}'", "pass"},
      {"Sub, bad", "Parameters: {P: {Type: String, Default: 'BAD'}}\n", "!Sub '${P}'", "finding"},
      {"Sub, no default", "Parameters: {P: {Type: String}}\n", "!Sub '${P}'", "unknown"},
      {"Select, good", "", "!Select [1, ['BAD', 'GOOD']]", "pass"},
      {"Select, bad", "", "!Select ['0', ['BAD', 'GOOD']]", "finding"},
      {"Split, good", "", "!Select [0, !Split ['|', 'GOOD|BAD']]", "pass"},
      {"Split, bad", "", "!Select [1, !Split ['|', 'GOOD|BAD']]", "finding"},
      {"Join, bad", "", "!Join ['', ['BAD', '']]", "finding"},
  };
  return all;
}

std::string filled(std::string_view text, const Case& one) {
  return replaced(replaced(std::string(text), "GOOD", one.good), "BAD", one.bad);
}

// In YAML, and the same in JSON.
void check(const Case& one, const std::string& text, const std::string& expected,
           const std::string& child = {}, std::string_view prefix = {}) {
  INFO(one.rule << "\n" << text << child);
  CHECK(verdict(one, text, child, prefix) == expected);
  CHECK(verdict(one, json_twin(text), child.empty() ? child : json_twin(child), prefix) ==
        expected);
}

}  // namespace

TEST_CASE("matrix: every rule has a case") {
  for (const rule::Rule* rule : rule::builtin().rules) {
    // What CloudFormation cannot express it cannot spell.
    if (std::ranges::find(rule->not_in, graph::Dialect::cloudformation) != rule->not_in.end())
      continue;
    INFO(rule->name);
    CHECK(std::ranges::count(cases(), rule->name, &Case::rule) == 1);
  }
}

TEST_CASE("matrix: a value by any spelling gives the verdict of the table") {
  for (const Case& one : cases()) {
    for (const Spelling& spelling : spellings()) {
      if (spelling.for_texts && !one.is_text) continue;
      INFO(spelling.name);
      check(one, filled(spelling.sections, one) + resources(one, filled(spelling.value, one)),
            filled(spelling.expected, one));
    }
  }
}

TEST_CASE("matrix: a nested stack has what its parent passes") {
  constexpr std::string_view parent =
      "Parameters: {Stage: {Type: String, Default: prod, AllowedValues: [prod, dev]}}\n"
      "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n"
      "    Properties: {TemplateURL: child.yaml, Parameters: {P: PASSED}}\n";
  const auto passing = [&](std::string_view value) {
    return replaced(std::string(parent), "PASSED", value);
  };
  for (const Case& one : cases()) {
    const std::string by_stage =
        "Parameters: {P: {Type: String}}\nConditions: {IsProd: !Equals [!Ref P, prod]}\n" +
        resources(one, filled("!If [IsProd, GOOD, BAD]", one));
    check(one, passing("prod"), "pass", by_stage, "Inner/");
    check(one, passing("dev"), "finding", by_stage, "Inner/");
    check(one, passing("!Ref Stage"), "when Stage is dev", by_stage, "Inner/");
    if (!one.is_text) continue;
    const std::string plain = "Parameters: {P: {Type: String}}\n" + resources(one, "!Ref P");
    check(one, passing(filled("'GOOD'", one)), "pass", plain, "Inner/");
    check(one, passing(filled("'BAD'", one)), "finding", plain, "Inner/");
  }
}

TEST_CASE("matrix: instances of a loop") {
  // A rule that judges something else, or the whole project, has no place of its own per instance.
  for (const Case& one : cases()) {
    if (one.judged != "Target" || one.others.find("Target") != std::string_view::npos) continue;
    const auto loop = [&](std::string_view collection, std::string_view value) {
      const std::string body = replaced(std::string(one.target), "VALUE", value);
      return base::format(
          "Transform: AWS::LanguageExtensions\nParameters: {{Open: {{Type: CommaDelimitedList}}}}\n"
          "Resources:\n{}  Fn::ForEach::Each:\n    - Name\n    - {}\n    - Target&{{Name}}:\n{}",
          one.others, collection, indented(body, 8));
    };
    Case first = one;
    first.judged = "TargetA";
    check(first, loop("[A, B]", filled("GOOD", one)), "pass");
    check(first, loop("[A, B]", filled("BAD", one)), "finding");
    check(first, loop("[]", filled("BAD", one)), "pass");
    Case any = one;
    any.judged = "Target&{Name}";
    check(any, loop("!Ref Open", filled("GOOD", one)), "pass");
    check(any, loop("!Ref Open", filled("BAD", one)), "finding if created");
    if (one.is_text) check(any, loop("!Ref Open", "!Ref Name"), "unknown");
  }
}

TEST_CASE("matrix: a resource that may not exist is judged for when it does") {
  for (const Case& one : cases()) {
    if (one.judged != "Target" || one.others.find("Target") != std::string_view::npos) continue;
    const auto behind = [&](std::string_view condition, std::string_view value) {
      return std::string(stage) + resources(one, filled(value, one)) +
             base::format("    Condition: {}\n", condition);
    };
    check(one, behind("Sure", "BAD"), "finding");
    check(one, behind("IsProd", "BAD"), "finding if created");
    check(one, behind("OpenIsA", "BAD"), "finding if created");
    check(one, behind("OpenIsA", "GOOD"), "pass");
    check(one, behind("IsProd", "!If [IsDev, BAD, GOOD]"), "pass");
  }
}

}  // namespace resilint::test
