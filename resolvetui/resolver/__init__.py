"""PubGrub on bitmasks: a generator over values, without any I/O."""
