#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/rules/ against the rules that the program has: a page for each, and an index.

    check_rule_pages.py [PROGRAM] [--bless]

A page is what `resilint rule NAME --output markdown` prints. A page that is missing, differs, or belongs to no rule is a
problem, and so is a reference of SARIF's helpUri to a page that is not there. PROGRAM is build/release/resilint unless
another is named. --bless writes the pages and removes those of no rule.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/rules"
HOME = "https://github.com/resilint/resilint/blob/main/"


def printed(program, *arguments):
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def service_of(rule):
    return pathlib.PurePosixPath(rule["file"]).parent.name


def link(rule):
    return f"[{rule['name']}]({rule['name']}.md)"


def grouped(rules, keys_of):
    """Rules by each of their keys, in the keys' order."""
    groups = {}
    for rule in rules:
        for key in keys_of(rule):
            groups.setdefault(key, []).append(rule)
    return sorted(groups.items(), key=lambda group: group[0].lower() if isinstance(group[0], str) else group[0])


def links_by(rules, title, keys_of):
    lines = [f"| {title} | rules |", "| --- | --- |"]
    lines += [f"| {key} | {' · '.join(map(link, members))} |" for key, members in grouped(rules, keys_of)]
    return lines


def index(rules, diagnostics):
    count = len(rules)
    services = {service_of(rule) for rule in rules}
    lines = [
        "# Rules", "",
        f"The {count} built-in rules. `resilint rule NAME` prints a page of these in the terminal, `resilint rule --all --output json`",
        "everything for programs. Rules of your own are written in the same [format](../../rules/FORMAT.md).", "",
        "[By service](#by-service) · [by topic](#by-topic) · [by Well-Architected practice](#by-well-architected-practice) ·",
        "[by the id of another tool](#by-the-id-of-another-tool) · [diagnostics](#diagnostics)", "",
        "## By service", "",
    ]
    for service, members in grouped(rules, lambda rule: [service_of(rule)]):
        lines += [f"### {service}", "", "| rule | severity | profile | languages | what must hold |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| {link(rule)} | {rule['severity']} | {rule['profile']} | {', '.join(rule['languages'])} | {cell(rule['title'])} |"
                  for rule in members]
        lines.append("")
    lines += ["## By topic", "", "`--select` and `--ignore` take a topic, too.", ""]
    lines += links_by(rules, "topic", lambda rule: [tag for tag in rule["tags"] if tag not in services])
    lines += ["", "## By Well-Architected practice", ""]
    lines += links_by(rules, "practice", lambda rule: rule["wellArchitected"])
    lines += ["", "## By the id of another tool", "", "`resilint rule ID` finds a rule by it.", "",
              "| tool | id | rules |", "| --- | --- | --- |"]
    peers = grouped(rules, lambda rule: sorted({(peer["tool"], peer["id"]) for peer in rule["peers"]}))
    lines += [f"| {tool} | {cell(name)} | {' · '.join(map(link, members))} |" for (tool, name), members in peers]
    lines += ["", "## Diagnostics", "", "What the program itself says of a file, whatever rules are chosen.", "",
              "| name | severity | what must hold | why |", "| --- | --- | --- | --- |"]
    lines += [f"| {one['name']} | {one['severity']} | {cell(one['title'])} | {cell(one['why'])} |" for one in diagnostics]
    return "\n".join(lines) + "\n"


def cell(text):
    return text.replace("|", "\\|")


def pages_of(program):
    """Path → text of all that docs/rules/ is to hold."""
    document = json.loads(printed(program, "rule", "--all", "--output", "json"))
    rules = document["rules"]
    names = [rule["name"] for rule in rules]
    # A page begins with the rule's name; no name follows the last one but those of diagnostics.
    every = names + [one["name"] for one in document["diagnostics"]]
    heads = re.compile(rf"(?m)^(?=# (?:{'|'.join(map(re.escape, every))})$)")
    texts = heads.split(printed(program, "rule", "--all", "--output", "markdown"))[1:]
    assert len(texts) == len(every), "a page begins with the name of its rule, and holds no other head like it"
    pages = {f"{name}.md": text.rstrip("\n") + "\n" for name, text in zip(names, texts)}
    assert printed(program, "rule", names[0], "--output", "markdown") == pages[f"{names[0]}.md"]
    return {**pages, "README.md": index(rules, document["diagnostics"])}


def help_problems(program, pages):
    """What SARIF says of the rules leads to their pages, and holds the same text."""
    with tempfile.TemporaryDirectory() as scratch:
        pathlib.Path(scratch, "empty.yaml").write_text("Resources: {Queue: {Type: AWS::SQS::Queue}}\n")
        report = json.loads(printed(program, "check", "--profile", "all", "--output", "sarif", scratch))
    for rule in report["runs"][0]["tool"]["driver"]["rules"]:
        page = pages.get(f"{rule['id']}.md")
        if page is None:
            continue
        if rule["helpUri"] != f"{HOME}docs/rules/{rule['id']}.md":
            yield f"{rule['id']}: SARIF leads to {rule['helpUri']}"
        if rule["help"]["markdown"].rstrip("\n") + "\n" != page:
            yield f"{rule['id']}: SARIF's help is not the page"


def main():
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    program = str(pathlib.Path(names[0] if names else ROOT / "build/release/resilint").resolve())
    pages = pages_of(program)
    there = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}
    if "--bless" in sys.argv:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in there.keys() - pages.keys():
            there[name].unlink()
        for name, text in pages.items():
            (FOLDER / name).write_text(text)
        return 0
    problems = [f"docs/rules/{name} is missing" for name in sorted(pages.keys() - there.keys())]
    problems += [f"docs/rules/{name} belongs to no rule" for name in sorted(there.keys() - pages.keys())]
    problems += [f"docs/rules/{name} is not what its rule says" for name in sorted(pages.keys() & there.keys())
                 if there[name].read_text() != pages[name]]
    if problems:
        problems.append("./dev bless writes the pages")
    problems += help_problems(program, pages)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
