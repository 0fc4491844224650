// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "support/verdicts.h"

namespace resilint::test {
namespace {

constexpr std::string_view model = R"(
shop.queue:
  cloudformation: AWS::SQS::Queue
  identity: [name]
  attributes:
    name: {type: string, cloudformation: QueueName}
    visibility: {type: int, cloudformation: VisibilityTimeout, default: 30, source: "https://docs.aws.amazon.com/"}
    fifo: {type: bool, cloudformation: FifoQueue}
    redrive: {type: map, cloudformation: {path: RedrivePolicy, decode: json}}
    dead_letter_queue: {type: ref(shop.queue), from: redrive, path: deadLetterTargetArn}
    receives: {type: int, from: redrive, path: maxReceiveCount}
    is_dead_letter_queue: {type: bool, computed: size(self.sources) > 0}
    kept: {type: enum(Delete|Retain), cloudformation: /DeletionPolicy}
  relations:
    sources: shop.queue.dead_letter_queue
shop.topic:
  cloudformation: AWS::SNS::Topic
  identity: [name]
  attributes:
    name: {type: string, cloudformation: TopicName}
  relations:
    subscriptions: shop.subscription.topic
    alarms: shop.alarm.actions
shop.subscription:
  cloudformation: AWS::SNS::Subscription
  inside: {cloudformation: {type: "AWS::SNS::Topic", at: "Subscription[]"}}
  parent: topic
  attributes:
    topic: {type: ref(shop.topic), cloudformation: TopicArn}
    protocol: {type: string, cloudformation: Protocol}
shop.alarm:
  cloudformation: AWS::CloudWatch::Alarm
  attributes:
    actions: {type: list(ref(shop.topic)), cloudformation: AlarmActions}
shop.bucket:
  cloudformation: AWS::S3::Bucket
  attributes:
    versioning: {type: enum(Enabled|Suspended), cloudformation: VersioningConfiguration.Status}
    policy: {type: map, cloudformation: {companion: "AWS::S3::BucketPolicy", by: Bucket, path: PolicyDocument}}
    events: {type: list(string), cloudformation: "NotificationConfiguration.QueueConfigurations[].Event"}
shop.table:
  cloudformation: AWS::DynamoDB::Table
  identity: [name]
  attributes:
    name: {type: string, cloudformation: TableName}
  relations:
    targets: shop.target.table
shop.target:
  cloudformation: AWS::ApplicationAutoScaling::ScalableTarget
  identity: [[resource_id, dimension]]
  attributes:
    resource_id: {type: string, cloudformation: ResourceId, required: true}
    dimension: {type: string, cloudformation: ScalableDimension, required: true}
    table: {type: ref(shop.table), cloudformation: {path: ResourceId, template: "table/{}"}}
shop.scaling_policy:
  cloudformation: AWS::ApplicationAutoScaling::ScalingPolicy
  attributes:
    target:
      type: ref(shop.target)
      cloudformation: [ScalingTargetId, {key: [ResourceId, ScalableDimension]}]
)";

constexpr std::string_view queue_rule = R"(
match: {queue: shop.queue}
when: "!queue.is_dead_letter_queue"
require: has(queue.dead_letter_queue)
message: "{queue} has no dead-letter queue"
)";

constexpr std::string_view topic_rule = R"(
match: {topic: shop.topic}
when: size(topic.alarms) > 0
require: size(topic.subscriptions) > 0
message: "{topic} has no subscriber"
)";

std::string visibility(std::string_view require, std::string_view properties) {
  return verdicts(model,
                  "match: {queue: shop.queue}\nrequire: " + std::string(require) +
                      "\nmessage: \"{queue.visibility}\"\nat: [queue.visibility]\n",
                  "Parameters: {P: {Type: String}, D: {Type: Number, Default: 10}}\n"
                  "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {" +
                      std::string(properties) + "}\n");
}

}  // namespace

TEST_CASE("world: text is coerced to the declared type") {
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: 45") == "");
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: '45'") == "");
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: 45.0") == "");
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: 44") == "fail Q \"44\": 44\n");
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: long") ==
        "unknown Q: \"long\" is not an integer\n");
  CHECK(visibility("queue.visibility == 45", "VisibilityTimeout: [1]") ==
        "unknown Q: [\"1\"] is not an integer\n");
  CHECK(visibility("has(queue.fifo) && queue.fifo", "FifoQueue: 'yes'") == "");
  CHECK(visibility("has(queue.fifo) && queue.fifo", "FifoQueue: 1") ==
        "unknown Q: \"1\" is not true or false\n");
}

TEST_CASE("world: nothing written is the provider's default, or absent") {
  CHECK(visibility("queue.visibility == 31", "QueueName: q") == "fail Q \"Q\": 30\n");
  CHECK(visibility("queue.visibility == 31", "VisibilityTimeout: !Ref AWS::NoValue") ==
        "fail Q \"Q\": 30\n");
  CHECK(visibility("has(queue.visibility)", "QueueName: q") == "");
  CHECK(visibility("\"!has(queue.fifo)\"", "QueueName: q") == "");
}

TEST_CASE("world: a parameter gives its default or is unknown") {
  CHECK(visibility("queue.visibility == 10", "VisibilityTimeout: !Ref D") == "");
  CHECK(visibility("queue.visibility == 11", "VisibilityTimeout: !Ref D") ==
        "fail Q \"!Ref D\": 10\n");
  CHECK(visibility("queue.visibility == 10", "VisibilityTimeout: !Ref P") ==
        "unknown Q: parameter P has no default\n");
  CHECK(visibility("has(queue.fifo)", "FifoQueue: !Ref P") == "");
}

TEST_CASE("world: a queue is a dead-letter queue by how it is used") {
  constexpr std::string_view yaml = R"(
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}
  Dead:
    Type: AWS::SQS::Queue
  Other:
    Type: AWS::SQS::Queue
)";
  CHECK(verdicts(model, queue_rule, yaml) ==
        "fail Other \"Other\": Other has no dead-letter queue\n");
}

TEST_CASE("world: a redrive policy may be JSON in a text with references in it") {
  constexpr std::string_view yaml = R"(
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: !Sub '{"deadLetterTargetArn": "${Dead.Arn}", "maxReceiveCount": 3}'
  Dead: {Type: AWS::SQS::Queue}
)";
  CHECK(verdicts(model, queue_rule, yaml) == "");
}

TEST_CASE("world: a literal ARN joins by identity, or names something elsewhere") {
  constexpr std::string_view yaml = R"(
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:dead", maxReceiveCount: 3}}
  Dead:
    Type: AWS::SQS::Queue
    Properties: {QueueName: dead}
  Elsewhere:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: "arn:aws:sqs:eu-west-1:111122223333:other", maxReceiveCount: 3}}
  Plain:
    Type: AWS::SQS::Queue
)";
  CHECK(verdicts(model, queue_rule, yaml) ==
        "fail Plain \"Plain\": Plain has no dead-letter queue\n");
}

TEST_CASE("world: an empty text names nothing") {
  constexpr std::string_view yaml = R"(
Parameters: {Dead: {Type: String, Default: ""}}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !Ref Dead, maxReceiveCount: 3}}
)";
  CHECK(verdicts(model, queue_rule, yaml) ==
        "fail Orders \"Orders\": Orders has no dead-letter queue\n");
}

TEST_CASE("world: whoever refers by an unresolved value could mean this object") {
  constexpr std::string_view yaml = R"(
Parameters: {Target: {Type: String}}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !Ref Target, maxReceiveCount: 3}}
  Other: {Type: AWS::SQS::Queue}
)";
  const std::string found = verdicts(model, queue_rule, yaml);
  CHECK(found.find("fail") == std::string::npos);
  CHECK(found.find("unknown Other: ") != std::string::npos);
}

TEST_CASE("world: what very many may name has an open list of who does") {
  std::string yaml = "Parameters: {Target: {Type: String}}\nResources:\n";
  std::string expected;
  for (int i = 0; i < 257; ++i) {
    const std::string name = "Orders" + std::to_string(i);
    yaml += "  " + name +
            ": {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !Ref "
            "Target}}}\n";
    expected += "unknown " + name + ": Orders0 and 256 others may mean it\n";
  }
  CHECK(verdicts(model, queue_rule, yaml) == expected);
}

TEST_CASE("world: subscriptions are resources and elements of a topic") {
  constexpr std::string_view yaml = R"(
Resources:
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref Inline, !Ref Apart, !Ref Silent]}}
  Inline: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: a@example.com}]}}
  Apart: {Type: AWS::SNS::Topic}
  Mail: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Apart, Protocol: email}}
  Silent: {Type: AWS::SNS::Topic}
  Unused: {Type: AWS::SNS::Topic}
)";
  CHECK(verdicts(model, topic_rule, yaml) == "fail Silent \"Silent\": Silent has no subscriber\n");
}

TEST_CASE("world: an exported topic and an unread list of subscriptions are open") {
  constexpr std::string_view yaml = R"(
Parameters: {People: {Type: String}}
Resources:
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!Ref Exported, !Ref Unread, !Ref Shown]}}
  Exported: {Type: AWS::SNS::Topic}
  Unread: {Type: AWS::SNS::Topic, Properties: {Subscription: !Ref People}}
  Shown: {Type: AWS::SNS::Topic}
Outputs:
  A: {Value: !Ref Exported, Export: {Name: ops}}
  B: {Value: !Ref Shown}
)";
  const std::string found = verdicts(model, topic_rule, yaml);
  CHECK(found.find("unknown Exported: ") != std::string::npos);
  CHECK(found.find("unknown Unread: ") != std::string::npos);
  CHECK(found.find("fail Shown \"Shown\": Shown has no subscriber\n") != std::string::npos);
}

TEST_CASE("world: a companion resource holds an attribute of another") {
  constexpr std::string_view rule = R"(
match: {bucket: shop.bucket}
require: has(bucket.policy)
message: "{bucket} has no policy"
)";
  constexpr std::string_view yaml = R"(
Resources:
  With: {Type: AWS::S3::Bucket}
  Without: {Type: AWS::S3::Bucket}
  Policy: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref With, PolicyDocument: {Statement: []}}}
)";
  CHECK(verdicts(model, rule, yaml) == "fail Without \"Without\": Without has no policy\n");
}

TEST_CASE("world: a template around a reference joins through the text") {
  constexpr std::string_view rule = R"(
match: {table: shop.table}
require: size(table.targets) == 1
message: "{table} has no target"
)";
  constexpr std::string_view yaml = R"(
Resources:
  Referred: {Type: AWS::DynamoDB::Table}
  Named: {Type: AWS::DynamoDB::Table, Properties: {TableName: named}}
  Alone: {Type: AWS::DynamoDB::Table}
  A: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: !Sub "table/${Referred}", ScalableDimension: d}}
  B: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: table/named, ScalableDimension: d}}
  C: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: service/cluster/named, ScalableDimension: d}}
)";
  CHECK(verdicts(model, rule, yaml) == "fail Alone \"Alone\": Alone has no target\n");
}

TEST_CASE("world: several attributes together identify an object") {
  constexpr std::string_view rule = R"(
match: {policy: shop.scaling_policy}
let: {target: {value: policy.target, kind: shop.target}}
require: target.dimension == "read"
message: "{policy} scales {target}"
)";
  constexpr std::string_view yaml = R"(
Resources:
  Read: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: table/a, ScalableDimension: read}}
  Write: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: table/a, ScalableDimension: write}}
  ByKey: {Type: AWS::ApplicationAutoScaling::ScalingPolicy, Properties: {ResourceId: table/a, ScalableDimension: write}}
  ByReference: {Type: AWS::ApplicationAutoScaling::ScalingPolicy, Properties: {ScalingTargetId: !Ref Read}}
)";
  CHECK(verdicts(model, rule, yaml) == "fail ByKey \"ByKey\": ByKey scales Write\n");
}

TEST_CASE("world: a path enters every element of a list and what stands beside the properties") {
  constexpr std::string_view rule = R"(
match: {bucket: shop.bucket}
when: has(bucket.events)
require: bucket.events == ["a", "b"]
message: "{bucket.events}"
)";
  constexpr std::string_view yaml = R"(
Resources:
  Right: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: [{Event: a}, {Event: b}]}}}
  Wrong: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {QueueConfigurations: [{Event: b}]}}}
)";
  CHECK(verdicts(model, rule, yaml) == "fail Wrong \"Wrong\": [\"b\"]\n");
  constexpr std::string_view outside = R"(
match: {queue: shop.queue}
require: has(queue.kept) && queue.kept == "Retain"
message: "{queue.kept}"
at: [queue.kept]
)";
  CHECK(verdicts(model, outside,
                 "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    DeletionPolicy: Delete\n") ==
        "fail Q \"Delete\": Delete\n");
}

TEST_CASE("world: a type that no model names is used by its native name") {
  constexpr std::string_view rule = R"(
match: {file: "AWS::EFS::FileSystem"}
require: has(file.Encrypted) && file.Encrypted == true
message: "{file} is not encrypted"
at: [file.Encrypted]
)";
  constexpr std::string_view yaml = R"(
Resources:
  Yes: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: true}}
  No: {Type: AWS::EFS::FileSystem, Properties: {Encrypted: false}}
)";
  CHECK(verdicts(model, rule, yaml) == "fail No \"false\": No is not encrypted\n");
}

TEST_CASE("world: a resource behind an unknown condition is judged as if created") {
  constexpr std::string_view yaml = R"(
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod], Never: !Equals [a, b]}
Resources:
  Maybe: {Type: AWS::SQS::Queue, Condition: IsProd}
  Never: {Type: AWS::SQS::Queue, Condition: Never}
)";
  CHECK(verdicts(model, queue_rule, yaml) ==
        "fail Maybe \"Maybe\": Maybe has no dead-letter queue (if created)\n");
}

}  // namespace resilint::test
