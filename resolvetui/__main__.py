"""`python -m resolvetui`."""

from resolvetui.cli.main import run

if __name__ == "__main__":
    run()
