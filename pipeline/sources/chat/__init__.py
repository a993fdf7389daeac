"""Chat exports; what people wrote to one another becomes conversations, not lines."""
