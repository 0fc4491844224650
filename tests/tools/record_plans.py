#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what OpenTofu plans for the modules of fixtures/terraform/plans.

    record_plans.py --tofu PROGRAM [--check] [NAME…]

Each module is planned in a copy, with the words of its file `arguments` and the variables of its file `environment`,
and without a state. What the plan says goes to the module's expected.json; --check prints what differs instead, and
the exit code is 1 if something does. NAME stands for one module, none for all of them.

CI does not run this: it needs OpenTofu. Nothing is read from the network, as every resource is a terraform_data.
fixtures/terraform/README.md tells what expected.json holds.
"""
import argparse
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PLANS = pathlib.Path(__file__).resolve().parents[2] / "fixtures/terraform/plans"
NOT_THE_MODULE = ("expected.json", "arguments", "environment", "needs-modules")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
UNKNOWN = {"unknown": True}
WIDTH = 120


class Number(str):
    """A number as it is written: some have more digits than a float."""


def read_json(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def written(value, indent=0, used=0):
    """JSON as people lay it out: what fits on its line stays there. `used` is what stands before it on the line."""
    if isinstance(value, Number):
        return str(value)
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    keyed = isinstance(value, dict)
    keys = [json.dumps(key, ensure_ascii=False) + ": " for key in value] if keyed else [""] * len(value)
    parts = list(value.values()) if keyed else value
    left, right = "{}" if keyed else "[]"
    line = left + ", ".join(key + written(part, 0, -(10**9)) for key, part in zip(keys, parts)) + right
    if indent + used + len(line) < WIDTH:
        return line
    inner = indent + 2
    lines = [" " * inner + key + written(part, inner, len(key)) for key, part in zip(keys, parts)]
    return left + "\n" + ",\n".join(lines) + "\n" + " " * indent + right


def paths(marks, path=""):
    """The paths below which `marks` holds a true: input.id, input[0], input["a key"]."""
    if marks is True:
        yield path
    elif isinstance(marks, dict):
        for key, part in sorted(marks.items()):
            step = f".{key}" if NAME.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"
            yield from paths(part, (path + step).removeprefix("."))
    elif isinstance(marks, list):
        for index, part in enumerate(marks):
            yield from paths(part, f"{path}[{index}]")


def with_unknowns(value, marks):
    """A value in which UNKNOWN stands for every part that is not known."""
    if marks is True:
        return UNKNOWN
    if isinstance(marks, dict) and marks:
        value = value or {}
        return {key: with_unknowns(value.get(key), marks.get(key)) for key in sorted({*value, *marks})}
    if isinstance(marks, list) and marks:
        return [with_unknowns(part, mark) for part, mark in zip(value, marks)]
    return value


def holds_unknown(value):
    if isinstance(value, dict):
        return value == UNKNOWN or any(map(holds_unknown, value.values()))
    return isinstance(value, list) and any(map(holds_unknown, value))


def resource(change):
    of = change["change"]
    return {
        "address": change["address"],
        "type": change["type"],
        "values": of.get("after"),
        "unknown": list(paths(of.get("after_unknown"))),
        "sensitive": list(paths(of.get("after_sensitive"))),
    }


def outputs(plan):
    made = {}
    for name, change in sorted(plan.get("output_changes", {}).items()):
        if holds_unknown(change.get("after")):
            sys.exit(f"output {name}: {json.dumps(UNKNOWN)} stands for what is unknown, a value cannot be it")
        made[name] = with_unknowns(change.get("after"), change.get("after_unknown"))
    return made


def in_order(summary):
    """A cycle is told from any of its members on."""
    head, colon, members = summary.partition(": ")
    return head + colon + ", ".join(sorted(members.split(", "))) if head == "Cycle" else summary


def diagnostics(said, severity):
    found = []
    for line in said.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        diagnostic = entry.get("diagnostic", {})
        if diagnostic.get("severity") == severity:
            of = {"summary": in_order(diagnostic["summary"])}
            if "range" in diagnostic:
                place = diagnostic["range"]
                of |= {"file": place["filename"], "line": place["start"]["line"]}
            if of not in found:
                found.append(of)
    return found


def lines_of(path):
    return path.read_text().splitlines() if path.exists() else []


class Tofu:
    def __init__(self, program):
        self.program = str(pathlib.Path(program).resolve())
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
        self.environment |= {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}

    def __call__(self, folder, *words, settings=()):
        environment = self.environment | dict(line.split("=", 1) for line in settings)
        done = subprocess.run(
            [self.program, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout, done.stderr

    def version(self):
        return json.loads(self(".", "version", "-json")[1])["terraform_version"]

    def record(self, module):
        """What expected.json is to hold, but for the version."""
        arguments, settings = lines_of(module / "arguments"), lines_of(module / "environment")
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "module"
            shutil.copytree(module, folder, ignore=shutil.ignore_patterns(*NOT_THE_MODULE))
            steps = (
                ["init", "-json", "-input=false", "-backend=false", *arguments],
                ["plan", "-json", "-input=false", "-lock=false", "-parallelism=1", f"-out={scratch}/plan", *arguments],
            )
            for step in steps:
                code, said, complaint = self(folder, *step, settings=settings)
                if code != 0:
                    errors = diagnostics(said, "error")
                    if not errors:
                        sys.exit(f"{module.name}: {step[0]} ends with {code}: {said}{complaint}")
                    if len(errors) > 1:
                        print(f"{module.name}: {len(errors)} errors, the first is recorded: {errors}", file=sys.stderr)
                    return {"error": errors[0]}
            warnings = diagnostics(said, "warning")
            code, said, complaint = self(folder, "show", "-json", f"{scratch}/plan", settings=settings)
            if code != 0:
                sys.exit(f"{module.name}: show ends with {code}: {complaint}")
        plan = read_json(said)
        changes = [entry for entry in plan.get("resource_changes", []) if entry["mode"] == "managed"]
        made = {
            "resources": sorted(map(resource, changes), key=lambda entry: entry["address"]),
            "outputs": outputs(plan),
        }
        hidden = plan.get("planned_values", {}).get("outputs", {})
        sensitive = sorted(name for name, of in hidden.items() if of.get("sensitive"))
        if sensitive:
            made["sensitive_outputs"] = sensitive
        if warnings:
            made["warnings"] = warnings
        return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tofu", required=True, metavar="PROGRAM")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    tofu = Tofu(options.tofu)
    version = tofu.version()
    names = options.names or sorted(path.name for path in PLANS.iterdir() if path.is_dir())
    different = 0
    for name in names:
        file = PLANS / name / "expected.json"
        made = written({"version": version, **tofu.record(PLANS / name)}) + "\n"
        if not options.check:
            file.write_text(made)
            continue
        kept = file.read_text() if file.exists() else ""
        lines = difflib.unified_diff(
            kept.splitlines(True), made.splitlines(True), f"{name}/expected.json", "the plan now"
        )
        difference = "".join(lines)
        different += bool(difference)
        sys.stdout.write(difference)
    print(f"{len(names)} modules" + (f", {different} differ" if options.check else ""))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
