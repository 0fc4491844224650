#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the systems in fixtures/projects/ and compares all that is said of each with
fixtures/reports/NAME.txt.

The program is the first argument (default: build/release/resilint). --bless rewrites the files; read the difference.
"""
import difflib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def said_of(program, folder):
    environment = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    done = subprocess.run([program, "check", "--profile", "strict", "--show-unknown", "--show-conditional", "--show-files", folder.relative_to(ROOT)],
                          cwd=ROOT, capture_output=True, text=True, env=environment, timeout=60)
    return f"{done.stdout}{done.stderr}exit {done.returncode}\n"


def main():
    bless = "--bless" in sys.argv
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    program = str(pathlib.Path(names[0] if names else ROOT / "build/release/resilint").resolve())
    wrong = 0
    folders = [folder for folder in sorted((ROOT / "fixtures/projects").iterdir()) if folder.is_dir()]
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
    return 0 if bless or not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
