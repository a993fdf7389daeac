"""Sources: what a community exports, read as a stream of documents. One file per format."""
