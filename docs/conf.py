"Sphinx's settings; what concerns the project comes from `settings.ini`."
import html, importlib.metadata as im, json, re, shutil, sys
from pathlib import Path
from nbdev.config import get_config
cfg = get_config()
here = Path(__file__).parent
sys.path.insert(0, str(here))
from words import write_words

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
html_static_path, html_css_files, templates_path = ['_static'], ['custom.css'], ['_templates']
html_favicon = '_static/favicon.svg'
html_baseurl = f"{cfg.doc_host.rstrip('/')}/{cfg.doc_baseurl.strip('/')}/"
html_copy_source = html_show_sourcelink = False

# What `make_site.py` knows of each page: its source file and its one sentence
pages = json.loads((here/'pages.json').read_text(encoding='utf-8'))
html_context = dict(default_mode='auto', edit_page_provider_name='GitHub', pages=pages,
                    edit_page_url_template=f'{cfg.git_url}/edit/{cfg.branch}/{{{{ pages[file_name].source }}}}')
html_theme_options = dict(repository_url=cfg.git_url, use_repository_button=True, use_edit_page_button=True,
                          use_issues_button=True, use_download_button=False, use_fullscreen_button=False,
                          navbar_persistent=[], show_toc_level=2, logo=dict(text=f'{cfg.title} {release}'))

def head(app, name, template, context, doctree):
    "What search engines and previews read of a page"
    info,home = pages.get(name+context.get('page_source_suffix', ''), {}),name==app.config.root_doc
    if home: context['docstitle'] = cfg.description.partition(':')[0]
    said = info.get('description') or cfg.description
    title = f'{cfg.title}: {cfg.description}' if home else html.unescape(context.get('title', ''))
    url = context.get('pageurl') or html_baseurl
    og = dict(title=title, description=said, type='website', url=url, site_name=cfg.title,
              image=f'{html_baseurl}_static/card.png') | {'image:alt': cfg.description}
    tags = {'name="description"': said, 'name="twitter:card"': 'summary_large_image'}
    tags |= {f'property="og:{k}"': v for k,v in og.items()}
    lines = (f'\n    <meta {k} content="{html.escape(v)}" />' for k,v in tags.items())
    context['metatags'] = context.get('metatags', '') + ''.join(lines)
    if name=='search':
        for f in ('words.js', 'search.js'): app.add_js_file(f, loading_method='defer', priority=900)

def copy_mathjax(app, exc):
    if exc or app.builder.format!='html': return
    dest = Path(app.outdir)/'_static/mathjax'
    dest.mkdir(parents=True, exist_ok=True)
    for f in im.files('sphinx-mathjax-offline'):
        if f.name==Path(mathjax_path).name: shutil.copy(f.locate(), dest)

ICON = re.compile(r'(?<=[{,])"?([\w-]+)"?:\[\d+,\d+,(\[[^\]]*\]),"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?')

def few_icons(app, exc):
    "Of the theme's 2,000 icons (1.5 MB on each page), the few that the site shows"
    if exc or app.builder.format!='html': return
    out = Path(app.outdir)
    icons = out/'_static/scripts/fontawesome.js'
    text = [f.read_text(encoding='utf-8') for f in (*out.rglob('*.html'), *(out/'_static/scripts').glob('*theme.js'))]
    used = {o for t in text for o in re.findall(r'\bfa-([a-z][\w-]*)', t)}
    keep = lambda m: m[0] if used & {m[1], *re.findall(r'[\w-]+', m[2])} else ''
    icons.write_text(ICON.sub(keep, icons.read_text(encoding='utf-8')), encoding='utf-8')

def setup(app):
    app.connect('html-page-context', head)
    app.connect('build-finished', copy_mathjax)
    app.connect('build-finished', write_words)
    app.connect('build-finished', few_icons)
