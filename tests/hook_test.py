#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the hook by the real pre-commit in scratch repositories. The first argument is the program.

Skipped, and says so, where pre-commit is not installed.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ""
QUEUE = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"
SENTENCE = "has no dead-letter queue: a message that cannot be processed comes back until it expires and is lost"
SOUND = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"


class Hook(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        base = pathlib.Path(scratch.name)
        (base / "bin").mkdir()
        (base / "bin/resilint").symlink_to(PROGRAM)
        self.environment = {
            **os.environ, "PATH": f"{base / 'bin'}:{os.environ['PATH']}", "HOME": str(base), "PRE_COMMIT_HOME": str(base / "cache"),
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_CONFIG_NOSYSTEM": "1"}
        # The hook as a released repository has it.
        self.path = base / "hooks"
        self.path.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", self.path)
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "hooks")
        revision = self.git("rev-parse", "HEAD").strip()
        hooks, self.path = self.path, base / "repository"
        self.path.mkdir()
        self.git("init", "-q")
        self.write(".pre-commit-config.yaml", f"repos: [{{repo: '{hooks}', rev: {revision}, hooks: [{{id: resilint-system}}]}}]\n")
        self.git("add", ".")
        self.git("commit", "-qm", "begin")
        self.run_in("pre-commit", "install")

    def run_in(self, *command):
        return subprocess.run(command, cwd=self.path, capture_output=True, text=True, env=self.environment, timeout=300)

    def git(self, *arguments):
        done = self.run_in("git", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def findings(self, done):
        return sorted(line for line in (done.stdout + done.stderr).splitlines() if ": high " in line or ": medium " in line)

    def commit(self, *names):
        self.git("add", "--all", *names)
        return self.run_in("git", "commit", "-m", "change")

    def test_only_what_is_staged_is_judged(self):
        self.write("a file.yaml", QUEUE)
        self.write("sound.yaml", SOUND)
        self.assertEqual(self.commit("sound.yaml").returncode, 0)
        done = self.commit("a file.yaml")
        self.assertEqual((done.returncode, self.findings(done)), (1, [f"a file.yaml:2:3: high sqs-dead-letter-queue: Orders {SENTENCE}"]))
        self.write("notes.txt", "nothing")
        self.git("reset", "-q")
        self.assertEqual(self.commit("notes.txt").returncode, 0)

    def test_what_is_deleted_or_renamed(self):
        self.write("old.yaml", SOUND)
        self.write("other.yaml", SOUND.replace("Topic:", "Other:"))
        self.assertEqual(self.commit(".").returncode, 0)
        (self.path / "old.yaml").unlink()
        (self.path / "other.yaml").rename(self.path / "moved.yaml")
        self.assertEqual(self.commit(".").returncode, 0)

    def test_a_file_is_judged_with_its_module(self):
        self.write("infra/queues.tf", 'resource "aws_sqs_queue" "orders" {\n  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })\n}\n')
        self.write("infra/dead.tf", 'resource "aws_sqs_queue" "dead" {\n}\n')
        self.git("add", "infra/dead.tf")
        self.assertEqual(self.run_in("git", "commit", "-m", "dead").returncode, 0)
        self.assertEqual(self.commit(".").returncode, 0)

    def test_all_files_in_batches_say_the_same(self):
        names = [f"stacks/some/longer/path/to/fill/a/command/line/{number:04}/template.yaml" for number in range(2500)]
        for name in names:
            self.write(name, QUEUE if name.endswith("00/template.yaml") else SOUND)
        self.git("add", ".")
        done = self.run_in("pre-commit", "run", "--all-files", "--verbose")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.findings(done), [f"{name}:2:3: high sqs-dead-letter-queue: Orders {SENTENCE}"
                                               for name in names if name.endswith("00/template.yaml")])


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    if shutil.which("pre-commit") is None:
        print("pre-commit is not installed: the hook is not tested")
        sys.exit(0)
    unittest.main(argv=sys.argv[:1])
