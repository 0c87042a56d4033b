"""Direct references to sources: repositories, folders, archives; requirements with hashes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.demo.server import LoopbackIndexes, Reply
from resolvetui.metadata.vcs import parse_git_url
from tests.edge.conftest import Command
from tests.session.builds import MARK
from tests.support.index import World

BACKEND = (
    MARK
    + """
import pathlib, zipfile

VERSION = "{version}"
HERE = pathlib.Path(__file__).parent
METADATA = "Metadata-Version: 2.1\\nName: lib\\nVersion: " + VERSION + "\\nRequires-Dist: dep>=1\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def _digest(text):
    import base64, hashlib
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")

def _wheel(folder, files):
    name = "lib-" + VERSION + "-py3-none-any.whl"
    info = "lib-" + VERSION + ".dist-info/"
    files = dict(files)
    files[info + "METADATA"] = METADATA
    files[info + "WHEEL"] = WHEEL
    rows = []
    for path, text in files.items():
        rows.append(path + ",sha256=" + _digest(text) + "," + str(len(text.encode())))
    files[info + "RECORD"] = "\\n".join([*rows, info + "RECORD,,", ""])
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {{"lib.py": (HERE / "lib.py").read_text()}})
"""
)
EDITABLE = """
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {"__editable__lib.pth": str(HERE) + "\\n"})
"""
STATIC = '[project]\nname = "lib"\nversion = "{version}"\ndependencies = ["dep >= 1"]\n'
DYNAMIC = '[project]\nname = "lib"\ndynamic = ["version", "dependencies"]\n'
SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def project(
    folder: Path, version: str = "1.0", *, static: bool = True, editable: bool = False
) -> Path:
    """The sources of `lib`, which needs `dep`."""
    folder.mkdir(parents=True, exist_ok=True)
    head = STATIC.format(version=version) if static else DYNAMIC
    (folder / "pyproject.toml").write_text(head + SYSTEM)
    backend = BACKEND.format(version=version) + (EDITABLE if editable else "")
    (folder / "backend.py").write_text(backend)
    (folder / "lib.py").write_text(f"VERSION = {version!r}\n")
    return folder


def git(folder: Path, *words: str) -> str:
    who = (
        "-c",
        "user.name=Me",
        "-c",
        "user.email=me@code.example",
        "-c",
        "init.defaultBranch=main",
    )
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Repository:
    """A bare repository with a branch, a tag and two commits."""

    def __init__(self, folder: Path, *, subdirectory: str = "", static: bool = True) -> None:
        work = folder / "work"
        work.mkdir()
        git(work, "init", "--quiet")
        self.commits: list[str] = []
        for version in ("1.0", "2.0"):
            project(work / subdirectory, version, static=static)
            git(work, "add", "-A")
            git(work, "commit", "--quiet", "-m", version)
            git(work, "tag", f"v{version}")
            self.commits.append(git(work, "rev-parse", "HEAD"))
        git(folder, "clone", "--quiet", "--bare", "work", "lib.git")
        self.url = f"git+{(folder / 'lib.git').as_uri()}"


@pytest.fixture(scope="module")
def indexes() -> Iterator[LoopbackIndexes]:
    world = World()
    world.serve("dep", "1.5")
    with world.running() as running:
        yield running


@pytest.fixture
def url(indexes: LoopbackIndexes) -> str:
    return indexes.url("main")


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a backend that was run leaves."""
    monkeypatch.setenv("BUILD_MARKER", str(tmp_path / "marker"))
    return tmp_path / "marker"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


def direct_url(command: Command) -> dict[str, object]:
    (path,) = command.environment.rglob("lib-*.dist-info/direct_url.json")
    found: dict[str, object] = json.loads(path.read_text())
    return found


BUILD = ("--allow-build", "lib")


# ---- git


@pytest.mark.parametrize("revision", ["", "@main", "@v2.0", "@v1.0", "@COMMIT", "@SHORT"])
def test_a_git_requirement_is_installed(
    command: Command, url: str, marker: Path, repository: Repository, revision: str
) -> None:
    first = repository.commits[0]
    at = revision.replace("COMMIT", first).replace("SHORT", first[:10])
    code, _, err = command.install(f"lib @ {repository.url}{at}", "-i", url, *BUILD)
    assert code == 0, err
    commit = repository.commits[0 if first[:10] in at or at == "@v1.0" else 1]
    version = "1.0" if commit == first else "2.0"
    assert command.installed == ["dep-1.5", f"lib-{version}"]
    assert command.python("import lib; print(lib.VERSION)") == f"{version}\n"
    info = {"vcs": "git", "commit_id": commit}
    if at:
        info["requested_revision"] = at[1:]
    assert direct_url(command) == {"url": repository.url.removeprefix("git+"), "vcs_info": info}


def test_the_same_commit_is_not_installed_twice(
    command: Command, url: str, marker: Path, repository: Repository
) -> None:
    asked = (f"lib @ {repository.url}@v1.0", "-i", url, *BUILD)
    assert command.install(*asked)[0] == 0
    marker.unlink()
    code, out, _ = command.install(*asked)
    assert (code, "nothing" in out or "kept" in out or "keep" in out) == (0, True), out
    assert not marker.exists()
    assert command.install(f"lib @ {repository.url}@v2.0", "-i", url, *BUILD)[0] == 0
    assert command.installed == ["dep-1.5", "lib-2.0"]


def test_static_metadata_of_a_repository_needs_no_build(
    command: Command, url: str, marker: Path, repository: Repository
) -> None:
    code, report = command.json(f"lib @ {repository.url}", "-i", url)
    assert code == 0
    found = {package["name"]: package for package in report["packages"]}
    assert (found["lib"]["version"], found["dep"]["version"]) == ("2.0", "1.5")
    assert found["lib"]["file"]["kind"] == "vcs"
    assert found["lib"]["file"]["url"].endswith(repository.commits[1])
    assert not marker.exists()


def test_without_consent_nothing_is_built(
    command: Command, url: str, marker: Path, repository: Repository
) -> None:
    code, _, err = command.install(f"lib @ {repository.url}", "-i", url)
    assert code == 2
    assert "--allow-build lib" in err
    assert command.installed == []
    assert not marker.exists()


def test_a_version_that_only_a_build_tells(command: Command, url: str, tmp_path: Path) -> None:
    os.environ["BUILD_MARKER"] = str(tmp_path / "marker")
    (tmp_path / "r").mkdir()
    asked = f"lib @ {Repository(tmp_path / 'r', static=False).url}"
    code, _, err = command.install(asked, "-i", url)
    assert code == 2
    assert "only known by building" in err
    assert "--allow-build lib" in err
    code, _, err = command.install(asked, "-i", url, *BUILD)
    assert code == 0, err
    assert command.installed == ["dep-1.5", "lib-2.0"]


def test_a_subdirectory(command: Command, url: str, marker: Path, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    repository = Repository(tmp_path / "r", subdirectory="python/lib")
    asked = f"lib @ {repository.url}@v1.0#subdirectory=python/lib"
    code, _, err = command.install(asked, "-i", url, *BUILD)
    assert code == 0, err
    assert command.installed == ["dep-1.5", "lib-1.0"]
    assert direct_url(command)["subdirectory"] == "python/lib"


def test_the_old_form_with_an_egg(
    command: Command, url: str, marker: Path, repository: Repository
) -> None:
    (command.folder / "r.txt").write_text(f"{repository.url}@v1.0#egg=lib\n")
    code, _, err = command.install("-r", "r.txt", "-i", url, *BUILD)
    assert code == 0, err
    assert command.installed == ["dep-1.5", "lib-1.0"]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("{url}@no-such-branch", "no branch, tag or commit no-such-branch"),
        ("{url}x", "cannot be fetched with git"),
        ("{url}#subdirectory=nowhere", "no folder nowhere"),
        ("{url}#subdirectory=../..", "outside"),
        ("{url}@--upload-pack=touch", "no revision"),
        ("git+ext::sh -c touch%20x", "git"),
        ("git+ext://sh", "ext"),
    ],
)
def test_what_cannot_be_fetched_is_named(
    command: Command, url: str, repository: Repository, reference: str, said: str
) -> None:
    code, _, err = command(f"lib @ {reference.format(url=repository.url)}", "-i", url)
    assert code == 2
    assert said in err.replace("\n    ", " ")


def test_another_project_in_the_repository(
    command: Command, url: str, repository: Repository
) -> None:
    code, _, err = command(f"other @ {repository.url}", "-i", url)
    assert code == 2
    assert "is lib, but it is required as other" in " ".join(err.split())


def test_hooks_of_a_template_are_not_run(
    command: Command, url: str, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = command.folder / "template" / "hooks"
    template.mkdir(parents=True)
    hook = template / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {command.folder}/hooked\n")
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template.parent))
    assert command(f"lib @ {repository.url}", "-i", url)[0] == 0
    assert not (command.folder / "hooked").exists()


def test_credentials_of_a_repository_are_not_shown(command: Command, url: str) -> None:
    asked = "lib @ git+http://me:s3cr3t-word@127.0.0.1:1/lib.git"
    code, out, err = command(asked, "-i", url)
    assert code == 2
    assert "s3cr3t-word" not in out + err
    reference = parse_git_url("git+https://me:s3cr3t-word@code.example/lib.git@v1")
    assert "s3cr3t-word" not in reference.repository + reference.pinned("0" * 40)


def test_a_user_of_ssh_is_part_of_the_address() -> None:
    reference = parse_git_url("git+ssh://git@code.example/lib.git@v1")
    assert (reference.repository, reference.revision) == ("ssh://git@code.example/lib.git", "v1")


# ---- folders


def test_a_folder_is_installed_and_again_when_it_changed(
    command: Command, url: str, marker: Path
) -> None:
    project(command.folder / "src")
    assert command.install("./src", "-i", url, *BUILD)[0] == 0
    assert command.python("import lib; print(lib.VERSION)") == "1.0\n"
    assert direct_url(command) == {"url": (command.folder / "src").as_uri(), "dir_info": {}}
    (command.folder / "src" / "lib.py").write_text("VERSION = 'edited'\n")
    assert command.install("./src", "-i", url, *BUILD)[0] == 0
    assert command.python("import lib; print(lib.VERSION)") == "edited\n"


def test_an_editable_project_is_used_in_place(command: Command, url: str, marker: Path) -> None:
    folder = project(command.folder / "src", editable=True)
    code, out, err = command.install("-e", "src", "-i", url, *BUILD)
    assert code == 0, err
    assert "__editable__lib.pth" in out + err
    assert command.installed == ["dep-1.5", "lib-1.0"]
    assert direct_url(command) == {"url": folder.as_uri(), "dir_info": {"editable": True}}
    (folder / "lib.py").write_text("VERSION = 'edited'\n")
    assert command.python("import lib; print(lib.VERSION)") == "edited\n"


def test_an_editable_project_of_a_requirements_file_is_verified(
    command: Command, url: str, marker: Path
) -> None:
    project(command.folder / "below" / "src", editable=True)
    (command.folder / "below" / "r.txt").write_text("-e ./src\n")
    assert command.install("-r", "below/r.txt", "-i", url, *BUILD)[0] == 0
    code, out, _ = command("--check", "--python", str(command.environment), cached=False)
    assert code == 0, out


def test_an_editable_install_is_kept_replaced_and_rolled_back(
    command: Command, url: str, marker: Path
) -> None:
    folder = project(command.folder / "src", editable=True)
    assert command.install("-e", "src", "-i", url, *BUILD)[0] == 0
    marker.unlink()
    assert command.install("-e", "src", "-i", url, *BUILD)[0] == 0
    assert not marker.exists()
    assert command.install("./src", "-i", url, *BUILD)[0] == 0
    assert list(command.environment.rglob("*.pth")) == []
    assert direct_url(command) == {"url": folder.as_uri(), "dir_info": {}}
    assert command("--rollback", "--python", str(command.environment))[0] == 0
    assert direct_url(command)["dir_info"] == {"editable": True}


def test_a_backend_without_editable_installs_is_named(
    command: Command, url: str, marker: Path
) -> None:
    project(command.folder / "src")
    code, out, _ = command.install("-e", "src", "-i", url, *BUILD)
    assert code == 1
    assert "makes no editable installs" in " ".join(out.split())
    assert command.installed == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("./nothing",), "nothing"),
        (("-e", "git+https://code.example/lib.git#egg=lib"), "no folder of this machine"),
        (("-e", "flask"), "no folder of this machine"),
        (("./empty",), "no project"),
        (("./nameless",), "does not say its name"),
        (("git+https://code.example/lib.git",), "which project it is"),
        (("lib @ hg+https://code.example/lib",), "only git"),
    ],
)
def test_what_is_no_project_is_named(
    command: Command, url: str, arguments: tuple[str, ...], said: str
) -> None:
    (command.folder / "empty").mkdir()
    (command.folder / "nameless").mkdir()
    (command.folder / "nameless" / "setup.py").write_text("")
    code, _, err = command(*arguments, "-i", url)
    assert code == 2
    assert said in " ".join(err.split())


def test_a_failing_build_of_a_folder_is_explained(command: Command, url: str, marker: Path) -> None:
    folder = project(command.folder / "src")
    (folder / "backend.py").write_text(
        "def build_wheel(*_, **__):\n    raise RuntimeError('no compiler today')\n"
    )
    code, out, err = command.install("./src", "-i", url, *BUILD)
    assert code in {1, 2}
    assert "no compiler today" in " ".join((out + err).split())
    assert command.installed == []


# ---- archives


def archived(folder: Path, name: str) -> Path:
    """The sources of `lib` as an archive of any name."""
    project(folder / "lib-main")
    path = folder / name
    subprocess.run(["tar", "-czf", path, "-C", folder, "lib-main"], check=True)
    return path


@pytest.mark.parametrize("name", ["lib-1.0.tar.gz", "main.tar.gz"])
def test_an_archive_is_installed(
    command: Command, url: str, marker: Path, tmp_path: Path, indexes: LoopbackIndexes, name: str
) -> None:
    content = archived(tmp_path, name).read_bytes()
    indexes.canned[f"/archives/{name}"] = Reply(200, content)
    digest = hashlib.sha256(content).hexdigest()
    address = f"{indexes.root}/archives/{name}"
    code, _, err = command.install(f"lib @ {address}#sha256={digest}", "-i", url, *BUILD)
    assert code == 0, err
    assert command.installed == ["dep-1.5", "lib-1.0"]
    assert direct_url(command) == {"url": address, "archive_info": {"hashes": {"sha256": digest}}}
    command.environment = command.folder / "second"
    code, _, err = command.install(f"lib @ {address}#sha256={'0' * 64}", "-i", url, *BUILD)
    assert code in {1, 2}
    assert command.installed == []


# ---- hashes in a requirements file


def locked(command: Command, url: str) -> str:
    code, out, _ = command("dep", "-i", url, "--format", "requirements")
    assert code == 0
    return out


def test_a_file_with_hashes_is_installed_and_verified(command: Command, url: str) -> None:
    (command.folder / "lock.txt").write_text(locked(command, url))
    code, _, err = command.install("-r", "lock.txt", "--require-hashes")
    assert code == 0, err
    assert command.installed == ["dep-1.5"]
    assert command("--check", "--python", str(command.environment), cached=False)[0] == 0


def test_a_file_with_other_hashes_is_refused(command: Command, url: str) -> None:
    text = locked(command, url)
    digest = text.split("sha256:")[1][:64]
    (command.folder / "lock.txt").write_text(text.replace(digest, "0" * 64))
    code, out, err = command.install("-r", "lock.txt", "--require-hashes")
    assert code in {1, 2}
    assert "0000" in out + err
    assert digest[:12] in out + err
    assert command.installed == []


def test_a_hash_of_a_source_distribution_is_not_that_of_its_wheel(
    command: Command, marker: Path
) -> None:
    world = World()
    world.serve("built", "1.0", sdist=True)
    digest = world.index().files["built-1.0.tar.gz"].sha256
    (command.folder / "lock.txt").write_text(f"built==1.0 --hash=sha256:{digest}\n")
    with world.running() as running:
        asked = ("-r", "lock.txt", "-i", running.url("main"), "--allow-build", "built")
        code, _, err = command.install(*asked)
    assert code == 0, err
    assert command.installed == ["built-1.0"]


def test_without_hashes_the_demand_is_not_met(command: Command, url: str) -> None:
    (command.folder / "lock.txt").write_text("dep==1.5\n")
    code, _, err = command.install("-r", "lock.txt", "--require-hashes", "-i", url)
    assert code == 2
    assert "dep" in err


# ---- sources of uv


@pytest.mark.parametrize("kind", ["git", "path"])
def test_a_source_of_uv_is_installed(
    command: Command,
    url: str,
    marker: Path,
    repository: Repository,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    project(command.folder / "src", "3.0", editable=True)
    place = {
        "git": f'{{ git = "{repository.url.removeprefix("git+")}", tag = "v1.0" }}',
        "path": '{ path = "src", editable = true }',
    }[kind]
    (command.folder / "pyproject.toml").write_text(f"[tool.uv.sources]\nlib = {place}\n")
    install = ("--install", "--yes", "--venv", str(command.environment))
    asked = ("--no-tui", "lib", "-i", url, "--cache-dir", str(command.cache), *BUILD, *install)
    code, _, err = command.bare(*asked)
    assert code == 0, err
    version = {"git": "1.0", "path": "3.0"}[kind]
    assert command.installed == ["dep-1.5", f"lib-{version}"]
    assert command.python("import lib; print(lib.VERSION)") == f"{version}\n"


# ---- recordings


@pytest.mark.parametrize("kind", ["git", "folder", "editable", "archive"])
def test_a_run_with_sources_is_recorded_and_replayed_without_them(
    command: Command, url: str, repository: Repository, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(command.folder))
    source = project(command.folder / "src", editable=True)
    subprocess.run(["tar", "czf", "any.tgz", "src"], cwd=command.folder, check=True)
    archive = f"lib @ {(command.folder / 'any.tgz').as_uri()}"
    asked = {
        "git": (f"lib @ {repository.url}@v1.0",),
        "folder": ("./src",),
        "editable": ("-e", "src"),
        "archive": (archive,),
    }[kind]
    for form in ((), ("--format", "json")):
        code, out, err = command(
            *asked, "-i", url, "--record", "run.json", "--python-version", "3.12", *form
        )
        assert code == 0, err
        text = (command.folder / "run.json").read_text()
        assert str(command.folder) not in text
        assert "resolvetui-sources" not in text
        source.rename(command.folder / "elsewhere")
        again, replayed, err = command("--replay", "run.json", *form, cached=False)
        (command.folder / "elsewhere").rename(source)
        home = command.folder.as_uri()
        assert (again, replayed) == (0, out.replace(home, "file:///~")), err


def test_a_conflict_of_sources_is_recorded(command: Command, url: str) -> None:
    project(command.folder / "src")
    asked = ("./src", "dep<1", "-i", url, "--python-version", "3.12")
    code, out, _ = command(*asked, "--record", "run.json")
    assert code == 1
    assert "lib" in out
    assert command("--replay", "run.json", cached=False)[:2] == (1, out)


def test_other_sources_than_the_recorded_are_named(command: Command, url: str) -> None:
    project(command.folder / "src")
    asked = ("./src", "-i", url, "--python-version", "3.12")
    assert command(*asked, "--record", "run.json")[0] == 0
    (command.folder / "src").rename(command.folder / "other")
    code, _, err = command("--replay", "run.json", "./other", cached=False)
    assert code == 2
    assert "The recording has not the sources at" in err


def test_sources_that_cannot_be_fetched_leave_no_recording(command: Command, url: str) -> None:
    gone = (command.folder / "gone.git").as_uri()
    code, _, err = command(f"lib @ git+{gone}", "-i", url, "--record", "run.json")
    assert code == 2
    assert "Nothing was recorded" in err
    assert not (command.folder / "run.json").exists()
