#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds rules/ against schemas/, and rules/FORMAT.md against the program.

    check_schemas.py PROGRAM

Every rule and model must be valid by its schema, and each must be refused once a mistake is made in it. The files of
FORMAT.md, blocks behind `<!-- example: NAME -->`, must be valid, too, and the program must take them as they stand.
What the program prints of all rules is held against schemas/documentation.schema.json, and against the rules themselves.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Loader(yaml.SafeLoader):
    """YAML 1.2's booleans: `on`, the key of a model, is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def schema_of(path):
    return "model" if str(path).endswith("model.yaml") else "rule"


def remove(key):
    return lambda document: document.pop(key)


def put(**members):
    return lambda document: document.update(members)


MISTAKES_IN_RULES = {
    "no reason": remove("why"),
    "no examples": remove("examples"),
    "a key with a typo": put(requires="true"),
    "a severity that is none": put(severity="critical"),
    "two names to match": put(match={"a": "aws.sqs.queue", "b": "aws.sqs.queue"}),
    "a fix that costs and is not said to": put(fix={"set": "a.b", "to": "1", "safety": "unsafe"}),
    "a fix that sets and creates": put(fix={"set": "a.b", "to": "1", "create": "aws.sqs.queue", "safety": "safe"}),
    "tags that are no list": put(tags={"sqs": True}),
}


def in_attribute(**members):
    def change(document):
        kind = next(iter(document.values()))
        next(iter(kind["attributes"].values())).update(members)
    return change


def in_kind(**members):
    return lambda document: next(iter(document.values())).update(members)


MISTAKES_IN_MODELS = {
    "a type that is none": in_attribute(type="strin"),
    "a path without from": in_attribute(path="a.b", **{"from": 3}),
    "a key with a typo": in_kind(indentity=["name"]),
    "no attributes": lambda document: next(iter(document.values())).pop("attributes"),
}


def of_first(name, **members):
    """The first rule that has such members, its first one changed."""
    def change(document):
        rule = next(rule for rule in document["rules"] if rule[name])
        rule[name][0].update(members)
    return change


MISTAKES_IN_DOCUMENTATION = {
    "a rule without a reason": lambda document: document["rules"][0].pop("why"),
    "a member with a typo": lambda document: document["rules"][0].update(tag=[]),
    "a fix that costs and is not said to": of_first("fixes", safety="unsafe", cost=""),
    "a fix that sets and creates": of_first("fixes", sets="a.b", creates="aws.sqs.queue"),
    "a parameter whose default is a map": of_first("parameters", default={}),
    "a peer of no tool": of_first("peers", tool=""),
    "examples in no language": lambda document: document["rules"][0].update(examples={}),
}


def documentation_problems(program, files):
    """What the program says of its rules is what their files say."""
    schema = json.loads((ROOT / "schemas/documentation.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    done = subprocess.run([program, "rule", "--all", "--output", "json"], capture_output=True, timeout=60)
    document = json.loads(done.stdout)
    for error in validator.iter_errors(document):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
    for mistake, make in MISTAKES_IN_DOCUMENTATION.items():
        broken = copy.deepcopy(document)
        make(broken)
        if validator.is_valid(broken):
            yield f"the schema takes it with {mistake}"
    said = {rule["file"]: rule for rule in document["rules"]}
    if sorted(said) != sorted(files):
        yield f"other rules than those of rules/: {sorted(set(said) ^ set(files))}"
    for path, written in files.items():
        rule = said.get(path, {})
        fixes = written.get("fix", [])
        fixes = fixes if isinstance(fixes, list) else [fixes]
        expected = {
            "name": pathlib.Path(path).stem,
            **{key: written[key] for key in ("title", "severity", "profile", "why", "references")},
            **{key: written.get(key, []) for key in ("tags", "formerly")},
            "wellArchitected": written.get("well_architected", []),
            "judges": "project" if written["match"] == "project" else next(iter(written["match"].values())),
            "parameters": [{"name": name, **members} for name, members in written.get("parameters", {}).items()],
            "peers": [{"tool": tool, "id": name} for tool, names in written.get("peers", {}).items() for name in names],
        }
        expected["examples"] = {language: {name: text.rstrip("\n") for name, text in pair.items()}
                                for language, pair in written["examples"].items()}
        for key, value in expected.items():
            if rule.get(key) != value:
                yield f"{path}: {key} is {rule.get(key)!r}, and {value!r} in the file"
        if [(fix["safety"], fix.get("cost")) for fix in rule.get("fixes", [])] != [
                (fix["safety"], fix.get("cost")) for fix in fixes]:
            yield f"{path}: other fixes than in the file"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    validators = {}
    for name in ("rule", "model"):
        schema = json.loads((ROOT / f"schemas/{name}.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validators[name] = jsonschema.Draft7Validator(schema)
    problems = []
    documents = 0

    def check(path, text):
        nonlocal documents
        documents += 1
        name = schema_of(path)
        document = yaml.load(text, Loader)
        for error in validators[name].iter_errors(document):
            problems.append(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
        for mistake, make in (MISTAKES_IN_RULES if name == "rule" else MISTAKES_IN_MODELS).items():
            broken = copy.deepcopy(document)
            make(broken)
            if validators[name].is_valid(broken):
                problems.append(f"{path}: the schema takes it with {mistake}")

    rules = {}
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        check(path.relative_to(ROOT), path.read_text())
        if path.name != "model.yaml":
            rules[path.relative_to(ROOT).as_posix()] = yaml.load(path.read_text(), Loader)
    problems += [f"rule --all: {problem}" for problem in documentation_problems(program, rules)]

    page = (ROOT / "rules/FORMAT.md").read_text()
    examples = re.findall(r"<!-- example: (\S+) -->\n```yaml\n(.*?)```", page, flags=re.S)
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in examples:
            check(f"rules/FORMAT.md: {name}", text)
            pathlib.Path(scratch, name).write_text(text)
        done = subprocess.run([program, "rule", "--rules", scratch], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            problems.append(f"rules/FORMAT.md: {done.stderr}")
        for name, _ in examples:
            rule = name.removesuffix(".yaml")
            if rule != "model" and rule not in done.stdout:
                problems.append(f"rules/FORMAT.md: {rule} is not among the rules: {done.stdout}")
    for problem in problems:
        print(problem)
    print(f"{documents} documents, {len(examples)} of them in FORMAT.md, {len(problems)} problems")
    return 1 if problems or len(examples) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
