"""Which notebooks would run otherwise than when they last passed: they, a module they import or results changed."""
import ast, hashlib, json, textwrap
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

root = Path(__file__).resolve().parents[1]
LIB = 'mwn_nbdev'
PASSED = root/'.passed.json'   # notebook -> fingerprint

def imports(code, package):
    """Full names that `code` imports within the library, also in programs that it holds as strings; `from a import b`
    gives `a.b`, as `b` may be a module"""
    for o in ast.walk(ast.parse(code)):
        if isinstance(o, ast.Constant) and isinstance(o.value, str) and LIB in o.value:
            try: yield from imports(textwrap.dedent(o.value), package)
            except SyntaxError: pass   # prose
            continue
        if isinstance(o, ast.Import): names = [a.name for a in o.names]
        elif isinstance(o, ast.ImportFrom):
            base = resolve_name('.'*o.level+(o.module or ''), package) if o.level else o.module
            names = [f'{base}.{a.name}' for a in o.names]
        else: continue
        yield from (n for n in names if n.split('.')[0]==LIB)

@cache
def modules():
    "Module -> its file"
    name = lambda f: '.'.join(f.relative_to(root).with_suffix('').parts).removesuffix('.__init__')
    return {name(f): f for f in (root/LIB).rglob('*.py') if f.name!='_modidx.py'}

def files_of(names):
    "The modules behind imported `names`; the front door opens on all of them"
    for n in names:
        if n in modules(): known = n
        elif (parent := n.rpartition('.')[0]) in modules(): known = parent
        else: continue
        yield from modules() if known==LIB else [known]

@cache
def direct(mod):
    f = modules()[mod]
    if mod==LIB: return frozenset()   # what it opens on is told by who asks
    package = mod if f.name=='__init__.py' else mod.rpartition('.')[0]
    return frozenset(files_of(imports(f.read_text(encoding='utf-8'), package)))

def reach(mods):
    "Modules `mods` and all that they import, also by way of others"
    seen,new = set(),set(mods)
    while new:
        seen |= new
        new = set().union(*map(direct, new))-seen
    return seen

def code_of(nb):
    "The code of notebook `nb`, without magics and directives that no parser reads"
    cells = json.loads(nb.read_text(encoding='utf-8'))['cells']
    cells = [''.join(c['source']) for c in cells if c['cell_type']=='code']
    return '\n'.join(l for c in cells for l in c.splitlines() if not l.lstrip().startswith(('%','!')))

def fingerprint(nb):
    "Of all that the outcome of notebook `nb` depends on within this project"
    code = code_of(nb)
    files = {modules()[m] for m in reach(files_of(imports(code, LIB)))}
    exported = lambda f: f'/{nb.name}' in f.read_text(encoding='utf-8')[:400]
    files |= set(filter(exported, modules().values()))
    text = code+''.join(f.read_text(encoding='utf-8') for f in files)
    files |= {f for f in (root/LIB).glob('*.jsonl') if f.name in text}
    files |= {f for f in (root/'examples').glob('*.py') if f.stem in code}
    if 'results' in code: files |= set((root/'results').glob('*.jsonl'))
    if 'nbs_path' in code: files |= {*modules().values(), *(root/'nbs').rglob('*.ipynb')}   # it looks at all of them
    h = hashlib.sha256(code.encode())
    for f in sorted(files): h.update(f.as_posix().encode()+f.read_bytes())
    return h.hexdigest()[:16]

def passed(): return json.loads(PASSED.read_text()) if PASSED.exists() else {}

def changed(nbs): return [nb for nb in nbs if passed().get(nb.relative_to(root).as_posix())!=fingerprint(nb)]

def record(nb, mark):
    "Notebook `nb` has passed as `mark`, its fingerprint when it started, has it"
    PASSED.write_text(json.dumps(passed() | {nb.relative_to(root).as_posix(): mark}, indent=1))
