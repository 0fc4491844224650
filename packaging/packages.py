#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the packages of what cmake has installed: a wheel, a .tar.gz and a .deb. cpack runs it.

The first argument is the folder that it is installed in, the second the one that the packages go to. They are the same bytes
wherever and by whomever they are made, of the date of SOURCE_DATE_EPOCH.
"""
import gzip
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

import wheel

MAINTAINER = "resilint <resilint@users.noreply.github.com>"
CONTROL = """\
Package: resilint
Version: {version}-1
Section: devel
Priority: optional
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Homepage: {home}
Description: linter for the resilience of infrastructure as code
 resilint reads CloudFormation and Terraform the way they would be deployed,
 and says where the system would not survive a failure: which resource, what
 is lost, and what mends it.
"""


def installed(folder):
    """The files that are installed, by their paths below the prefix, and whether they are run."""
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o100 != 0)
            for path in sorted(folder.rglob("*")) if path.is_file()}


def archive(files, version, into):
    name = f"resilint-{version}-linux-{wheel.architecture_of(files['bin/resilint'][0])}"
    with open(into / f"{name}.tar.gz", "wb") as file, \
            gzip.GzipFile("", "wb", 9, file, wheel.date()) as compressed, tarfile.open(fileobj=compressed, mode="w") as tar:
        for path, (content, is_run) in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mtime, entry.mode = len(content), wheel.date(), 0o755 if is_run else 0o644
            tar.addfile(entry, io.BytesIO(content))


def debian(files, version, into):
    """Debian's places, and what its policy asks for."""
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(wheel.date()))
    changes = f"resilint ({version}-1) unstable; urgency=medium\n\n  * Release {version}.\n\n -- {MAINTAINER}  {date}\n"
    files = {f"usr/{path}": file for path, file in files.items()}
    files["usr/share/zsh/vendor-completions/_resilint"] = files.pop("usr/share/zsh/site-functions/_resilint")
    for path, content in (
        ("man/man1/resilint.1.gz", files.pop("usr/share/man/man1/resilint.1")[0]),
        ("doc/resilint/changelog.gz", files.pop("usr/share/doc/resilint/CHANGELOG.md")[0]),
        ("doc/resilint/changelog.Debian.gz", changes.encode()),
    ):
        files[f"usr/share/{path}"] = (gzip.compress(content, 9, mtime=0), False)
    files["usr/share/lintian/overrides/resilint"] = ((wheel.ROOT / "packaging/lintian-overrides").read_bytes(), False)
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}[wheel.architecture_of(files["usr/bin/resilint"][0])]
    # As dpkg-gencontrol counts, whatever the file system: files in whole KiB, and one for each folder.
    folders = {parent for path in files for parent in pathlib.PurePath(path).parents}
    size = sum(-(-len(content) // 1024) for content, _ in files.values()) + len(folders)
    sums = "".join(f"{hashlib.md5(content).hexdigest()}  {path}\n" for path, (content, _) in sorted(files.items()))
    control = CONTROL.format(version=version, architecture=architecture, maintainer=MAINTAINER, size=size, home=wheel.HOME)
    files["DEBIAN/md5sums"] = (sums.encode(), False)
    files["DEBIAN/control"] = (control.encode(), False)
    name = f"resilint_{version}-1_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        os.umask(0o022)
        for path, (content, is_run) in files.items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            file.chmod(0o755 if is_run else 0o644)
        os.chmod(folder, 0o755)
        # It takes the date, and sorts; several threads would compress to other bytes.
        subprocess.run(["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "--build", folder, into / name], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(wheel.date())})


def main():
    folder, into = map(pathlib.Path, sys.argv[1:])
    files, version = installed(folder), wheel.version()
    os.environ["RESILINT_BINARY"] = str(folder / "bin/resilint")
    into.mkdir(parents=True, exist_ok=True)
    wheel.build_wheel(into)
    archive(files, version, into)
    debian(files, version, into)


if __name__ == "__main__":
    main()
