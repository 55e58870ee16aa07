"""What a figure depends on: versions, cores, disk. No names of machines or folders."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("aiohttp", "uvloop", "python-telegram-bot", "aiogram")


def file_system(folder: Path) -> str:
    """The type of the file system that holds a folder (Linux; elsewhere "unknown")."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return "unknown"
    types = {Path(fields[1]): fields[2] for fields in (line.split() for line in mounts)}
    path = folder.resolve()
    return next((types[each] for each in (path, *path.parents) if each in types), "unknown")


def load() -> str:
    """How many processes wanted a core in the last minute (not on Windows)."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def environment(scratch: Path, load_before: str) -> dict[str, str]:
    """`load_before`: `load` as the run began. By itself the run makes about 2."""
    return {
        "Python": platform.python_version(),
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "system": f"{platform.system()} on {platform.machine()}",
        "disk": file_system(scratch),
        "load of others and of the run": f"{load_before} before, {load()} at its end; the run alone makes about 2",
        "SQLite": sqlite3.sqlite_version,
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
