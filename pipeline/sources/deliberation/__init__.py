"""What people said to one question: deliberation platforms and interview transcripts."""
