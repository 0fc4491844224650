# SPDX-License-Identifier: Apache-2.0
"""A PEP 517 backend, out of the standard library alone, whose wheel holds the program and no Python.

pip puts the program into the environment's bin folder itself. The environment variable RESILINT_BINARY names a program
that is built already; without it cmake builds one.
"""
import base64
import hashlib
import os
import pathlib
import re
import struct
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
HOME = "https://github.com/resilint/resilint"
LICENSES = ("LICENSE", "packaging/copyright")
MACHINES = {62: "x86_64", 183: "aarch64"}


class UnsupportedOperation(Exception):
    """PEP 517's name for what a backend does not do."""


def build_sdist(sdist_directory, config_settings=None):
    raise UnsupportedOperation(f"resilint has no sdist: its source is the repository, {HOME}; `pip install .` in a clone builds it")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    program = pathlib.Path(os.environ.get("RESILINT_BINARY") or built_program()).read_bytes()
    platforms = platforms_of(program)
    information = f"resilint-{version()}.dist-info"
    files = {
        f"resilint-{version()}.data/scripts/resilint": program,
        f"{information}/METADATA": metadata().encode(),
        f"{information}/WHEEL": "".join([
            f"Wheel-Version: 1.0\nGenerator: resilint {version()}\nRoot-Is-Purelib: false\n",
            *(f"Tag: py3-none-{platform}\n" for platform in platforms)]).encode(),
        **{f"{information}/licenses/{name}": (ROOT / name).read_bytes() for name in LICENSES},
    }
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{information}/RECORD"] = f"{record}{information}/RECORD,,\n".encode()

    wheel = f"resilint-{version()}-py3-none-{'.'.join(platforms)}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, wheel), "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, time.gmtime(date())[:6])
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (0o100755 if content is program else 0o100644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return wheel


def version():
    return re.search(r"project\(resilint VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def date():
    """Of what is in a package, in seconds; a wheel has no date before 1980."""
    return max(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), 315532800)


def built_program():
    """Builds the release as CMakePresets.json has it."""
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release", "--target", "resilint"]):
        try:
            subprocess.run(command, cwd=ROOT, check=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            sys.exit(f"resilint: {problem}\nOn Debian 12, `./dev setup` in {ROOT} installs what the build needs; "
                     "or let RESILINT_BINARY name a program that is built already.")
    return ROOT / "build/release/resilint"


def architecture_of(program):
    """The machine of an ELF file, as wheels name it."""
    if program[:6] != b"\x7fELF\x02\x01":
        sys.exit("resilint: the program is no ELF file for a little-endian machine of 64 bits")
    machine, = struct.unpack_from("<H", program, 18)
    if machine not in MACHINES:
        sys.exit(f"resilint: the program is for machine {machine} of ELF; expected one of {MACHINES}")
    return MACHINES[machine]


def platforms_of(program):
    """The platforms of an ELF file, as wheels name them.

    A static program runs on every Linux of its architecture, whatever C library that has. A dynamic one is promised to
    the machine that built it alone; PyPI takes no such wheel.
    """
    architecture = architecture_of(program)
    begin, = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    interpreter = 3  # the kind of segment that names a dynamic program's loader
    if any(struct.unpack_from("<I", program, begin + size * number)[0] == interpreter for number in range(count)):
        return [f"linux_{architecture}"]
    return [f"manylinux_2_17_{architecture}", f"musllinux_1_1_{architecture}"]


def metadata():
    # The page of a package shows README without the files that it points to.
    readme = re.sub(r"\]\((?!https?://|#)", f"]({HOME}/blob/v{version()}/", (ROOT / "README.md").read_text())
    return "".join([
        f"Metadata-Version: 2.4\nName: resilint\nVersion: {version()}\n",
        "Summary: Says where infrastructure as code would not survive a failure\n",
        f"Project-URL: Source, {HOME}\n",
        f"Project-URL: Changelog, {HOME}/blob/v{version()}/CHANGELOG.md\n",
        "License-Expression: Apache-2.0\n",
        *(f"License-File: {name}\n" for name in LICENSES),
        f"Description-Content-Type: text/markdown\n\n{readme}"])


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
