"""Lock files (PEP 751) as input."""

from __future__ import annotations

import pytest
from packaging.markers import Marker

from resolvetui.inputs.pylock_markers import settled
from tests.inputs.support import Folder

HEX = "a" * 64
OTHER = "b" * 64
HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n'
PACKAGES = f"""
[[packages]]
name = "six"
version = "1.16.0"
index = "https://index.example/simple"

[[packages.wheels]]
url = "https://files.example/six-1.16.0-py2.py3-none-any.whl"
hashes = {{ sha256 = "{HEX}" }}

[packages.sdist]
url = "https://files.example/six-1.16.0.tar.gz"
hashes = {{ SHA256 = "{OTHER}", md5 = "x" }}

[[packages]]
name = "colorama"
marker = 'sys_platform == "win32"'
wheels = [
  {{ path = "wheels/colorama-0.4-py3-none-any.whl", hashes = {{ sha256 = "{HEX}" }} }},
]
"""


def git(kind: str = "git", place: str = 'url = "https://code.example/lib"') -> str:
    return (
        f'[[packages]]\nname = "lib"\n[packages.vcs]\ntype = "{kind}"\n{place}\n'
        'commit-id = "abc123"\nsubdirectory = "sub"\n'
    )


def test_versions_hashes_and_markers(folder: Folder) -> None:
    folder.write("locks/pylock.toml", HEAD + PACKAGES)
    found = folder.query("-r", "locks/pylock.toml").query
    assert [(root.requirement.text, root.origin.where) for root in found.requirements] == [
        ("six==1.16.0", "locks/pylock.toml:4"),
        ('colorama==0.4 ; sys_platform == "win32"', "locks/pylock.toml:17"),
    ]
    assert [root.hashes for root in found.requirements] == [
        (f"sha256:{HEX}", f"sha256:{OTHER}"),
        (f"sha256:{HEX}",),
    ]


def test_the_lock_is_the_index_of_what_it_locks(folder: Folder) -> None:
    path = folder.write("pylock.dev.toml", HEAD + PACKAGES)
    found = folder.query("-r", "pylock.dev.toml", "flask").query
    assert found.pinned_indexes == {"colorama": "pylock.dev.toml", "six": "pylock.dev.toml"}
    (lock,) = [source for source in found.indexes if source.name == "pylock.dev.toml"]
    assert (lock.url, lock.kind, lock.explicit) == (path.as_uri(), "flat", True)
    without = folder.query("-r", "pylock.dev.toml", "--no-index").query
    assert [source.name for source in without.indexes] == ["pylock.dev.toml"]


def test_two_locks_have_two_names(folder: Folder) -> None:
    folder.write("a/pylock.toml", HEAD + PACKAGES)
    folder.write("b/pylock.toml", HEAD + PACKAGES.replace("six", "seven"))
    argv = ("-r", "a/pylock.toml", "-r", "b/pylock.toml", "-r", "a/pylock.toml")
    assert folder.names(*argv)[1:] == ["pylock.toml", "pylock.toml-2"]
    assert folder.pins(*argv)["seven"] == "pylock.toml-2"


def test_sources_become_direct_references(folder: Folder) -> None:
    folder.write("lib/pyproject.toml", "")
    directory = '[[packages]]\nname = "mine"\n[packages.directory]\npath = "lib"\neditable = true\n'
    archive = (
        '[[packages]]\nname = "old"\n[packages.archive]\nsubdirectory = "x"\n'
        f'url = "https://files.example/old.zip"\nhashes = {{ sha256 = "{HEX}" }}\n'
    )
    folder.write("pylock.toml", HEAD + git() + directory + archive)
    found = folder.query("-r", "pylock.toml").query
    assert [(root.requirement.url, root.editable) for root in found.requirements] == [
        ("git+https://code.example/lib@abc123#subdirectory=sub", False),
        ((folder.path / "lib").as_uri(), True),
        (f"https://files.example/old.zip#sha256={HEX}&subdirectory=x", False),
    ]
    assert found.pinned_indexes == {}


GROUPS = """
extras = ["gpu"]
dependency-groups = ["dev", "docs"]
default-groups = ["default"]
[[packages]]
name = "lib"
version = "1"
marker = '"gpu" in extras'
wheels = [{ name = "lib-1-py3-none-any.whl", path = "x.whl", hashes = { sha256 = "HEX" } }]
[[packages]]
name = "tool"
version = "1"
marker = '"dev" in dependency_groups or "default" in dependency_groups'
wheels = [{ name = "tool-1-py3-none-any.whl", path = "x.whl", hashes = { sha256 = "HEX" } }]
""".replace("HEX", HEX)


def test_extras_and_groups_choose_in_the_lock(folder: Folder) -> None:
    folder.write("pylock.toml", HEAD + GROUPS)
    assert folder.asked("-r", "pylock.toml") == ["tool==1"]
    assert folder.asked("-r", "pylock.toml", "--extra", "GPU") == ["lib==1", "tool==1"]
    assert folder.asked("-r", "pylock.toml", "--group", "docs") == []
    assert folder.asked("-r", "pylock.toml", "--group", "dev") == ["tool==1"]
    error = folder.refused("-r", "pylock.toml", "--extra", "cpu")
    assert "names the extra cpu, which is not there in pylock.toml" in error.what
    assert "group test" in folder.refused("-r", "pylock.toml", "--group", "test").what


@pytest.mark.parametrize(
    ("marker", "left"),
    [
        ('"a" in extras', ""),
        ('"b" in extras', None),
        ('"b" not in extras', ""),
        ('"d" in dependency_groups and os_name == "nt"', 'os_name == "nt"'),
        ('"b" in extras or os_name == "nt"', 'os_name == "nt"'),
        (
            '(os_name == "nt" or os_name == "posix") and ("a" in extras or os_name == "x")',
            'os_name == "nt" or os_name == "posix"',
        ),
        (
            '(os_name == "nt" or "b" in extras) and "x" not in platform_version',
            'os_name == "nt" and "x" not in platform_version',
        ),
        ('os_name == "nt" and "b" in extras or "a" not in extras', None),
    ],
)
def test_markers_without_extras_and_groups(marker: str, left: str | None) -> None:
    assert settled(Marker(marker), {"a"}, {"d"}) == left


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lock-version: Missing required value"),
        (HEAD.replace("1.0", "2.0") + "packages = []", "Its lock-version is 2.0; 1.0 is known."),
        (HEAD + '[[packages]]\nname = "A_b"\n', "packages[0].name: Name 'A_b' is not normalized"),
        (HEAD + "packages = 3", "packages"),
        (HEAD + git("hg"), "lib in pylock.toml:3 cannot be used: it comes from hg"),
        (HEAD + PACKAGES.replace("sha256", "md5"), "six-1.16.0-py2.py3-none-any.whl has no hash"),
        (HEAD + PACKAGES.replace("six-1", "five-1"), "is not consistent with"),
        ("= 1", "pylock.toml:1 is not legal TOML"),
    ],
)
def test_what_cannot_be_used_is_named(folder: Folder, text: str, says: str) -> None:
    folder.write("pylock.toml", text)
    error = folder.refused("-r", "pylock.toml")
    assert says in f"{error.what} {error.why}"


def test_a_newer_version_of_the_form_is_a_warning(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write("pylock.toml", HEAD.replace("1.0", "1.7") + PACKAGES)
    assert folder.warnings("-r", "pylock.toml") == ["lock-version"]
    assert capsys.readouterr().err == ""


def test_what_the_lock_says_of_targets(folder: Folder) -> None:
    says = 'requires-python = ">=3.12"\nenvironments = [\'os_name == "posix"\']\n'
    folder.write("pylock.toml", HEAD + says + PACKAGES)
    (demand,) = folder.query("-r", "pylock.toml").query.demands
    assert (demand.python, demand.environments) == (">=3.12", ('os_name == "posix"',))
