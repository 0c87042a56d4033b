"""The Textual app: it shows what the worker reports and sends it requests; it resolves nothing."""
