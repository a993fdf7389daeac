"""The mark of the app, drawn here so that nothing has to be fetched for it."""

LOOPS = (
    '<path d="M16 20 C10 8 4 12 4 20 C4 28 10 32 16 20 C22 8 34 6 34 20 C34 34 22 32 16 20 Z" '
    'fill="none" stroke="#2E8B8B" stroke-width="3.4" stroke-linejoin="round"/>'
)
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 38 40" width="76" height="80">'
    f"{LOOPS}</svg>"
)
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 40" width="190" height="40">'
    f"{LOOPS}"
    '<text x="46" y="28" font-family="Georgia, serif" font-size="25" font-weight="600" '
    'textLength="138" lengthAdjust="spacingAndGlyphs" fill="#2E8B8B">doubleloop</text></svg>'
)
