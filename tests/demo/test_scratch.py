"""The demo's environment is empty, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from resolvetui.demo.scratch import scratch_environment


def test_it_is_an_empty_environment_that_goes_away() -> None:
    with scratch_environment() as folder:
        assert Path(folder, "pyvenv.cfg").is_file()
        assert list(Path(folder).rglob("*.dist-info")) == []
    assert not Path(folder).exists()
