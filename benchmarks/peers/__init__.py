"""One small file for each library that is measured, the worker that measures it, the report."""
