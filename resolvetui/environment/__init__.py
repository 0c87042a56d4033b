"""The target: its Python, tags, marker values, paths and installed packages."""
