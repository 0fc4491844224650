#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the systems in fixtures/projects/ and compares all that is said of each with
fixtures/reports/NAME.txt.

A folder of systems is a topic, fixtures/projects/TOPIC/NAME/. What is right to say of its systems was decided before they
were judged, and stands in their files as in fixtures/rules/: `# expect: rule` on the line of a finding,
`# expect-conditional: rule`, and `# expect-unknown: rule`. They have no report; nothing blesses them.

The program is the first argument (default: build/release/resilint). --bless rewrites the files; read the difference.
"""
import collections
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = re.compile(r"# expect(-conditional|-unknown)?: (.*)")
# Topics with rules that are not on by default.
SELECTED = {"s3-mfa-delete": ["--select", "s3-*"]}


def run(program, *arguments):
    environment = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    return subprocess.run([program, "check", *arguments], cwd=ROOT, capture_output=True, text=True, env=environment, timeout=60)


def said_of(program, folder):
    done = run(program, "--profile", "strict", "--show-unknown", "--show-conditional", "--show-files", folder.relative_to(ROOT))
    return f"{done.stdout}{done.stderr}exit {done.returncode}\n"


def decided(folder):
    """The verdicts that the marks in the files of a system say, each (path, line, kind, rule), counted."""
    verdicts = collections.Counter()
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if mark := MARK.search(line):
                for rule in mark[2].split():
                    verdicts[str(path.relative_to(ROOT)), number, (mark[1] or "-finding")[1:], rule] += 1
    return verdicts


def given(program, folder):
    done = run(program, *SELECTED.get(folder.parent.name, []), "--show-unknown", "--show-conditional", "--exit-zero", "--output", "json",
               folder.relative_to(ROOT))
    if done.returncode != 0:
        sys.exit(f"{folder}: {done.stderr}")
    report = json.loads(done.stdout)
    verdicts = collections.Counter()
    for kind in ("findings", "unknowns"):
        for one in report[kind]:
            name = "unknown" if kind == "unknowns" else "conditional" if one["conditions"] else "finding"
            verdicts[one["path"], one["region"]["startLine"], name, one["rule"]] += 1
    return verdicts


def check_topic(program, topic):
    """How many systems are judged otherwise than was decided; says how."""
    wrong = 0
    for folder in sorted(topic.iterdir()):
        wanted, found = decided(folder), given(program, folder)
        for sign, verdicts in (("-", wanted - found), ("+", found - wanted)):
            for path, line, kind, rule in sorted(verdicts.elements()):
                print(f"{sign} {path}:{line}: {kind} {rule}")
        wrong += wanted != found
    return wrong


def main():
    bless = "--bless" in sys.argv
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    program = str(pathlib.Path(names[0] if names else ROOT / "build/release/resilint").resolve())
    wrong = 0
    folders = [folder for folder in sorted((ROOT / "fixtures/projects").iterdir()) if folder.is_dir()]
    topics = [folder for folder in folders if all(child.is_dir() for child in folder.iterdir())]
    misjudged = sum(check_topic(program, topic) for topic in topics)
    for topic in topics:
        folders.remove(topic)
    for folder in folders:
        expected = ROOT / "fixtures/reports" / f"{folder.name}.txt"
        before = expected.read_text() if expected.exists() else ""
        made = said_of(program, folder)
        if made == before:
            continue
        wrong += 1
        if bless:
            expected.write_text(made)
        else:
            sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), made.splitlines(True), str(expected), "now"))
    print(f"{len(folders)} systems, {wrong} {'written anew' if bless else 'judged otherwise'}")
    print(f"{sum(len(list(topic.iterdir())) for topic in topics)} systems of {len(topics)} topics, {misjudged} judged otherwise than was decided")
    return 0 if not misjudged and (bless or not wrong) else 1


if __name__ == "__main__":
    sys.exit(main())
