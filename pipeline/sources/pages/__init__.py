"""Pages and documents: Markdown, HTML, PDF, office formats, feeds, decision records."""
