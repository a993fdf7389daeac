"""The app: `doubleloop app`, or `streamlit run app.py`, opens it on this machine."""

import streamlit as st

from pipeline.views.brand import ICON, LOGO
from pipeline.views.links import HIDDEN, PAGES, READING_WIDTH, WIDE, file_of
from pipeline.views.sidebar import sidebar

st.set_page_config(
    page_title="doubleloop",
    page_icon=ICON,
    layout="wide",
    menu_items={"About": "doubleloop: learning from the experiences of a community of practice."},
)
st.logo(LOGO, icon_image=ICON, size="large")
pages = [
    st.Page(file_of(name), title=title, icon=icon, url_path=name, default=name == "ask")
    for name, (title, icon) in PAGES.items()
]
hidden = st.Page(file_of(HIDDEN), title="Experience", url_path=HIDDEN, visibility="hidden")
page = st.navigation([*pages, hidden])
sidebar(page.url_path)
with (
    st.container(horizontal_alignment="center"),
    st.container(width="stretch" if page.url_path in WIDE else READING_WIDTH),
):
    page.run()
