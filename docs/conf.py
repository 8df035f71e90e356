"Sphinx's settings; what concerns the project comes from `settings.ini`."
import importlib.metadata as im, shutil
from pathlib import Path
from nbdev.config import get_config
cfg = get_config()

project, author, copyright, release = cfg.title, cfg.author, cfg.copyright, cfg.version
extensions = ['myst_nb', 'sphinx.ext.mathjax', 'sphinx.ext.viewcode', 'sphinx_copybutton']

# Notebooks: show the outputs they hold, run nothing
nb_execution_mode = 'off'
nb_render_markdown_format = 'myst'
myst_enable_extensions = ['dollarmath', 'amsmath', 'colon_fence', 'deflist', 'fieldlist', 'attrs_inline', 'attrs_block',
                          'alert', 'tasklist', 'strikethrough']
myst_heading_anchors = 4

# Maths: MathJax in one file, from PyPI's sphinx-mathjax-offline, copied into the site below
mathjax_path = 'mathjax/tex-svg-full.js'
mathjax3_config = dict(options=dict(enableMenu=False))

# API
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 60
viewcode_line_numbers = True
nitpick_ignore_regex = [('py:.*', rf'(?!{cfg.lib_path.name}\.).*'),   # only our own names have to resolve
                        ('py:.*', rf'{cfg.lib_path.name}\.loader\.Batch')]   # a named tuple, described in prose

html_theme = 'sphinx_book_theme'
html_title = cfg.title
html_static_path, html_css_files = ['_static'], ['custom.css']
html_favicon = '_static/favicon.svg'
html_copy_source = html_show_sourcelink = False
html_context = dict(default_mode='auto')
html_theme_options = dict(repository_url=cfg.git_url, use_repository_button=True, use_download_button=False,
                          use_fullscreen_button=False, navbar_persistent=[], show_toc_level=2)

def copy_mathjax(app, exc):
    if exc or app.builder.format!='html': return
    dest = Path(app.outdir)/'_static/mathjax'
    dest.mkdir(parents=True, exist_ok=True)
    for f in im.files('sphinx-mathjax-offline'):
        if f.name==Path(mathjax_path).name: shutil.copy(f.locate(), dest)

def setup(app): app.connect('build-finished', copy_mathjax)
