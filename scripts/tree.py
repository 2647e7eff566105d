# SPDX-License-Identifier: Apache-2.0
# What the gates share: the tree's sources, what they include, jobs in parallel, and a memory of files that passed.
import concurrent.futures
import functools
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORE_LAYERS = ("base", "codec", "ws", "sio", "modem", "agent")  # as cmake/sources.cmake has them
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
# Where a quoted include is looked for, after the including file's own folder: as the build has it.
INCLUDE_ROOTS = (ROOT / "include", ROOT, ROOT / "tests")


def sources(*folders):
    """The C++ files below `folders`, in order."""
    found = []
    for folder in folders:
        found += [p for p in (ROOT / folder).rglob("*") if p.suffix in (".hpp", ".cpp", ".h", ".c") and p.is_file()]
    return sorted(found)


def name(path):
    return str(path.relative_to(ROOT))


def includes(path):
    """(line number, quote or bracket, text) of each include of `path`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(n, m[1], m[2]) for n, line in enumerate(lines, 1) if (m := INCLUDE.match(line))]


def resolve(path, text):
    """The file of this tree that a quoted include of `path` means, or None."""
    for folder in (path.parent, *INCLUDE_ROOTS):
        if (folder / text).is_file():
            return (folder / text).resolve()
    return None


@functools.cache
def direct(path):
    return frozenset(found for _, quote, text in includes(path) if quote == '"' and (found := resolve(path, text)))


def closure(path):
    """`path` and every file of this tree that it includes, directly or not."""
    seen, todo = set(), [path]
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            todo += direct(file)
    return seen


class Passed:
    """Remembers in build/NAME what passed: a check is the content of the files it read and how it was made."""

    def __init__(self, name, *how):
        self.folder = ROOT / "build" / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.how = repr(how).encode()

    def mark(self, path, *how):
        digest = hashlib.sha256(self.how + repr(how).encode())
        for file in sorted(closure(path)):
            digest.update(name(file).encode() + b"\0" + file.read_bytes())
        return self.folder / digest.hexdigest()


def run_all(jobs):
    """Runs (what, command, standard input) on all processors; yields (what, exit status, output) as they end."""

    def one(job):
        what, command, given = job
        done = subprocess.run(command, input=given, text=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return what, done.returncode, done.stdout

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in concurrent.futures.as_completed([pool.submit(one, job) for job in jobs]):
            yield future.result()


def finish(errors, summary):
    """Prints the errors (`file:line: rule`) and ends the gate."""
    for error in errors:
        print(error)
    print(f"{summary}: {'nothing to say' if not errors else f'{len(errors)} to mend'}")
    sys.exit(1 if errors else 0)
