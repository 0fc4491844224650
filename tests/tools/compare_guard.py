#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares resilint's verdicts with those of AWS's Guard rules registry, over the registry's own templates.

    compare_guard.py PROGRAM [FOLDER]

FOLDER holds cases.jsonl and its templates (default: oracles/guard in the folder that RESILINT_SHARED names). A case is one
template, one rule of the registry, and what that rule says of it: pass, fail or skip. The rules that list its id among their
peers speak for resilint; which ones they are is asked of the program. A template fails when one of them finds something,
and passes when none does.

Prints how many cases agree, per topic, and each disagreement in a line with the reason for which it stands. The reasons are
held for whole classes, in EXPLANATIONS. Exits with 1 when a disagreement has none, and with 2 when nothing could be compared.
"""
import collections
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys

# Cases that call a rule otherwise than the registry does.
SPELLINGS = {"S3_BUCKET_DEFAULT_LOCK_ENABLE": "S3_BUCKET_DEFAULT_LOCK_ENABLED"}


@dataclasses.dataclass(frozen=True)
class Explanation:
    """A class of disagreements: where it holds, its name, and why both sides are right in their own terms."""
    name: str
    why: str
    peer: str = ".*"  # of the registry's rule
    theirs: str = ".*"
    ours: str = ".*"
    note: str = ""  # of the case
    template: str = ""  # what the template's text holds

    def holds(self, case, ours, text):
        return (re.fullmatch(self.peer, case["peer_rule"]) and re.fullmatch(self.theirs, case["expected"])
                and re.fullmatch(self.ours, ours) and re.search(self.note, case["note"], re.I) and re.search(self.template, text))


# The first that holds is the reason.
EXPLANATIONS = [
    Explanation(
        "suppressed-for-guard", theirs="skip", template="SuppressedRules",
        why="the template silences Guard in its Metadata; resilint heeds its own ignore comments only"),
    Explanation(
        "cannot-be-deployed", peer="CLOUD_TRAIL_ENABLED", theirs="fail", ours="unknown", note="IsLogging property missing",
        why="the property is required, so CloudFormation refuses the template; what it would have been is unknown"),
    Explanation(
        "read-replica", peer="DB_INSTANCE_.*|RDS_.*", theirs="fail", ours="pass", template="SourceDBInstanceIdentifier",
        why="the instance is a read replica, which is built again from its source; Guard asks of it what it asks of the source"),
    Explanation(
        "wants-the-alarm-state", peer="CLOUDWATCH_ALARM_ACTION_CHECK", theirs="pass", ours="fail", note="OK Action|InsufficientData",
        why="Guard takes an action of any state; resilint wants one of the ALARM state, or nobody hears of what goes wrong"),
]


def run(program, folder, *arguments):
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        sys.exit(done.stderr or f"{program} printed nothing")
    return json.loads(done.stdout)


STRENGTH = {"pass": 0, "unknown": 1, "conditional": 2, "fail": 3}


def verdicts_of(program, folder, names, cases):
    """(file of a case, rule) → fail, conditional or unknown; what is not there passes."""
    report = run(program, folder, "check", "--select", ",".join(names), "--show-conditional", "--show-unknown", "--exit-zero",
                 "--output", "json", ".")
    # Paths begin at the root of a repository, where the folder is in one.
    first = cases[0]["file"]
    root = next(file["path"].removesuffix(first) for file in report["files"] if file["path"].endswith(first))
    verdicts = {}
    for one, verdict in [(one, "conditional" if one["conditions"] else "fail") for one in report["findings"]] + [
            (one, "unknown") for one in report["unknowns"]]:
        key = (one["path"].removeprefix(root), one["rule"])
        verdicts[key] = max(verdict, verdicts.get(key, "pass"), key=STRENGTH.get)
    return verdicts


def main():
    shared = os.environ.get("RESILINT_SHARED", "")
    if len(sys.argv) < 3 and not shared:
        print("neither a folder nor RESILINT_SHARED names the cases; nothing is compared")
        return 2
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(shared) / "oracles/guard").resolve()
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines() if line.strip()]

    rules_of = collections.defaultdict(list)
    for rule in run(program, folder, "rule", "--all", "--output", "json")["rules"]:
        for peer in rule["peers"]:
            if peer["tool"].startswith("guard"):
                rules_of[peer["id"]].append(rule["name"])
    ours_for = {case["peer_rule"]: rules_of.get(SPELLINGS.get(case["peer_rule"], case["peer_rule"]), []) for case in cases}
    names = sorted({name for mapped in ours_for.values() for name in mapped})
    if not names:
        print("no rule lists an id of the registry among its peers")
        return 2
    verdicts = verdicts_of(program, folder, names, cases)

    topics = collections.defaultdict(collections.Counter)
    classes = collections.Counter()
    lines = []
    for case in cases:
        mapped = ours_for[case["peer_rule"]]
        if not mapped:
            continue
        said = {name: verdicts.get((case["file"], name), "pass") for name in mapped}
        ours = max(said.values(), key=STRENGTH.get)
        agrees = ours == ("fail" if case["expected"] == "fail" else "pass")
        topics[case["our_topic"]]["agree" if agrees else "differ"] += 1
        if agrees:
            continue
        text = (folder / case["file"]).read_text()
        reason = next((one for one in EXPLANATIONS if one.holds(case, ours, text)), None)
        classes[reason.name if reason else "unexplained"] += 1
        by = ", ".join(name for name, verdict in said.items() if verdict == ours)
        lines.append(f"{case['file']}: {case['peer_rule']} says {case['expected']}, {by} {ours}: "
                     f"{reason.name if reason else 'unexplained: ' + case['note']}")

    width = max(map(len, topics))
    for topic, counts in sorted(topics.items()):
        print(f"{topic:<{width}}  {counts['agree']:>3} of {counts.total():>3} agree")
    for line in lines:
        print(line)
    for one in EXPLANATIONS:
        if classes[one.name]:
            print(f"{one.name} ({classes[one.name]}): {one.why}")
    without = sorted(peer for peer, mapped in ours_for.items() if not mapped)
    agreed = sum(counts["agree"] for counts in topics.values())
    print(f"{agreed + len(lines)} of {len(cases)} cases compared, {agreed} agree, {len(lines)} differ, "
          f"{classes['unexplained']} of them without a reason; no rule answers to {len(without)} of the registry's: {', '.join(without)}")
    return 1 if classes["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
