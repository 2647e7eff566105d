# SPDX-License-Identifier: Apache-2.0
# The firmware images, as those who build, boot and measure them see them: where they are, what they take of flash and RAM,
# and how QEMU is asked to run one.
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = "firmware/cortex_m"
SOURCES = ("lwip", "mbedtls")  # of Debian, that images are built with: scripts/debian_source
MACHINES = {"firmware": "mps2-an385", "firmware-checked": "mps2-an385", "firmware-m0": "microbit"}


def path(preset, image):
    return ROOT / "build" / preset / FOLDER / f"{image}.elf"


def tool(program, *arguments):
    command = [f"arm-none-eabi-{program}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def sections(elf):
    """name -> bytes."""
    return {name: int(size) for name, size in re.findall(r"^(\.\S+)\s+(\d+)", tool("size", "-A", elf), re.MULTILINE)}


def flash(elf):
    found = sections(elf)
    return sum(found.get(name, 0) for name in (".text", ".ARM.exidx", ".data"))


def static_ram(elf):
    found = sections(elf)
    return sum(found.get(name, 0) for name in (".data", ".bss"))


def symbols(elf):
    return set(re.findall(r"^\S+ \S (\S+)$", tool("nm", "--defined-only", elf), re.MULTILINE))


def command(preset, image, *arguments, machine=()):
    """QEMU's command line. `arguments` reach the image, `machine` are QEMU's own: serial lines, network, -icount."""
    given = "".join(f",arg={argument}" for argument in (image, *arguments))
    line = ["qemu-system-arm", "-M", MACHINES[preset], "-display", "none", "-monitor", "none"]
    if "-serial" not in machine:
        line += ["-serial", "none"]
    if MACHINES[preset] != "microbit" and "-nic" not in machine:
        line += ["-nic", "user,model=lan9118,restrict=on"]  # with none QEMU complains
    return [*line, "-semihosting-config", f"enable=on,target=native{given}", "-kernel", str(path(preset, image)), *machine]


COMPILER = ("arm-none-eabi-g++ -mcpu=cortex-m3 -mthumb -std=c++23 -Os -fno-exceptions -fno-rtti -Iinclude -I. -Wno-psabi -w "
            "-x c++ -c -").split()


def sizeof(types):
    """Bytes of each of `types`, (name within namespace linnet, header), as the compiler for Cortex-M3 has it."""
    includes = "".join(f'#include "{header}"\n' for header in dict.fromkeys(header for _, header in types))
    arrays = "".join(f"extern const char size_{i}[sizeof({name})] = {{}};\n" for i, (name, _) in enumerate(types))
    source = f'{includes}using namespace linnet;\nextern "C" {{\n{arrays}}}\n'
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder) / "sizes.o"
        subprocess.run([*COMPILER, "-o", compiled], input=source, text=True, cwd=ROOT, check=True)
        listing = tool("nm", "-S", compiled)
    found = {int(index): int(size, 16) for size, index in re.findall(r"^\S+ (\S+) \S size_(\d+)$", listing, re.MULTILINE)}
    return [found[i] for i in range(len(types))]
