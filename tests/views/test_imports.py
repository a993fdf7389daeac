import io
import time
import zipfile

import pytest
import streamlit as st
from filelock import FileLock

from pipeline.flow.contributing import record_outcome
from pipeline.flow.exploring import count
from pipeline.flow.history import imports
from pipeline.flow.importing import bring_in
from pipeline.flow.jobs import import_job
from pipeline.flow.workspace import Workspace, communities
from pipeline.records import Outcome
from pipeline.settings import load_settings
from pipeline.views.import_choices import NEW
from pipeline.views.upload import given_files

PATIENCE = 60  # seconds
TABLE = """title,what happened,what we did,outcome_status,department,reporter,colour
Fire drill,The alarm was off at night and nobody noticed.,We tested it weekly.,worked,safety,Ada,red
Lost keys,"The only key was lost on a Sunday, ask ada@example.org.",We made a second.,,logistics,Bo,
Nothing,,,failed,safety,Bo,
"""
WITHOUT_TEXT = "weather,shoe\nThe rain came in through the roof of the hall.,43\n"
NOTE = "# Rain plan\n\nWe assumed that lanterns burn in drizzle, and they went out.\n"


@pytest.fixture
def told(seen):
    """Everything on a page as a person reads it: without what keeps it from being Markdown."""
    return lambda app: seen(app).replace("\\", "").replace("\u2060", "")


@pytest.fixture
def bringing(home, opened):
    """The Contribute page where there is no community yet."""
    return opened("contribute")


def button(app, label):
    return next(b for b in app.button if b.label == label)


def drop(app, *files):
    """Drop files, given as name and content, and take the look at them."""
    given = [(name, text.encode() if isinstance(text, str) else text, "") for name, text in files]
    app.file_uploader[0].set_value(given)
    return app.run()


def zipped(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return held.getvalue()


def ended(community):
    """The import into a community, once it has ended and what it left behind is cleared."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        job = import_job(load_settings(), community)
        if job and job.state != "running":
            return job
        time.sleep(0.02)
    pytest.fail(f"the import into {community} did not end")


def bring(app, community):
    """Import what was dropped and wait until the page tells how it ended."""
    button(app, "Import it").click()
    app.run()
    ended(community)
    return app.run()


def known(home, tmp_path, community="club", text=TABLE):
    """A community with one table in it."""
    path = tmp_path / "drills.csv"
    path.write_text(text)
    bring_in(load_settings(), community, path)
    return community


def shown(app, label):
    app.segmented_control(key="how").set_value(label)
    return app.run()


# --- what was recognised -------------------------------------------------------------------


def test_a_file_is_recognised_and_nothing_is_kept_before_it_is_imported(
    home, bringing, told, faults
):
    app = drop(bringing, ("drills.csv", TABLE))

    assert faults(app) == []
    text = told(app)
    assert "Read as Table (CSV, TSV)" in text
    assert "2 documents with 4 messages or parts, by 2 authors" in text
    assert "2 experiences: 2 would be new" in text
    assert "Disciplines: safety (1) and logistics (1)" in text
    assert "Taken out of the text: 1 e-mail address" in text
    assert "**Fire drill**" in text
    assert list(home.iterdir()) == []


def test_what_would_be_left_out_is_told_by_reason_with_its_place(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))

    assert "1 record would be left out, and why" in told(app)
    assert "drills.csv:4" in told(app)
    assert "no text in" in told(app)


def test_several_files_are_recognised_one_by_one(bringing, told, faults):
    app = drop(bringing, ("drills.csv", TABLE), ("rain.md", NOTE), ("x.bin", b"\x00\x01" * 900))

    assert faults(app) == []
    text = told(app)
    assert "Read as a folder of several kinds" in text
    assert "- drills.csv: Table (CSV, TSV), 2 documents" in text
    assert "- rain.md: " in text
    assert "x.bin" in text


def test_a_folder_keeps_the_folders_in_it(bringing, told, faults):
    bringing.segmented_control(key="bring from").set_value("A folder").run()
    app = drop(bringing, ("ward/a.csv", TABLE), ("ward/notes/rain.md", NOTE))

    assert faults(app) == []
    assert app.file_uploader[0].accept_directory
    assert "- notes: " in told(app)
    assert next(t for t in app.text_input if t.label == "Keep it under the name").value == "ward"


def test_a_zip_archive_is_read_as_what_is_in_it(bringing, told, faults):
    app = drop(bringing, ("export.zip", zipped(drills_csv=TABLE)))

    assert faults(app) == []
    assert "Read as Table" in told(app)


def test_a_dropped_folder_that_lost_its_folders_is_told(bringing, told):
    app = drop(bringing, ("a.md", NOTE), ("a.md", NOTE.replace("Rain", "Snow")))

    assert "1 file came under a name that another has too" in told(app)
    assert "2 would be new" in told(app)


def test_a_path_on_this_machine_is_looked_at_where_it_lies(bringing, tmp_path, told, faults):
    path = tmp_path / "drills.csv"
    path.write_text(TABLE)
    bringing.segmented_control(key="bring from").set_value("A path on this machine").run()
    app = bringing.text_input(key="path 0").input(f'"{path}"').run()

    assert faults(app) == []
    assert "2 would be new" in told(app)


@pytest.mark.parametrize("path", ["/nowhere/at/all", "https://example.org/x", "\0", "~nobody-/x"])
def test_a_path_that_cannot_be_read_is_one_clear_line(bringing, path, faults):
    bringing.segmented_control(key="bring from").set_value("A path on this machine").run()
    app = bringing.text_input(key="path 0").input(path).run()

    assert app.exception.len == 0
    assert len(faults(app)) == 1


def test_paths_are_not_offered_when_others_reach_the_app(home, opened):
    st.config.set_option("server.address", "0.0.0.0")  # noqa: S104 - what is refused
    try:
        app = opened("contribute")
        assert "A path on this machine" not in app.segmented_control(key="bring from").options
    finally:
        st.config.set_option("server.address", "127.0.0.1")


def test_a_file_that_cannot_be_read_is_one_clear_line(bringing, faults):
    app = drop(bringing, ("x.csv", b"\x00\x01\x02" * 500))

    assert app.exception.len == 0
    assert len(faults(app)) == 1
    assert "doubleloop-upload" not in faults(app)[0]
    assert not any(b.label == "Import it" for b in app.button)


def test_hostile_names_and_cells_are_shown_as_they_were_written(bringing, told, faults):
    hostile = "[x](javascript:alert) :smile: <b>"
    table = f"title,{hostile},problem\n{hostile},{hostile},The alarm was off.\n"
    app = drop(bringing, (f"{hostile}.csv", table))

    assert faults(app) == []
    shown_text = "\n".join(str(m.value) for m in (*app.markdown, *app.caption))
    assert r"\[x\]\(javascript\:" in shown_text
    for live in ("[x](", ":smile:", "<b>"):
        assert live not in shown_text


# --- the look is taken once ----------------------------------------------------------------


def test_a_look_is_taken_once_and_again_only_when_the_choices_change(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))
    looks = len(app.session_state["looks"])
    app.run()
    assert len(app.session_state["looks"]) == looks

    next(t for t in app.toggle if t.label == "Keep names").set_value(True).run()
    assert len(app.session_state["looks"]) == looks + 1


def test_a_large_table_is_looked_at_in_part_until_all_is_asked_for(bringing, told):
    rows = "".join(f"{n},The pump number {n} failed in the night.\n" for n in range(400))
    app = drop(bringing, ("pumps.csv", f"id,problem\n{rows}"))
    assert "300 experiences: 300 would be new" in told(app)
    assert "This is from the first 300 documents" in told(app)

    button(app, "Look at all of it").click()
    app.run()
    assert "400 experiences: 400 would be new" in told(app)
    assert "This is from the first" not in told(app)


# --- people --------------------------------------------------------------------------------


def test_people_are_hidden_unless_the_person_says_otherwise(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))
    assert "ada@" not in told(app)
    assert "member-" in told(app)

    next(t for t in app.toggle if t.label == "Keep names").set_value(True)
    next(t for t in app.toggle if t.label.startswith("Keep e-mail")).set_value(True)
    app.run()
    assert "ada@" in told(app)
    assert "safety · Ada · " in told(app)


def test_what_was_said_about_people_is_preselected_the_next_time(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))
    next(t for t in app.toggle if t.label == "Keep names").set_value(True).run()
    app = drop(bring(app, "drills"), ("drills.csv", TABLE))

    assert next(t for t in app.toggle if t.label == "Keep names").value is True
    assert "2 experiences: 0 would be new, 2 known already" in told(app)


# --- columns -------------------------------------------------------------------------------


def column(app, name):
    return next(s for s in app.selectbox if s.label == f"What {name} holds")


def test_a_column_is_shown_with_a_value_and_what_it_holds(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))

    assert column(app, "what we did").value == "action"
    assert column(app, "colour").value == ""
    assert "**what we did**  \n:gray[:small[We tested it weekly.]]" in told(app)
    assert "6 of 7 columns are used" in told(app)


def test_a_column_can_be_given_another_meaning(bringing, told, faults):
    app = drop(bringing, ("drills.csv", TABLE))
    column(app, "department").set_value("tags").run()

    assert faults(app) == []
    assert "Disciplines" not in told(app)


def test_what_was_chosen_stays_when_it_goes_to_another_community(with_sample, opened, told):
    app = shown(opened("contribute", community="sample"), "Bring in what you have")
    app = drop(app, ("drills.csv", TABLE))
    column(app, "department").set_value("tags")
    next(t for t in app.toggle if t.label == "Keep names").set_value(True).run()
    next(s for s in app.selectbox if s.label == "Into the community").set_value(NEW).run()

    assert column(app, "department").value == "tags"
    assert next(t for t in app.toggle if t.label == "Keep names").value is True
    assert app.text_input(key="new community").value == "drills"


def test_a_table_without_text_says_so_and_can_be_mapped(bringing, told, faults):
    app = drop(bringing, ("halls.csv", WITHOUT_TEXT))
    assert faults(app) == []
    assert "has no column with text" in app.warning[0].value
    assert "--map" not in app.warning[0].value

    column(app, "weather").set_value("situation").run()
    assert "1 experience: 1 would be new" in told(app)


def test_a_mapping_is_kept_for_the_next_time(bringing, told, faults):
    app = drop(bringing, ("halls.csv", WITHOUT_TEXT))
    column(app, "weather").set_value("situation").run()
    app = bring(app, "halls")
    app = drop(app, ("halls.csv", WITHOUT_TEXT + "Snow broke the gutter of the hall.,44\n"))

    assert faults(app) == []
    assert column(app, "weather").value == "situation"
    assert "as they were the last time" in told(app)
    assert "2 experiences: 1 would be new, 1 known already" in told(app)


def test_a_mapping_that_was_kept_can_be_taken_back(bringing, told):
    app = drop(bringing, ("drills.csv", TABLE))
    column(app, "department").set_value("tags").run()
    app = drop(bring(app, "drills"), ("drills.csv", TABLE))
    assert column(app, "department").value == "tags"

    column(app, "department").set_value("discipline").run()
    assert "Disciplines: safety (1) and logistics (1)" in told(app)


# --- the import in the background ----------------------------------------------------------


def test_an_import_makes_a_community_that_becomes_the_chosen_one(
    home, bringing, opened, told, faults
):
    app = bring(drop(bringing, ("drills.csv", TABLE)), "drills")

    assert faults(app) == []
    assert "Imported drills into drills. 2 experiences: 2 new." in told(app)
    assert "1 record was left out, and why" in told(app)
    assert app.selectbox(key="community").value == "drills"
    found = opened(community="drills", problem="nobody noticed the alarm was off")
    assert "#### Fire drill" in [m.value for m in found.markdown]


def test_what_was_uploaded_is_gone_after_the_import(home, bringing):
    app = drop(bringing, ("drills.csv", TABLE))
    place = app.session_state["what was given"].path
    assert place.is_file()
    bring(app, "drills")

    until = time.monotonic() + PATIENCE
    while place.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not place.parent.exists()


def test_what_is_added_to_an_open_community_is_found_at_once(with_sample, opened, told, faults):
    asked = opened(community="sample", problem="lanterns in drizzle")
    assert "Rain plan" not in told(asked)
    app = shown(opened("contribute", community="sample"), "Bring in what you have")
    app = bring(drop(app, ("rain.md", NOTE)), "sample")

    assert faults(app) == []
    assert "193 experiences" in told(app)
    asked = asked.run()
    assert "#### Rain plan" in [m.value for m in asked.markdown]


def test_the_outcome_of_an_import_stays_until_it_is_closed(home, bringing, opened, told):
    app = bring(drop(bringing, ("drills.csv", TABLE)), "drills")
    assert "drills has been imported" in told(opened("ask"))
    assert "Imported drills into drills" in told(opened("contribute"))

    button(app, "Close").click()
    app.run()
    assert "Imported drills into drills" not in told(app)
    assert "has been imported" not in told(opened("ask"))


def test_an_import_that_fails_is_one_clear_line(home, tmp_path, opened, faults):
    known(home, tmp_path)
    app = shown(opened("contribute", community="club"), "Bring in what you have")
    app = drop(app, ("rain.md", NOTE))
    with FileLock(home / "club" / "importing.lock"):
        app = bring(app, "club")

    assert app.exception.len == 0
    assert len(faults(app)) == 1
    assert "rain was not imported" in faults(app)[0]


def test_an_import_is_shown_on_every_page_and_can_be_stopped(home, tmp_path, opened, told, faults):
    path = tmp_path / "pumps.csv"
    rows = (f"{n},The pump number {n} failed in the night of {n}.\n" for n in range(60_000))
    path.write_text("id,problem\n" + "".join(rows))
    app = opened("contribute")
    app.segmented_control(key="bring from").set_value("A path on this machine").run()
    app.text_input(key="path 0").input(str(path)).run()
    button(app, "Import it").click()
    app.run()
    assert "Importing **pumps** into **pumps**" in told(app)
    elsewhere = opened("about")
    assert "Importing pumps: " in told(elsewhere)
    assert "No community yet" in told(elsewhere)

    button(app.run(), "Stop").click()
    app.run()
    assert ended("pumps").state == "stopped"
    app.run()
    assert faults(app) == []
    assert "The import was stopped; nothing was changed" in told(app)
    assert communities(load_settings()) == []
    assert path.exists()


def test_a_second_import_into_the_same_community_waits_its_turn(home, bringing, faults):
    rows = "".join(f"{n},The pump number {n} failed in the night.\n" for n in range(20_000))
    app = drop(bringing, ("pumps.csv", f"id,problem\n{rows}"))
    button(app, "Import it").click()
    app.run()
    drop(app, ("pumps.csv", TABLE))
    button(app, "Import it").click()
    app.run()

    assert "is being imported into pumps at this moment" in faults(app)[0].replace("\\", "")
    import_job(load_settings(), "pumps").stop()
    ended("pumps")


def test_what_is_no_longer_in_a_source_is_deleted_only_when_asked(home, tmp_path, opened, told):
    known(home, tmp_path)
    one = TABLE.split("Lost keys", maxsplit=1)[0]
    app = shown(opened("contribute", community="club"), "Bring in what you have")
    app = drop(app, ("drills.csv", one))
    assert "1 are no longer in it" in told(app)
    next(t for t in app.toggle if t.label.startswith("Also delete")).set_value(True).run()
    bring(app, "club")

    with Workspace(load_settings(), "club") as workspace:
        assert count(workspace) == 1


# --- what was brought in -------------------------------------------------------------------


def test_nothing_brought_in_yet_says_so(with_sample, opened, told, faults):
    with Workspace(load_settings(), "quiet", create=True):
        pass
    app = shown(opened("contribute", community="quiet"), "What was brought in")

    assert faults(app) == []
    assert "Nothing was brought into this community yet" in told(app)


def test_an_import_is_undone_once_that_was_confirmed(home, tmp_path, opened, told, faults):
    known(home, tmp_path)
    app = shown(opened("contribute", community="club"), "What was brought in")
    assert "**drills** · Table" in told(app)
    assert "2 added · 0 changed · 0 removed" in told(app)

    button(app, "Undo").click()
    app.run()
    assert "2 experiences that it added will go." in told(app)
    button(app, "Undo it").click()
    app.run()
    assert faults(app) == []
    assert "Undone: drills is as it was before" in told(app)
    assert not any(b.label == "Undo" for b in app.button)
    with Workspace(load_settings(), "club") as workspace:
        assert count(workspace) == 0
        assert imports(workspace)[0].undone


def test_an_import_is_kept_when_undoing_is_not_confirmed(home, tmp_path, opened, told):
    known(home, tmp_path)
    app = shown(opened("contribute", community="club"), "What was brought in")
    button(app, "Undo").click()
    app.run()
    button(app, "Keep it").click()
    app.run()

    assert "will go" not in told(app)
    assert not button(app, "Undo").disabled


def test_undoing_what_people_recorded_on_needs_their_loss_to_be_agreed(
    home, tmp_path, opened, told, faults
):
    known(home, tmp_path)
    with Workspace(load_settings(), "club") as workspace:
        one = next(workspace.store.all_experiences(limit=1))
        record_outcome(workspace, one.id, Outcome("failed", "a ward of 20 beds"))
    app = shown(opened("contribute", community="club"), "What was brought in")
    button(app, "Undo").click()
    app.run()
    assert "People here recorded 1 outcome on what it added" in told(app)
    assert button(app, "Undo it").disabled

    app.checkbox[0].check().run()
    button(app, "Undo it").click()
    app.run()
    assert faults(app) == []
    assert "is as it was before" in told(app)


def test_a_later_import_of_the_same_name_is_undone_first(home, tmp_path, opened):
    known(home, tmp_path)
    known(home, tmp_path, text=TABLE.replace("weekly", "daily"))
    app = shown(opened("contribute", community="club"), "What was brought in")

    assert [b.disabled for b in app.button if b.label == "Undo"] == [False, True]


# --- the names of uploads ------------------------------------------------------------------


def file_named(name, text):
    held = io.BytesIO(text.encode())
    held.name, held.file_id = name, name
    return held


@pytest.mark.parametrize(
    "name",
    ["../../etc/x.md", "/etc/x.md", "..\\..\\x.md", "C:\\x.md", "a\0b.md", ".." * 40, "é" * 400],
)
def test_the_name_of_an_upload_cannot_lead_elsewhere(name):
    one = given_files([file_named(name, NOTE)], key="k")
    several = given_files([file_named(name, NOTE), file_named("b.md", NOTE)], key="k")

    for given in (one, several):
        assert given.folder is not None
        inside = given.path.resolve()
        assert inside.is_relative_to(given.folder.name)
        written = [inside] if inside.is_file() else [p for p in inside.rglob("*") if p.is_file()]
        assert len(written) == given.files
        given.let_go()
        assert not inside.exists()


def test_files_and_folders_of_one_name_are_kept_apart():
    files = [file_named("a/x", "1"), file_named("a/x/y", "2"), file_named("a/x", "3")]
    given = given_files(files, key="k")

    assert sorted(p.read_text() for p in given.path.iterdir()) == ["1", "2", "3"]
    given.let_go()
