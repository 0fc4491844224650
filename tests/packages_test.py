#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the packages of a release, installs each as a user does, and runs what it installs.

The first argument is cmake's build folder of the release.
"""
import base64
import csv
import hashlib
import io
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(sys.argv[1]).resolve()
PROGRAM = BUILD / "resilint"
FIXTURE = ROOT / "fixtures/projects/web-shop"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR") and not key.startswith("PIP_")}
ENVIRONMENT |= {"SOURCE_DATE_EPOCH": "1790000000", "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
VERSION = re.search(r"VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text().splitlines()[1])[1]
MACHINE = platform.machine()
DEBIAN_MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[MACHINE]
ARCHIVE = f"resilint-{VERSION}-linux-{MACHINE}"
WHEEL = f"resilint-{VERSION}-py3-none-manylinux_2_17_{MACHINE}.musllinux_1_1_{MACHINE}.whl"
DEBIAN = f"resilint_{VERSION}-1_{DEBIAN_MACHINE}.deb"


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=options.pop("env", ENVIRONMENT), **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def says(*program):
    """All that a program says of a fixture."""
    done = subprocess.run([*program, "check", FIXTURE, "--show-unknown", "--show-files"], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    return run(*program, "version"), done.returncode, done.stdout, done.stderr


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.scratch / "made")
        cls.made = cls.scratch / "made/packages"

    def setUp(self):
        self.path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(dir=self.scratch)))

    def assert_is_the_program(self, path):
        self.assertEqual(path.read_bytes(), PROGRAM.read_bytes())
        self.assertEqual(path.stat().st_mode & 0o777, 0o755)
        self.assertEqual(says(path), says(PROGRAM))

    def test_what_is_made(self):
        self.assertEqual(sorted(path.name for path in self.made.iterdir()), sorted([WHEEL, f"{ARCHIVE}.tar.gz", DEBIAN]))

    def test_the_same_bytes_from_another_folder_under_another_umask_and_locale(self):
        again = self.path / "a folder"
        (self.path / "temporary").mkdir()
        run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", again, cwd=self.path, umask=0o077,
            env={**ENVIRONMENT, "TMPDIR": str(self.path / "temporary"), "TZ": "Asia/Tokyo", "LC_ALL": "C"})
        for path in self.made.iterdir():
            self.assertEqual((again / "packages" / path.name).read_bytes(), path.read_bytes(), path.name)

    def test_the_wheel_holds_no_python_and_says_what_it_is(self):
        with zipfile.ZipFile(self.made / WHEEL) as archive:
            information = f"resilint-{VERSION}.dist-info"
            self.assertEqual([(entry.filename, f"{entry.external_attr >> 16:o}", entry.date_time) for entry in archive.infolist()], [
                (name, mode, (2026, 9, 21, 14, 13, 20)) for name, mode in (
                    (f"resilint-{VERSION}.data/scripts/resilint", "100755"), (f"{information}/METADATA", "100644"),
                    (f"{information}/WHEEL", "100644"), (f"{information}/licenses/LICENSE", "100644"),
                    (f"{information}/licenses/packaging/copyright", "100644"), (f"{information}/RECORD", "100644"))])
            self.assertEqual(archive.read(f"{information}/WHEEL").decode(), f"""\
Wheel-Version: 1.0
Generator: resilint {VERSION}
Root-Is-Purelib: false
Tag: py3-none-manylinux_2_17_{MACHINE}
Tag: py3-none-musllinux_1_1_{MACHINE}
""")
            head, _, description = archive.read(f"{information}/METADATA").decode().partition("\n\n")
            home = "https://github.com/resilint/resilint"
            self.assertEqual(head, f"""\
Metadata-Version: 2.4
Name: resilint
Version: {VERSION}
Summary: Says where infrastructure as code would not survive a failure
Project-URL: Source, {home}
Project-URL: Changelog, {home}/blob/v{VERSION}/CHANGELOG.md
License-Expression: Apache-2.0
License-File: LICENSE
License-File: packaging/copyright
Description-Content-Type: text/markdown""")
            readme = (ROOT / "README.md").read_text()
            self.assertEqual(description.replace(f"]({home}/blob/v{VERSION}/", "]("), readme)
            self.assertNotRegex(description, r"\]\((?!https://)")
            rows = list(csv.reader(io.StringIO(archive.read(f"{information}/RECORD").decode())))
            self.assertEqual(rows[-1], [f"{information}/RECORD", "", ""])
            for name, digest, size in rows[:-1]:
                content = archive.read(name)
                expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                self.assertEqual((digest, size), (f"sha256={expected}", str(len(content))))

    def test_pip_installs_the_wheel_and_takes_it_away(self):
        run(sys.executable, "-m", "venv", self.path / "venv")
        pip = self.path / "venv/bin/pip"
        run(pip, "install", "--no-index", self.made / WHEEL)
        self.assert_is_the_program(self.path / "venv/bin/resilint")
        self.assertEqual(run(pip, "check"), "No broken requirements found.\n")
        shown = run(pip, "show", "--files", "resilint")
        self.assertIn(f"Name: resilint\nVersion: {VERSION}\nSummary: Says where infrastructure as code would not survive a failure\n", shown)
        self.assertEqual(shown.partition("Files:\n")[2].split(), ["../../../bin/resilint"] + [
            f"resilint-{VERSION}.dist-info/{name}" for name in (
                "INSTALLER", "METADATA", "RECORD", "REQUESTED", "WHEEL", "direct_url.json", "licenses/LICENSE", "licenses/packaging/copyright")])
        run(pip, "uninstall", "--yes", "resilint")
        self.assertFalse((self.path / "venv/bin/resilint").exists())

    def wheel(self, code, **environment):
        return subprocess.run([sys.executable, "-c", f"import wheel; {code}"], cwd=self.path, capture_output=True, text=True, timeout=60,
                              env={**ENVIRONMENT, "PYTHONPATH": str(ROOT / "packaging"), **environment})

    def test_a_dynamic_program_is_promised_to_this_machine_only(self):
        done = self.wheel("print(wheel.build_wheel('.'))", RESILINT_BINARY="/bin/true")
        self.assertEqual((done.stdout, done.stderr), (f"resilint-{VERSION}-py3-none-linux_{MACHINE}.whl\n", ""))

    def test_what_cannot_be_made_is_said(self):
        (self.path / "script").write_text("#!/bin/sh\n")
        done = self.wheel("wheel.build_wheel('.')", RESILINT_BINARY="script")
        self.assertEqual((done.returncode, done.stderr), (1, "resilint: the program is no ELF file for a little-endian machine of 64 bits\n"))
        done = self.wheel("wheel.build_sdist('.')")
        self.assertEqual(done.stderr.splitlines()[-1], "wheel.UnsupportedOperation: resilint has no sdist: its source is the repository, "
                         "https://github.com/resilint/resilint; `pip install .` in a clone builds it")

    def test_without_cmake_the_build_says_what_to_do(self):
        done = self.wheel("wheel.build_wheel('.')", PATH="/nowhere")
        self.assertEqual((done.returncode, done.stderr), (
            1, f"resilint: [Errno 2] No such file or directory: 'cmake'\nOn Debian 12, `./dev setup` in {ROOT} installs what the build "
            "needs; or let RESILINT_BINARY name a program that is built already.\n"))

    def test_pre_commit_installs_the_hook(self):
        if shutil.which("pre-commit") is None:
            self.skipTest("pre-commit is not installed")
        environment = {**ENVIRONMENT, "HOME": str(self.path), "PRE_COMMIT_HOME": str(self.path / "cache"), "PIP_NO_INDEX": "1",
                       "GIT_CONFIG_NOSYSTEM": "1", "RESILINT_BINARY": str(PROGRAM)}

        def commit(folder):
            run("git", "init", "-q", cwd=folder, env=environment)
            run("git", "add", ".", cwd=folder, env=environment)
            run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a", cwd=folder, env=environment)
            return run("git", "rev-parse", "HEAD", cwd=folder, env=environment).strip()

        # What the hook needs of this repository.
        hooks = self.path / "hooks"
        shutil.copytree(ROOT / "packaging", hooks / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
        for name in (".pre-commit-hooks.yaml", "pyproject.toml", "CMakeLists.txt", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, hooks)
        revision = commit(hooks)
        mine = self.path / "mine"
        shutil.copytree(FIXTURE, mine)
        (mine / ".pre-commit-config.yaml").write_text(f"repos: [{{repo: '{hooks}', rev: {revision}, hooks: [{{id: resilint}}]}}]\n")
        commit(mine)
        done = subprocess.run(["pre-commit", "run", "--all-files"], cwd=mine, capture_output=True, text=True, timeout=600, env=environment)
        found = subprocess.run([PROGRAM, "check", "--output", "concise", "--quiet"], cwd=mine, capture_output=True, text=True, timeout=60, env=environment)
        self.assertEqual(found.returncode, 1)
        self.assertEqual((done.returncode, done.stdout.partition("- exit code: 1\n\n")[2], done.stderr), (1, found.stdout + "\n", ""))
        [installed] = (self.path / "cache").glob("repo*/py_env-*/bin/resilint")
        self.assert_is_the_program(installed)

    def test_the_archive(self):
        with tarfile.open(self.made / f"{ARCHIVE}.tar.gz") as archive:
            self.assertEqual([(entry.name, f"{entry.mode:o}", entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) for entry in archive], [
                (f"{ARCHIVE}/{name}", mode, 0, 0, "", "", 1790000000) for name, mode in (
                    ("bin/resilint", "755"), ("share/bash-completion/completions/resilint", "644"), ("share/doc/resilint/CHANGELOG.md", "644"),
                    ("share/doc/resilint/copyright", "644"), ("share/fish/vendor_completions.d/resilint.fish", "644"),
                    ("share/man/man1/resilint.1", "644"), ("share/zsh/site-functions/_resilint", "644"))])
        run("tar", "-xzf", self.made / f"{ARCHIVE}.tar.gz", "--strip-components=1", "-C", self.path)
        self.assert_is_the_program(self.path / "bin/resilint")
        for path, arguments in (("bash-completion/completions/resilint", ["completions", "bash"]), ("zsh/site-functions/_resilint", ["completions", "zsh"]),
                                ("fish/vendor_completions.d/resilint.fish", ["completions", "fish"]), ("man/man1/resilint.1", ["man"])):
            self.assertEqual((self.path / "share" / path).read_text(), run(PROGRAM, *arguments))

    def test_the_debian_package(self):
        deb = self.made / DEBIAN
        listed = [line.split(maxsplit=5) for line in run("dpkg-deb", "--contents", deb, env={**ENVIRONMENT, "TZ": "UTC"}).splitlines()]
        folders = ("", "usr/", "usr/bin/", "usr/share/", "usr/share/bash-completion/", "usr/share/bash-completion/completions/", "usr/share/doc/",
                   "usr/share/doc/resilint/", "usr/share/fish/", "usr/share/fish/vendor_completions.d/", "usr/share/lintian/",
                   "usr/share/lintian/overrides/", "usr/share/man/", "usr/share/man/man1/", "usr/share/zsh/", "usr/share/zsh/vendor-completions/")
        files = ("usr/share/bash-completion/completions/resilint", "usr/share/doc/resilint/changelog.Debian.gz",
                 "usr/share/doc/resilint/changelog.gz", "usr/share/doc/resilint/copyright", "usr/share/fish/vendor_completions.d/resilint.fish",
                 "usr/share/lintian/overrides/resilint", "usr/share/man/man1/resilint.1.gz", "usr/share/zsh/vendor-completions/_resilint")
        self.assertEqual([(mode, owner, date, time, name) for mode, owner, _, date, time, name in listed],
                         sorted([("drwxr-xr-x", "root/root", "2026-09-21", "14:13", f"./{name}") for name in folders]
                                + [("-rw-r--r--", "root/root", "2026-09-21", "14:13", f"./{name}") for name in files]
                                + [("-rwxr-xr-x", "root/root", "2026-09-21", "14:13", "./usr/bin/resilint")], key=lambda entry: entry[-1]))
        control = run("dpkg-deb", "--field", deb)
        self.assertEqual(re.sub(r"(?<=Installed-Size: )\d+", "N", control), f"""\
Package: resilint
Version: {VERSION}-1
Section: devel
Priority: optional
Architecture: {DEBIAN_MACHINE}
Maintainer: resilint <resilint@users.noreply.github.com>
Installed-Size: N
Homepage: https://github.com/resilint/resilint
Description: linter for the resilience of infrastructure as code
 resilint reads CloudFormation and Terraform the way they would be deployed,
 and says where the system would not survive a failure: which resource, what
 is lost, and what mends it.
""")
        run("dpkg-deb", "--extract", deb, self.path)
        self.assert_is_the_program(self.path / "usr/bin/resilint")
        share = self.path / "usr/share"
        for path, text in (
            ("bash-completion/completions/resilint", run(PROGRAM, "completions", "bash")),
            ("zsh/vendor-completions/_resilint", run(PROGRAM, "completions", "zsh")),
            ("fish/vendor_completions.d/resilint.fish", run(PROGRAM, "completions", "fish")),
            ("man/man1/resilint.1.gz", run(PROGRAM, "man")),
            ("doc/resilint/changelog.gz", (ROOT / "CHANGELOG.md").read_text()),
            ("doc/resilint/changelog.Debian.gz", f"resilint ({VERSION}-1) unstable; urgency=medium\n\n  * Release {VERSION}.\n\n"
             " -- resilint <resilint@users.noreply.github.com>  Mon, 21 Sep 2026 14:13:20 +0000\n"),
            ("doc/resilint/copyright", (ROOT / "packaging/copyright").read_text()),
        ):
            self.assertEqual(run("zcat", "--force", share / path), text, path)
        blocks = sum(-(-path.stat().st_size // 1024) if path.is_file() else 1 for path in self.path.rglob("*")) + 1
        self.assertIn(f"Installed-Size: {blocks}\n", control)

    def test_dpkg_installs_the_debian_package_and_takes_it_away(self):
        if os.geteuid() != 0:
            self.skipTest("dpkg installs as root only")
        for name in ("updates", "info", "triggers"):
            (self.path / "var/lib/dpkg" / name).mkdir(parents=True)
        (self.path / "var/lib/dpkg/status").touch()
        before = {path for path in self.path.rglob("*") if not path.is_dir()}
        run("dpkg", f"--root={self.path}", "--install", self.made / DEBIAN)
        self.assert_is_the_program(self.path / "usr/bin/resilint")
        self.assertEqual(run("dpkg", f"--root={self.path}", "--verify", "resilint"), "")
        run("dpkg", f"--root={self.path}", "--purge", "resilint")
        after = {path for path in self.path.rglob("*") if not path.is_dir()}
        self.assertEqual({path for path in after - before if "var/lib/dpkg" not in str(path)}, set())

    def test_the_image_runs_with_nothing_but_the_program(self):
        last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2].splitlines()
        steps = [line.split(maxsplit=1) for line in last[1:]]
        self.assertEqual(last[0], "scratch")
        [entry] = re.findall(r'\["(.*)"\]', dict(steps)["ENTRYPOINT"])
        work = dict(steps)["WORKDIR"]
        for step, text in steps:
            if step == "COPY":
                source, target = re.fullmatch(r"--from=build /resilint/(\S+) /(\S+)", text).groups()
                shutil.copy(PROGRAM if source == "build/release/resilint" else ROOT / source, self.path / target)
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["copyright", "resilint"])
        shutil.copytree(FIXTURE, self.path / work.strip("/"))
        image = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), f"--root={self.path}", f"--wd={work}", entry]
        if subprocess.run([*image, "version"], capture_output=True).returncode != 0 and os.geteuid() != 0:
            self.skipTest("this machine lets nobody but root change the root folder")
        arguments = ["check", "--exit-zero", "--output", "full", "--output", "json=report.json"]
        outside = self.path / "outside"
        shutil.copytree(FIXTURE, outside)
        self.assertEqual(run(*image, *arguments), run(PROGRAM, *arguments, cwd=outside))
        self.assertEqual((self.path / work.strip("/") / "report.json").read_text(), (outside / "report.json").read_text())
        (self.path / work.strip("/") / ".git").mkdir()
        done = subprocess.run([*image, "check", "--diff-base", "main"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (2, "", "resilint: --diff-base main: git cannot be started; it must be installed, and in PATH\n"))

    def test_the_image_is_built_from_all_that_the_build_needs(self):
        kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
        context = self.path / "resilint"
        for name in kept:
            source, target = ROOT / name, context / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        run("cmake", "--preset", "release", cwd=context)
        # Every input is there, or is made.
        run("ninja", "-C", context / "build/release", "-n", "resilint")
        run("bash", "-n", context / "dev")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
