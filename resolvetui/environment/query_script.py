"""Run by the Python that is asked about, never imported: prints what it is, as JSON.

Only the standard library, and only what Python 3.6 has. It runs with `-I -S`, so neither `.pth`
files nor `sitecustomize` of the environment run; what `site` does for a virtual environment
(PEP 405) is therefore repeated here. `probe.py` starts it and reads the answer.
"""

# For a Python 3.6 that lacks packages and may lack much of what ruff proposes:
# ruff: noqa: PTH100, PTH113, PTH118, PTH120, PTH123, PTH207, UP031, T201, S603
import glob
import json
import os
import platform
import struct
import subprocess
import sys


def enter_virtual_environment() -> str:
    """Set `sys.prefix` as `site` would; return the text of pyvenv.cfg, or "" outside of one."""
    executable = os.environ.get("__PYVENV_LAUNCHER__") if sys.platform == "darwin" else None
    scripts = os.path.dirname(os.path.abspath(executable or sys.executable))
    prefix = os.path.dirname(scripts)
    for folder in (scripts, prefix):
        path = os.path.join(folder, "pyvenv.cfg")
        if os.path.isfile(path):
            sys.prefix = sys.exec_prefix = prefix
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read()
    return ""


def glibc() -> str:
    """The version of the running glibc, such as "2.36", or ""."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").rpartition(" ")[2]
    except (AttributeError, OSError, ValueError):
        pass
    try:
        import ctypes

        version = ctypes.CDLL(None).gnu_get_libc_version
        version.restype = ctypes.c_char_p
        return str(version().decode("ascii"))
    except (AttributeError, ImportError, OSError, TypeError, ValueError):
        return ""


def musl() -> str:
    """What musl's loader says of itself (its second line is "Version 1.2.4"), or ""."""
    for loader in sorted(glob.glob("/lib/ld-musl-*.so.1")):
        answer = subprocess.run([loader], stderr=subprocess.PIPE, check=False)
        return answer.stderr.decode("ascii", "replace")
    return ""


def refused_manylinux(newest_minor: int, architecture: str) -> "list[int]":
    """The glibc minor versions that a distributor's `_manylinux` module refuses (PEP 600)."""
    try:
        import _manylinux  # type: ignore[import-not-found]
    except ImportError:
        return []
    legacy = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}
    refused = []
    for minor in range(newest_minor + 1):
        if hasattr(_manylinux, "manylinux_compatible"):
            answer = _manylinux.manylinux_compatible(2, minor, architecture)
        else:
            answer = getattr(_manylinux, "%s_compatible" % legacy.get(minor), None)
        if answer is not None and not answer:
            refused.append(minor)
    return refused


def marker_values(full_version: str) -> "dict[str, str]":
    """The marker environment of PEP 508."""
    implementation = sys.implementation.version
    implementation_version = "%d.%d.%d" % implementation[:3]
    if implementation.releaselevel != "final":
        implementation_version += implementation.releaselevel[0] + str(implementation.serial)
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": full_version,
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def main() -> None:
    """Print the one line of JSON."""
    configuration = enter_virtual_environment()
    import site  # after the prefix is right, as it and sysconfig read it
    import sysconfig

    variable = sysconfig.get_config_var
    paths = sysconfig.get_paths()
    system_platform = sysconfig.get_platform()
    libc = glibc() if sys.platform == "linux" else ""
    minor = int(libc.split(".")[1]) if libc.startswith("2.") else -1
    packages = site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])
    answer = {
        "version_info": list(sys.version_info[:3]),
        "version_nodot": variable("py_version_nodot") or "",
        "extension_suffix": variable("EXT_SUFFIX") or "",
        "debug": bool(variable("Py_DEBUG")) or hasattr(sys, "gettotalrefcount"),
        "free_threaded": bool(variable("Py_GIL_DISABLED")),
        "platform": system_platform,
        "bits": 8 * struct.calcsize("P"),
        "multiarch": variable("MULTIARCH") or variable("HOST_GNU_TYPE") or "",
        "macos": platform.mac_ver()[0] if sys.platform == "darwin" else "",
        "glibc": libc,
        "musl": musl() if sys.platform == "linux" and not libc else "",
        "refused_manylinux": refused_manylinux(minor, system_platform.partition("-")[2]),
        "markers": marker_values(platform.python_version()),
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "paths": {name: paths.get(name, "") for name in sorted(paths)},
        "configuration": configuration,
        "system_packages": packages,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
