#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what the program prints for machines, over fixtures/ and, where RESILINT_SHARED is set, its corpus.

    check_reports.py PROGRAM [--multitool FOLDER]

JSON is held against schemas/output.schema.json, the explanation of each of its verdicts against
schemas/explanation.schema.json. SARIF is held against what GitHub's code scanning takes, the other formats against
what their documents ask for. FOLDER holds npm's @microsoft/sarif-multitool-linux: with it, SARIF is also held against the 2.1.0 schema and that tool's rules.
"""
import argparse
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_RESULTS = 5000


def run(program, folder, form):
    """What the program prints for a folder, from inside of it."""
    done = subprocess.run([program, "check", "--profile", "all", "--show-conditional", "--output", form, "."], cwd=folder,
                          capture_output=True, timeout=120)
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout


def schema_problems(document, schema):
    for error in jsonschema.Draft7Validator(schema).iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def json_problems(document, folder):
    """What a schema cannot say."""
    order = [(f["path"], f["region"]["startLine"], f["region"]["startColumn"], f["rule"]) for f in document["findings"]]
    if order != sorted(order):
        yield "the findings are not sorted"
    paths = [file["path"] for file in document["files"]]
    if paths != sorted(paths):
        yield "the files are not sorted"
    counts = document["summary"]["findings"]
    for severity, count in counts.items():
        if count != sum(f["severity"] == severity and not f["conditions"] for f in document["findings"]):
            yield f"the summary miscounts {severity}"
    if document["summary"]["conditional"] != sum(bool(f["conditions"]) for f in document["findings"]):
        yield "the summary miscounts conditional findings"
    for found in document["findings"]:
        if found["path"] not in paths:
            yield f"{found['path']} is not among the files"


def explanation_problems(program, folder, document):
    """Explains every verdict: it is the same one, for the same reason."""
    schema = json.loads((ROOT / "schemas/explanation.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    root = folder if (folder / ".git").exists() else next((f for f in folder.parents if (f / ".git").exists()), folder)
    addressed = [f for f in document["findings"] if f["address"]]
    known = {"fails": [f for f in addressed if not f["conditions"]],
             "fails for some parameters": [f for f in addressed if f["conditions"]], "unknown": document["unknowns"]}
    for verdict, all_of_them in known.items():
        for one in all_of_them[:200]:
            done = subprocess.run([program, "explain", one["rule"], one["address"], one["path"], "--output", "json"], cwd=root,
                                  capture_output=True, timeout=60)
            what = f"{one['rule']} for {one['address']} in {one['path']}"
            if done.returncode != 0:
                # Several documents of one file may have the same address.
                if b"address of several" not in done.stderr:
                    yield f"{what}: {done.stderr.decode()}"
                continue
            explained = json.loads(done.stdout)
            yield from (f"{what}: {problem}" for problem in schema_problems(explained, schema))
            said = one["message"] if verdict != "unknown" else one["reason"]
            if verdict != "unknown" and explained["conditions"] != one["conditions"]:
                yield f"{what}: explained for {explained['conditions']}"
            if explained["verdict"] != verdict or not said.startswith(explained["message"]):
                yield f"{what}: explained as {explained['verdict']}: {explained['message']}"


def sarif_problems(text):
    if len(gzip.compress(text)) > 10_000_000:
        yield "more than 10 MB when compressed"
    document = json.loads(text)
    if document["version"] != "2.1.0" or len(document["runs"]) != 1:
        yield "not one run of version 2.1.0"
    run = document["runs"][0]
    if run["columnKind"] != "utf16CodeUnits":
        yield "columns are not in UTF-16 units"
    if not re.fullmatch(r"resilint/([^/]+/)?", run["automationDetails"]["id"]):
        yield "the automation id does not end in a slash"
    rules = run["tool"]["driver"]["rules"]
    names = [rule["id"] for rule in rules]
    if len(names) != len(set(names)) or names != sorted(names, key=names.index):
        yield "a rule is there twice"
    for rule in rules:
        yield from (f"{rule['id']}: {problem}" for problem in rule_problems(rule))
    results = run["results"]
    if len(results) > MOST_RESULTS:
        yield "more results than are shown"
    prints = set()
    for result in results:
        yield from (f"{result['ruleId']}: {problem}" for problem in result_problems(result, rules))
        print_ = (result["partialFingerprints"]["resilint/v1"], json.dumps(result["locations"]))
        if print_ in prints:
            yield f"{result['ruleId']}: one result is there twice"
        prints.add(print_)
    for invocation in run["invocations"]:
        if invocation["executionSuccessful"] is not True:
            yield "GitHub takes the upload for failed"


def rule_problems(rule):
    if not 0 < len(rule["name"]) <= 255 or not re.fullmatch(r"[A-Z][A-Za-z0-9]*", rule["name"]):
        yield "the name is not in Pascal case"
    if rule["name"].lower() == rule["id"]:
        yield "the name says no more than the id"
    for key in ("shortDescription", "fullDescription"):
        if not 0 < len(rule[key]["text"]) <= 1024:
            yield f"{key} is empty or too long"
    if not rule["help"]["text"] or not rule["help"]["markdown"]:
        yield "there is no help"
    if not re.match(r"https://[^/]+/", rule["helpUri"]):
        yield "helpUri is no address"
    if rule["defaultConfiguration"]["level"] not in ("error", "warning", "note"):
        yield "the level is none"
    properties = rule["properties"]
    if "reliability" not in properties["tags"] or len(properties["tags"]) > 8:
        yield "the tags are too many or lack reliability"
    if properties["precision"] not in ("very-high", "high", "medium", "low"):
        yield "the precision is none"
    if properties["problem.severity"] not in ("error", "warning", "recommendation"):
        yield "problem.severity is none"
    if "security-severity" in properties:
        yield "it would become a security alert"


def result_problems(result, rules):
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "ruleIndex names another rule"
    if len(result["locations"]) != 1:
        yield "there is not one location"
    if not result["message"]["text"].endswith("."):
        yield "the message is no sentence"
    if "suppressions" in result:
        yield "GitHub shows suppressed results as open"
    if not re.fullmatch(r"[0-9a-f]{1,16}:[1-9][0-9]*", result["partialFingerprints"]["primaryLocationLineHash"]):
        yield "primaryLocationLineHash is none"
    related = result.get("relatedLocations", [])
    if [place["id"] for place in related] != list(range(1, len(related) + 1)):
        yield "related locations are not numbered"
    for place in result["locations"] + related:
        physical = place["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        if physical["artifactLocation"]["uriBaseId"] != "%SRCROOT%":
            yield "a location is not relative to the root"
        if urllib.parse.quote(urllib.parse.unquote(uri), safe="/~") != uri or re.search(r"^/|(^|/)\.\.?(/|$)|\\|:", uri):
            yield f"{uri} is no relative reference"
        region = physical["region"]
        if region["startLine"] < 1 or region["startLine"] != region["endLine"]:
            yield "a region is not one line"
        if not 1 <= region["startColumn"] < region["endColumn"]:
            yield "a region is empty"


POSITION = {"type": "object", "required": ["line", "column"], "additionalProperties": False,
            "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}}}
LOCATION = {"type": "object", "required": ["path", "range"], "additionalProperties": False, "properties": {
    "path": {"type": "string", "minLength": 1},
    "range": {"type": "object", "required": ["start", "end"], "additionalProperties": False, "properties": {"start": POSITION, "end": POSITION}}}}
# As https://github.com/reviewdog/reviewdog/tree/master/proto/rdf says.
RDJSON = {"type": "object", "required": ["source", "diagnostics"], "additionalProperties": False, "properties": {
    "source": {"type": "object", "required": ["name"]},
    "diagnostics": {"type": "array", "items": {
        "type": "object", "required": ["message", "location", "severity", "code"], "additionalProperties": False, "properties": {
            "message": {"type": "string", "minLength": 1}, "location": LOCATION, "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
            "code": {"type": "object", "required": ["value"]}, "relatedLocations": {"type": "array", "items": {
                "type": "object", "required": ["location"], "properties": {"message": {"type": "string"}, "location": LOCATION}}}}}}}}
# As https://docs.gitlab.com/ci/testing/code_quality/ says.
GITLAB = {"type": "array", "items": {
    "type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"], "properties": {
        "description": {"type": "string", "minLength": 1}, "check_name": {"type": "string"}, "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {"type": "object", "required": ["path", "lines"], "properties": {
            "path": {"type": "string", "pattern": "^[^./]"},
            "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}


def other_problems(program, folder, document):
    """The formats beside JSON and SARIF say as much, in the form that their readers take."""
    found = len(document["findings"])
    failed = sum(file["status"] == "failed" for file in document["files"])
    gitlab = json.loads(run(program, folder, "gitlab"))
    yield from (f"gitlab: {problem}" for problem in schema_problems(gitlab, GITLAB))
    if len({one["fingerprint"] for one in gitlab}) != found:
        yield "gitlab: a fingerprint is there twice, so that GitLab shows one of two"
    rdjson = json.loads(run(program, folder, "rdjson"))
    yield from (f"rdjson: {problem}" for problem in schema_problems(rdjson, RDJSON))
    if len(rdjson["diagnostics"]) != found:
        yield "rdjson: some are missing"
    junit = xml.etree.ElementTree.fromstring(run(program, folder, "junit"))
    counted = [len(junit.findall(f".//{name}")) for name in ("testcase", "failure", "error")]
    if [int(junit.get(name)) for name in ("tests", "failures", "errors")] != counted or counted[1:] != [found, failed]:
        yield f"junit: {counted} for {found} findings and {failed} files that failed"
    checkstyle = xml.etree.ElementTree.fromstring(run(program, folder, "checkstyle"))
    if len(checkstyle.findall("file/error")) != found:
        yield "checkstyle: some are missing"
    lines = [json.loads(line) for line in run(program, folder, "jsonl").splitlines()]
    kinds = [next(iter(line)) for line in lines]
    if [line["finding"] for line in lines if "finding" in line] != document["findings"] or kinds[-1] != "summary":
        yield "jsonl: it says something else than json"
    github = run(program, folder, "github").decode().splitlines()
    for level in ("error", "warning", "notice"):
        if sum(line.startswith(f"::{level} ") for line in github) > 10:
            yield f"github: more than ten of level {level}"
    for line in github:
        if not re.fullmatch(r"::(error|warning|notice) file=[^,:]+(,[a-zA-Z]+=[^,:]+)*::[^\r\n]+|[0-9]+ more .*", line):
            yield f"github: no command: {line}"
    rows = [line for line in run(program, folder, "markdown").decode().splitlines() if re.match(r"\| (high|medium|low|note) ", line)]
    if len(rows) != min(found, 200) or any(len(re.findall(r"(?<!\\)\|", row)) != 5 for row in rows):
        yield "markdown: a row is missing or broken"


def multitool_problems(text, folder, name):
    schema = next(folder.rglob("sarif-2.1.0.json"))
    yield from schema_problems(json.loads(text), json.loads(schema.read_text("utf-8-sig")))
    tool = next(folder.rglob("Sarif.Multitool"))
    tool.chmod(0o755)
    with tempfile.TemporaryDirectory() as scratch:
        log = pathlib.Path(scratch, f"{name}.sarif")
        log.write_bytes(text)
        verdict = pathlib.Path(scratch, "verdict.sarif")
        subprocess.run([tool, "validate", log, "--rule-kind", "Sarif;Ghas", "--output", verdict], check=False,
                       capture_output=True, timeout=300,
                       env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
        for result in json.loads(verdict.read_text("utf-8-sig"))["runs"][0].get("results", []):
            if result.get("level", "warning") in ("error", "warning"):
                yield f"{result['ruleId']}: {json.dumps(result['message'])[:300]}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program", type=lambda path: pathlib.Path(path).resolve())
    arguments.add_argument("--multitool", type=pathlib.Path)
    wanted = arguments.parse_args()
    schema = json.loads((ROOT / "schemas/output.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    folders = [ROOT / "fixtures"]
    if os.environ.get("RESILINT_SHARED"):
        folders.append(pathlib.Path(os.environ["RESILINT_SHARED"], "corpus"))
    problems = []
    for folder in folders:
        printed = json.loads(run(wanted.program, folder, "json"))
        assert printed["findings"] and printed["unknowns"], f"{folder} shows too little to check"
        problems += [f"json of {folder.name}: {p}" for p in schema_problems(printed, schema)]
        problems += [f"json of {folder.name}: {p}" for p in json_problems(printed, folder)]
        problems += [f"explain in {folder.name}: {p}" for p in explanation_problems(wanted.program, folder, printed)]
        problems += [f"{p} ({folder.name})" for p in other_problems(wanted.program, folder, printed)]
        text = run(wanted.program, folder, "sarif")
        problems += [f"sarif of {folder.name}: {p}" for p in sarif_problems(text)]
        if wanted.multitool:
            problems += [f"sarif of {folder.name}: {p}" for p in multitool_problems(text, wanted.multitool, folder.name)]
    for problem in problems[:50]:
        print(problem)
    print(f"{len(folders)} folders, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
