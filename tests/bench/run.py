#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares whole processes in turn, A B A B …, by user and system time, and prints ratios.

The first argument is the folder of a release build. Of the lines below, those that hold one of the
further arguments are measured; without any, all are. Exit 1 when a ratio is over its limit.
"""
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 7
SMALL = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: worker.handle
      Role: arn:aws:iam::111122223333:role/worker
      Code: {S3Bucket: code, S3Key: worker.zip}
      Timeout: 60
  OrdersToWorker:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.Arn
      FunctionName: !Ref Worker
      BatchSize: 10
"""


def wanted(name):
    return len(sys.argv) == 2 or any(word in name for word in sys.argv[2:])


def cost(command):
    """Seconds of user and system time of one whole process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def compare(name, ours, theirs, limit):
    if not wanted(name):
        return True
    ratios = []
    for _ in range(ROUNDS):
        ratios.append(cost(ours) / max(cost(theirs), 1e-6))
    ratio = statistics.median(ratios)
    verdict = "ok" if ratio <= limit else "OVER THE LIMIT"
    print(f"{name}: {ratio:.2f} times ({min(ratios):.2f} to {max(ratios):.2f}), limit {limit}: {verdict}")
    return ratio <= limit


def peak_memory(command):
    """Bytes that one whole process had in memory at most."""
    # By a small process in between: a child's figure begins at its parent's.
    launcher = ("import os, subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, "
                "stderr=subprocess.DEVNULL); print(os.wait4(p.pid, 0)[2].ru_maxrss)")
    return int(subprocess.run([sys.executable, "-S", "-c", launcher, *command], capture_output=True, check=True).stdout) * 1024


def compare_memory(name, command, path, limit):
    """What a check or a part of it had in memory at most, in terms of the file."""
    if not wanted(name):
        return True
    ratio = peak_memory([*command, str(path)]) / os.path.getsize(path)
    verdict = "ok" if ratio <= limit else "OVER THE LIMIT"
    print(f"{name}: {ratio:.1f} times the file, limit {limit}: {verdict}")
    return ratio <= limit


def milliseconds(name, command, rounds, limit):
    if not wanted(name):
        return True
    time = 1000 * statistics.median(cost(command) for _ in range(rounds))
    verdict = "ok" if time <= limit else "OVER THE LIMIT"
    print(f"{name}: {time:.2f} ms of user and system time, limit {limit}: {verdict}")
    return time <= limit


def repeated_system(size):
    """A system of fixtures/projects over and over, with a number behind each logical id, up to `size` bytes."""
    text = (ROOT / "fixtures/projects/ticketing-on-ecs/template.yaml").read_text()
    head, rest = text.split("\nResources:\n")
    resources = rest.split("\nOutputs:\n")[0]
    ids = re.compile(r"\b(" + "|".join(re.findall(r"^  (\w+):\s*$", resources, re.M)) + r")\b")
    parts = [head, "Resources:"]
    while sum(map(len, parts)) < size:
        parts.append(ids.sub(rf"\1N{len(parts)}", resources))
    return "\n".join(parts) + "\n"


def repository(folder, templates):
    """A repository of systems, twenty in a folder. Gives one of them."""
    text = (ROOT / "fixtures/projects/ticketing-on-ecs/template.yaml").read_text()
    (folder / ".git").mkdir(parents=True)
    (folder / ".resilint.yaml").write_text("profile: strict\n")
    for number in range(templates):
        path = folder / f"team-{number // 20}/system-{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return path


def compare_evaluation(name, check, parse, limit):
    """What a check costs beyond a part of it, in terms of that part."""
    if not wanted(name):
        return True
    ratios = []
    for _ in range(ROUNDS):
        parsing = cost(parse)
        ratios.append((cost(check) - parsing) / max(parsing, 1e-6))
    ratio = statistics.median(ratios)
    verdict = "ok" if ratio <= limit else "OVER THE LIMIT"
    print(f"{name}: {ratio:.2f} times ({min(ratios):.2f} to {max(ratios):.2f}), limit {limit}: {verdict}")
    return ratio <= limit


def synthetic_yaml(resources):
    lines = ['AWSTemplateFormatVersion: "2010-09-09"', "Resources:"]
    for i in range(resources):
        lines += [f"  Queue{i}:", "    Type: AWS::SQS::Queue", "    Properties:", f"      QueueName: !Sub \"queue-{i}-${{AWS::Region}}\"",
                  "      VisibilityTimeout: 60  # seconds", "      RedrivePolicy:", f"        deadLetterTargetArn: !GetAtt Dead{i}.Arn",
                  "        maxReceiveCount: 5", "      Tags:", "        - {Key: team, Value: 'orders and \"more\"'}", f"  Dead{i}:", "    Type: AWS::SQS::Queue"]
    return "\n".join(lines) + "\n"


def conditional_yaml(conditions, uses):
    """Independent conditions, and buckets whose versioning each of them decides in turn."""
    lines = ["Parameters:"] + [f"  P{i}: {{Type: String, Default: 'no'}}" for i in range(conditions)]
    lines += ["Conditions:"] + [f"  C{i}: !Equals [!Ref P{i}, 'yes']" for i in range(conditions)] + ["Resources:"]
    lines += [f"  B{i}: {{Type: AWS::S3::Bucket, Properties: {{VersioningConfiguration: {{Status: !If [C{i % conditions}, Suspended, Enabled]}}}}}}"
              for i in range(uses)]
    return "\n".join(lines) + "\n"


def exponent(name, program, folder, make, small, large, limit, ending="yaml"):
    """How the cost of a check beyond start-up and parsing grows: 1 is linear, 2 is quadratic."""
    if not wanted(name):
        return True
    costs = []
    # A small one costs little more than its start, so that it is measured often.
    for size, rounds in ((small, 5 * ROUNDS), (large, ROUNDS if large <= 5000 else 3)):
        path = folder / f"{name.split()[0]}-{size}" / f"main.{ending}"
        path.parent.mkdir()
        path.write_text(make(size))
        parse = [str(pathlib.Path(program[0]).parent / "bench_parse"), str(path)]
        # In turn, so that what else the machine does meets both.
        turns = [(cost([*program, str(path)]), cost(parse)) for _ in range(rounds)]
        whole, parsing = (min(side) for side in zip(*turns))
        costs.append(max(whole - parsing, 1e-4))
    grows = math.log(costs[1] / costs[0]) / math.log(large / small)
    verdict = "ok" if grows <= limit else "OVER THE LIMIT"
    print(f"{name}: from {small} to {large} the cost grows with exponent {grows:.2f}, limit {limit}: {verdict}")
    return grows <= limit


def synthetic_json(resources):
    made = {}
    for i in range(resources):
        made[f"Queue{i}"] = {"Type": "AWS::SQS::Queue", "Properties": {
            "QueueName": {"Fn::Sub": f"queue-{i}-${{AWS::Region}}"}, "VisibilityTimeout": 60,
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [f"Dead{i}", "Arn"]}, "maxReceiveCount": 5},
            "Tags": [{"Key": "team", "Value": "orders and \"more\""}]}}
        made[f"Dead{i}"] = {"Type": "AWS::SQS::Queue"}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": made}, indent=1)


HCL_HEAD = '''variable "environment" {
  default = "test"
}

variable "timeout_seconds" {
  default = 30
}

variable "production" {
  type    = bool
  default = false
}

variable "rules" {
  default = [{ id = "first", enabled = true }, { id = "second", enabled = false }]
}

locals {
  tags = { system = "shop" }
}

'''


def synthetic_hcl(size):
    """Queues, with what real modules have: comments, interpolations, calls, conditionals, dynamic blocks."""
    parts, made, i = [HCL_HEAD], 0, 0
    while made < size:
        parts.append(f'''# Queue {i} of the shop and the queue for what could not be processed.
resource "aws_sqs_queue" "orders_{i}" {{
  name                       = "orders-{i}-${{var.environment}}"
  visibility_timeout_seconds = 6 * var.timeout_seconds
  message_retention_seconds  = 1209600
  redrive_policy = jsonencode({{
    deadLetterTargetArn = aws_sqs_queue.dead_{i}.arn
    maxReceiveCount     = var.production ? 5 : 3
  }})
  tags = merge(local.tags, {{ Name = "orders-{i}", team = "shop" }})
}}

resource "aws_sqs_queue" "dead_{i}" {{
  name = format("%s-%s", "dead", {i})

  dynamic "rule" {{
    for_each = [for r in var.rules : r if r.enabled]
    content {{
      id = rule.value["id"]
    }}
  }}
}}

''')
        made += len(parts[-1])
        i += 1
    return "".join(parts)


def json_of_size(size):
    """JSON text of about as many bytes."""
    one = len(synthetic_json(100)) / 100
    return synthetic_json(max(1, int(size / one)))


def corpus_files(endings):
    root = os.environ.get("RESILINT_SHARED")
    if not root:
        return []
    return [str(path) for path in sorted(pathlib.Path(root, "corpus").rglob("*")) if path.suffix in endings and path.is_file()]


def is_json(path):
    try:
        json.loads(pathlib.Path(path).read_bytes())
        return True
    except ValueError:
        return False


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    parse, lex, events, sax = (str(build / name) for name in ("bench_parse", "bench_hcl_lex", "bench_yaml_events", "bench_json_sax"))
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "large.yaml").write_text(synthetic_yaml(8000))
        (folder / "large.json").write_text(synthetic_json(40000))
        (folder / "small.yaml").write_text(SMALL)
        large_yaml, large_json = str(folder / "large.yaml"), str(folder / "large.json")
        good &= compare("YAML, one large template: trees against yaml-cpp's events", [parse, large_yaml], [events, large_yaml], 1.5)
        good &= compare("JSON, one large template: trees against RapidJSON's SAX pass", [parse, large_json], [sax, large_json], 4)
        yaml_files = corpus_files({".yaml", ".yml"})
        json_files = [path for path in corpus_files({".json"}) if is_json(path)]
        if yaml_files:
            good &= compare(f"YAML, {len(yaml_files)} real files", [parse, *yaml_files], [events, *yaml_files], 1.5)
            good &= compare(f"JSON, {len(json_files)} real files", [parse, *json_files], [sax, *json_files], 4)
            good &= compare_evaluation(f"evaluating all rules on {len(yaml_files + json_files)} real files, against parsing them",
                                       [str(build / "resilint"), "check", "--profile", "all", "--jobs", "1", "--exit-zero", "--output", "concise",
                                        *yaml_files, *json_files], [parse, *yaml_files, *json_files], 0.5)
        (folder / "large.tf").write_text(synthetic_hcl(5_000_000))
        (folder / "as-large.json").write_text(json_of_size(5_000_000))
        inputs = [("HCL, 5 MB generated", [str(folder / "large.tf")] * 5, [str(folder / "as-large.json")] * 5)]
        real = corpus_files({".tf", ".tfvars"})
        if real:
            (folder / "as-real.json").write_text(json_of_size(sum(os.path.getsize(path) for path in real)))
            inputs.append((f"HCL, {len(real)} real files", real * 10, [str(folder / "as-real.json")] * 10))
        for name, hcl, as_json in inputs:
            good &= compare(f"{name}: tokens against RapidJSON's SAX pass over as many bytes", [lex, *hcl], [sax, *as_json], 2)
            good &= compare(f"{name}: trees against tokens", [parse, *hcl], [lex, *hcl], 2.5)
        good &= compare_memory("memory of parsing 5 MB of HCL", [parse], folder / "large.tf", 12)
        (folder / "system.yaml").write_text(repeated_system(5_000_000))
        good &= compare_memory("memory of a check of 5 MB", [str(build / "resilint"), "check", "--exit-zero", "--output", "concise"],
                               folder / "system.yaml", 12)
        program = [str(build / "resilint"), "check", "--profile", "all", "--jobs", "1", "--exit-zero", "--output", "concise"]
        good &= exponent("resources of one template", program, folder, lambda n: synthetic_yaml(n // 2), 100, 5000, 1.15)
        good &= exponent("conditions, five uses of each", program, folder, lambda n: conditional_yaml(n, 5 * n), 40, 400, 2)
        good &= exponent("Terraform resources of one module", program, folder, lambda n: synthetic_hcl(n * 415), 1000, 100_000, 1.15, "tf")
        if real:
            modules = sorted({str(pathlib.Path(path).parent) for path in real})
            good &= compare_evaluation(f"evaluating all rules on {len(modules)} real Terraform modules, against parsing them",
                                       [*program, *modules], [parse, *real], 2)
            corpus = os.path.join(os.environ["RESILINT_SHARED"], "corpus")
            good &= compare_evaluation("all rules on the corpus, against reading it and making its graphs", [*program, corpus],
                                       [*program, "--ignore", "*", corpus], 0.5)
        (folder / "conditions.yaml").write_text(conditional_yaml(40, 200))
        good &= milliseconds("check with 40 conditions and 200 uses of them", [*program, str(folder / "conditions.yaml")], ROUNDS, 200)
        good &= milliseconds("check of one 20-line template", [str(build / "resilint"), "check", "--exit-zero", str(folder / "small.yaml")],
                             30, 3)
        committed = repository(folder / "repository", 2000)
        good &= milliseconds("hook on one template in a repository of 2,000", [str(build / "resilint"), "check", "--exit-zero", "--output", "concise",
                                                                              "--quiet", str(committed)], 30, 30)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
