#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program as its users do and compares what it prints, whole. The first argument is the program."""
import datetime
import json
import os
import pathlib
import pty
import random
import re
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema
import yaml

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
STAGED = """\
Parameters:
  Stage: {Type: String, Default: prod, AllowedValues: [prod, dev]}
  Size: {Type: Number, Default: 1, MinValue: 1, MaxValue: 5}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !If [IsProd, Enabled, Suspended]}}
"""
CHILD = """\
Parameters:
  Versioning: {Type: String}
  Dead: {Type: String}
Resources:
  # The parent decides.
  Files:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !Ref Versioning}}
  Work:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !Ref Dead, maxReceiveCount: 3}}
Outputs:
  Work: {Value: !GetAtt Work.Arn}
"""
PARENT = """\
Resources:
  Dead: {Type: AWS::SQS::Queue}
  First:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: network/child.yaml, Parameters: {Versioning: Enabled, Dead: !GetAtt Dead.Arn}}
  Second:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: network/child.yaml, Parameters: {Versioning: Suspended, Dead: !GetAtt Dead.Arn}}
"""
VERSIONED = """\
Resources:
  Files:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !Ref Status}}
"""
MODULE = """\
variable "versions" { default = "Enabled" }
resource "aws_s3_bucket" "photos" {}
resource "aws_s3_bucket_versioning" "photos" {
  bucket = aws_s3_bucket.photos.id
  versioning_configuration { status = var.versions }
}
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
            "main.tf: checked: terraform",
            "notes.txt: skipped: not infrastructure as code",
            "picture.png: skipped: binary",
        ])
        self.assertIn("2 files checked, 6 skipped, 1 failed", err)

    def test_files_of_terraform_are_parsed(self):
        self.write("a/main.tf", "x = \n")
        self.write("a/main.tofu", "locals {\n}\n")
        self.write("a/vars.tf.json", "{}")
        self.write("b/main.tf", "locals {\n  x = [1\n  y = 2\n}\nz = )\n")
        self.write("b/main.tftest.hcl", "x = ")
        self.write("b/prod.tfvars", "x = 1\n")
        code, out, err = self.run_program("check", "--show-files", "--output", "concise")
        self.assertEqual(code, 2)
        self.assertEqual([line for line in out.splitlines() if ": skipped: " in line or ": failed: " in line or ": checked: " in line], [
            "a/main.tf: skipped: shadowed by main.tofu",
            "a/main.tofu: checked: terraform",
            "a/vars.tf.json: checked: terraform",
            "b/main.tf: failed: expected `,` or `]` after an item of the list, found `y`",
            "b/main.tftest.hcl: skipped: a test of a module; it is not deployed",
            "b/prod.tfvars: skipped: values of variables that Terraform loads only when told; --var-file",
        ])
        self.assertIn("b/main.tf:3:3: high syntax-error: expected `,` or `]` after an item of the list, found `y`", out)
        self.assertIn("b/main.tf:5:5: high syntax-error: expected a value, found `)`", out)
        # A file that is named itself is looked at, whatever stands beside it.
        code, out, err = self.run_program("check", "--output", "concise", "a/main.tf")
        self.assertEqual(code, 2)
        self.assertIn("main.tf:1:5: high syntax-error: expected a value, found the end of the line", out)
        code, out, err = self.run_program("check", "--show-files", "--output", "concise", "--type", "tfvars", "b/prod.tfvars")
        self.assertEqual((code, out.splitlines()[0]), (0, "prod.tfvars: skipped: values of variables that Terraform loads only when told; --var-file"))
        self.assertEqual(self.run_program("check", "--type", "plan", "b"), (
            2, "", "resilint: type `plan` is not read yet; this version reads cloudformation, terraform and tfvars\n"))

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
            2, "", "resilint: format `sarfi` is not known; expected one of full, concise, json, jsonl, sarif, github, gitlab, junit, checkstyle, rdjson, markdown; did you mean `sarif`?\n"))
        self.assertEqual(self.run_program("check", "--select", "sqs-dead-leter-queue"), (
            2, "", "resilint: no rule has the name, prefix or tag `sqs-dead-leter-queue`; did you mean `sqs-dead-letter-queue`?\n"))
        self.assertEqual(self.run_program("check", "--output", "json=no/such/file"), (
            2, "", "resilint: --output no/such/file: the directory no/such does not exist\n"))
        self.assertEqual(self.run_program("rule", "sqs-dead-leter-queue"), (
            2, "", "resilint: no rule is called `sqs-dead-leter-queue`; did you mean `sqs-dead-letter-queue`?\n"))
        for arguments, message in {
            ("rule", "dead-letter"): "no rule is called `dead-letter`; did you mean `sqs-dead-letter-queue`?",
            ("check", "-o", "json"): "unexpected argument -o; `resilint check --help-all` lists what it takes",
            ("baseline", "create", "--reset"): "unexpected argument --reset; `resilint baseline create --help-all` lists what it takes",
            ("config", "show", "--full", "x"): "unexpected argument --full; `resilint config show --help` lists what it takes",
            ("check", "--env"): "--env: 1 required NAME,… missing; `resilint check --help-all` lists what it takes",
            ("check", "--jobs", "x"): "Could not convert: --jobs = x; `resilint check --help-all` lists what it takes",
            ("completions",): "SHELL is required; `resilint completions --help` lists what it takes",
            ("check", "--baseline", "b.json", "--baseline-from", "main"): f"--baseline-from {self.path.resolve()} is not a git repository",
            ("template.yaml",): "template.yaml: No such file or directory; expected a file or a directory",
        }.items():
            self.assertEqual(self.run_program(*arguments), (2, "", f"resilint: {message}\n"))
        self.assertEqual(self.run_program("help", "config"), self.run_program("config", "--help"))
        self.assertEqual(self.run_program("help"), self.run_program("--help"))
        self.assertEqual(self.run_program("check"), (
            0, "0 findings; 0 files checked\n", "resilint: there are no files here; give the files and directories that are to be judged\n"))

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
        self.assertEqual(self.run_program("check"), (0, "0 findings, 1 ignored (--show-suppressed lists them); 1 file checked\n", ""))
        self.assertEqual(self.run_program("check", "--show-suppressed"), (0, f"""\
Ignored:
  app.yaml:3:3: sqs-dead-letter-queue: {SENTENCE} (accepted)

0 findings, 1 ignored; 1 file checked
""", ""))
        self.assertEqual(self.run_program("check", "--show-suppressed", "--output", "concise", "--quiet"),
                         (0, f"app.yaml:3:3: ignored sqs-dead-letter-queue: {SENTENCE} (accepted)\n", ""))
        self.assertEqual(self.run_program("check", "--ignore-suppressions", "--output", "concise", "--quiet"),
                         (1, f"app.yaml:3:3: high sqs-dead-letter-queue: {SENTENCE}\n", ""))
        for shown, kept in (([], 0), (["--show-suppressed"], 1)):
            sarif = json.loads(self.run_program("check", "--output", "sarif", *shown)[1])
            self.assertEqual([result["suppressions"] for result in sarif["runs"][0]["results"]],
                             [[{"kind": "inSource", "justification": "accepted"}]] * kept)
            self.assertEqual(len(json.loads(self.run_program("check", "--output", "json", *shown)[1])["ignored"]), kept)

    def test_what_is_ignored_until_a_date_is_reported_after_it(self):
        for until, code in (("2000-01-01", 1), ("2999-12-31", 0)):
            self.write("main.tf", f'resource "aws_sqs_queue" "orders" {{ # resilint: ignore sqs-* until={until}\n}}\n')
            self.assertEqual(self.run_program("check")[0], code)
        self.write("main.tf", 'resource "aws_sqs_queue" "orders" { # resilint: ignore sqs-* until=2000-01-01\n}\n')
        self.assertEqual(self.run_program("check", "--output", "concise", "--quiet")[1], """\
main.tf:1:1: high sqs-dead-letter-queue: aws_sqs_queue.orders has no dead-letter queue: a message that cannot be processed comes back until it expires and is lost
main.tf:1:37: note expired-ignore: this held until 2000-01-01; what it ignored is reported again
""")

    def test_comments_are_added_once_and_cover_what_is_found(self):
        files = {
            "app.yaml": TEMPLATE + "  Files: {Type: AWS::S3::Bucket}\n",
            "windows.yaml": TEMPLATE.replace("\n", "\r\n"),
            "main.tf": 'resource "aws_sqs_queue" "orders" {\n}\n',
        }
        for name, text in files.items():
            self.write(name, text)
        code, _, err = self.run_program("check", "--add-ignore", "--reason", "ticket 12", "--until", "2999-12-31", "--output", "concise")
        self.assertEqual(code, 1)
        self.assertEqual(err, """\
resilint: app.yaml: 2 findings are ignored from now on
resilint: main.tf: 1 finding is ignored from now on
resilint: windows.yaml: 1 finding is ignored from now on
resilint: 4 findings (4 high); 3 files checked
""")
        comment = '# resilint: ignore {} reason="ticket 12" until=2999-12-31'
        queue, bucket = comment.format("sqs-dead-letter-queue"), comment.format("s3-bucket-versioning")
        self.assertEqual((self.path / "app.yaml").read_text(), f"""\
Resources:
  {queue}
  Orders:
    Type: AWS::SQS::Queue
  {bucket}
  Files: {{Type: AWS::S3::Bucket}}
""")
        self.assertEqual((self.path / "windows.yaml").read_bytes(), f"Resources:\r\n  {queue}\r\n  Orders:\r\n    Type: AWS::SQS::Queue\r\n".encode())
        self.assertEqual((self.path / "main.tf").read_text(), f'{queue}\nresource "aws_sqs_queue" "orders" {{\n}}\n')
        before = {path: path.read_bytes() for path in self.path.iterdir()}
        self.assertEqual(self.run_program("check", "--add-ignore"), (0, "0 findings, 4 ignored (--show-suppressed lists them); 3 files checked\n", ""))
        self.assertEqual({path: path.read_bytes() for path in self.path.iterdir()}, before)
        for wrong in (["--reason", "x"], ["--add-ignore", "--until", "soon"], ["--add-ignore", "--reason", 'a "b"']):
            self.assertEqual(self.run_program("check", *wrong)[0], 2)

    def test_ignores_are_added_to_json(self):
        files = {
            "one-line.json": ('{"Resources": {"Orders": {"Type": "AWS::SQS::Queue"}}}',
                              '{"Resources": {"Orders": {"Metadata": {"resilint": {"ignore": [@]}}, "Type": "AWS::SQS::Queue"}}}'),
            "lines.json": ('{\r\n  "Resources": {\r\n    "Orders": {\r\n      "Type": "AWS::SQS::Queue"\r\n    }\r\n  }\r\n}\r\n',
                           '{\r\n  "Resources": {\r\n    "Orders": {\r\n      "Metadata": {"resilint": {"ignore": [@]}},\r\n'
                           '      "Type": "AWS::SQS::Queue"\r\n    }\r\n  }\r\n}\r\n'),
            "metadata.json": ('{"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Metadata": {"owner": "shop"}}}}',
                              '{"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Metadata": {"resilint": {"ignore": [@]}, "owner": "shop"}}}}'),
            "listed.json": ('{"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Metadata": {"resilint": {"ignore": ["s3-mfa-delete"]}}}}}',
                            '{"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Metadata": {"resilint": {"ignore": [@, "s3-mfa-delete"]}}}}}'),
            "a/main.tf.json": ('{"resource": [{"aws_sqs_queue": {"orders": {"name": "orders"}}}]}',
                               '{"resource": [{"aws_sqs_queue": {"orders": {"//": {"resilint": {"ignore": [@]}}, "name": "orders"}}}]}'),
            "b/main.tf.json": ('{"resource": {"aws_sqs_queue": {"orders": [{}]}}}',
                               '{"resource": {"aws_sqs_queue": {"orders": [{"//": {"resilint": {"ignore": [@]}}}]}}}'),
        }
        for name, (text, _) in files.items():
            self.write(name, text)
        self.assertEqual(self.run_program("check", "--add-ignore", "--reason", "it's \\ small", "--until", "2999-12-31", "--quiet")[0], 1)
        item = json.dumps({"rule": "sqs-dead-letter-queue", "reason": "it's \\ small", "until": "2999-12-31"}, separators=(",", ":"))
        for name, (_, text) in files.items():
            self.assertEqual((self.path / name).read_bytes().decode(), text.replace("@", item))
        self.assertEqual(self.run_program("check"), (0, "0 findings, 6 ignored (--show-suppressed lists them); 6 files checked\n", ""))
        # A remark that is a text stays what it is.
        self.write("b/main.tf.json", '{"resource": {"aws_sqs_queue": {"orders": {"//": "for the shop"}}}}')
        code, _, err = self.run_program("check", "b", "--add-ignore", "--output", "concise")
        self.assertEqual((code, err.splitlines()[0]), (2, "resilint: main.tf.json: there is no place to say that sqs-dead-letter-queue is ignored "
                                                          "for aws_sqs_queue.orders; accept it in .resilint.yaml"))

    def test_json_says_what_is_ignored(self):
        queue = {"Type": "AWS::SQS::Queue", "Metadata": {"resilint": {"ignore": [{"rule": "sqs-dead-letter-queue", "reason": "small"}]}}}
        self.write("app.json", json.dumps({"Resources": {"Orders": queue}}, indent=1))
        self.write("tf/main.tf.json", json.dumps({"resource": {"aws_sqs_queue": {"orders": {
            "//": "resilint: ignore sqs-dead-letter-queue reason=\"small\"", "name": "orders"}}}}, indent=1))
        code, out, _ = self.run_program("check", "--show-suppressed", "--output", "concise", "--quiet")
        self.assertEqual((code, out.count("ignored sqs-dead-letter-queue"), out.count("(small)")), (0, 2, 2))

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
                (("sqs-dead-letter-queue", "Xyz"), "sqs-dead-letter-queue judges nothing called `Xyz` here; it judges Orders"),
                (("rds-instance-multi-az", "Xyz"), "rds-instance-multi-az judges nothing called `Xyz` here; there is no aws.rds.instance in it"),
                (("sqs-dead-letter-queue", "Orders", "--output", "sarif"), "explain prints full or json"),
                (("sqs-dead-letter-queue",), "ADDRESS is required; `resilint explain --help-all` lists what it takes")):
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
        document = json.loads(self.run_program("rule", "sqs-queue-has-a-name", "--rules", "own", "--output", "json")[1])
        self.assertEqual([(one["file"], one["profile"]) for one in document["rules"]], [("own/sqs-queue-has-a-name.yaml", "recommended")])
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

    def concise(self, *arguments):
        """The findings, one a line, and the exit code."""
        code, out, err = self.run_program("check", *arguments, "--output", "concise", "--quiet")
        self.assertEqual(err, "")
        return code, out.splitlines()

    def test_values_of_parameters_in_every_form(self):
        self.write("app.yaml", STAGED)
        suspended = "app.yaml:9:52: high s3-versioning-not-suspended: Files has its versioning suspended: " \
                    "what is written from now on is lost when it is overwritten or deleted"
        forms = {
            "list.json": '[{"ParameterKey": "Stage", "ParameterValue": "dev"}, {"ParameterKey": "Size", "UsePreviousValue": true}]',
            "pipeline.json": '{"Parameters": {"Stage": "dev"}, "Tags": {"team": "shop"}}',
            "plain.json": '{"Stage": "dev"}',
            "plain.yaml": "# for tests\nStage: dev\nSize: 2\n",
        }
        for name, text in forms.items():
            self.write("values/" + name, text)
            with self.subTest(name):
                self.assertEqual(self.concise("app.yaml", "--parameters", f"values/{name}"), (1, [suspended]))
                # What is given on the command line wins.
                self.assertEqual(self.concise("app.yaml", "--parameters", f"values/{name}", "--var", "Stage=prod"), (0, []))
        self.assertEqual(self.concise("app.yaml", "--var", "Stage=dev"), (1, [suspended]))

    def test_values_of_parameters_that_cannot_be(self):
        self.write("app.yaml", STAGED)
        self.write("broken.json", '{"Stage": ')
        self.write("nested.yaml", "Stage:\n  deep: {er: true}\n")
        self.write("words.yaml", "just words\n")
        self.write("empty.json", "")
        self.write("pairs.json", '[{"Key": "Stage"}]')
        cases = {
            ("--var", "Stage=test"): "app.yaml:2:3: parameter Stage cannot be `test`; allowed are prod, dev",
            ("--var", "Size=many"): "app.yaml:3:3: parameter Size cannot be `many`; it takes a number",
            ("--var", "Size=9"): "app.yaml:3:3: parameter Size cannot be `9`; it takes a number from 1 to 5",
            ("--var", "Stag=dev"): "no template here has a parameter `Stag`; did you mean `Stage`?",
            ("--var", "Stage"): "--var Stage: expected NAME=VALUE",
            ("--parameters", "nope.json"): "nope.json: No such file or directory",
            ("--parameters", "empty.json"): "empty.json: the file is empty",
            ("--parameters", "nested.yaml"): "nested.yaml:2:3: parameter Stage needs a text or a list",
            ("--parameters", "pairs.json"): "pairs.json:1:2: expected a map with ParameterKey and ParameterValue",
            ("--parameters", "words.yaml"): "words.yaml:1:1: expected a map of parameters, or a list of ParameterKey and ParameterValue",
        }
        for arguments, message in cases.items():
            with self.subTest(arguments):
                self.assertEqual(self.run_program("check", "app.yaml", *arguments), (2, "", f"resilint: {message}\n"))
        code, out, err = self.run_program("check", "app.yaml", "--parameters", "broken.json")
        self.assertEqual((code, out), (2, ""))
        self.assertTrue(err.startswith("resilint: broken.json:1:"), err)

    def test_what_fails_for_some_values_only(self):
        self.write("app.yaml", STAGED)
        message = "Files has its versioning suspended: what is written from now on is lost when it is overwritten or deleted, when Stage is dev"
        self.assertEqual(self.run_program("check", "app.yaml"), (0, "0 findings, 1 conditional (--show-conditional lists them); 1 file checked\n", ""))
        self.assertEqual(self.concise("app.yaml", "--show-conditional", "--fail-on", "note"),
                         (0, [f"app.yaml:9:52: note s3-versioning-not-suspended: {message}"]))
        document = json.loads(self.run_program("check", "app.yaml", "--show-conditional", "--output", "json", "--quiet")[1])
        self.assertEqual(document["summary"]["conditional"], 1)
        self.assertEqual(document["summary"]["findings"], {"high": 0, "medium": 0, "low": 0, "note": 0})
        self.assertEqual([(f["message"], f["severity"], f["conditions"]) for f in document["findings"]], [(message, "note", {"Stage": "dev"})])
        log = json.loads(self.run_program("check", "app.yaml", "--show-conditional", "--output", "sarif", "--quiet")[1])
        result = log["runs"][0]["results"][0]
        self.assertEqual((result["level"], result["message"]["text"], result["properties"]), ("note", message + ".", {"conditions": {"Stage": "dev"}}))
        self.assertEqual(json.loads(self.run_program("check", "app.yaml", "--output", "sarif", "--quiet")[1])["runs"][0]["results"], [])
        code, out, err = self.run_program("explain", "s3-versioning-not-suspended", "Files", "app.yaml")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith("s3-versioning-not-suspended fails for some parameters on Files (app.yaml:9:52)\n"), out)

    def test_region_and_account(self):
        self.write("app.yaml", """\
Conditions:
  Backup: !Equals [!Ref AWS::Region, eu-west-1]
  Shared: !Equals ["111122223333", !Ref AWS::AccountId]
Resources:
  PerRegion:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !If [Backup, Enabled, Suspended]}}
  PerAccount:
    Type: AWS::S3::Bucket
    Properties: {VersioningConfiguration: {Status: !If [Shared, Enabled, Suspended]}}
""")
        rule = "s3-versioning-not-suspended"
        self.assertEqual(self.concise("app.yaml", "--region", "eu-west-1", "--account", "111122223333"), (0, []))
        code, lines = self.concise("app.yaml", "--region", "us-east-1", "--account", "444455556666")
        self.assertEqual((code, [line.split(":")[1] for line in lines]), (1, ["7", "10"]))
        code, lines = self.concise("app.yaml", "--select", rule, "--show-conditional")
        self.assertEqual((code, [line.rpartition(", ")[2] for line in lines]),
                         (0, ["when AWS::Region is something else", "when AWS::AccountId is something else"]))

    def test_a_nested_stack_is_judged_with_its_parent(self):
        self.write("stacks/network/child.yaml", CHILD)
        self.write("stacks/parent.yaml", PARENT)
        expected = (1, ["network/child.yaml:8:52: high s3-versioning-not-suspended: Second/Files has its versioning suspended: "
                        "what is written from now on is lost when it is overwritten or deleted"])
        self.assertEqual(self.concise("stacks"), expected)
        # The child comes along, but is no root of its own.
        self.assertEqual(self.run_program("check", "stacks/parent.yaml", "--output", "json", "--quiet")[1].count('"status": "checked"'), 2)
        # Alone it is judged as what it is.
        code, out, err = self.run_program("check", "stacks/network/child.yaml", "--show-unknown", "--output", "concise", "--quiet")
        self.assertEqual((code, out), (0, "child.yaml:6:3: unknown s3-bucket-versioning: Files: parameter Versioning has no default\n"
                                          "child.yaml:6:3: unknown s3-versioning-not-suspended: Files: parameter Versioning has no default\n"))
        code, out, err = self.run_program("explain", "s3-versioning-not-suspended", "Second/Files", "stacks")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith("s3-versioning-not-suspended fails for Second/Files"), out)

    def test_nested_stacks_that_cannot_be_read(self):
        self.write("deep/self.yaml", PARENT.replace("network/child.yaml", "self.yaml"))
        self.write("deep/gone.yaml", PARENT.replace("network/child.yaml", "gone-child.yaml"))
        self.write("deep/out.yaml", PARENT.replace("network/child.yaml", "../other.yaml"))
        self.write("deep/remote.yaml", PARENT.replace("network/child.yaml", "https://example.com/child.yaml"))
        self.write("other.yaml", CHILD)
        reasons = {
            "self": "self.yaml includes itself",
            "gone": "gone-child.yaml does not exist",
            "out": "../other.yaml is outside of the directory that is checked",
            "remote": None,
        }
        for name, reason in reasons.items():
            with self.subTest(name):
                notes = [f"{name}.yaml:{line}:3: note unread: nested stack {stack} is not read: {reason}"
                         for line, stack in ((3, "First"), (6, "Second")) if reason]
                code, lines = self.concise(f"deep/{name}.yaml", "--show-unknown", "--select", "sqs-dead-letter-queue")
                self.assertEqual((code, lines), (0, notes + [
                    f"{name}.yaml:2:3: unknown sqs-dead-letter-queue: Dead: Dead is passed to nested stack First"]))

    def test_exports_of_the_files_given_are_imported(self):
        self.write("a/work.yaml", """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !ImportValue shared-dead-letters, maxReceiveCount: 3}
""")
        self.write("b/shared.yaml", """\
Resources:
  Dead: {Type: AWS::SQS::Queue}
Outputs:
  Dead: {Value: !GetAtt Dead.Arn, Export: {Name: shared-dead-letters}}
""")
        self.assertEqual(self.concise(".", "--show-unknown"), (0, []))
        self.assertEqual(self.concise("b", "--show-unknown"),
                         (0, ["shared.yaml:2:3: unknown sqs-dead-letter-queue: Dead: Dead is exported as shared-dead-letters"]))

    def test_what_is_called_after_its_stack_is_another_thing_in_another_stack(self):
        queue = "{name}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub '${{AWS::StackName}}-dead'}}}}"
        self.write("a.yaml", "Resources:\n  " + queue.format(name="Dead") + "\nOutputs:\n  X: {Value: !Ref AWS::Region, Export: {Name: region}}\n")
        self.write("b.yaml", """\
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "work-${X}"
      RedrivePolicy:
        deadLetterTargetArn: !Sub "arn:aws:sqs:eu-west-1:111122223333:${AWS::StackName}-dead"
        maxReceiveCount: 3
      Tags: [{Key: region, Value: !ImportValue region}]
""")
        code, lines = self.concise(".", "--show-unknown")
        # Nothing says that the two are one.
        self.assertEqual((code, [line.split(": ")[1:3] for line in lines]), (0, [["unknown sqs-dead-letter-queue", "Dead"]]))

    def test_loops_are_unrolled_and_includes_read(self):
        self.write("app.yaml", """\
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "One,Two"}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - Files${Name}:
        Type: AWS::S3::Bucket
        Properties: {VersioningConfiguration: {Status: Suspended}}
  Included:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: parts/versioned.yaml}}
  Remote:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: "s3://parts/versioned.yaml"}}
""")
        self.write("parts/versioned.yaml", "VersioningConfiguration: {Status: Suspended}\n")
        code, out, err = self.run_program("check", "app.yaml", "--output", "json", "--quiet")
        document = json.loads(out)
        found = [(f["path"], f["region"]["startLine"], f["rule"], f["instances"] or f["address"]) for f in document["findings"]]
        self.assertEqual(found, [
            ("app.yaml", 10, "s3-versioning-not-suspended", ["FilesOne", "FilesTwo"]),
            ("app.yaml", 18, "unread", ""),
            ("parts/versioned.yaml", 1, "s3-versioning-not-suspended", "Included"),
        ])
        self.assertEqual({u["reason"] for u in document["unknowns"]}, {"AWS::Include of s3://parts/versioned.yaml is not read"})
        code, out, err = self.run_program("check", "app.yaml", "--var", "Names=Three", "--output", "json", "--quiet")
        self.assertEqual(json.loads(out)["findings"][0]["address"], "FilesThree")

    def test_what_cdk_wrote_is_read_through_its_manifest(self):
        stack = {"Resources": {
            "Files1234": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Suspended"}},
                          "Metadata": {"aws:cdk:path": "Shop/Files/Resource"}},
            "Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/x"}},
                       "Metadata": {"aws:asset:path": "Nested.nested.template.json", "aws:asset:property": "TemplateURL"}}}}
        nested = {"Resources": {"Inner": {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Suspended"}}}}}
        manifest = {"version": "36.0.0", "artifacts": {
            "Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"},
                     "metadata": {"/Shop/Files/Resource": [{"type": "aws:cdk:logicalId", "data": "Files1234", "trace": [
                         "new CfnBucket (/app/node_modules/aws-cdk-lib/s3.js:1:2)", "new Shop (/app/lib/shop.ts:12:5)"]}]}},
            "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}
        self.write("cdk.out/Shop.template.json", json.dumps(stack))
        self.write("cdk.out/Nested.nested.template.json", json.dumps(nested))
        self.write("cdk.out/asset.0a1b/copy.template.json", json.dumps(nested))
        self.write("cdk.out/manifest.json", json.dumps(manifest))
        code, out, err = self.run_program("check", ".", "--output", "json", "--quiet")
        document = json.loads(out)
        self.assertEqual([(f["path"], f["address"], f.get("construct"), f.get("madeAt")) for f in document["findings"]], [
            ("cdk.out/Nested.nested.template.json", "Nested/Inner", None, None),
            ("cdk.out/Shop.template.json", "Files1234", "Shop/Files/Resource", "/app/lib/shop.ts:12:5"),
        ])
        self.assertEqual({f["path"]: f["status"] for f in document["files"]}, {
            "cdk.out/Nested.nested.template.json": "checked", "cdk.out/Shop.template.json": "checked",
            "cdk.out/asset.0a1b/copy.template.json": "skipped", "cdk.out/manifest.json": "skipped"})
        code, out, err = self.run_program("check", "cdk.out/Shop.template.json", "--quiet")
        self.assertIn("= made by Shop/Files/Resource at /app/lib/shop.ts:12:5\n", out)

    def test_the_order_of_files_changes_nothing(self):
        self.write("stacks/network/child.yaml", CHILD)
        self.write("stacks/parent.yaml", PARENT)
        self.write("app.yaml", STAGED)
        paths = ["stacks/network/child.yaml", "stacks/parent.yaml", "app.yaml"]
        outputs = {self.run_program("check", *order, "--output", "sarif", "--show-conditional", "--jobs", jobs)[1]
                   for order in (paths, paths[::-1], paths[1:] + paths[:1]) for jobs in ("1", "2", "8")}
        self.assertEqual(len(outputs), 1)

    def places(self, *arguments, **more):
        """Exit code and lines of findings."""
        code, out, err = self.run_program("check", "--output", "concise", "--quiet", *arguments, **more)
        self.assertEqual(err, "")
        return code, [" ".join(line.split()[:3]).rstrip(":") for line in out.splitlines()]

    def test_the_nearest_configuration_counts(self):
        (self.path / ".git").mkdir()
        self.write("app.yaml", TEMPLATE)
        self.write("infra/app.yaml", TEMPLATE)
        self.write("infra/deep/app.yaml", TEMPLATE)
        self.write("infra/.resilint.yaml", "rules: {sqs-dead-letter-queue: {severity: low}}\n")
        self.write(".resilint.yaml", "ignore: [sqs-*]\n")
        self.assertEqual(self.places(), (0, ["infra/app.yaml:2:3: low sqs-dead-letter-queue", "infra/deep/app.yaml:2:3: low sqs-dead-letter-queue"]))
        self.assertEqual(self.places("infra/deep"), (0, ["infra/deep/app.yaml:2:3: low sqs-dead-letter-queue"]))
        self.assertEqual(self.places("--fail-on", "low")[0], 1)
        self.assertEqual(self.places("--stdin-filename", "infra/new.yaml", "-", text=TEMPLATE),
                         (0, ["infra/new.yaml:2:3: low sqs-dead-letter-queue"]))

    def test_a_configuration_selects_sets_and_excludes(self):
        bucket = "  Files:\n    Type: AWS::S3::Bucket\n    Properties: {LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 20}]}}\n"
        self.write("app.yaml", TEMPLATE + bucket)
        self.write("envs/dev/app.yaml", TEMPLATE + bucket)
        self.write("examples/app.yaml", TEMPLATE)
        self.write("base.yaml", "fail_on: high\nselect: [s3-*]\n")
        self.write(".resilint.yaml", """\
extends: base.yaml
select: [sqs-dead-letter-queue, s3-bucket-versioning]
exclude: [examples/]
rules:
  s3-bucket-versioning: {severity: medium, parameters: {scratch_days: 10}}
overrides:
  - paths: [envs/dev/]
    ignore: sqs-*
    rules: {s3-bucket-versioning: {parameters: {scratch_days: 20}}}
accepted:
  - {rule: sqs-*, address: Ord*, paths: [/app.yaml], reason: replaced soon, until: 2999-12-31}
""")
        self.assertEqual(self.places(), (0, ["app.yaml:4:3: medium s3-bucket-versioning"]))
        self.assertEqual(self.places("--fail-on", "medium")[0], 1)
        self.assertEqual(self.places("--show-suppressed")[1], ["app.yaml:2:3: ignored sqs-dead-letter-queue", "app.yaml:4:3: medium s3-bucket-versioning"][::-1])
        self.assertEqual(self.places("--select", "sqs-dead-letter-queue", "--ignore-suppressions"), (1, ["app.yaml:2:3: high sqs-dead-letter-queue"]))
        out = self.run_program("check", "--show-files", "--output", "concise", "--quiet")[1]
        self.assertIn("examples/app.yaml: skipped: excluded by `examples/` in .resilint.yaml\n", out)
        self.assertEqual(self.run_program("config", "show", "envs/dev/app.yaml"), (0, """\
select       sqs-dead-letter-queue                              .resilint.yaml:2:10
select       s3-bucket-versioning                               .resilint.yaml:2:33
ignore       sqs-*                                              .resilint.yaml:8:13
severity     s3-bucket-versioning: medium                       .resilint.yaml:5:3
parameter    s3-bucket-versioning: scratch_days = 10            .resilint.yaml:5:71
parameter    s3-bucket-versioning: scratch_days = 20            .resilint.yaml:9:63
fail_on      high                                               base.yaml:1:10
""", ""))

    def test_what_is_accepted_by_a_tag_or_by_an_address(self):
        self.write("app.yaml", TEMPLATE + "  Others: {Type: AWS::SQS::Queue}\n  Files: {Type: AWS::S3::Bucket}\n")
        self.write(".resilint.yaml", """\
accepted:
  - {rule: [s3, dynamodb], reason: by tag}
  - {rule: sqs-dead-letter-queue, address: Oth*, reason: by address}
""")
        self.assertEqual(self.places(), (1, ["app.yaml:2:3: high sqs-dead-letter-queue"]))

    def test_what_was_accepted_until_a_date_is_reported_after_it(self):
        self.write("app.yaml", TEMPLATE)
        self.write(".resilint.yaml", "accepted: [{rule: sqs-dead-letter-queue, reason: soon, until: 2000-01-01}]\n")
        self.assertEqual(self.places(), (1, [".resilint.yaml:1:19: note expired-ignore", "app.yaml:2:3: high sqs-dead-letter-queue"]))

    def test_what_is_ignored_meets_the_terms(self):
        lines = TEMPLATE.splitlines()
        lines.insert(1, "  # resilint: ignore sqs-dead-letter-queue")
        self.write("app.yaml", "\n".join(lines) + "\n")
        self.assertEqual(self.places(), (0, []))
        self.write(".resilint.yaml", "suppressions: {require_reason: true}\n")
        self.assertEqual(self.places(), (1, ["app.yaml:2:3: note unused-ignore", "app.yaml:3:3: high sqs-dead-letter-queue"]))
        accepted = "accepted: [{rule: sqs-*, reason: by hand%s}]\nsuppressions: {max_days: 30}\n"
        day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).date()
        self.write("app.yaml", TEMPLATE)
        self.write(".resilint.yaml", accepted % f", until: {day}")
        self.assertEqual(self.places(), (0, []))
        for text in ("", f", until: {day + datetime.timedelta(days=1)}"):
            self.write(".resilint.yaml", accepted % text)
            self.assertEqual(self.places(), (1, [".resilint.yaml:1:19: note unused-ignore", "app.yaml:2:3: high sqs-dead-letter-queue"]))
        self.assertEqual(self.run_program("config", "show", "app.yaml")[1].splitlines()[2],
                         "suppressions max_days = 30                                      .resilint.yaml:2:15")

    def test_a_wrong_configuration_is_refused_at_its_place(self):
        self.write("app.yaml", TEMPLATE)
        for text, message in {
            "profil: strict\n": ".resilint.yaml:1:1: unknown key of a configuration `profil`; did you mean `profile`?",
            "profile: strickt\n": ".resilint.yaml:1:10: unknown profile `strickt`; did you mean `strict`?",
            "ignore: [s3-bucket-versionin]\n": ".resilint.yaml:1:10: no rule has the name, prefix or tag `s3-bucket-versionin`; did you mean `s3-bucket-versioning`?",
            "rules: {s3-bucket-versionin: {severity: low}}\n": ".resilint.yaml:1:9: unknown rule `s3-bucket-versionin`; did you mean `s3-bucket-versioning`?",
            "rules: {s3-bucket-versioning: {severity: lo}}\n": ".resilint.yaml:1:42: unknown severity `lo`; did you mean `low`?",
            "rules: {s3-bucket-versioning: {parameters: {days: 3}}}\n":
                ".resilint.yaml:1:45: unknown parameter of s3-bucket-versioning `days`; expected one of scratch_days",
            "rules: {s3-bucket-versioning: {parameters: {scratch_days: -1}}}\n": ".resilint.yaml:1:59: `-1` is below what scratch_days takes",
            "accepted: [{rule: s3-*}]\n": ".resilint.yaml:1:12: `reason` is missing; an accepted finding needs it",
            "accepted: [{rule: s3-*, reason: x, until: spring}]\n": ".resilint.yaml:1:43: expected YYYY-MM-DD, found `spring`",
            "required_version: '>=99'\n": ".resilint.yaml:1:19: this is resilint 0.1.0, and the configuration is for >=99",
            "extends: .resilint.yaml\n": ".resilint.yaml:1:10: .resilint.yaml extends itself",
            "extends: gone.yaml\n": "gone.yaml:1:1: cannot be read: No such file or directory",
            "extends: ../../other.yaml\n": ".resilint.yaml:1:10: expected the path of a file of this repository, relative to this one",
            "suppressions: {max_days: soon}\n": ".resilint.yaml:1:26: expected a number of days from 1 to 3650, found `soon`",
            "suppressions: {require_reason: maybe}\n": ".resilint.yaml:1:32: expected true or false for require_reason",
            "[strict]\n": ".resilint.yaml:1:1: expected the keys of a configuration, found something else",
        }.items():
            self.write(".resilint.yaml", text)
            self.assertEqual(self.run_program("check"), (2, "", f"resilint: {message}\n"))

    def test_every_environment_is_judged(self):
        self.write(".git/HEAD", "")
        self.write("app.yaml", STAGED)
        self.write("infra/main.tf", MODULE)
        self.write("infra/prod.tfvars", 'versions = "Suspended"\n')
        self.write("params/dev.json", '[{"ParameterKey": "Stage", "ParameterValue": "dev"}]')
        self.write(".resilint.yaml", """\
environments:
  dev: {parameters: params/dev.json, vars: {versions: Enabled}}
  test: {vars: {Stage: dev, versions: Enabled}}
  prod: {vars: {Stage: prod}, var_files: [infra/prod.tfvars]}
""")
        files = "app.yaml:9:52: high s3-versioning-not-suspended: Files has its versioning suspended: {} (in {})"
        photos = "infra/main.tf:5:39: high s3-versioning-not-suspended: aws_s3_bucket.photos has its versioning suspended: {} (in {})"
        lost = "what is written from now on is lost when it is overwritten or deleted"
        self.assertEqual(self.concise(), (1, [files.format(lost, "dev, test"), photos.format(lost, "prod")]))
        self.assertEqual(self.concise("--env", "prod"), (1, [photos.format(lost, "prod")]))
        self.assertEqual(self.concise("--env", "test,prod"), (1, [files.format(lost, "test"), photos.format(lost, "prod")]))
        self.assertEqual(self.concise("--env", "dev", "infra"), (0, []))
        # The command line wins over what an environment has.
        self.assertEqual(self.concise("--var", "Stage=prod", "--var", "versions=Enabled"), (0, []))
        self.assertEqual(self.run_program("check", "--env", "prdo"),
                         (2, "", "resilint: --env prdo: no .resilint.yaml that holds for these files has an environment of that name; did you mean `prod`?\n"))
        # The values are part of the module, so that its file is not one that Terraform passes over.
        out = self.run_program("check", "--show-files", "--exit-zero")[1]
        self.assertIn("\n  checked infra/prod.tfvars: tfvars\n", out)
        [finding] = json.loads(self.run_program("check", "app.yaml", "--output", "json")[1])["findings"]
        self.assertEqual((finding["environments"], finding["message"]),
                         (["dev", "test"], f"Files has its versioning suspended: {lost} (in dev, test)"))
        sarif = json.loads(self.run_program("check", "app.yaml", "--output", "sarif")[1])
        self.assertEqual(sarif["runs"][0]["results"][0]["properties"], {"environments": ["dev", "test"]})
        self.assertEqual(
            re.findall(r"(?m)^s3-versioning-not-suspended .*", self.run_program("explain", "s3-versioning-not-suspended", "Files")[1]),
            [f"s3-versioning-not-suspended {verdict} Files in {name} (app.yaml:{place})"
             for verdict, name, place in (("fails for", "dev", "9:52"), ("fails for", "test", "9:52"), ("passes for", "prod", "7:3"))])
        explained = json.loads(self.run_program("explain", "s3-versioning-not-suspended", "Files", "--env", "test", "--output", "json")[1])
        self.assertEqual((explained["environment"], explained["verdict"]), ("test", "fails"))
        self.assertEqual(self.run_program("explain", "s3-versioning-not-suspended", "Files", "--output", "json")[2].splitlines()[0],
                         "resilint: `Files` is the address of several; name the file, or the environment with --env")

    def test_environments_of_some_paths_and_what_is_unknown_in_them(self):
        self.write("shop/app.yaml", "Parameters:\n  Status: {Type: String}\n" + VERSIONED)
        self.write("blog/app.yaml", "Parameters:\n  Status: {Type: String}\n" + VERSIONED)
        self.write(".resilint.yaml", """\
environments:
  staging: {region: eu-west-1}
  prod:
overrides:
  - paths: [blog/]
    environments:
      prod: {vars: {Status: Suspended}}
      preview: {vars: {Status: Enabled}}
""")
        unknown = "parameter Status has no default"
        code, out, _ = self.run_program("check", "--output", "json", "--select", "s3-versioning-not-suspended")
        report = json.loads(out)
        self.assertEqual([(found["path"], found["environments"]) for found in report["findings"]], [("blog/app.yaml", ["prod"])])
        self.assertEqual([(found["path"], found["environments"], found["reason"]) for found in report["unknowns"]],
                         [("blog/app.yaml", ["staging"], f"{unknown} (in staging)"),
                          ("shop/app.yaml", ["staging", "prod"], f"{unknown} (in staging, prod)")])
        # What is not deployed to the environment that is asked for is skipped, and said to be.
        code, out, _ = self.run_program("check", "--env", "preview", "--show-files")
        self.assertEqual((code, out), (0, "Files:\n  skipped .resilint.yaml: not infrastructure as code\n  checked blog/app.yaml: cloudformation\n"
                                          "  skipped shop/app.yaml: deployed to staging, prod only; --env asks for preview\n\n"
                                          "0 findings; 1 file checked, 2 skipped\n"))
        self.assertEqual(self.run_program("config", "show", "blog/app.yaml")[1].splitlines()[2:],
                         ["environment  staging                                            .resilint.yaml:2:3",
                          "environment  staging: region = eu-west-1                        .resilint.yaml:2:21",
                          "environment  prod                                               .resilint.yaml:7:7",
                          "environment  prod: Status = Suspended                           .resilint.yaml:7:29",
                          "environment  preview                                            .resilint.yaml:8:7",
                          "environment  preview: Status = Enabled                          .resilint.yaml:8:32"])

    def test_what_is_wrong_with_an_environment_is_said_at_its_place(self):
        self.write("app.yaml", STAGED)
        self.write("broken.json", '{"Stage": {"deep": 1}}')
        for text, message in {
            "[prod]": ".resilint.yaml:1:15: expected names of environments, each with what is given there",
            "{'': {region: eu-west-1}}": ".resilint.yaml:1:16: expected the name of an environment",
            "{prod: eu-west-1}": ".resilint.yaml:1:22: expected the keys of an environment, found something else",
            "{prod: {parameter: p.json}}": ".resilint.yaml:1:23: unknown key of an environment `parameter`; did you mean `parameters`?",
            "{prod: {parameters: gone.json}}": ".resilint.yaml:1:35: environment prod: gone.json: No such file or directory",
            "{prod: {parameters: ../p.json}}": ".resilint.yaml:1:35: expected the path of a file of this repository, relative to this one",
            "{prod: {parameters: broken.json}}": ".resilint.yaml:1:35: environment prod: broken.json:1:11: parameter Stage needs a text or a list",
            "{prod: {var_files: [gone.tfvars]}}": ".resilint.yaml:1:35: environment prod: gone.tfvars: No such file or directory",
            "{prod: {vars: {Stage: [dev]}}}":
                ".resilint.yaml:1:37: expected a text; a list or a map is written as one: '[\"a\", \"b\"]'",
            "{prod: {vars: {Stage: test}}}": "app.yaml:2:3: parameter Stage cannot be `test`; allowed are prod, dev (in prod)",
        }.items():
            self.write(".resilint.yaml", f"environments: {text}\n")
            with self.subTest(text):
                self.assertEqual(self.run_program("check"), (2, "", f"resilint: {message}\n"))
        # Of many environments a message names some; the other outputs have them all.
        names = [f"site-{number}" for number in range(10)]
        self.write(".resilint.yaml", "environments:\n" + "".join(f"  {name}: {{vars: {{Stage: dev}}}}\n" for name in names))
        [found] = json.loads(self.run_program("check", "--output", "json")[1])["findings"]
        self.assertEqual((found["environments"], found["message"].partition(" (")[2]), (names, f"in {', '.join(names[:8])} and 2 more)"))
        # A name that is nearly one of a template is most likely a slip; any other may be for another template.
        self.write(".resilint.yaml", "environments: {prod: {vars: {Stag: dev, Colour: red}}}\n")
        note = ".resilint.yaml:1:16: note unused-value: prod gives a value for `Stag`, and nothing here takes it; did you mean `Stage`?"
        self.assertEqual(self.concise(), (0, [note]))
        self.assertEqual(self.concise("app.yaml"), (0, []))

    def test_a_configuration_to_begin_with(self):
        self.assertEqual(self.run_program("config", "init"), (0, "wrote .resilint.yaml\n", ""))
        start = (self.path / ".resilint.yaml").read_text()
        self.assertEqual(self.run_program("config", "init"), (2, "", "resilint: .resilint.yaml is there already; it stays as it is\n"))
        schema = json.loads((pathlib.Path(__file__).resolve().parents[1] / "schemas/config.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        for block in re.findall(r"(?s)```yaml\n(\w+:.*?)```", (pathlib.Path(__file__).resolve().parents[1] / "docs/configuration.md").read_text()):
            document = json.loads(json.dumps(yaml.safe_load(block), default=str))
            self.assertEqual([error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)], [])
        self.write("app.yaml", TEMPLATE)
        self.write("params/staging.json", "{}")
        self.write("prod.tfvars", "")
        # As it is, and with everything that it proposes.
        for text in (start, re.sub(r"(?m)^# (?=[a-z ]+:|  )", "", start)):
            if text != start:
                text = re.sub(r"(?m)^(recommended, .*)$", r"# \1", text)
            document = json.loads(json.dumps(yaml.safe_load(text), default=str))
            self.assertEqual([error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)], [])
            self.write(".resilint.yaml", text)
            self.assertEqual(self.run_program("check")[::2], (1, ""))

    def test_a_baseline_leaves_what_is_new(self):
        (self.path / ".git").mkdir()
        self.write("app.yaml", TEMPLATE)
        self.assertEqual(self.run_program("baseline", "create"), (0, "wrote .resilint-baseline.json with 1 finding\n", ""))
        self.assertEqual(json.loads((self.path / ".resilint-baseline.json").read_text()), {
            "version": 1, "findings": [{"path": "app.yaml", "rule": "sqs-dead-letter-queue", "address": "Orders", "property": "RedrivePolicy"}]})
        self.assertEqual(self.run_program("baseline", "create")[0], 2)
        self.assertEqual(self.run_program("check", "--baseline", ".resilint-baseline.json"),
                         (0, "0 findings, 1 ignored (--show-suppressed lists them); 1 file checked, 1 skipped (--show-files lists them)\n", ""))
        self.write("new.yaml", TEMPLATE)
        self.assertEqual(self.places("--baseline", ".resilint-baseline.json"), (1, ["new.yaml:2:3: high sqs-dead-letter-queue"]))
        self.assertEqual(self.run_program("baseline", "update"), (0, "updated .resilint-baseline.json with 2 findings\n", ""))
        # What was mended is told, and taken out; what was not looked at is neither.
        self.write("app.yaml", CLEAN.replace("Properties", "Properties"))
        code, _, err = self.run_program("check", "app.yaml", "--select", "sqs-*", "--baseline", ".resilint-baseline.json")
        self.assertEqual((code, err), (0, "resilint: 1 finding of .resilint-baseline.json not found any more; `resilint baseline prune` takes it out\n"))
        self.assertEqual(self.run_program("baseline", "prune", "--select", "sqs-*"), (0, "pruned .resilint-baseline.json with 1 finding\n", ""))
        for text, message in {"{}": "1:1: expected a baseline", "[": "1:2: ", '{"version": 9, "findings": []}': "1:13: the baseline is of another version of resilint",
                              '{"version": 1, "findings": [{"rule": "x"}]}': "1:29: expected rule, path, address and property"}.items():
            self.write("broken.json", text)
            code, out, err = self.run_program("check", "app.yaml", "--baseline", "broken.json")
            self.assertEqual((code, out), (2, ""))
            self.assertIn(f"resilint: --baseline broken.json:{message}", err)
        self.assertEqual(self.run_program("check", "--baseline", "gone.json")[0], 2)
        self.assertEqual(self.run_program("baseline"), (2, "", "resilint: baseline takes create, update or prune\n"))

    def git(self, *arguments):
        done = subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], cwd=self.path,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_what_a_change_brings_and_what_it_mends(self):
        self.write("stacks/old.yaml", TEMPLATE)
        self.write("stacks/mended.yaml", CLEAN)
        self.write("moved.yaml", TEMPLATE.replace("Orders", "Moved"))
        self.assertEqual(self.run_program("baseline", "create", "stacks", "--baseline", "known.json")[0], 0)
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-qm", "begin")
        self.git("checkout", "-qb", "change")
        # Main goes on by itself, which is not of this change.
        self.git("checkout", "-q", "main")
        self.write("elsewhere.yaml", TEMPLATE)
        self.git("add", ".")
        self.git("commit", "-qm", "another")
        self.git("checkout", "-q", "change")
        (self.path / "moved.yaml").rename(self.path / "here.yaml")
        self.write("stacks/mended.yaml", CLEAN + "    Properties: {VersioningConfiguration: {Status: Enabled}}\n")
        self.write("stacks/old.yaml", "# A note.\n" + TEMPLATE)
        self.write("stacks/new file.yaml", TEMPLATE.replace("Orders", "Late"))
        status = self.git("status", "--porcelain")
        code, out, err = self.run_program("check", "--diff-base", "main", "--output", "concise")
        self.assertEqual((code, out), (1, f"stacks/new file.yaml:2:3: high sqs-dead-letter-queue: {SENTENCE.replace('Orders', 'Late')}\n"))
        self.assertEqual(err.splitlines()[0], "resilint: since main: 1 finding fixed")
        self.assertEqual(self.git("status", "--porcelain"), status)
        self.assertEqual(self.places("stacks/old.yaml", "--diff-base", "main"), (0, []))
        self.assertEqual(self.places("stacks/new file.yaml", "--diff-base", "main")[0], 1)
        self.assertEqual(self.run_program("check", "--diff-base", "nowhere")[::2],
                         (2, "resilint: --diff-base nowhere: git: fatal: Not a valid object name nowhere\n"))
        # A change cannot add to its own baseline.
        self.assertEqual(self.run_program("baseline", "update", "--baseline", "known.json")[0], 0)
        self.assertEqual(self.places("stacks", "--baseline", "known.json"), (0, []))
        self.assertEqual(self.places("stacks", "--baseline", "known.json", "--baseline-from", "main"),
                         (1, ["stacks/new file.yaml:2:3: high"]))
        for wrong in (["--baseline-from", "main"], ["--diff-base", "main", "--stdin-filename", "a.yaml", "-"]):
            self.assertEqual(self.run_program("check", *wrong, text="")[0], 2)

    def test_the_action_annotates_summarises_and_hands_over_sarif(self):
        """The script of action.yml, as a runner calls it."""
        root = pathlib.Path(__file__).resolve().parents[1]
        action = yaml.safe_load((root / "action.yml").read_text())
        step = action["runs"]["steps"][0]
        self.assertEqual(sorted(step["env"].values()), sorted(f"${{{{ inputs.{name} }}}}" for name in action["inputs"]))
        self.write("a folder/app.yaml", TEMPLATE)
        self.write("temp/x", "")
        for arguments, code in (("--fail-on\nhigh\n", 1), ("--select\ns3-*", 0), ("--profil\nx", 2)):
            environment = {**ENVIRONMENT, "PROGRAM": PROGRAM, "PATHS": "a folder\n", "ARGUMENTS": arguments, "SARIF": "out.sarif",
                           "RUNNER_TEMP": "temp", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "output"}
            done = subprocess.run(["bash", "-c", step["run"]], cwd=self.path, env=environment, capture_output=True, text=True, timeout=60)
            written = {name: path.read_text() for name in ("summary.md", "output", "out.sarif") if (path := self.path / name).exists()}
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual(written.pop("output"), f"exit-code={code}\n" + ("sarif=out.sarif\n" if code != 2 else ""))
            self.assertEqual(done.stdout.startswith("::error file=app.yaml,line=2,endLine=2,col=3,endColumn=9,title=sqs-dead-letter-queue::Orders"), code == 1)
            self.assertEqual(sorted(written), [] if code == 2 else ["out.sarif", "summary.md"])
            if code != 2:
                self.assertEqual("`sqs-dead-letter-queue`" in written["summary.md"], code == 1)
            for name in ("summary.md", "output", "out.sarif", "temp/resilint.md"):
                (self.path / name).unlink(missing_ok=True)

    def test_the_job_for_gitlab_writes_its_reports(self):
        page = (pathlib.Path(__file__).resolve().parents[1] / "docs/ci.md").read_text()
        job = next(block for block in map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", page, re.S)) if "resilint" in block)["resilint"]
        self.write("bin/x", "")
        (self.path / "bin/resilint").symlink_to(PROGRAM)
        self.write("app.yaml", TEMPLATE)
        done = subprocess.run(["bash", "-ec", "\n".join(job["script"])], cwd=self.path, capture_output=True, text=True, timeout=60,
                              env={**ENVIRONMENT, "PATH": f"{self.path / 'bin'}:{os.environ['PATH']}"})
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        for report in job["artifacts"]["reports"].values():
            self.assertIn("sqs-dead-letter-queue", (self.path / report).read_text())

    def test_a_baseline_survives_edits_and_notices_each_new_fault(self):
        (self.path / ".git").mkdir()
        dice = random.Random(7)
        queue = "  {}:\n    Type: AWS::SQS::Queue\n    Properties: {{MessageRetentionPeriod: 1209600}}\n"
        files = {f"stacks/s{i}.yaml": [queue.format(f"Queue{i}x{j}") for j in range(6)] for i in range(6)}
        comments = 0

        def write_all():
            for path in (self.path / "stacks").glob("*"):
                path.unlink()
            for name, resources in files.items():
                self.write(name, "Resources:\n" + "".join(resources))

        self.write("stacks/x", "")
        write_all()
        self.assertEqual(self.run_program("baseline", "create", "stacks")[1], "wrote .resilint-baseline.json with 36 findings\n")
        new = set()
        for step in range(50):
            name = dice.choice(sorted(files))
            kind = dice.choice(["move lines", "rename", "reorder", "fault"])
            if kind == "move lines":
                comments += 1
                files[name].insert(dice.randrange(len(files[name])), f"  # Note {comments}\n" * dice.randrange(1, 9))
            elif kind == "rename":
                files[f"stacks/renamed{step}.yaml"] = files.pop(name)
            elif kind == "reorder":
                dice.shuffle(files[name])
            else:
                files[name].insert(dice.randrange(len(files[name])), queue.format(f"New{step}"))
                new.add(f"New{step}")
            write_all()
            out = self.run_program("check", "stacks", "--quiet", "--output", "json", "--baseline", ".resilint-baseline.json")[1]
            self.assertEqual({found["address"] for found in json.loads(out)["findings"]}, new, f"after step {step}, {kind}")
        self.assertGreater(len(new), 5)

    def test_statistics(self):
        self.write("app.yaml", TEMPLATE + "  More: {Type: AWS::SQS::Queue}\n  Files: {Type: AWS::S3::Bucket}\n")
        out = self.run_program("check", "--statistics", "--output", "concise", "--quiet")[1]
        self.assertEqual(out.splitlines()[-2:], ["     2  high    sqs-dead-letter-queue", "     1  high    s3-bucket-versioning"])
        self.assertIn("By rule:\n     2  high    sqs-dead-letter-queue\n", self.run_program("check", "--statistics")[1])

    def test_timings(self):
        self.write("app.yaml", TEMPLATE)
        code, out, err = self.run_program("check", "--timings", "--select", "sqs-dead-letter-queue,s3-bucket-versioning", "--quiet")
        self.assertEqual((code, out), self.run_program("check", "--select", "sqs-dead-letter-queue,s3-bucket-versioning")[:2])
        lines = [re.sub(r"^ *[0-9]+[.][0-9]{2} ms  ", "", line) for line in err.splitlines()]
        self.assertEqual(lines[:8], ["Phases:", "finding files", "reading files", "putting files together", "judging templates and modules",
                                     "sorting findings", "writing reports", "Rules, in all threads, with the values that each is the first to ask for:"])
        self.assertEqual(sorted(lines[8:]), ["s3-bucket-versioning", "sqs-dead-letter-queue"])

    def test_a_long_run_says_at_a_terminal_how_far_it_is(self):
        def at_terminal(*arguments):
            ours, theirs = pty.openpty()
            process = subprocess.Popen([PROGRAM, "check", "--exit-zero", "--output", "concise", *arguments], cwd=self.path, stdout=subprocess.DEVNULL,
                                       stderr=theirs, env={**ENVIRONMENT, "TERM": "xterm"})
            os.close(theirs)
            said = b""
            while True:
                try:
                    part = os.read(ours, 4096)
                except OSError:  # Linux's way to say that the other side is closed
                    break
                if not part:
                    break
                said += part
            os.close(ours)
            self.assertEqual(process.wait(), 0)
            return said.decode()

        self.write("app.yaml", TEMPLATE)
        self.assertEqual(at_terminal(), "resilint: 1 finding (1 high); 1 file checked\r\n")
        count, took = 100, 0.0
        while took < 2:
            count *= 2
            for number in range(count // 2, count):
                self.write(f"more/{number}.yaml", "Resources:\n" + "".join(f"  Q{i}:\n    Type: AWS::SQS::Queue\n" for i in range(300)))
            begin = time.monotonic()
            self.run_program("check", "--exit-zero", "--output", "concise", "--jobs", "1")
            took = time.monotonic() - begin
        summary = r"resilint: \d+ findings \(\d+ high\); \d+ files checked\r\n"
        phase = r"(?:finding files|reading files: \d+ of \d+|putting files together|judging templates and modules: \d+ of \d+|sorting findings)"
        self.assertRegex(at_terminal("--jobs", "1"), rf"^(?:\r\x1b\[Kresilint: {phase})+\r\x1b\[K{summary}$")
        self.assertEqual(at_terminal("--jobs", "1", "--quiet"), "")

    def test_a_buffer_is_judged_in_place_of_its_file_with_its_project(self):
        (self.path / ".git").mkdir()
        named = 'resource "aws_sqs_queue" "orders" {\n  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })\n}\n'
        self.write("infra/queues.tf", named)
        self.write("infra/dead.tf", 'resource "aws_sqs_queue" "dead" {\n}\n')
        self.assertEqual(self.places("--stdin-filename", "infra/dead.tf", "-", text='resource "aws_sqs_queue" "dead" {\n}\n'), (0, []))
        self.assertEqual(self.places("--stdin-filename", "infra/queues.tf", "-", text='resource "aws_sqs_queue" "orders" {\n}\n'),
                         (1, ["infra/queues.tf:1:1: high sqs-dead-letter-queue"]))
        self.assertEqual(self.places("--stdin-filename", "infra/new.tf", "-", text=named.replace("orders", "new")), (0, []))
        # A nested stack is read from disk.
        self.write("network/child.yaml", CHILD)
        self.assertEqual(self.places("--stdin-filename", "parent.yaml", "-", text=PARENT), (1, ["network/child.yaml:8:52: high s3-versioning-not-suspended"]))

    def test_config_says_what_it_takes(self):
        self.assertEqual(self.run_program("config"), (2, "", "resilint: config takes init or show\n"))
        self.assertEqual(self.run_program("config", "shw", "x"), (2, "", "resilint: config takes init or show, not shw\n"))

    def test_every_option_may_stand_in_the_environment(self):
        self.write("app.yaml", TEMPLATE)
        self.assertEqual(self.run_program("check", environment={"RESILINT_OUTPUT": "concise", "RESILINT_QUIET": "true"})[1],
                         f"app.yaml:2:3: high sqs-dead-letter-queue: {SENTENCE}\n")
        self.assertEqual(self.run_program("check", environment={"RESILINT_IGNORE": "sqs-dead-letter-queue,s3-*"})[0], 0)
        self.assertEqual(self.run_program("check", environment={"RESILINT_FAIL_ON": "hi"})[0], 2)
        self.assertEqual(self.run_program("baseline", "create", environment={"RESILINT_BASELINE": "old.json"})[1], "wrote old.json with 1 finding\n")
        self.assertEqual(self.run_program("check", environment={"RESILINT_BASELINE": "old.json", "RESILINT_QUIET": "true"})[0], 0)
        self.assertEqual(self.run_program("check", "--output", "jsonl", environment={"RESILINT_OUTPUT": "sarif"})[1].splitlines()[-1][:11], '{"summary":')

    def test_version_help_and_rule_list(self):
        self.assertEqual(self.run_program("version"), (0, "resilint 0.1.0\n", ""))
        self.assertEqual(self.run_program("--version"), (0, "resilint 0.1.0\n", ""))
        code, out, _ = self.run_program("--help")
        self.assertEqual(code, 0)
        self.assertIn("Exit codes: 0 nothing at or above --fail-on", out)
        for command in ((), ("check",), ("explain",), ("rule",), ("config",), ("config", "init"), ("config", "show"), ("baseline",),
                        ("baseline", "create"), ("baseline", "update"), ("baseline", "prune"), ("completions",), ("man",), ("version",)):
            code, out, err = self.run_program(*command, "--help")
            self.assertEqual((code, err), (0, ""))
            self.assertLessEqual(len(out.splitlines()), 24, f"the help of {command} does not fit a screen")
            self.assertLessEqual(max(map(len, out.splitlines())), 80)
        for command in ("check", "explain", "baseline create"):
            short, everything = (set(re.findall(r"^  (?:-., )?(--[a-z-]+)", self.run_program(*command.split(), option)[1], re.M))
                                 for option in ("--help", "--help-all"))
            self.assertLess(short, everything)
        self.assertIn("\nAs it would be deployed:\n", self.run_program("--help-all")[1])
        code, out, _ = self.run_program("rule")
        self.assertEqual(code, 0)
        self.assertEqual([line.split()[0] for line in out.splitlines()], sorted(line.split()[0] for line in out.splitlines()))
        self.assertEqual(self.run_program("rule", "E3505")[1].splitlines()[0], "sqs-visibility-covers-lambda-timeout")

    def test_rules_in_every_format(self):
        name = "sqs-visibility-covers-lambda-timeout"
        code, text, _ = self.run_program("rule", name)
        self.assertEqual(code, 0)
        self.assertRegex(text, rf"^{name}\nA message stays hidden for as long as its function may work on it\n\n")
        self.assertRegex(text, r"\nparameter +factor \(int, 1, at least 1\): AWS refuses less than the function's timeout\n")
        self.assertIn("\nfails, in terraform:\n\n    resource ", text)
        code, page, _ = self.run_program("rule", "e3505", "--output", "markdown")
        self.assertEqual((code, page.splitlines()[0]), (0, f"# {name}"))
        self.assertIn("\n- `factor` (int, 1, at least 1): ", page)
        code, out, _ = self.run_program("rule", name, "--output=json")
        document = json.loads(out)
        self.assertEqual((code, document["version"], document["diagnostics"]), (0, "0.1.0", []))
        [rule] = document["rules"]
        self.assertEqual((rule["name"], rule["judges"], rule["languages"]),
                         (name, "aws.lambda.event_source_mapping", ["cloudformation", "terraform"]))
        self.assertEqual(rule["parameters"], [{"name": "factor", "type": "int", "default": 1, "minimum": 1,
                                               "why": "AWS refuses less than the function's timeout"}])
        self.assertIn({"tool": "cfn-lint", "id": "E3505"}, rule["peers"])

        listed = [line.split()[0] for line in self.run_program("rule")[1].splitlines()]
        for arguments in (("--all", "--output", "json"), ("--output", "json")):
            code, out, _ = self.run_program("rule", *arguments)
            self.assertEqual([rule["name"] for rule in json.loads(out)["rules"]], listed)
        pages = self.run_program("rule", "--all", "--output", "markdown")[1]
        self.assertIn(page, pages)
        self.assertIn(text, self.run_program("rule", "--all")[1])
        self.assertEqual(self.run_program("rule", "syntax-error")[1].splitlines()[:3],
                         ["syntax-error", "Files are well-formed", ""])

        for arguments, message in (
            (("syntax-eror",), "no rule is called `syntax-eror`; did you mean `syntax-error`?"),
            (("LambdaEventSourceSQSVisibilityTimout",),
             "no rule is called `LambdaEventSourceSQSVisibilityTimout`; did you mean `LambdaEventSourceSQSVisibilityTimeout`?"),
            (("nothing-like-it-at-all",), "no rule is called `nothing-like-it-at-all`; `resilint rule` lists them"),
            ((name, "--output", "markdwn"),
             "format `markdwn` is not known; expected one of text, json, markdown; did you mean `markdown`?"),
            ((name, "--output", "text", "--output", "json"), "rule prints one format"),
            ((name, "--all"), "--all goes without a NAME"),
        ):
            self.assertEqual(self.run_program("rule", *arguments), (2, "", f"resilint: {message}\n"))

    def test_output_that_cannot_be_written(self):
        self.write("app.yaml", TEMPLATE)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "check"], cwd=self.path, stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr), (2, "resilint: cannot write to standard output\n"))


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
