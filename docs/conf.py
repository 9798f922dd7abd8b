"""Settings of the documentation. Nothing is fetched when it is built."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "openness"
author = "The openness developers"
copyright = "2026, The openness developers"
version = release = installed_version("openness")
language = "en-GB"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_design",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
nitpicky = False

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# A page with code cells is run when it is built, and its build fails if a cell does.
nb_execution_mode = "auto"
nb_execution_raise_on_error = True
nb_execution_timeout = 600

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
# Not RT01: where one line says what comes back, a section that says it again helps nobody.
numpydoc_validation_checks = {"GL03", "GL05", "PR02", "PR03", "SS02", "SS03"}

html_theme = "pydata_sphinx_theme"
html_title = "openness"
html_theme_options = {"show_prev_next": False, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None


def setup(app):
    """Fill in what the pages take from the code; see `from_code.py`."""
    app.connect("source-read", _fill_from_code)


def _fill_from_code(app, docname, source):
    import from_code

    filled = from_code.fill(source[0])
    if filled != source[0]:
        app.env.note_dependency(str(HERE / "from_code.py"), docname=docname)
        for read in ("cli/*.py", "league/*.py", "fitting/gate.py", "fitting/settings.py"):
            for module in sorted((HERE.parent / "openness").glob(read)):
                app.env.note_dependency(str(module), docname=docname)
        source[0] = filled
