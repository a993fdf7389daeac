"""Joins the rooms: one function for each thing a user does.

- `workspace`: a community opened for use
- `importing`, `indexing`: bring in what a community keeps
- `asking`, `reflecting`, `exploring`: related experiences, questions and patterns, topics
- `contributing`: an experience or an outcome that a member adds
- `evaluating`: measure on labelled data
- `demo`, `care`, `serving`: the sample community, what is installed, the app
- `contract`: what `--json` prints
"""
