"""Build the website from the notebooks with PyPI packages only: no Quarto, no network, nothing executed twice.

    nbs/*.ipynb --(nbdev's own processors)--> _proc/ --(this file)--> _build/src/ --(Sphinx, MyST-NB)--> _build/html/

The notebooks keep Quarto's syntax (`#|` cell options, `::: {.callout-note}`): `nbdev_docs` can render them too."""
import ast, gc, importlib, inspect, json, re, shutil, subprocess, sys, textwrap, time, typing
from functools import partial
from itertools import groupby
from pathlib import Path
import yaml
from fastcore.basics import _clsmethod
from fastcore.docments import docments
from fastcore.script import call_parse
from nbdev.config import get_config
from nbdev.doclinks import NbdevLookup
from nbdev.serve import proc_nbs

sys.path.insert(0, str(Path(__file__).parent))
from make_card import make_card
from rooms import EXTRA, in_rooms, page

cfg = get_config()
root, lib, nbs = cfg.config_path, cfg.lib_path.name, cfg.nbs_path
base = f"{cfg.doc_host.rstrip('/')}/{cfg.doc_baseurl.strip('/')}/"
sys.path.insert(0, str(root))   # the modules of this checkout, whatever is installed

# %% Names
def symbols():
    "Fully qualified name -> page, for all that nbdev exported (from `_modidx.py`)"
    idx = importlib.import_module(f'{lib}._modidx').d
    for mod in idx['syms']: importlib.import_module(mod)   # `api` looks into them
    return {nm: url.partition('#')[0] for d in idx['syms'].values() for nm,(url,_) in d.items()}

def default_exp(rel):
    "The module that notebook `rel` exports to"
    for c in json.loads((nbs/rel).read_text(encoding='utf-8'))['cells']:
        if m := re.search(r'^#\|\s*default_exp\s+(\S+)', ''.join(c['source']), re.M): return f'{lib}.{m[1]}'

def qualify(s, syms, mod=None, first=()):
    "The fully qualified name of `s`, best from module `mod`, then one in `first`; None if nbdev did not export it"
    s = s.removesuffix('()')
    hits = [o for o in syms if o==s or o.endswith('.'+s)]
    return next((o for o in hits if o==f'{mod}.{s}'), next((o for o in hits if o in first), hits[0] if hits else None))

# %% Markdown
WIDTH = 96   # characters of an output on a page of 1280 pixels
_kinds = 'note tip warning caution important'.split()
_re_callout = re.compile(r'^(:::+) *\{\.callout-(\w+)([^}\n]*)\}[ \t]*\n(.*?)^\1[ \t]*$', re.S|re.M)
_re_nb = re.compile(r'(\]\()(?!\w+:)([^)\s]+?\.ipynb)((?:#[^)\s]*)?\))')
_re_sym = re.compile(r'\[`([^`]+)`\]\(' + re.escape(base) + r'([^)#]*)(#[^)]*)?\)')
# a link with links in its text, which nbdev has put there
_re_link = re.compile(r'\[([^][]*(?:\[[^][]*\]\([^)\s]*\)[^][]*)+)\]\(')
_re_show = re.compile(r'^show_doc\(\s*([\w.]+)', re.M)

def parse_callout(m):
    _,kind,attrs,body = m.groups()
    title = (re.search(r'title *= *"([^"]*)"', attrs) or [None]*2)[1]
    if not title and (h := re.match(r'\s*#+ +(.*)\n', body)): title,body = h[1],body[h.end():]
    return kind if kind in _kinds else 'note', title, body.strip('\n'), 'collapse="true"' in attrs

def unlinked(s): return re.sub(r'\[([^][]*)\]\([^)]*\)', r'\1', s)

def admonition(m):
    "A Quarto callout as a MyST admonition"
    kind,title,body,fold = parse_callout(m)
    opts = f':class: {kind}\n' + ':collapsible: closed\n'*fold
    return f'::::{{admonition}} {title or kind.title()}\n{opts}\n{body}\n::::'

def alert(m):
    "A Quarto callout as a GitHub alert, for the README"
    kind,title,body,_ = parse_callout(m)
    return textwrap.indent(f'[!{kind.upper()}]\n' + (f'**{title}**\n\n' if title else '') + body, '> ', lambda l: True)

def not_code(f, s):
    "Apply `f` to what of `s` lies outside code fences"
    return ''.join(o if i%2 else f(o) for i,o in enumerate(re.split(r'(^```.*?^```[ \t]*$)', s, flags=re.S|re.M)))

def front(src):
    "The front matter in a raw cell, as a dict"
    m = re.match(r'---[ \t]*\n(.*?)\n---\s*$', src, re.S)
    return yaml.safe_load(m[1]) if m else {}

def options(src):
    "The `#| key: value` lines of a code cell, and the code without any `#|` line"
    opts = {k: v.strip('"\'') for k,v in re.findall(r'^#\|\s*([\w-]+)\s*:\s*(.*?)\s*$', src, re.M)}
    return opts, re.sub(r'^#\|.*\n?', '', src, flags=re.M).strip('\n')

def plain(s):
    "A sentence of Markdown as text"
    return ' '.join(unlinked(s).replace('`', '').replace('*', '').split())

def cell(kind, src, id, **kw): return dict(cell_type=kind, id=id, source=src, metadata={}) | kw

def is_picture(o): return any(k.startswith('image/') for k in o.get('data', {}))

def alt_text(o, opts):
    "What picture `o` shows: the cell's `fig-alt`, or the figure's words, which `tools/nbtest.py --save` stores with it"
    said = ''.join(o['data'].get('text/plain', ''))
    return opts.get('fig-alt') or opts.get('fig-cap') or ('' if said.startswith('<') else ' '.join(said.split()))

def readable(o):
    "Output `o` with sentences that fit into the page, and table cells that do not break; None if it is blank"
    fold = lambda l: l if len(l)<=WIDTH or '  ' in l.strip() else textwrap.fill(l, WIDTH, subsequent_indent='  ')
    def text(v): return '\n'.join(map(fold, ''.join(v).split('\n')))
    if o['output_type']=='stream': return o | dict(text=text(o['text'])) if ''.join(o['text']).strip() else None
    data = dict(o.get('data', {}))
    if 'text/plain' in data: data['text/plain'] = text(data['text/plain'])
    if 'text/html' in data:
        whole = re.compile(r'(?<=\d) ± (?=\d)| (?=\(\d+\)\*?</td>)')
        data['text/html'] = whole.sub(lambda m: m[0].replace(' ', '\u00a0'), ''.join(data['text/html']))
    return o | dict(data=data) if data else o

def by_picture(outputs):
    "The outputs of a cell in groups of at most one picture, as MyST-NB knows one alternative text for a cell"
    res = [[]]
    for o in outputs:
        if is_picture(o) and any(map(is_picture, res[-1])): res.append([])
        res[-1].append(o)
    return res

# %% API entries
class Raw(str):
    __repr__ = str.__str__

def fmt_anno(a):
    "An annotation as one would write it: our public types in full (Sphinx links them), others by their last name"
    if a is inspect.Parameter.empty: return a
    if isinstance(a, type) and not typing.get_origin(a):
        public = a.__module__.startswith(lib) and a.__qualname__ in getattr(sys.modules[a.__module__], '__all__', [])
        if issubclass(a, tuple): public = False   # a named tuple is described in prose
        return Raw(f'{a.__module__}.{a.__qualname__}' if public else a.__qualname__)
    return Raw(re.sub(rf'(?<![\w.])(?!{lib}\.)(?:\w+\.)+(\w+)', r'\1', a if isinstance(a, str) else str(a)))

def fmt_default(d):
    if d is inspect.Parameter.empty: return d
    s = d.__name__ if callable(d) and hasattr(d, '__name__') else repr(d)
    try: ast.parse(s, mode='eval')
    except SyntaxError: return Raw('...')
    return Raw(s)

def fmt_sig(o, method=False):
    try: sig = inspect.signature(o)
    except (ValueError,TypeError): return ''
    ps = [p.replace(annotation=fmt_anno(p.annotation), default=fmt_default(p.default))
          for p in list(sig.parameters.values())[method:]]
    ret = inspect.Signature.empty if inspect.isclass(o) else fmt_anno(sig.return_annotation)
    return str(sig.replace(parameters=ps, return_annotation=ret))

def together(o):
    "Parameter -> those before it on its line of the source, which share its comment"
    try: lines = inspect.getsource(o.__init__ if inspect.isclass(o) else o).splitlines()
    except (OSError, TypeError): return {}
    parts = [re.findall(r'(?:^|[(,])\s*(\w+)(?=\s*[:=,])', l.partition('#')[0]) for l in lines if '#' in l]
    return {names[-1]: names[:-1] for names in parts if len(names)>1}

def lookup(q):
    "Module, object and owner (module or class) of the symbol with the full name `q`"
    mod = max((m for m in sys.modules if q.startswith(m+'.')), key=len)
    o = owner = sys.modules[mod]
    for p in q[len(mod)+1:].split('.'):
        owner,o = o,(inspect.getattr_static(o, p) if inspect.isclass(o) else getattr(o, p))
    return mod, o, owner

def api(q, md):
    "Symbol `q` as a Sphinx object, from the exported module; `md` renders its Markdown"
    mod,o,owner = lookup(q)
    name,kind,opts,inner = q[len(mod)+1:],'function',[],o
    if inspect.isclass(o): kind = 'class'
    elif inspect.isclass(owner):
        kind = 'property' if isinstance(o, property) else 'method'
        if isinstance(o, (classmethod,_clsmethod)): opts.append(':classmethod:')
        if isinstance(o, staticmethod): opts.append(':staticmethod:')
        if kind=='property': inner = o.fget
        else: inner = getattr(o, '__func__', getattr(o, 'f', o) if isinstance(o, _clsmethod) else o)
    doc = inspect.cleandoc(inner.__dict__.get('__doc__') or '' if kind=='class' else inner.__doc__ or '')
    if doc.startswith(f'{name}('): doc = ''   # what `dataclass` writes by itself
    sig,dm = '',{}
    if kind!='property':
        sig = fmt_sig(inner, kind=='method' and ':staticmethod:' not in opts)
        dm = docments(inner, full=True, args_kwargs=True)   # or the comment of `**kw` is taken for that of the result
    elif (r := inspect.signature(inner).return_annotation) is not inspect.Signature.empty:
        opts.append(f':type: {fmt_anno(r)}')
    md = partial(md, but=dm)   # a parameter is not the function of the same name
    one = lambda s: ' '.join(md(s).split())
    said = {k: one(v['docment']) for k,v in dm.items() if k!='self' and v.get('docment')}
    alike = {k: [o for o in v if o in dm and o not in (*said, 'self')] for k,v in together(inner).items() if k in said}
    fields = [f':returns: {v}' if k=='return' else f':param {",".join([*alike.get(k, []), k])}: {v}'
              for k,v in said.items()]
    return '\n'.join([f'::::::{{py:{kind}}} {name}{sig}', f':module: {mod}', *opts, '', md(doc), '', *fields, '::::::'])

# %% Pages
def in_order(cells, mod):
    "Neighbouring `show_doc` cells in the order of the module: nbdev reverses the functions of one cell"
    shown = lambda c: c['cell_type']=='code' and _re_show.search(''.join(c['source']))
    names = getattr(sys.modules.get(mod), '__all__', [])
    code = inspect.getsource(sys.modules[mod]) if names else ''
    def rank(c):
        owner,_,method = shown(c)[1].partition('.')
        return (names.index(owner) if owner in names else len(names)), code.find(f'def {method}(') if method else -1
    return [c for is_doc,g in groupby(cells, lambda c: bool(shown(c))) for c in (sorted(g, key=rank) if is_doc else g)]

def with_insides(cells, rel):
    "The processed cells, and those of the source that are internal but shown: `#| exporti` with `#| echo: true`"
    source = json.loads((nbs/rel).read_text(encoding='utf-8'))['cells']
    ids,parts,at = {c['id'] for c in source},{},''
    for c in cells:
        if c['id'] in ids: at = c['id']
        parts.setdefault(at, []).append(c)   # what nbdev has added stays behind its cell
    inside = lambda c: re.match(r'#\|\s*exporti\s*\n#\|\s*echo:\s*true', ''.join(c['source']))
    return sum(([c] if inside(c) else parts.get(c['id'], []) for c in source), parts.get('', []))

class Page:
    "One processed notebook on its way to the site"
    def __init__(self, path, rel, syms, documented):
        self.path,self.rel,self.syms,self.documented,self.mod = path,rel,syms,documented,default_exp(rel)

    def md(self, s, link=False, but=()):
        "Markdown for MyST; `link` also looks for symbols in backticks (nbdev did so in cells, not in docstrings)"
        if link and s: s = NbdevLookup().linkify(s)
        def f(s):
            s = _re_link.sub(lambda m: f'[{unlinked(m[1])}](', s)
            s = _re_nb.sub(lambda m: f'{m[1]}{page(m[2]).as_posix()}.ipynb{m[3]}', s)
            return _re_sym.sub(lambda m: f'`{m[1]}`' if m[1] in but else self.sym(m), s)
        return not_code(f, _re_callout.sub(admonition, s))

    def sym(self, m):
        "nbdev's link to the public site as one within this site, which the build checks; internal names are no links"
        q = qualify(m[1], self.syms, self.mod, self.documented)
        if q not in self.documented: q = q and q.rpartition('.')[0]   # an undocumented method: its class
        if q in self.documented: return f'{{py:obj}}`{m[1]} <{q}>`'
        return f'`{m[1]}`'

    def code(self, c, src):
        opts,src = options(src)
        m = _re_show.match(src)
        if m and (q := qualify(m[1], self.syms, self.mod)):
            a = q.removeprefix(f'{self.mod}.').lower()   # the anchor nbdev's doclinks use, unless a heading has it
            anchor = '' if a in self.heads else f'<div id="{a}"></div>\n\n'
            return [cell('markdown', anchor+api(q, partial(self.md, link=True)), c['id'])]
        no = lambda k: opts.get(k, '').lower()=='false'
        if no('include') or not src: return []
        tags,nb = [t for k,t in (('echo','remove-input'), ('output','remove-output')) if no(k)],{}
        if opts.get('code-fold') in ('true','show'):
            tags.append('hide-input')
            nb['code_prompt_show'] = nb['code_prompt_hide'] = opts.get('code-summary', 'Code')
        if 'fig-cap' in opts: nb['figure'] = dict(caption=opts['fig-cap'])
        for d in (o.get('data', {}) for o in c['outputs']):
            if 'text/markdown' in d: d['text/markdown'] = self.md(''.join(d['text/markdown']))
        def part(i, outs):
            alt = [alt_text(o, opts) for o in outs if is_picture(o)]
            own = nb | dict(image=dict(alt=alt[0])) if alt else nb
            meta = dict(tags=tags if i==0 else [*tags, 'remove-input'], mystnb=own)
            return cell('code', src, f"{c['id']}-{i}", execution_count=None, outputs=outs, metadata=meta)
        return [part(i, outs) for i,outs in enumerate(by_picture([*filter(None, map(readable, c['outputs']))]))]

    def __call__(self):
        nb = json.loads(self.path.read_text(encoding='utf-8'))
        cells,fm = [],{}
        prose = '\n'.join(''.join(c['source']) for c in nb['cells'] if c['cell_type']=='markdown')
        self.heads = {'-'.join(re.findall(r'\w+', h)).lower() for h in re.findall(r'^#+ +(.+)', prose, re.M)}
        for c in in_order(with_insides(nb['cells'], self.rel), self.mod):
            src = ''.join(c['source'])
            if c['cell_type']=='raw': fm |= front(src)
            elif src.startswith('<!-- WARNING: THIS FILE WAS AUTOGENERATED'): pass
            elif c['cell_type']=='markdown': cells.append(cell('markdown', self.md(src), c['id']))
            else: cells += self.code(c, src)
        desc = self.description = fm.get('description') or ''
        head = f"# {fm.get('title') or page(self.rel).name}\n\n"
        if desc: head += f'{{.description}}\n{self.md(desc, True)}'
        nb['cells'] = [cell('markdown', head, 'head'), *cells]
        python = dict(name='python3', display_name='python3', language='python')
        nb['metadata'] = dict(kernelspec=python, language_info=dict(name='python'))
        return nb

def toc(files):
    "The table of contents, one tree for each room"
    names = [page(rel).as_posix() for rel in files]
    entry = lambda n: 'Overview <self>' if n=='index' else n
    tree = '```{{toctree}}\n:hidden:\n:caption: {}\n\n{}\n```'.format
    return '\n\n'.join(tree(k, '\n'.join(map(entry, v))) for k,v in in_rooms([*names, *EXTRA]).items() if v)

def put(f, s):
    "Write `s` to `f` only if that changes it, so that Sphinx's cache stays good"
    f.parent.mkdir(parents=True, exist_ok=True)
    if not f.exists() or f.read_bytes()!=s: f.write_bytes(s)
    return f

def convert(proc, src):
    "All pages of `proc`, as MyST notebooks, to `src`; but those that have been renamed or deleted since"
    syms = symbols()
    there = {p.relative_to(proc): p for p in sorted(proc.rglob('*')) if (nbs/p.relative_to(proc)).is_file()}
    files = {rel: p for rel,p in there.items() if p.suffix=='.ipynb'}
    documented = {qualify(m, syms, default_exp(rel)) for rel,p in files.items()
                  for c in json.loads(p.read_text(encoding='utf-8'))['cells'] if c['cell_type']=='code'
                  for m in _re_show.findall(''.join(c['source']))}
    ours = [f for f in [root/'docs/conf.py', root/'docs/words.py', *(root/'docs').glob('_*/*')] if f.is_file()]
    made = {put(src/f.relative_to(root/'docs'), f.read_bytes()) for f in ours}
    about = {f'{k}.md': dict(source=f, description=said) for k,(f,said) in EXTRA.items()}
    for rel,p in files.items():
        pg = Page(p, rel, syms, documented)
        nb = pg()
        name = page(rel).with_suffix('.ipynb').as_posix()
        about[name] = dict(source=(nbs/rel).relative_to(root).as_posix(), description=plain(pg.description))
        if rel.as_posix()=='index.ipynb': nb['cells'].append(cell('markdown', toc(files), 'toc'))
        made.add(put(src/name, json.dumps(nb).encode()))
    for k,(v,_) in EXTRA.items(): made.add(put(src/f'{k}.md', (root/v).read_bytes()))
    made.add(put(src/'_static/card.png', make_card(cfg.title, cfg.description, nbs/'index.ipynb')))
    made.add(put(src/'pages.json', json.dumps(about, indent=1).encode()))
    for rel,p in there.items():   # pictures that lie beside the notebooks
        if p.suffix in ('.png','.svg','.jpg','.jpeg','.gif'): made.add(put(src/rel, p.read_bytes()))
    for f in set(o for o in src.rglob('*') if o.is_file())-made: f.unlink()
    return files

@call_parse
def main(
    force:bool=False,   # Forget all caches?
    lax:bool=False,     # Let warnings (a broken link, say) pass?
):
    "Build the website into `_build/html`"
    t = [time.time()]
    out = root/'_build'
    if force: shutil.rmtree(out, ignore_errors=True)
    proc = proc_nbs(force=force, n_workers=0); t.append(time.time())
    gc.freeze()   # at the end, each shell that nbdev has used collects garbage: half a minute in all
    files = convert(proc, out/'src'); t.append(time.time())
    strict = [] if lax else ['-W', '--keep-going']
    r = subprocess.run([sys.executable, '-m', 'sphinx', '-q', '-n', *strict, '-b', 'html', '-d', str(out/'doctrees'),
                        str(out/'src'), str(out/'html')], cwd=root).returncode
    t.append(time.time())
    secs = 'nbdev {:.0f} s, conversion {:.0f} s, Sphinx {:.0f} s'.format(*(b-a for a,b in zip(t, t[1:])))
    print(f'{len(files)} pages in _build/html/index.html; {secs}')
    sys.exit(r)
