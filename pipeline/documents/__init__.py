"""Documents: from what a source held to experiences and the passages of them."""
