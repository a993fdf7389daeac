import pytest


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
