"""What `benchmarks/fuzz.py` is made of: seeds, mutations, checks, and lines that were reached."""
