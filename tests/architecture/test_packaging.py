"""What is shipped works where the checkout is not: the wheel in an empty environment, and the Dockerfile's own steps.

There need be no Docker here: each stage's COPY and RUN are carried out below a folder that plays the image's root.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("content", "dialogs", "bot", "admin")
CHAT_KEYS = {"messages", "state", "dialog", "crisis"}
IMAGE_PATHS = ("/opt", "/src", "/data", "/run/secrets")

pytestmark = pytest.mark.timeout(400)


def _shipped() -> list[str]:
    """The files of the checkout that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _copy(names: list[str], to: Path) -> None:
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)


def _run(command: list[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done


def _bare_environment(**more: str) -> dict[str, str]:
    """The machine's environment without anything that could reach back into the checkout."""
    reaching = ("PYTHON", "DOERTRIN_", "VIRTUAL_ENV", "COV", "PYTEST", "HYPOTHESIS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(reaching)}
    return {**kept, "PYTHONWARNINGS": "ignore", **more}


def _talks(doertrin: Path, home: Path, **environment: str) -> None:
    """`doertrin chat --jsonl` greets, answers one line and ends."""
    spoken = _run(
        [doertrin, "chat", "--jsonl"],
        input='{"text": "hej"}\n',
        cwd=home,
        env=_bare_environment(HOME=str(home), **environment),
        timeout=120,
    )
    lines = [json.loads(line) for line in spoken.stdout.splitlines()]
    assert len(lines) == 2, spoken.stdout
    for line in lines:
        assert set(line) == CHAT_KEYS
        assert line["messages"]
        assert all(message["text"] for message in line["messages"])


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git keeps, and nothing else that lies in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    _copy(_shipped(), folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what git keeps."""
    out = tmp_path_factory.mktemp("wheel")
    before = set(_files(source))
    _run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", out, source])
    for left in set(_files(source)) - before:
        (source / left).unlink()
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(source: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    missing = [name for name in _files(source) if name.split("/")[0] in PACKAGES and name not in inside]
    assert not missing, "not in the wheel; see packages and package-data in pyproject.toml"
    assert "doertrin.py" in inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)
    assert not {name.split("/")[0] for name in inside} & {"tests", "bench", "docs"}


def test_the_wheel_talks_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin/python"
    install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", python]
    _run([*install, "--require-hashes", "--only-binary", ":all:", "-r", ROOT / "requirements/runtime.lock"])
    _run([*install, "--no-deps", "--offline", wheel])
    home = tmp_path / "home"
    home.mkdir()
    where = _run([python, "-c", "import content, doertrin; print(content.__file__, doertrin.__file__)"], cwd=home)
    assert str(ROOT) not in where.stdout
    _talks(environment / "bin/doertrin", home)


def test_the_locks_name_packages_and_hashes_and_nothing_else() -> None:
    line = re.compile(r"^([a-z0-9][a-z0-9._-]*==[^ ]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$")
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert {path.stem for path in locks} == {"build", "runtime", "dev", "node"}
    strange = [
        f"{lock.name}: {text}" for lock in locks for text in lock.read_text().splitlines() if not line.match(text)
    ]
    assert not strange


def test_the_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / f"requirements/{name}.lock").read_text()
        return {line.removesuffix(" \\") for line in text.splitlines() if not line.startswith(" ")}

    assert pins("runtime") <= pins("dev")
    assert pins("build") <= pins("dev")


# --- the Dockerfile ---------------------------------------------------------------------------------------------------


@dataclass
class Stage:
    """One stage of the Dockerfile, and the folder that plays its root once it is built."""

    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    root: Path | None = None

    def last(self, instruction: str) -> str:
        return next(text for word, text in reversed(self.steps) if word == instruction)


def _stages() -> list[Stage]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", " ", text)
    stages: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, rest = line.split(maxsplit=1)
        if instruction == "FROM":
            image, *alias = re.split(r"\s+AS\s+", rest)
            stages.append(Stage(image, alias[0] if alias else "final"))
        else:
            stages[-1].steps.append((instruction, rest))
    return stages


class Builder:
    """Carries out the stages. All are built at one path, as all are in Docker, and moved away when done."""

    def __init__(self, scratch: Path) -> None:
        self.root = scratch / "root"
        self.context = scratch / "context"
        self.bin = scratch / "bin"
        self.bin.mkdir()
        self.built: dict[str, Path] = {}
        self._scratch = scratch
        (self.bin / "python").symlink_to(Path(sys.base_prefix) / f"bin/python3.{sys.version_info.minor}")
        _copy([name for name in _shipped() if not _ignored(name)], self.context)

    def mapped(self, text: str) -> str:
        """The same text with the image's paths moved below our root."""
        return re.sub(
            rf"(?<![\w.])({'|'.join(IMAGE_PATHS)})(?=[/\s:*\"]|$)", lambda path: f"{self.root}{path[0]}", text
        )

    def build(self, stage: Stage) -> None:
        self.root.mkdir()
        here = self.root
        for instruction, text in stage.steps:
            if instruction == "WORKDIR":
                here = self.root / text.lstrip("/")
                here.mkdir(parents=True, exist_ok=True)
            elif instruction == "COPY":
                self._copy(here, text)
            elif instruction == "ENV":
                stage.environment |= dict(word.split("=", 1) for word in shlex.split(text))
            elif instruction == "RUN":
                self._run(stage, here, text)
        stage.root = self._scratch / f"stage-{stage.name}"
        self.root.rename(stage.root)
        self.built[stage.name] = stage.root

    def environment(self, stage: Stage) -> dict[str, str]:
        said = {name: self.mapped(value) for name, value in stage.environment.items()}
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return {**_bare_environment(), **said, "PATH": said.get("PATH", "$PATH").replace("$PATH", path)}

    def _copy(self, here: Path, text: str) -> None:
        words = shlex.split(text)
        start = self.context
        if words[0].startswith("--from="):
            start = self.built[words.pop(0).removeprefix("--from=")]
        *sources, target = words
        to = self.root / target.lstrip("/") if target.startswith("/") else here / target
        if len(sources) > 1:
            assert target.endswith("/"), f"COPY of several files needs a folder to copy to: {text}"
        for source in sources:
            origin = start / source.lstrip("/")
            assert origin.exists(), f"COPY {source}: not there, or left out by .dockerignore"
            if origin.is_dir():
                shutil.copytree(origin, to, symlinks=True, dirs_exist_ok=True)
            else:
                into = to / origin.name if target.endswith("/") else to
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin, into)

    def _run(self, stage: Stage, here: Path, text: str) -> None:
        command = self.mapped(text)
        if os.geteuid() != 0:
            command = re.sub(r"\bchown \S+", "test -e", command)
        _run(["sh", "-euc", command], cwd=here, env=self.environment(stage), timeout=300)


def _ignored(name: str) -> bool:
    """Whether .dockerignore leaves the file out of the build."""
    left_out = False
    for raw in (ROOT / ".dockerignore").read_text().splitlines():
        line = raw.strip()
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            parts = Path(name).parts
            heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
            anywhere = pattern.removeprefix("**/")
            if any(fnmatch(head, pattern) for head in heads) or (
                anywhere != pattern and any(fnmatch(part, anywhere) for part in parts)
            ):
                left_out = not line.startswith("!")
    return left_out


def _written(root: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(root)): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in root.rglob("*")
        if not path.is_dir() and path.relative_to(root).parts[0] != "data"
    }


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> tuple[Builder, Stage]:
    """The image's file system, made by the Dockerfile's own steps."""
    builder = Builder(tmp_path_factory.mktemp("docker"))
    stages = _stages()
    for stage in stages:
        builder.build(stage)
    assert stages[-1].root
    stages[-1].root.rename(builder.root)
    return builder, stages[-1]


def test_the_image_talks_and_writes_nothing_but_data(image: tuple[Builder, Stage]) -> None:
    builder, stage = image
    before = _written(builder.root)
    said = {name: builder.mapped(value) for name, value in stage.environment.items()}
    environment = {**said, "PATH": builder.environment(stage)["PATH"]}
    found = shutil.which(shlex.split(" ".join(json.loads(stage.last("CMD"))))[0], path=environment["PATH"])
    assert found == str(builder.root / "opt/doertrin/bin/doertrin")
    _talks(Path(found), builder.root / "data", **environment)
    assert _written(builder.root) == before
    assert not (builder.root / "src").exists(), "the sources stay in the build stage"


def test_the_image_runs_as_nobody_in_particular() -> None:
    final = _stages()[-1]
    user, group = final.last("USER").split(":")
    assert int(user) >= 10000
    assert int(group) >= 10000
    words = [word for word, _ in final.steps]
    assert "RUN" not in words[words.index("USER") :]


def test_the_image_is_a_python_that_we_support() -> None:
    for stage in _stages():
        assert re.fullmatch(r"python:3\.1[1-9]-slim-\w+", stage.image)


def test_the_health_check_sees_health_and_sickness() -> None:
    command = json.loads(_stages()[-1].last("HEALTHCHECK").split("CMD", 1)[1])
    for status, exit_code in ((200, 0), (503, 1)):
        with _answering(status) as port:
            done = subprocess.run(
                [sys.executable, *command[1:]],
                env={**os.environ, "DOERTRIN_PORT": str(port)},
                capture_output=True,
                check=False,
            )
            assert done.returncode == exit_code, done.stderr


@contextmanager
def _answering(status: int) -> Iterator[int]:
    """A server on loopback that answers /healthz with one status; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def _services() -> Iterator[tuple[str, str]]:
    """The services of compose.yaml with their text (plain indentation is enough; no YAML library is needed)."""
    text = (ROOT / "compose.yaml").read_text()
    block = re.search(r"^services:\n((?:(?:  .*)?\n)+)", text, flags=re.MULTILINE)
    assert block
    for part in re.split(r"^  (?=\w)", block[1], flags=re.MULTILINE)[1:]:
        yield part.split(":")[0], part


def test_compose_gives_the_containers_nothing_they_do_not_need() -> None:
    services = dict(_services())
    assert {"doertrin", "postgres"} <= set(services)
    for name, text in services.items():
        assert "read_only: true" in text, name
        assert re.search(r"cap_drop:\s+- ALL", text), name
        assert "no-new-privileges:true" in text, name
        assert "/tmp" in text, name
