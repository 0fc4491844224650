#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds resilint's reading of Terraform files against hcl2json's.

    compare_hcl2json.py --hcl2json PROGRAM --dump PROGRAM --reference PROGRAM FOLDER…

PROGRAM of --dump is the test program hcl_dump, that of --reference is built from tests/tools/hcl_reference. The
documents of every .tf and .tfvars file below the folders are compared: numbers by value, members in any order.
hcl2json cannot convert some files that are legal; of those and of illegal files only the verdicts are compared.
It adds a newline to every file, so the reference parser has the last word on what is illegal.
Prints every difference with its path into the document, and a count; the exit code is 1 if there is a difference.
"""
import argparse
import decimal
import json
import subprocess
import sys

from compare_hcl import AT_ONCE, files_below, first_error, read_all

ABSENT = object()


def parse(text):
    """A document with its numbers as exact decimals."""
    return json.loads(text, parse_int=decimal.Decimal, parse_float=decimal.Decimal)


def shown(value):
    if value is ABSENT:
        return "nothing"
    text = json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 200 else text[:200] + "…"


def step(name):
    """A member's name in a JSON pointer."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def differences(ours, theirs, path=""):
    """Path, our value and theirs wherever two documents differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted({*ours, *theirs}):
            yield from differences(ours.get(name, ABSENT), theirs.get(name, ABSENT), path + step(name))
    elif isinstance(ours, list) and isinstance(theirs, list):
        for i in range(max(len(ours), len(theirs))):
            yield from differences(*(items[i] if i < len(items) else ABSENT for items in (ours, theirs)), f"{path}/{i}")
    elif type(ours) is not type(theirs) or ours != theirs:
        yield path, ours, theirs


def converted(program, path):
    """hcl2json's document, or None if it makes none."""
    done = subprocess.run([program, str(path)], capture_output=True, timeout=120)
    return parse(done.stdout) if done.returncode == 0 else None


class Report:
    def __init__(self):
        self.differing = 0
        self.not_convertible = 0
        self.illegal = 0

    def line(self, text):
        sys.stdout.buffer.write((text + "\n").encode("utf-8", "surrogateescape"))
        sys.stdout.flush()

    def differs(self, path, text):
        self.differing += 1
        self.line(f"{path}: {text}")

    def verdicts(self, path, ours, theirs):
        """Of a file that one of the two makes nothing of."""
        our_error, their_error = first_error(ours), first_error(theirs)
        if their_error:
            self.illegal += 1
            if not our_error:
                self.differs(path, f"line {their_error[0]} is an error for the reference alone: {their_error[1]}")
            elif our_error[0] == 0:
                self.differs(path, our_error[1])
            return
        if our_error:
            self.differs(path, f"line {our_error[0]} is no error for the reference: {our_error[1]}")
            return
        self.not_convertible += 1
        self.line(f"{path}: not convertible")

    def documents(self, path, ours, theirs):
        try:
            document = parse("\n".join(ours))
        except ValueError as reason:
            self.differs(path, f"our document is no JSON: {reason}")
            return
        for place, mine, other in differences(document, theirs):
            self.differs(path, f"{place}: {shown(mine)} and not {shown(other)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hcl2json", required=True)
    parser.add_argument("--dump", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    options = parser.parse_args()
    paths = list(files_below(options.folders, (".tf", ".tfvars")))
    report = Report()
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start:start + AT_ONCE]
        texts = zip(some, read_all([options.dump, "--json"], some))
        made = [(path, ours, converted(options.hcl2json, path)) for path, ours in texts]
        unmade = [path for path, ours, theirs in made if theirs is None or first_error(ours)]
        verdicts = dict(zip(unmade, read_all([options.reference], unmade)))
        for path, ours, theirs in made:
            if path in verdicts:
                report.verdicts(path, ours, verdicts[path])
            else:
                report.documents(path, ours, theirs)
    print(f"{len(paths)} files, {report.not_convertible} of them not convertible and {report.illegal} illegal: "
          f"{report.differing} differences")
    return 1 if report.differing else 0


if __name__ == "__main__":
    sys.exit(main())
