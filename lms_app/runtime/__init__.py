"""The XBlock host: it lends real XBlocks everything they expect of a platform."""
