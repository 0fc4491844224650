#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completes command lines in the real shells, by their Tab key, and reads the manual. The first argument is the program.

What needs a shell or groff that is not installed is skipped, and says so.
"""
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""
PROMPT = "ready> "
START = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--private", "--init-command", f"function fish_prompt; echo -n '{PROMPT}'; end; function fish_greeting; end"],
}
LOAD = {
    "bash": "source <(resilint completions bash)",
    "zsh": "autoload -U compinit && compinit -D -u && source <(resilint completions zsh)",
    "fish": "resilint completions fish | source",
}


# What is typed behind the program's name, and the words that it is run with.
TYPED = {
    "ch\t templ\t": ["check", "template.yaml"],
    "templ\t": ["template.yaml"],
    "--exit\t": ["--exit-zero"],
    "check --fail-on h\t --profile str\t a\\ \t": ["check", "--fail-on", "high", "--profile", "strict", "a file.yaml"],
    "check --output=sari\t --no-such\t": ["check", "--output=sarif", "--no-such"],
    "check --output sarif=templ\t": ["check", "--output", "sarif=template.yaml"],
    "check --select sqs-de\t --ignore s3-bucket-versioning,sqs-de\t":
        ["check", "--select", "sqs-dead-letter-queue", "--ignore", "s3-bucket-versioning,sqs-dead-letter-queue"],
    "explain aurora-cluster-h\t Database templ\t": ["explain", "aurora-cluster-has-reader", "Database", "template.yaml"],
    "rule --all aurora-cluster-h\t": ["rule", "--all", "aurora-cluster-has-reader"],
    "baseline cr\t --ty\ttfv\t": ["baseline", "create", "--type", "tfvars"],
    "config sh\t templ\t": ["config", "show", "template.yaml"],
}


class Session:
    """A shell at a terminal."""

    def __init__(self, shell, folder):
        environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "dumb", "PS1": PROMPT,
                       "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(folder / "none"), "XDG_DATA_HOME": str(folder / "none")}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder / "work")
            os.execvpe(shell, [shell, *START[shell]], environment)
        self.words = folder / "words"
        self.seen = ""
        self.read_until(lambda: PROMPT in self.seen)
        self.type(LOAD[shell] + "\n")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def words_of(self, keys):
        """What the program is run with when these are typed behind its name."""
        self.words.unlink(missing_ok=True)
        self.seen = ""
        self.type(f"resilint {keys}\n")
        self.read_until(self.words.exists)
        return self.words.read_text().splitlines()

    def read_until(self, done):
        end = time.monotonic() + 60
        while not done():
            if time.monotonic() > end:
                raise AssertionError(f"the shell waits behind {self.seen!r}")
            if select.select([self.terminal], [], [], 0.01)[0]:
                self.seen += os.read(self.terminal, 4096).decode(errors="replace")

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def commands(before=()):
    """The words of every command that has none below it."""
    for name in run("completions", "bash", "--", *before, "").split():
        below = run(*before, name, "--help").partition("\nCommands:\n")[2]
        yield from commands((*before, name)) if below else [(*before, name)]


def options(command):
    """The names of a command's options, as its full help has them."""
    text = run(*command, "--help")
    if "--help-all" in text:
        text = run(*command, "--help-all")
    for line in re.findall(r"^  (-.*)", text, re.M):
        yield from re.findall(r"(?:^|, )(--?[a-z-]+)", line.partition("  ")[0])


class Completions(unittest.TestCase):
    def in_shell(self, shell):
        if shutil.which(shell) is None:
            self.skipTest(f"{shell} is not installed")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "bin").mkdir()
            # Writes down what it is run with, and completes as the program does.
            script = folder / "bin/resilint"
            script.write_text(f'#!/bin/sh\n[ "$1" = completions ] && exec {shlex.quote(PROGRAM)} "$@"\n'
                              'printf "%s\\n" "$@" >"$HOME/new" && mv "$HOME/new" "$HOME/words"\n')
            script.chmod(0o755)
            for file in ("template.yaml", "a file.yaml"):
                (folder / "work" / file).parent.mkdir(exist_ok=True)
                (folder / "work" / file).touch()
            # fish would begin to make completions of all manuals in the background.
            (folder / "none/fish/generated_completions").mkdir(parents=True)
            session = Session(shell, folder)
            try:
                for keys, words in TYPED.items():
                    self.assertEqual(session.words_of(keys), words, f"{shell}: {keys!r}")
            finally:
                session.close()

    def test_what_is_offered(self):
        rules = [line.split()[0] for line in run("rule").splitlines()]
        for words, offered in (
            ([""], ["check", "explain", "rule", "config", "baseline", "completions", "man", "version"]),
            (["--v"], ["--version", "--var", "--var-file"]),
            (["config", ""], ["init", "show"]),
            (["help", "b"], ["baseline"]),
            (["help", "config", "s"], ["show"]),
            (["check", ""], []),
            (["check", "--color", ""], ["auto", "always", "never"]),
            (["--color=a"], ["--color=auto", "--color=always"]),
            (["explain", "--output", ""], ["full", "json"]),
            (["rule", ""], rules),
            (["rule", rules[0], ""], []),
            (["check", "--select", "x,"], ["x," + rule for rule in rules]),
            (["check", "--reason", ""], []),
            (["check", "--", "--color"], []),
            (["check", "--exit-zero", "--no-such", "--color", "n"], ["never"]),
            (["no-such", "--color", "n"], ["never"]),
            (["config", "no-such", ""], []),
        ):
            self.assertEqual(run("completions", "bash", "--", *words).splitlines(), offered, words)
        self.assertEqual(run("completions", "zsh", "--", "config", "s"), "show:Say what holds for a file, and which line says so\n")
        self.assertEqual(run("completions", "fish", "--", "config", "i"), "init\tWrite a commented .resilint.yaml into this directory\n")

    def test_every_option_of_every_command_is_offered(self):
        for command in commands():
            self.assertEqual(sorted(run("completions", "bash", "--", *command, "-").split()), sorted(set(options(command))), command)

    def test_which_shells(self):
        done = subprocess.run([PROGRAM, "completions", "zhs"], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", "resilint: shell `zhs` is not known; expected one of bash, zsh, fish; did you mean `zsh`?\n"))

    def test_bash(self):
        self.in_shell("bash")

    def test_zsh(self):
        self.in_shell("zsh")

    def test_fish(self):
        self.in_shell("fish")


class Manual(unittest.TestCase):
    def setUp(self):
        if shutil.which("groff") is None:
            self.skipTest("groff is not installed")
        done = subprocess.run(["groff", "-k", "-man", "-Tutf8", "-P-cbou", "-rLL=120n", "-ww"], input=run("man"), capture_output=True,
                              text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.page = done.stdout

    def test_its_beginning_and_end(self):
        lines = [" ".join(line.split()) for line in self.page.splitlines() if line]
        self.assertEqual(lines[:5] + lines[-3:], [
            "RESILINT(1) User Commands RESILINT(1)", "NAME", "resilint - says where infrastructure as code would not survive a failure",
            "SYNOPSIS", "resilint [COMMAND] [OPTIONS] [PATH...]",
            "SEE ALSO", "https://github.com/resilint/resilint", f"{run('version').strip()} RESILINT(1)"])

    def test_every_option_of_every_command_is_in_it(self):
        for command in commands():
            with self.subTest(command):
                name = re.escape(f"resilint {' '.join(command)}")
                part = re.search(rf"^   {name}(?: .*)?\n((?:       .*\n|\n)*)", self.page, re.M)[1]
                listed = [name for line in re.findall(r"^ {7}(-\S.*)", part, re.M) for name in re.findall(r"(?:^|, )(--?[a-z-]+)", line)]
                self.assertEqual(listed, list(options(command)))

    def test_words_of_the_full_help_are_in_it(self):
        page = " ".join(self.page.split())
        for line in re.findall(r"^(?:  -\S.*?)?  +(\S.*)", run("check", "--help-all").partition("\nExamples:")[0], re.M):
            self.assertIn(" ".join(line.split()), page)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1])
