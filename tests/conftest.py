"""What holds for all tests."""

from __future__ import annotations

import signal

# A shell that starts the tests in the background has their Ctrl-C ignored, and every process that
# they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
