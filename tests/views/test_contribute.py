import pytest

TABLE = """title,what happened,what we did,outcome_status,department
Fire drill,The alarm was off at night and nobody noticed.,We tested it weekly.,worked,safety
Lost keys,The only key to the store was lost on a Sunday.,We made a second one.,worked,logistics
Nothing,,,failed,safety
"""


@pytest.fixture
def form(with_sample, opened):
    return opened("contribute", community="sample")


def button(app, label):
    return next(b for b in app.button if b.label == label)


def fill(app):
    app.text_input(key="new title").input("Lantern festival put out by drizzle")
    app.text_area(key="new situation").input("We took for granted that lanterns burn in drizzle.")
    app.text_area(key="new insight").input("Rain plans must be tried out, not written.")
    app.text_input(key="new tags").input("festival, weather")
    app.selectbox(key="new status").set_value("failed")
    app.text_input(key="new author").input("Ada Lovelace")
    button(app, "Keep it").click()
    return app.run()


def test_what_is_contributed_is_found_at_once(form, opened, seen, faults):
    app = fill(form)
    assert faults(app) == []
    assert "Kept: Lantern festival put out by drizzle" in seen(app)

    asked = opened(community="sample", problem="lanterns in drizzle at a festival")
    assert "#### Lantern festival put out by drizzle" in [m.value for m in asked.markdown]


def test_the_form_is_empty_after_it_was_kept(form):
    assert fill(form).text_input(key="new title").value == ""


def test_the_contributor_is_shown_by_a_pseudonym_only(form, opened, seen):
    fill(form)
    asked = seen(opened(community="sample", problem="lanterns in drizzle at a festival"))

    assert "Lovelace" not in asked
    assert r"member\-" in asked


def test_a_form_without_text_keeps_what_was_typed_and_says_what_is_missing(form, faults):
    form.text_input(key="new title").input("Only a title")
    button(form, "Keep it").click()
    form.run()

    assert "no text yet" in faults(form)[0]
    assert form.text_input(key="new title").value == "Only a title"


def test_a_file_is_looked_at_before_it_is_imported(home, opened, seen, faults):
    app = opened("contribute")
    app.file_uploader[0].upload("drills.csv", TABLE.encode(), "text/csv").run()
    assert "Give the new community a name" in seen(app)

    app.text_input[0].input("Night Shift").run()
    assert faults(app) == []
    assert "2 experiences: 2 would be new" in seen(app)
    assert "1 record would be left out, and why" in seen(app)
    assert list(home.glob("night-shift/*.db")) == []


def test_a_column_can_be_given_another_meaning(home, opened, seen, faults):
    app = opened("contribute")
    app.file_uploader[0].upload("drills.csv", TABLE.encode(), "text/csv").run()
    app.text_input[0].input("night-shift").run()
    column = next(s for s in app.selectbox if s.label == "what we did")
    column.set_value("insight").run()

    assert faults(app) == []
    assert "2 would be new" in seen(app)


def test_a_file_is_imported_into_a_new_community(home, opened, seen, faults):
    app = opened("contribute")
    app.file_uploader[0].upload("drills.csv", TABLE.encode(), "text/csv").run()
    app.text_input[0].input("night-shift").run()
    button(app, "Import it").click()
    app.run()

    assert faults(app) == []
    assert "Imported. 2 experiences: 2 new, 1 record left out." in seen(app)
    assert app.selectbox(key="community").value == "night-shift"
    found = opened(community="night-shift", problem="nobody noticed the alarm was off")
    assert "#### Fire drill" in [m.value for m in found.markdown]


def test_a_file_that_cannot_be_read_is_one_clear_line(home, opened, faults):
    app = opened("contribute")
    app.file_uploader[0].upload("x.csv", b"\x00\x01\x02" * 500, "text/csv").run()
    app.text_input[0].input("night-shift").run()

    assert app.exception.len == 0
    assert len(faults(app)) >= 1
    assert "Traceback" not in "".join(faults(app))


def test_the_name_of_an_upload_cannot_lead_elsewhere(home, opened, seen):
    app = opened("contribute")
    app.file_uploader[0].upload("../../etc/drills.csv", TABLE.encode(), "text/csv").run()
    app.text_input[0].input("night-shift").run()

    assert "would be new" in seen(app)
    assert not list(home.parent.rglob("drills.csv"))
