import json
import shutil

import pytest

from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.demo import PROBLEM, SAMPLE_TITLE
from pipeline.flow.exploring import topic_map
from pipeline.flow.preparing import Preparing
from pipeline.flow.workspace import Workspace
from pipeline.models import find_entry
from pipeline.questions.chat_model import EMBEDDED_MODEL
from pipeline.records import Document, Link, SourcePart, Votes, Where
from pipeline.settings import load_settings
from pipeline.store import incoming

PAGES = ("ask", "facilitate", "explore", "contribute", "experience", "about")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_a_fault(page, with_sample, opened, faults):
    app = opened(page)

    assert faults(app) == []
    assert app.selectbox(key="community").value == "sample"


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_home_says_so_and_offers_the_sample(page, home, opened, seen, faults):
    app = opened(page)

    assert faults(app) == []
    if page not in {"about", "contribute"}:
        assert "There is no community here yet" in seen(app)
        assert "Load the sample community" in seen(app)


def test_the_sample_is_loaded_by_a_button(home, opened, seen, faults):
    app = opened()
    next(b for b in app.button if b.label == "Load the sample community").click().run()

    assert faults(app) == []
    assert SAMPLE_TITLE in seen(app)
    assert "192 experiences" in seen(app)


def test_a_problem_in_the_address_is_answered(with_sample, opened, seen, faults):
    app = opened(community="sample", problem=PROBLEM)

    assert faults(app) == []
    assert app.text_area(key="problem").value == PROBLEM
    text = seen(app)
    assert "10 related experiences" in text or "nearest 10 experiences" in text
    assert "precedent." in text
    assert "Found otherwise" in text
    assert ":primary-background[" in text


def test_three_to_five_questions_come_with_lens_evidence_and_drafter(with_sample, opened, seen):
    app = opened(community="sample", problem=PROBLEM)

    questions = [m.value for m in app.markdown if m.value.startswith("### ") and "?" in m.value]
    assert 3 <= len(questions) <= 5
    text = seen(app)
    assert text.count("Drafted by: assembled") >= 3
    assert text.count("**The assumption:**") >= 3
    assert text.count("Evidence: ") >= 3


def test_an_example_is_asked_by_one_click(with_sample, opened, faults):
    app = opened()
    app.button(key="example-0").click().run()

    assert faults(app) == []
    assert app.text_area(key="problem").value == PROBLEM
    assert any("10" in header.value for header in app.header)


def test_a_filter_leaves_only_what_passes_it(with_sample, opened, seen):
    app = opened(community="sample", problem=PROBLEM, discipline="aviation")

    assert app.multiselect(key="discipline").value == ["aviation"]
    cards = [m.value for m in app.markdown if "badge[" in m.value and " · " in m.value]
    assert cards
    assert all(card.startswith("aviation") for card in cards)


def test_a_filter_that_nothing_passes_can_be_cleared(with_sample, opened, seen):
    app = opened(community="sample", problem=PROBLEM, author="member-nobody")

    assert "Nothing passes these filters" in seen(app)
    next(b for b in app.button if b.label == "Clear the filters").click().run()
    assert any("10" in header.value for header in app.header)


def test_an_unknown_community_in_the_address_is_named(with_sample, opened, seen, faults):
    app = opened(community="nobody")

    assert "There is no community “nobody” here" in seen(app)
    assert app.selectbox(key="community").value == "sample"
    assert faults(app) == []


def test_a_hostile_community_name_in_the_address_is_shown_as_text(with_sample, opened, seen):
    app = opened(community="[x](http://evil.example)")

    assert r"\[x\]\(http\:" in seen(app)


def test_a_damaged_database_is_one_clear_line(with_sample, opened, faults):
    database = next((with_sample / "sample").glob("*.db*"))
    database.write_bytes(b"this is no database" * 100)
    app = opened()

    assert app.exception.len == 0
    assert faults(app)
    assert "Traceback" not in "".join(faults(app))


def test_a_setting_that_cannot_be_used_is_one_clear_line(with_sample, opened, faults, monkeypatch):
    monkeypatch.setenv("DOUBLELOOP_PORT", "many")
    app = opened()

    assert app.exception.len == 0
    assert "port" in faults(app)[0]


def test_a_community_that_was_deleted_is_no_longer_offered(with_sample, opened, seen):
    app = opened()
    shutil.rmtree(with_sample / "sample")
    app.run()

    assert "There is no community here yet" in seen(app)


def test_hostile_experiences_are_shown_as_they_were_written(home, opened, seen, faults):
    hostile = "[x](javascript:alert(1)) <script>alert(2)</script> :smile: $$x$$ :red[shout]"
    with Workspace(load_settings(), "guests", create=True) as workspace:
        given = Contribution(
            title=f"Hostile {hostile}", situation=f"The alarm was off. {hostile}.",
            discipline=hostile[:60], tags=(":red[tag]",), origin="javascript:alert(3)",
        )  # fmt: skip
        contribute(workspace, given)
    app = opened(community="guests", problem="the alarm was off")

    assert faults(app) == []
    shown = "\n".join(str(m.value) for m in (*app.markdown, *app.caption))
    assert r"\[x\]\(javascript\:" in shown
    for live in ("[x](", "<script>", ":smile:", "$$", ":red[shout]", ":red[tag]", "](javascript"):
        assert live not in shown


def test_no_widget_label_shows_the_inside_of_the_program(with_sample, opened):
    for page in PAGES:
        app = opened(page)
        kinds = (app.slider, app.selectbox, app.multiselect, app.text_input, app.text_area)
        assert [w.label for kind in kinds for w in kind if "_" in w.label] == []


def test_a_topic_leads_to_questions_about_it(with_sample, opened, seen, faults):
    with Workspace(load_settings(), "sample") as workspace:
        topic = topic_map(workspace).topics[1]
    app = opened("explore", topic=topic.id)
    assert topic.label in [header.value.replace("\\", "") for header in app.header]

    app.switch_page("pipeline/views/facilitate.py").run()
    assert faults(app) == []
    assert app.selectbox(key="met topic").value == topic.id
    assert "Patterns behind them" in seen(app)


def test_facilitate_drafts_from_a_problem_and_hands_over_markdown(
    with_sample, opened, seen, faults
):
    app = opened("facilitate")
    app.text_area(key="met problem").input(PROBLEM)
    next(b for b in app.button if b.label == "Draft questions").click().run()

    assert faults(app) == []
    assert "Patterns behind them" in seen(app)
    assert len(app.code) == 1
    assert PROBLEM[:40] in app.code[0].value


def test_a_problem_asked_before_can_be_taken_up_again(with_sample, opened, faults):
    opened(community="sample", problem=PROBLEM)
    app = opened("facilitate")
    app.segmented_control(key="begin").set_value("One asked before").run()

    assert faults(app) == []
    asked = next(box for box in app.selectbox if box.label == "Asked before")
    assert PROBLEM[:40] in asked.options[0]


def test_the_list_is_filtered(with_sample, opened, faults):
    app = opened("explore")
    app.segmented_control(key="show").set_value("List").run()
    app.multiselect(key="discipline").set_value(["aviation"]).run()

    assert faults(app) == []
    assert "24 experiences" in [caption.value for caption in app.caption]


def test_an_experience_is_shown_with_its_like(with_sample, opened, seen, faults):
    with Workspace(load_settings(), "sample") as workspace:
        found = next(workspace.store.all_experiences(Where(disciplines=("aviation",)), limit=1))
    app = opened("ask", community="sample")
    app.query_params["id"] = found.id
    app.switch_page("pipeline/views/experience.py").run()

    assert faults(app) == []
    assert "What was done" in seen(app)
    assert "More like this" in [header.value for header in app.header]


def test_about_checks_what_is_installed(with_sample, opened, seen, faults):
    app = opened("about")
    next(b for b in app.button if b.label == "Check now").click().run()

    assert faults(app) == []
    assert "**Search model**" in seen(app)


def test_how_an_experience_went_is_kept_in_its_ledger(with_sample, opened, seen, faults):
    with Workspace(load_settings(), "sample") as workspace:
        found = next(workspace.store.all_experiences(limit=1))
    app = opened("ask", community="sample")
    app.query_params["id"] = found.id
    app.switch_page("pipeline/views/experience.py").run()
    next(s for s in app.selectbox if s.label == "How it turned out").set_value("partly")
    next(a for a in app.text_area if a.label.startswith("Where")).input("a ward of [20] beds")
    next(b for b in app.button if b.label == "Record it").click().run()

    assert faults(app) == []
    assert "Recorded. It now stands as" in seen(app)
    assert r"a ward of \[20\] beds" in seen(app.run())


def test_an_outcome_is_not_recorded_before_it_is_chosen(with_sample, opened, seen):
    app = opened(community="sample", problem=PROBLEM)
    next(b for b in app.button if b.label == "Record it").click().run()

    assert "Say how it turned out" in seen(app)


def test_an_unknown_experience_in_the_address_is_one_clear_line(with_sample, opened, seen, faults):
    app = opened("ask", community="sample")
    app.query_params["id"] = "nothing"
    app.switch_page("pipeline/views/experience.py").run()

    assert faults(app) == []
    assert "There is no experience nothing" in seen(app)


def test_an_index_of_another_search_model_is_built_anew_by_a_button(with_sample, opened, faults):
    manifest = with_sample / "sample" / "index" / "manifest.json"
    written = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**written, "encoder": "another-model"}))
    app = opened(community="sample", problem=PROBLEM)
    assert "another\\-model" in faults(app)[0]

    next(b for b in app.button if b.label == "Build the index anew").click().run()
    assert faults(app) == []
    assert any("10" in header.value for header in app.header)


def test_a_model_that_does_not_start_leaves_the_assembled_questions(
    with_sample, opened, seen, faults, monkeypatch
):
    monkeypatch.setenv("DOUBLELOOP_CHAT_MODEL", "auto")
    entry = find_entry(EMBEDDED_MODEL)
    (with_sample / "models").mkdir()
    (with_sample / "models" / f"{entry.file}.sha256").write_text(entry.sha256)
    with (with_sample / "models" / entry.file).open("wb") as empty:
        empty.truncate(entry.size)
    app = opened(community="sample", problem=PROBLEM)

    app.toggle(key="reword").set_value(True).run(timeout=120)

    assert faults(app) == []
    assert "as assembled in code" in seen(app)
    assert len([m for m in app.markdown if m.value.startswith("### ") and "?" in m.value]) >= 3


def test_an_experience_shows_how_people_stood_and_what_it_is_bound_to(home, opened, seen, faults):
    earlier = Document("1", "Leaking pump", (SourcePart("post", "The pump leaks."),), "o:1")
    later = Document(
        "2", "Pump leaks again", (SourcePart("post", "It leaks again."),), "o:2",
        links=(Link("duplicate", "1"), Link("related", "https://example.org/x")),
        votes=Votes(7, 2, 1),
    )  # fmt: skip
    settings = load_settings(home=home, encoder="words")
    with Workspace(settings, "pumps", create=True) as workspace:
        preparing = Preparing(workspace, "forum")
        with incoming(
            workspace.store, source="forum", connector="test", path="x", mapping={}
        ) as into:
            for document in (earlier, later):
                into.put(document, document.content_hash, [preparing.ready(document)])
        found = next(e for e in workspace.store.all_experiences() if e.votes)

    app = opened("ask", community="pumps")
    app.query_params["id"] = found.id
    app.switch_page("pipeline/views/experience.py").run()

    assert faults(app) == []
    assert "**7 people** agreed, **2** disagreed, 1 passed." in seen(app)
    assert "Speaks of" in seen(app)
    links = [one.proto.label for one in app.get("page_link")]
    assert "A duplicate of: Leaking pump" in links
