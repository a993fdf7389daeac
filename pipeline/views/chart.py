"""The map of topics as a picture: one point an experience, told apart by colour and by shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from pipeline.records import Experience, Topic
from pipeline.views.components import WORDS
from pipeline.views.safe_text import shortened, visible

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C6D31")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
QUIET = "#9AA0A6"
MOST_POINTS = 4000
MANY = 800  # from here on points are drawn small
LABELLED = 12
WIDE, HIGH = 0.75, 0.11  # room that a name takes, in units of the map (-1 to 1)
PICK = "pick"


def points_frame(
    points: tuple[tuple[str, float, float, str], ...],
    topics: tuple[Topic, ...],
    told: Mapping[str, Experience],
) -> pd.DataFrame:
    """A row for each experience: id, x, y, its topic's id and label, and what a tooltip says."""
    labels = {topic.id: visible(topic.label) for topic in topics}
    rows = []
    for id_, x, y, topic in points:
        experience = told.get(id_)
        if experience is None:
            continue
        rows.append(
            {
                "id": id_,
                "x": x,
                "y": y,
                "topic": topic,
                "label": labels.get(topic, ""),
                "title": shortened(experience.title, 90),
                "discipline": shortened(experience.discipline or "not told", 60),
                "year": str(experience.year or "not told"),
                "outcome": WORDS[experience.status],
            }
        )
    return pd.DataFrame(rows)


def topic_chart(frame: pd.DataFrame, topics: tuple[Topic, ...], *, chosen: str, dark: bool) -> Any:
    """The picture; with a chosen topic the others step back. Points can be picked."""
    drawn = frame if len(frame) <= MOST_POINTS else frame.iloc[:: len(frame) // MOST_POINTS + 1]
    looks = {topic.id: _look(number) for number, topic in enumerate(topics)}
    colours = [QUIET if chosen and topic.id != chosen else looks[topic.id][0] for topic in topics]
    domain = [topic.id for topic in topics]
    shapes = [looks[topic.id][1] for topic in topics]
    pick = alt.selection_point(name=PICK, fields=["id"], on="click", empty=False)
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True)
        .encode(
            x=alt.X("x:Q", axis=None, scale=alt.Scale(padding=20, nice=False, zero=False)),
            y=alt.Y("y:Q", axis=None, scale=alt.Scale(padding=20, nice=False, zero=False)),
            color=alt.Color("topic:N", scale=alt.Scale(domain=domain, range=colours), legend=None),
            shape=alt.Shape("topic:N", scale=alt.Scale(domain=domain, range=shapes), legend=None),
            opacity=_opacity(chosen),
            size=alt.condition(pick, alt.value(240), alt.value(70 if len(drawn) < MANY else 24)),
            tooltip=[
                alt.Tooltip("title:N", title="Title"),
                alt.Tooltip("discipline:N", title="Discipline"),
                alt.Tooltip("year:N", title="Year"),
                alt.Tooltip("outcome:N", title="Outcome"),
                alt.Tooltip("label:N", title="Topic"),
            ],
        )
        .add_params(pick)
    )
    return alt.layer(points, _names(frame, topics, chosen, dark=dark)).properties(height=460)


def _opacity(chosen: str) -> Any:
    if not chosen:
        return alt.OpacityValue(0.8)
    return alt.condition(alt.datum.topic == chosen, alt.value(0.95), alt.value(0.25))


def _names(frame: pd.DataFrame, topics: tuple[Topic, ...], chosen: str, *, dark: bool) -> Any:
    ink, paper = ("#F2F0EA", "#161B1E") if dark else ("#22303A", "#FCFBF8")
    largest = {topic.id for topic in topics[:LABELLED]} if not chosen else {chosen}
    middle = frame[frame["topic"].isin(largest)].groupby("topic", as_index=False)
    places = middle.agg({"x": "median", "y": "median", "label": "first"})
    places["short"] = [shortened(label, 32) for label in places["label"]]
    places = _apart(places, [topic.id for topic in topics])
    text = alt.Chart(places).encode(x="x:Q", y="y:Q", text="short:N")
    halo = text.mark_text(fontSize=13, fontWeight="bold", stroke=paper, strokeWidth=5, opacity=0.8)
    return halo + text.mark_text(fontSize=13, fontWeight="bold", color=ink)


def _apart(places: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """The names that do not cover one another, those of larger topics first."""
    kept: list[str] = []
    spots = {row["topic"]: (row["x"], row["y"]) for row in places.to_dict("records")}
    for topic in sorted(spots, key=order.index):
        x, y = spots[topic]
        if all(abs(x - spots[k][0]) > WIDE or abs(y - spots[k][1]) > HIGH for k in kept):
            kept.append(topic)
    return places[places["topic"].isin(kept)]


def _look(number: int) -> tuple[str, str]:
    return COLOURS[number % len(COLOURS)], SHAPES[number // len(COLOURS) % len(SHAPES)]
