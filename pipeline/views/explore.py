"""Explore: what the community's experiences are about, as a map, a table and a list."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pipeline.flow.exploring import browse, count, experiences, topic_map
from pipeline.flow.workspace import Workspace
from pipeline.records import Experience, Topic, Where
from pipeline.views import resources
from pipeline.views.chart import MOST_POINTS, PICK, points_frame, topic_chart
from pipeline.views.components import facts_line, heading, how_many, telling, title_of
from pipeline.views.empty import no_community, no_experiences
from pipeline.views.filters import chosen_filter, filters
from pipeline.views.links import HIDDEN, in_address, page_link, preset
from pipeline.views.safe_text import escaped, visible

MAP, TABLE, LIST = "Map", "Table", "List"
ON_A_PAGE = 15


def page() -> None:
    """The page: topics first, or every experience with filters."""
    heading("What is known here", "Topics that the experiences fall into, and who lived what.")
    if not resources.chosen():
        no_community()
        return
    with telling():
        opened = resources.workspace()
        if not count(opened):
            no_experiences(opened.community)
            return
        st.segmented_control(
            "Show as", (MAP, TABLE, LIST), key="show", default=MAP, bind="query-params",
            required=True,
        )  # fmt: skip
        if st.session_state.get("show") == LIST:
            _list(opened)
        else:
            _topics(opened)


def _topics(opened: Workspace) -> None:
    topics, frame = _mapped(opened)
    by_id = {topic.id: topic for topic in topics}
    st.selectbox(
        f"Topic ({len(topics)} found)",
        ["", *by_id],
        index=preset("topic", ["", *by_id]),
        format_func=lambda id_: _topic_name(by_id[id_]) if id_ else "All topics",
        key="explored topic",
    )
    chosen = str(st.session_state.get("explored topic") or "")
    in_address("topic", chosen)
    if st.session_state.get("show") == TABLE:
        _table(topics)
    else:
        _map(opened, frame, topics, chosen)
    if chosen in by_id:
        _topic(opened, by_id[chosen])


def _topic_name(topic: Topic) -> str:
    return f"{topic.label} ({len(topic.members)})"


def _mapped(opened: Workspace) -> tuple[tuple[Topic, ...], pd.DataFrame]:
    key = repr((opened.community, resources.version(opened)))
    kept: dict[str, tuple[tuple[Topic, ...], pd.DataFrame]] = st.session_state.setdefault("map", {})
    if key not in kept:
        resources.with_model(opened)
        with st.spinner("Finding the topics. A large community takes a minute the first time…"):
            with opened.turn:
                found = topic_map(opened)
            told = experiences(opened, [point[0] for point in found.points])
            kept.clear()
            kept[key] = found.topics, points_frame(found.points, found.topics, told)
    return kept[key]


def _map(opened: Workspace, frame: pd.DataFrame, topics: tuple[Topic, ...], chosen: str) -> None:
    picked = st.altair_chart(
        topic_chart(frame, topics, chosen=chosen, dark=st.context.theme.type == "dark"),
        on_select="rerun",
        selection_mode=[PICK],
        key=f"map-{chosen}",
        alt="A map of the experiences: near points speak of near things, colours are topics.",
    )
    drawn = f"{MOST_POINTS:,} of {len(frame):,} are drawn. " if len(frame) > MOST_POINTS else ""
    st.caption(f"One point is one experience. {drawn}Near points speak of near things.")
    selection = picked.get("selection", {}).get(PICK, [])
    ids = [str(one["id"]) for one in selection if "id" in one]
    for experience in experiences(opened, ids).values():
        _row(experience)


def _table(topics: tuple[Topic, ...]) -> None:
    frame = pd.DataFrame(
        {
            "Topic": [visible(topic.label) for topic in topics],
            "Experiences": [len(topic.members) for topic in topics],
            "Share": [100 * topic.share for topic in topics],
            "Words": [visible(", ".join(topic.keywords)) for topic in topics],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "Share": st.column_config.ProgressColumn(
                "Share", format="%.0f%%", min_value=0.0, max_value=float(frame["Share"].max())
            ),
            "Words": st.column_config.TextColumn("Words", width="large"),
        },
    )


def _topic(opened: Workspace, topic: Topic) -> None:
    st.header(escaped(topic.label), anchor=False)
    share = f"{topic.share:.0%} of all"
    st.markdown(f":gray[{how_many(len(topic.members), 'experience')}, {share}. Words: "
                f"{escaped(', '.join(topic.keywords))}]")  # fmt: skip
    page_link("facilitate", "Ask about this topic", icon=":material/groups:", topic=topic.id)
    central = [*topic.representatives, *topic.members]
    _paged(opened, list(dict.fromkeys(central)), key=f"page-{topic.id}")


def _paged(opened: Workspace, ids: list[str], *, key: str) -> None:
    shown = ids[_offset(len(ids), key) :][:ON_A_PAGE]
    found = experiences(opened, shown)
    for id_ in shown:
        if id_ in found:
            _row(found[id_])


def _list(opened: Workspace) -> None:
    facets = resources.facets_of(opened)
    with st.expander("Narrow down", icon=":material/tune:"):
        filters(facets)
    where: Where = chosen_filter(facets)
    number = count(opened, where)
    st.caption(how_many(number, "experience"))
    if not number:
        st.info("Nothing passes these filters.", icon=":material/filter_alt_off:")
    offset = _offset(number, "page-list")
    for experience in browse(opened, where=where, limit=ON_A_PAGE, offset=offset):
        _row(experience)


def _offset(number: int, key: str) -> int:
    pages = -(-number // ON_A_PAGE)
    if pages < 2:
        return 0
    return (st.pagination(pages, key=f"{key}-{pages}", max_visible_pages=5) - 1) * ON_A_PAGE


def _row(experience: Experience) -> None:
    with st.container(border=True):
        st.markdown(f"**{title_of(experience)}**  \n:small[{facts_line(experience)}]")
        page_link(HIDDEN, "Open", icon=":material/article:", id=experience.id)


if __name__ == "__main__":
    page()
