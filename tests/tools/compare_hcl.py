#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds resilint's reading of HCL against the reference parser's.

    compare_hcl.py --dump PROGRAM --reference PROGRAM PATH…

PROGRAM of --dump is the test program hcl_dump, that of --reference is built from tests/tools/hcl_reference. A folder
stands for all .tf, .tfvars and .hcl files below it. Of a legal file the trees are compared, of an illegal one the
line of the first error. Prints every difference, and a count; the exit code is 1 if there is a difference.
"""
import argparse
import pathlib
import re
import subprocess
import sys

SUFFIXES = (".tf", ".tfvars", ".hcl")
AT_ONCE = 200
ERROR = re.compile(r"error (\d+): (.*)")


def files_below(paths, suffixes=SUFFIXES):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in suffixes and p.is_file())
        else:
            yield path


def run(command):
    """The exit code of a program, and the lines that it prints."""
    done = subprocess.run(command, capture_output=True, timeout=600)
    # A carriage return or a line separator is no end of a line here.
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1], done.stderr


def read_one(command, path):
    code, lines, said = run([*command, str(path)])
    if code in (0, 1):
        return lines
    reason = said.decode("utf-8", "replace").strip().split("\n")[-1]
    return [f"error 0: the program ends with {code}: {reason}"]


def read_all(command, paths):
    """What a program prints for each file. It is asked for many at once, and for each alone where that fails."""
    for start in range(0, len(paths), AT_ONCE):
        asked = paths[start:start + AT_ONCE]
        code, lines, _ = run([*command, *map(str, asked)])
        heads = [f"--- {path}" for path in asked]
        if len(asked) > 1 and code in (0, 1):
            found, waiting = [], iter(heads)
            head = next(waiting)
            for line in lines:
                if line == head:
                    found.append([])
                    head = next(waiting, None)
                elif found:
                    found[-1].append(line)
            if len(found) == len(asked):
                yield from found
                continue
        for path in asked:
            yield read_one(command, path)


def first_error(lines):
    """The line of the first error, and what is said of it, or None for a legal file."""
    match = ERROR.fullmatch(lines[0]) if lines else None
    return match and (int(match[1]), match[2])


def difference(ours, theirs):
    our_error, their_error = first_error(ours), first_error(theirs)
    if our_error and their_error:
        if our_error[0] != their_error[0]:
            return f"the first error is on line {our_error[0]} ({our_error[1]}), {their_error[0]} ({their_error[1]}) for the reference"
    elif our_error:
        return f"line {our_error[0]} is no error for the reference: {our_error[1]}"
    elif their_error:
        return f"line {their_error[0]} is an error for the reference alone: {their_error[1]}"
    elif ours != theirs:
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
        mine, other = (lines[at].strip() if at < len(lines) else "nothing" for lines in (ours, theirs))
        return f"the tree differs: {mine} and not {other}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    options = parser.parse_args()
    paths = list(files_below(options.paths))
    legal = differences = 0
    for path, ours, theirs in zip(paths, read_all([options.dump], paths), read_all([options.reference], paths)):
        legal += first_error(theirs) is None
        found = difference(ours, theirs)
        if found:
            differences += 1
            sys.stdout.buffer.write(f"{path}: {found}\n".encode("utf-8", "surrogateescape"))
            sys.stdout.flush()
    print(f"{len(paths)} files, {legal} legal and {len(paths) - legal} illegal: {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
