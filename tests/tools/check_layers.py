#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the C++ below linter/ to the rules that keep it in layers.

Fails on an include that linter/LAYERS does not allow, a third party outside its one wrapper,
<regex> or <iostream>, exceptions outside the wrappers, and names of cloud services outside dialect/.
"""
import pathlib
import re
import sys

WRAPPERS = {
    "yaml-cpp": ["parse/yaml.cpp"],
    "rapidjson": ["parse/json.cpp", "base/json_writer.cpp"],
    "re2": ["base/regex.cpp"],
    "fmt": ["base/format.h", "base/format.cpp"],
    "tl": ["base/result.h"],
    "xxhash.h": ["base/hash.cpp"],
    "utf8proc.h": ["base/unicode.cpp"],
    "nettle": ["base/digest.cpp"],
    "CLI": ["cli/command_line.cpp"],
}
EXCEPTIONS = ["parse/yaml.cpp", "cli/command_line.cpp"]
SYSTEM = {"fcntl.h", "malloc.h", "unistd.h", "sys"}


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            folder, _, allowed = line.partition(":")
            layers[folder] = {folder, *allowed.split()}
    return layers


def without_comments(text):
    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found

    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def check_file(root, path, layers):
    name = path.relative_to(root).as_posix()
    folder = name.split("/")[0]
    code = without_comments(path.read_text())
    for number, line in enumerate(code.splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if include and include.group(1) == '"':
            target = include.group(2).split("/")[0]
            if folder in layers and target not in layers[folder]:
                yield number, f"{folder} may not include {target} (linter/LAYERS)"
        elif include:
            header = include.group(2)
            if header in ("regex", "iostream"):
                yield number, f"<{header}> is not used here: base/regex.h, and C's stdio in cli"
            third = header.split("/")[0]
            if third in WRAPPERS and name not in WRAPPERS[third]:
                yield number, f"<{header}> stands outside its wrapper, {' or '.join(WRAPPERS[third])}"
            elif third not in WRAPPERS and third not in SYSTEM and ("/" in header or header.endswith(".h")):
                yield number, f"<{header}> has no wrapper in tests/tools/check_layers.py"
        if name not in EXCEPTIONS:
            bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
            if word := re.search(r"\b(throw|try|catch)\b", bare):
                yield number, f"`{word.group(0)}` outside the wrappers: errors are values"
        if folder != "dialect" and (found := re.search(r"AWS::|aws_", line)):
            yield number, f"`{found.group(0)}` outside dialect/: services are data below rules/"


def main():
    root = pathlib.Path(__file__).resolve().parents[2] / "linter"
    layers = read_layers(root / "LAYERS")
    problems = 0
    for folder in sorted(path.name for path in root.iterdir() if path.is_dir()):
        if folder not in layers and folder != "design":
            print(f"linter/{folder}: LAYERS has no line for it")
            problems += 1
    for path in sorted([*root.rglob("*.cpp"), *root.rglob("*.h")]):
        for number, problem in check_file(root, path, layers):
            print(f"{path.relative_to(root.parent)}:{number}: {problem}")
            problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
