"""Decision records give their sections as parts, and their state as the outcome."""

from __future__ import annotations

import gzip
import json

import pytest

from pipeline.records import Document, Link
from pipeline.sources.pages.decision_parts import decision_parts
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

PEP = """PEP: 912
Title: Colder oil
Author: Ann Moe <ann@example.org>,
        Bo Li
Status: Final
Type: Process
Topic: Plant
Requires: 8, 20
Replaces: 911
Created: 01-Mar-2021
Superseded-By: 913

Abstract
========

Oil should be colder. See :pep:`7`.

Motivation
==========

Pumps broke.

Details
-------

Two of them.

Specification
=============

Cool it.

Rejected Ideas
==============

Thicker oil.

Copyright
=========

Public domain.
"""
RFC = """- Feature Name: `cold_oil`
- Start Date: 2020-01-02
- RFC PR: [org/rfcs#31](https://github.com/org/rfcs/pull/31)

## Summary

Short.

## Motivation

Why.

```sh
## no heading
```

## Drawbacks

Cost.
"""
ADR = """# 7. Use colder oil

Date: 2020-05-06

## Status

Accepted, supersedes [ADR-0003](0003-oil.md)

## Context

Pumps broke.

## Decision

We cool it.

## Consequences

It costs more.
"""
MADR = """---
status: "superseded by [ADR-0009](0009-x.md)"
date: 2022-03-04
decision-makers: [Ann Moe, Bo Li]
---
# Use colder oil

## Context and Problem Statement

Pumps broke.

## Considered Options

* thicker oil

## Decision Outcome

Chosen: colder oil.

### Consequences

* Good, because it lasts
"""
KEP = """<!-- a long note -->
# KEP-1287: Colder oil

<!-- toc -->
- [Summary](#summary)
<!-- /toc -->

## Summary

Short.

## Proposal

Cool it.

## Alternatives

Thicker oil.
"""


def record(made, text: str, name: str) -> Document:
    path = made.file(name, text)
    assert recognise(path).name == "decision-record"
    (found,), skipped = made.read(path, "decision-record")
    assert not skipped
    return found


def names(document: Document) -> list[str]:
    return [part.name for part in document.parts]


def test_a_pep_gives_its_head_and_its_sections(made) -> None:
    found = record(made, PEP, "pep-0912.rst")

    assert (found.key, found.title, found.author) == ("PEP 912", "Colder oil", "Ann Moe")
    assert (found.status, str(found.created)[:10]) == ("worked", "2021-03-01")
    assert found.origin == "https://peps.python.org/pep-0912/"
    assert found.tags == ("Plant", "Process")
    assert names(found) == ["body", "situation", "action", "insight"]
    assert found.parts[1].body == "## Motivation\n\nPumps broke.\n\n### Details\n\nTwo of them."
    assert "Public domain" not in str(found.parts)


def test_a_pep_says_what_it_requires_replaces_and_mentions(made) -> None:
    assert record(made, PEP, "p.txt").links == (
        Link("requires", "PEP 8"),
        Link("requires", "PEP 20"),
        Link("supersedes", "PEP 911"),
        Link("related", "PEP 913"),
        Link("related", "PEP 7"),
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Final", "worked"),
        ("Active", "worked"),
        ("Rejected", "failed"),
        ("Withdrawn", "failed"),
        ("Superseded", "failed"),
        ("Draft", "too early"),
        ("Deferred", "too early"),
        ("Accepted", "unknown"),
        ("April Fool!", "unknown"),
    ],
)
def test_the_state_of_a_record_tells_how_it_turned_out(made, state, status) -> None:
    text = PEP.replace("Status: Final", f"Status: {state}")

    assert record(made, text, "p.rst").status == status


def test_an_rfc_gives_its_facts_and_link(made) -> None:
    found = record(made, RFC, "0031-cold-oil.md")

    assert (found.key, found.title) == ("RFC 31", "cold oil")
    assert (found.origin, str(found.created)[:10]) == (
        "https://github.com/org/rfcs/pull/31",
        "2020-01-02",
    )
    assert names(found) == ["body", "situation", "outcome"]
    assert "## no heading" in found.parts[1].body
    assert "Start Date" not in found.parts[0].body


def test_an_rfc_that_was_taken_back_failed(made) -> None:
    later = RFC + "\n## This RFC was previously approved, but later **withdrawn**\n\nAs told.\n"

    found = record(made, later, "0031-cold-oil.md")

    assert found.status == "failed"
    assert found.parts[-1].name == "outcome"


def test_an_adr_gives_its_status_as_links_and_not_as_text(made) -> None:
    found = record(made, ADR, "0007-use-colder-oil.md")

    assert (found.key, found.title, str(found.created)[:10]) == (
        "ADR 7",
        "Use colder oil",
        "2020-05-06",
    )
    assert found.status == "unknown"
    assert found.links == (Link("supersedes", "ADR 3"),)
    assert names(found)[-3:] == ["situation", "action", "outcome"]


def test_an_adr_with_front_matter_is_read(made) -> None:
    found = record(made, MADR, "0004-use-colder-oil.md")

    assert (found.key, found.author, found.status) == ("ADR 4", "Ann Moe", "failed")
    assert found.links == (Link("related", "ADR 9"),)
    assert names(found) == ["situation", "insight", "action"]


def test_a_kep_takes_what_the_yaml_beside_it_says(made, tmp_path) -> None:
    made.file(
        "keps/sig-node/1287-oil/kep.yaml",
        'title: Colder oil for all\nkep-number: "1287"\nauthors: ["@ann"]\nowning-sig: sig-node\n'
        "status: implemented\ncreation-date: 2019-01-02\nreplaces: ['/keps/sig-node/0012-oil']\n",
    )
    made.file("keps/sig-node/1287-oil/README.md", KEP)
    assert recognise(tmp_path / "keps").name == "decision-record"

    (found,), _ = made.read(tmp_path / "keps", "decision-record")

    assert (found.key, found.title, found.author) == ("KEP 1287", "Colder oil for all", "ann")
    assert (found.discipline, found.status) == ("sig-node", "worked")
    assert found.links == (Link("supersedes", "KEP 12"),)
    assert names(found) == ["body", "action", "insight"]
    assert "[Summary](#summary)" not in found.parts[0].body


def test_lines_of_path_and_text_are_records_and_other_pages_stay_pages(made) -> None:
    path = made.lines(
        "r.jsonl",
        {"path": "peps/pep-0912.rst", "text": PEP, "number": "912"},
        {"path": "keps/sig-apps/12-oil/README.md", "text": "# Oil\n\n## Proposal\n\nCool it."},
        {"path": "notes.md", "text": "# Notes\n\nA page."},
        {"path": "empty.md", "text": ""},
    )
    assert recognise(path).name == "decision-record"

    documents, skipped = made.read(path, "decision-record")

    assert [d.key for d in documents] == ["PEP 912", "KEP 12", "notes.md"]
    assert documents[1].discipline == "sig-apps"
    assert [s.where for s in skipped] == ["r.jsonl:4"]


def test_a_folder_of_records_counts_as_a_whole_and_other_pages_do_not_make_one(
    made, tmp_path
) -> None:
    made.file("adr/README.md", "# Our decisions")
    made.file("adr/0007-a.md", ADR)
    made.file("adr/0008-b.md", ADR.replace("7.", "8."))
    made.file("pages/a.md", "# A\n\n## Context\n\nx")
    made.file("pages/b.md", "# B")

    assert recognise(tmp_path / "adr").name == "decision-record"
    assert recognise(tmp_path / "pages").name == "markdown"
    assert len(made.read(tmp_path / "adr", "decision-record")[0]) == 3


@pytest.mark.parametrize(
    "text", ["# 12 ways to cool oil\n\n## Status\n\ngood\n", "- Name: x\n- Date: y\n", "KEPT: 3\n"]
)
def test_pages_that_resemble_records_are_none(made, text) -> None:
    assert connector("decision-record").recognise(look_at(made.file("a.md", text))) == 0


def test_sections_lose_nothing_and_stay_in_order() -> None:
    parts = decision_parts("intro\n\n## One\n\na\n\n## Decision\n\nb\n\n## Two\n\nc\n", "T")

    assert [(p.name, p.body) for p in parts] == [
        ("body", "intro\n\n## One\n\na"),
        ("action", "## Decision\n\nb"),
        ("body", "## Two\n\nc"),
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "scheme"),
    [("python_peps", 736, "PEP"), ("rust_rfcs", 647, "RFC"), ("kubernetes_keps", 648, "KEP")],
)
def test_real_records_are_read_to_the_last(shared_data, made, name, count, scheme) -> None:
    path = shared_data / f"decision_records/{name}.jsonl.gz"
    assert recognise(path).name == "decision-record"

    documents, skipped = made.read(path, "decision-record")

    assert (len(documents), len(skipped)) == (count, 0)
    assert sum(d.key.startswith(scheme) for d in documents) > 0.98 * count
    assert all(d.title for d in documents)
    with_action = sum(any(part.name == "action" for part in d.parts) for d in documents)
    assert with_action > (0.45 if scheme == "PEP" else 0.9) * count


@pytest.mark.shared
def test_what_peps_say_of_themselves_agrees_with_the_table_beside_them(shared_data, made) -> None:
    path = shared_data / "decision_records/python_peps.jsonl.gz"
    with gzip.open(path) as lines:
        rows = {f"PEP {row['number']}": row for row in map(json.loads, lines)}

    documents, _ = made.read(path, "decision-record")

    by_state = {
        "Final": "worked",
        "Rejected": "failed",
        "Draft": "too early",
        "Accepted": "unknown",
    }
    assert {d.key for d in documents} == set(rows)
    for document in documents:
        row = rows[document.key]
        assert document.author
        assert document.created
        assert document.status == by_state.get(row["status"], document.status)
        told = {link.target for link in document.links if link.kind == "supersedes"}
        held = str(row["replaces"] or "").replace(",", " ").split()
        assert told == {f"PEP {number}" for number in held}
