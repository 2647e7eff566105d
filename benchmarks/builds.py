# SPDX-License-Identifier: Apache-2.0
"""What run_codec, run_modem and run_size share: packages there, and a build directory of their own."""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def require(needs):
    """`needs`: {a command or an absolute path: the Debian package that brings it}."""
    def missing():
        return sorted({package for need, package in needs.items()
                       if not (pathlib.Path(need).exists() if need.startswith("/") else shutil.which(need))})

    installer = ROOT / "scripts" / "packages"
    if missing() and installer.exists():
        subprocess.run([installer, "bench"], check=False)  # says itself why it could not
    if missing():
        sys.exit("bench: missing packages; install them with: apt-get install " + " ".join(missing()))


def build(directory, target, **options):
    """Configures `directory` with CMake options and builds `target`; shows the output only of a failure."""
    for command in (
        ["cmake", "-S", ROOT, "-B", directory, "-G", "Ninja", "-DLINNET_BENCH=ON", "-DBUILD_TESTING=OFF",
         *(f"-D{name}={value}" for name, value in options.items())],
        ["cmake", "--build", directory, "--target", target],
    ):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout + "bench: the build failed")
