#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of the `console` blocks in README and docs/ and compares what they print.

A block whose first line is `$ resilint …` or `$ ./dev run …` is a command and its output. The program
is the first argument (default: build/release/resilint). --bless rewrites the blocks.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output_of(command, program):
    words = shlex.split(command)
    words = words[1:] if words[0] == "resilint" else words[2:]
    environment = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    done = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, env=environment, timeout=60)
    return done.stdout + done.stderr


def main():
    bless = "--bless" in sys.argv
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    program = str(pathlib.Path(names[0] if names else ROOT / "build/release/resilint").resolve())
    different = []
    blocks = 0
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:

        def replace(match):
            nonlocal blocks
            blocks += 1
            command = match.group(1)
            made = f"```console\n$ {command}\n{output_of(command, program)}```"
            if made != match.group(0):
                different.append((page.relative_to(ROOT), command))
            return made

        text = page.read_text()
        made = re.sub(r"```console\n\$ ((?:resilint|\./dev run) [^\n]*)\n.*?```", replace, text, flags=re.S)
        if bless:
            page.write_text(made)
    if bless:
        return 0
    for page, command in different:
        print(f"{page}: the output of `{command}` is another one now; ./dev bless rewrites it")
    return 1 if different or blocks == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
