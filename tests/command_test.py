#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program as its users do and compares what it prints, whole. The first argument is the program."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = ""
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
"""
CLEAN = """\
Resources:
  Invoices:
    Type: AWS::S3::Bucket
"""
SENTENCE = "Orders has no dead-letter queue: a message that cannot be processed comes back until it expires and is lost"


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_program(self, *arguments, text=None, environment=None):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.path, input=text, capture_output=True, text=True,
                              timeout=60, env={**ENVIRONMENT, **(environment or {})})
        return done.returncode, done.stdout, done.stderr

    def test_a_finding_is_printed_whole_and_fails(self):
        self.write("app.yaml", TEMPLATE)
        self.assertEqual(self.run_program("check", "app.yaml"), (1, f"""\
high: {SENTENCE}
 --> app.yaml:2:3
2 |   Orders:
  |   ^^^^^^
  fix: Add AWS::SQS::Queue for Orders (a second queue and an alarm on its depth)
  rule: sqs-dead-letter-queue

1 finding (1 high); 1 file checked
""", ""))

    def test_check_is_the_default_command_and_the_directory_the_default_path(self):
        self.write("app.yaml", TEMPLATE)
        code, out, err = self.run_program("--output", "concise")
        self.assertEqual((code, out), (1, f"app.yaml:2:3: high sqs-dead-letter-queue: {SENTENCE}\n"))
        self.assertEqual(err, "resilint: 1 finding (1 high); 1 file checked\n")

    def test_thresholds_and_exit_zero(self):
        self.write("app.yaml", TEMPLATE)
        self.assertEqual(self.run_program("check", "--exit-zero")[0], 0)
        self.assertEqual(self.run_program("check", "--select", "s3-*")[0], 0)
        self.assertEqual(self.run_program("check", "--ignore", "sqs-dead-letter-queue")[0], 0)

    def test_every_file_is_accounted_for(self):
        self.write("app.yaml", CLEAN)
        self.write("empty.yaml", "")
        self.write("notes.txt", "nothing")
        self.write("picture.png", b"\x89PNG\x00\x01\x02")
        self.write("main.tf", 'resource "aws_s3_bucket" "b" {}')
        self.write("chart.yaml", "a: {{ .Values.x }}\n  b: [\nResources: x\n")
        self.write("broken.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: [\n")
        self.write(".gitignore", "ignored/\n")
        self.write("ignored/app.yaml", TEMPLATE)
        code, out, err = self.run_program("check", "--show-files", "--output", "concise")
        self.assertEqual(code, 2)
        files = [line for line in out.splitlines() if ": checked: " in line or ": skipped: " in line or ": failed: " in line]
        self.assertEqual(files, [
            ".gitignore: skipped: not infrastructure as code",
            "app.yaml: checked: cloudformation",
            "broken.yaml: failed: expected `,` or `]` in the list that was opened before",
            "chart.yaml: skipped: does not parse, does not look like a template",
            "empty.yaml: skipped: empty",
            "ignored/: skipped: ignored by .gitignore",
            "main.tf: skipped: Terraform is not read yet",
            "notes.txt: skipped: not infrastructure as code",
            "picture.png: skipped: binary",
        ])
        self.assertIn("1 file checked, 7 skipped, 1 failed", err)

    def test_a_directory_without_templates_is_no_failure(self):
        self.write("notes.txt", "nothing")
        code, out, err = self.run_program("check")
        self.assertEqual((code, out), (0, "0 findings; 0 files checked, 1 skipped (--show-files lists them)\n"))
        self.assertEqual(err, "resilint: found no infrastructure as code here; --show-files says why each file was skipped\n")

    def test_bad_usage_says_what_was_meant(self):
        self.assertEqual(self.run_program("check", "--show-file"),
                         (2, "", "resilint: unexpected argument --show-file; did you mean --show-files?\n"))
        self.assertEqual(self.run_program("chek"),
                         (2, "", "resilint: chek: No such file or directory; did you mean `check`?\n"))
        self.assertEqual(self.run_program("chek", "."),
                         (2, "", "resilint: chek: No such file or directory; did you mean `check`?\n"))
        self.assertEqual(self.run_program("check", "--output", "sarfi"), (
            2, "", "resilint: format `sarfi` is not known; expected one of full, concise, json, sarif; did you mean `sarif`?\n"))
        self.assertEqual(self.run_program("check", "--select", "sqs-dead-leter-queue"), (
            2, "", "resilint: no rule has the name, prefix or tag `sqs-dead-leter-queue`; did you mean `sqs-dead-letter-queue`?\n"))
        self.assertEqual(self.run_program("check", "--output", "json=no/such/file"), (
            2, "", "resilint: --output no/such/file: the directory no/such does not exist\n"))
        self.assertEqual(self.run_program("rule", "sqs-dead-leter-queue"), (
            2, "", "resilint: no rule is called `sqs-dead-leter-queue`; did you mean `sqs-dead-letter-queue`?\n"))

    def test_standard_input_has_a_name(self):
        code, out, _ = self.run_program("check", "--stdin-filename", "sub/app.yaml", "--output", "concise", "-", text=TEMPLATE)
        self.assertEqual((code, out), (1, f"app.yaml:2:3: high sqs-dead-letter-queue: {SENTENCE}\n"))
        self.assertEqual(self.run_program("check", "-", text=TEMPLATE),
                         (2, "", "resilint: `-` needs --stdin-filename, the name that the text has\n"))

    def test_paths_are_relative_to_the_repository(self):
        subprocess.run(["git", "init", "-q", str(self.path)], check=True)
        self.write("infra/a file.yaml", TEMPLATE)
        code, out, _ = self.run_program("check", "infra/a file.yaml", "--output", "concise")
        self.assertEqual(out, f"infra/a file.yaml:2:3: high sqs-dead-letter-queue: {SENTENCE}\n")
        sarif = json.loads(self.run_program("check", "infra", "--output", "sarif")[1])
        place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "infra/a%20file.yaml")

    def test_ignore_comments(self):
        self.write("app.yaml", TEMPLATE.replace("  Orders:", '  # resilint: ignore sqs-dead-letter-queue reason="accepted"\n  Orders:'))
        self.assertEqual(self.run_program("check"), (0, "0 findings, 1 ignored; 1 file checked\n", ""))

    def test_secrets_are_never_printed(self):
        self.write("app.yaml", """\
Parameters:
  Window: {Type: Number, NoEcho: true, Default: 4242}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 10
      RedrivePolicy: {maxReceiveCount: 3, deadLetterTargetArn: !GetAtt Dead.Arn}
  Dead: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::Lambda::Function, Properties: {Timeout: !Ref Window}}
  Map:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Work}
""")
        self.write("one-line.json", json.dumps({
            "Parameters": {"Secret": {"Type": "String", "NoEcho": "true", "Default": "pa55word"}},
            "Resources": {"Files": {"Type": "AWS::S3::Bucket", "Properties": {
                "VersioningConfiguration": {"Status": "Suspended"}}}}}))
        for form in ("full", "concise", "json", "sarif"):
            with self.subTest(form):
                code, out, _ = self.run_program("--output", form)
                self.assertEqual(code, 1)
                for secret in ("4242", str(6 * 4242), "pa55word"):
                    self.assertNotIn(secret, out)
                self.assertIn("(sensitive)", out)

    def test_explain_says_why(self):
        self.write("app.yaml", TEMPLATE)
        self.assertEqual(self.run_program("explain", "sqs-dead-letter-queue", "Orders"), (0, f"""\
sqs-dead-letter-queue fails for Orders (app.yaml:2:3)
Every queue hands messages that cannot be processed to a dead-letter queue.
{SENTENCE}.

└─ must hold: has(queue.dead_letter_queue) || queue.is_dead_letter_queue → false
   ├─ has(queue.dead_letter_queue) → false
   │  └─ Orders.dead_letter_queue is not set
   └─ queue.is_dead_letter_queue → false
      └─ Orders.is_dead_letter_queue is false, computed
         └─ size(self.sources) > 0 || (has(self.redrive_permission) && self.redrive_permission != "denyAll") → false
            ├─ size(self.sources) > 0 → false
            │  └─ Orders.sources is []
            └─ has(self.redrive_permission) && self.redrive_permission != "denyAll" → false
               └─ has(self.redrive_permission) → false
                  └─ Orders.redrive_permission is not set
""", ""))

    def test_explain_of_what_is_not_there_says_what_is(self):
        self.write("app.yaml", TEMPLATE)
        self.write("clean.yaml", CLEAN)
        for arguments, message in (
                (("sqs-dead-letter-queu", "Orders"), "no rule is called `sqs-dead-letter-queu`; did you mean `sqs-dead-letter-queue`?"),
                (("sqs-dead-letter-queue", "Order"), "sqs-dead-letter-queue judges nothing called `Order` here; did you mean `Orders`?"),
                (("sqs-dead-letter-queue", "Invoices"), "sqs-dead-letter-queue judges nothing called `Invoices` here; "
                                                        "Invoices is an AWS::S3::Bucket, and the rule judges aws.sqs.queue"),
                (("sqs-dead-letter-queue", "Orders", "--output", "sarif"), "explain prints full or json"),
                (("sqs-dead-letter-queue",), "ADDRESS is required")):
            with self.subTest(arguments):
                self.assertEqual(self.run_program("explain", *arguments), (2, "", f"resilint: {message}\n"))
        self.write("deep/app.yaml", TEMPLATE)
        code, out, err = self.run_program("explain", "sqs-dead-letter-queue", "Orders")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err.splitlines(), ["resilint: `Orders` is the address of several; name the file",
                                            "resilint:   app.yaml:2:3", "resilint:   deep/app.yaml:2:3"])

    def test_explain_covers_secrets(self):
        self.write("app.yaml", """\
Parameters:
  Status: {Type: String, NoEcho: true, Default: Suspended}
Resources:
  Files: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: !Ref Status}}}
""")
        for form in ("full", "json"):
            code, out, _ = self.run_program("explain", "s3-versioning-not-suspended", "Files", "--output", form)
            self.assertEqual(code, 0)
            self.assertNotIn("is Suspended", out)
            self.assertIn("(sensitive)", out)

    def test_rules_of_ones_own(self):
        rule = """\
title: Every queue has a name
severity: low
profile: recommended
why: Names are easier to find.
match: {queue: aws.sqs.queue}
require: has(queue.name)
message: "{queue} has no name"
references: [https://docs.aws.amazon.com/]
examples: {cloudformation: {fail: x, pass: y}}
"""
        self.write("app.yaml", TEMPLATE)
        self.write("own/sqs-queue-has-a-name.yaml", rule)
        code, out, _ = self.run_program("check", "app.yaml", "--rules", "own", "--select", "sqs-queue-has-a-name", "--output", "concise")
        self.assertEqual((code, out), (0, "app.yaml:2:3: low sqs-queue-has-a-name: Orders has no name\n"))
        self.write("own/sqs-queue-has-a-name.yaml", rule.replace("queue.name", "queue.nmae").replace("why:", "whi:"))
        self.assertEqual(self.run_program("check", "app.yaml", "--rules", "own"), (2, "", """\
own/sqs-queue-has-a-name.yaml:4:1: unknown key of a rule `whi`; did you mean `why`?
own/sqs-queue-has-a-name.yaml:1:1: `why` is missing; a rule needs it
own/sqs-queue-has-a-name.yaml:6:10: aws.sqs.queue has no attribute `nmae`; did you mean `name`?
"""))

    def test_the_same_bytes_for_any_number_of_threads(self):
        for number in range(40):
            self.write(f"{number}.yaml", TEMPLATE)
        outputs = {self.run_program("check", "--output", "sarif", "--jobs", str(jobs))[1] for jobs in (1, 2, 8, 1, 2, 8)}
        self.assertEqual(len(outputs), 1)

    def test_version_help_and_rule_list(self):
        self.assertEqual(self.run_program("version"), (0, "resilint 0.1.0\n", ""))
        self.assertEqual(self.run_program("--version"), (0, "resilint 0.1.0\n", ""))
        code, out, _ = self.run_program("--help")
        self.assertEqual(code, 0)
        self.assertIn("Exit codes: 0 nothing at or above --fail-on", out)
        code, out, _ = self.run_program("rule")
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[0] for line in out.splitlines()], sorted(line.split()[0] for line in out.splitlines()))
        self.assertEqual(self.run_program("rule", "E3505")[1].splitlines()[0], "# sqs-visibility-covers-lambda-timeout")

    def test_output_that_cannot_be_written(self):
        self.write("app.yaml", TEMPLATE)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "check"], cwd=self.path, stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr), (2, "resilint: cannot write to standard output\n"))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
