"""Forums, questions and answers, issue trackers and mailing lists."""
