"""All sources of input together: one query, the settings around it, and where each came from.

Flags > a pasted command > `RESOLVETUI_*` > options inside requirements files > uv's
configuration of the project > pip's configuration > defaults.
Options that may be repeated add up over the sources (a flag replaces its own variable, as
`PIP_*` do with pip's files). Each source's grammar is a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs

from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Arguments, Pasted
from resolvetui.inputs.effective_settings import settings_in_effect
from resolvetui.inputs.indexes import index_sources, links_alone, missing_links
from resolvetui.inputs.interface import Interface, interface_of
from resolvetui.inputs.options import environment_settings
from resolvetui.inputs.paths import absolute
from resolvetui.inputs.pinned import pinned_indexes
from resolvetui.inputs.pip_config import default_index_url, pip_settings
from resolvetui.inputs.policies import policies_of, with_builds
from resolvetui.inputs.project_model import OPTIONS_OF_PROJECTS, Projects, is_requirements_file
from resolvetui.inputs.projects import read_projects
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.requirements_file import RequirementsFile, read_requirements_file
from resolvetui.inputs.settings import InputWarning, Layers, Setting
from resolvetui.model.names import package_name
from resolvetui.model.query import (
    IndexSource,
    Query,
    TargetRequest,
)
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement

CACHE_LIMIT_MIB = 10 << 10
_DEFAULT = "default"
_REPEATABLE = ("index", "extra-index-url")


class Effective(Struct, frozen=True):
    """What the inputs come to."""

    query: Query
    interface: Interface
    cache_dir: str
    """Absolute, or "" for the user's cache folder."""
    no_cache: bool
    offline: bool
    cache_limit_mib: int
    """0: no limit."""
    refresh: bool
    refresh_packages: tuple[str, ...]
    """Normalised."""
    keyring: bool
    """Whether the system's keyring may be asked for credentials."""
    link_mode: str
    """A `LinkMode`, or "" for the first that works."""
    compile: bool
    """Whether to compile what was installed to bytecode."""
    timeout_s: float
    retries: int
    build_timeout_s: float
    """For one step of a build."""
    certificates: str
    """A CA bundle in PEM form, or "" for the system's."""
    client_certificate: str
    """A PEM file with certificate and key, or ""."""
    proxy: str
    """With credentials if given any: never show it."""
    trusted_hosts: tuple[str, ...]
    settings: tuple[Setting, ...]
    """Every setting in effect, sorted by name; `origin` is `default` where nobody said anything."""
    warnings: tuple[InputWarning, ...]


class _Files(Struct, frozen=True):
    """What the files named by options hold."""

    requirements: tuple[RequirementsFile, ...]
    constraints: tuple[RequirementsFile, ...]
    overrides: tuple[RequirementsFile, ...]
    for_builds: tuple[RequirementsFile, ...]
    """Constraints on what builds need; nothing else in them counts."""

    def __iter__(self) -> Iterator[RequirementsFile]:
        return iter((*self.requirements, *self.constraints, *self.overrides))


def build_query(arguments: Arguments, environ: Mapping[str, str], cwd: str) -> Effective:
    """The query and settings of one command line; relative paths start at `cwd`.

    Raises UsageError (RequirementSyntaxError, MissingFileError) for what cannot be used.
    """
    own, variable_warnings = environment_settings(environ)
    flags, pasted = arguments.settings, arguments.pasted.settings
    given = {setting.name for setting in (*flags, *pasted)}
    unreplaced = tuple(setting for setting in own if setting.name not in given)
    is_isolated = Layers(flags, pasted, own).is_on("no-config")
    from_pip = () if is_isolated else pip_settings(environ)
    named = Layers(flags, pasted, unreplaced)
    files = _read_files(named, Layers(from_pip), environ, cwd)
    # The demo's indexes stand in the place of all others, whatever the folder.
    is_configured = not (is_isolated or named.is_on("demo"))
    projects = read_projects(named, cwd, configured=is_configured)
    in_files = tuple(setting for file in files for setting in file.settings)
    layers = Layers(flags, pasted, unreplaced, in_files, projects.settings, from_pip)
    _check_pasted(arguments, layers)
    indexes, index_warnings = _indexes(layers, from_pip, cwd)
    # A file may be somebody else's: it does not consent to run code on this machine.
    consents = Layers(flags, unreplaced, from_pip)
    query = _query(arguments, files, projects, indexes, layers, cwd)
    query = structs.replace(query, policies=with_builds(query.policies, consents))
    query, source_warnings = _with_sources(query, projects)
    query = _amended(query, layers, cwd)
    interface = interface_of(layers)
    warnings = (
        *arguments.pasted.warnings,
        *_pasted_warnings(arguments.pasted, layers),
        *variable_warnings,
        *(warning for file in files for warning in file.warnings),
        *projects.warnings,
        *index_warnings,
        *source_warnings,
        *_flag_warnings(interface),
    )
    return _effective(query, interface, layers, tuple(dict.fromkeys(warnings)), cwd)


def _read_files(named: Layers, configured: Layers, environ: Mapping[str, str], cwd: str) -> _Files:
    def read(settings: list[Setting], kind: OriginKind) -> tuple[RequirementsFile, ...]:
        return tuple(
            read_requirements_file(setting.value, kind, environ=environ, folder=cwd)
            for setting in settings
        )

    constraints = read(named.all("constraint"), OriginKind.CONSTRAINT)
    constraints += read(configured.all("constraint"), OriginKind.CONFIGURATION)
    for_builds = read(named.all("build-constraint"), OriginKind.CONSTRAINT)
    for_builds += read(configured.all("build-constraint"), OriginKind.CONFIGURATION)
    return _Files(
        requirements=read(
            [each for each in named.all("requirement") if is_requirements_file(each.value)],
            OriginKind.FILE,
        ),
        constraints=constraints,
        overrides=read(named.all("override"), OriginKind.OVERRIDE),
        for_builds=for_builds,
    )


def _query(
    arguments: Arguments,
    files: _Files,
    projects: Projects,
    indexes: tuple[IndexSource, ...],
    layers: Layers,
    cwd: str,
) -> Query:
    stated = [
        parse_root_requirement(text, Origin(OriginKind.ARGUMENT, line=position), cwd)
        for position, text in enumerate(arguments.requirements, start=1)
    ]
    if editable := layers.all("editable"):
        from resolvetui.inputs.source_references import editable_requirement

        origin = Origin(OriginKind.ARGUMENT)
        stated += [editable_requirement(each.value, origin, cwd) for each in editable]
    return Query(
        requirements=_once((*stated, *_of(files.requirements), *projects.requirements)),
        constraints=_once(
            (
                *_of(files.constraints),
                *(item for file in files for item in file.constraints),
                *projects.constraints,
            )
        ),
        overrides=_once((*_of(files.overrides), *projects.overrides)),
        indexes=indexes,
        pinned_indexes=pinned_indexes(layers, indexes),
        policies=policies_of(layers),
        target=TargetRequest(
            python=layers.text("python"),
            python_version=layers.text("python-version"),
            python_platform=layers.text("python-platform"),
        ),
        build_constraints=_once(
            (
                *_of(files.for_builds),
                *(item for file in files.for_builds for item in file.constraints),
                *projects.build_constraints,
            )
        ),
        demands=projects.demands,
    )


def _with_sources(query: Query, projects: Projects) -> tuple[Query, tuple[InputWarning, ...]]:
    """With packages taken from where [tool.uv.sources] says, as far as no index is pinned."""
    warnings: tuple[InputWarning, ...] = ()
    for sources in reversed(projects.sources):
        from resolvetui.inputs.uv_sources import directed

        found = directed(query.requirements, sources, query.pinned_indexes)
        warnings += found.warnings
        query = structs.replace(
            query,
            requirements=found.requirements,
            constraints=_once((*query.constraints, *found.constraints)),
        )
    return query, warnings


def _amended(query: Query, layers: Layers, cwd: str) -> Query:
    if not layers.all("instead", "without", "lift"):
        return query
    from resolvetui.inputs.amendments import amended  # few commands have any

    return amended(query, layers, cwd)


def _of(files: tuple[RequirementsFile, ...]) -> tuple[RootRequirement, ...]:
    return tuple(item for file in files for item in file.requirements)


def _once(items: Iterable[RootRequirement]) -> tuple[RootRequirement, ...]:
    """Without repetitions of a line (a file may be included on two ways)."""
    return tuple(dict.fromkeys(items))


def _indexes(
    layers: Layers, from_pip: tuple[Setting, ...], cwd: str
) -> tuple[tuple[IndexSource, ...], list[InputWarning]]:
    warnings: list[InputWarning] = []
    links: list[Setting] = []
    for setting in layers.all("find-links"):
        # As pip does with its own configuration: a folder that is gone stops nothing.
        missing = missing_links(setting, cwd) if setting in from_pip else ""
        if missing:
            text = f"{setting.origin} names {missing} to find links in; it is not there."
            warnings.append(InputWarning("find-links-missing", text))
        else:
            links.append(setting)
    if layers.is_on("no-index"):
        warnings += _ignored_by_no_index(layers)
        return links_alone(links, cwd), warnings
    builtin_url = default_index_url()
    default = layers.one("index-url") or Setting("index-url", builtin_url, _DEFAULT)
    extra = layers.all(*_REPEATABLE)
    return index_sources(links, extra, default, builtin_url=builtin_url, folder=cwd), warnings


def _ignored_by_no_index(layers: Layers) -> Iterator[InputWarning]:
    no_index = layers.one("no-index")
    ignored = sorted({s.origin for s in layers.all(*_REPEATABLE, "index-url", "pin-index")})
    if no_index and ignored:
        text = f"{no_index.origin} is on: the indexes of {', '.join(ignored)} are not used."
        yield InputWarning("indexes-ignored", text)


def _pasted_warnings(pasted: Pasted, layers: Layers) -> Iterator[InputWarning]:
    """The answer of pip and ours differ where an index hides a version on another."""
    is_ordered = not (layers.one("index-strategy") or layers.is_on("no-index"))
    if pasted.considers_all_indexes and is_ordered and layers.all(*_REPEATABLE):
        text = (
            f"{pasted.command} considers all indexes alike; here the first that has a package "
            "hides the others. --index-strategy unsafe-best-match does as pip does."
        )
        yield InputWarning("pasted-command", text)


def _check_pasted(arguments: Arguments, layers: Layers) -> None:
    """Refuse a command that asks for nothing, where nobody else does either."""
    command = arguments.pasted.command
    asks = layers.all("requirement", "editable", *OPTIONS_OF_PROJECTS) or layers.is_on("demo")
    if command and not (arguments.requirements or asks):
        raise UsageError(
            f"{command} asks for nothing that can be resolved.",
            why=" ".join(warning.text for warning in arguments.pasted.warnings),
            what_to_do="Name packages or a file of them in it: resolvetui -- pip install torch",
            culprit=command,
        )


def _flag_warnings(interface: Interface) -> Iterator[InputWarning]:
    if interface.yes and not interface.install:
        yield InputWarning("yes-without-install", "--yes does nothing without --install.")


def _check_refresh(layers: Layers) -> None:
    asks = layers.one("refresh") if layers.is_on("refresh") else layers.one("refresh-package")
    if asks and layers.is_on("offline"):
        raise UsageError(
            f"{asks.origin} and --offline do not go together.",
            why="To ask indexes again takes the network.",
            what_to_do="Leave one of them out.",
            culprit=asks.origin,
        )


def _effective(
    query: Query,
    interface: Interface,
    layers: Layers,
    warnings: tuple[InputWarning, ...],
    cwd: str,
) -> Effective:
    timeout = layers.one("http-timeout") or layers.one("timeout")
    retries = layers.one("http-retries") or layers.one("retries")
    certificates, client = layers.text("cert"), layers.text("client-cert")
    cache_dir = layers.text("cache-dir")
    _check_refresh(layers)
    return Effective(
        query=query,
        interface=interface,
        cache_dir=absolute(cache_dir, cwd) if cache_dir else "",
        no_cache=layers.is_on("no-cache"),
        offline=layers.is_on("offline"),
        cache_limit_mib=int(layers.text("cache-limit", str(CACHE_LIMIT_MIB))),
        refresh=layers.is_on("refresh"),
        refresh_packages=tuple(package_name(s.value) for s in layers.all("refresh-package")),
        keyring=layers.is_on("keyring"),
        link_mode=layers.text("link-mode"),
        compile=layers.is_on("compile"),
        timeout_s=float(timeout.value) if timeout else 15.0,
        retries=int(retries.value) if retries else 3,
        build_timeout_s=float(layers.text("build-timeout", "1800")),
        certificates=absolute(certificates, cwd) if certificates else "",
        client_certificate=absolute(client, cwd) if client else "",
        proxy=layers.text("proxy"),
        trusted_hosts=tuple(dict.fromkeys(s.value for s in layers.all("trusted-host"))),
        settings=settings_in_effect(query, layers),
        warnings=warnings,
    )
