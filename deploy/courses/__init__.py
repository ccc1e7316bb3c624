"""How courses are made here: they are read, generated from, reported on and held to what every course of ours keeps."""
