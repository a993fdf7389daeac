"""What a test sees of a page."""

from streamlit.testing.v1 import AppTest

KINDS = ("title", "header", "subheader", "markdown", "caption", "text", "error", "info")
MORE = ("success", "warning")


def seen(app: AppTest) -> str:
    """Everything that stands on the page as text, sidebar included."""
    found = [str(one.value) for kind in (*KINDS, *MORE) for one in getattr(app, kind)]
    return "\n".join([*found, *(button.label for button in app.button)])


def faults(app: AppTest) -> list[str]:
    """What went wrong on the page: exceptions that reached Streamlit, and error lines."""
    return [str(one.value) for one in (*app.exception, *app.error)]
