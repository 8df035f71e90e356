"""Which notebooks would run otherwise than when they last passed: they, a module or a file that they use changed."""
import ast, hashlib, json, re
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

root = Path(__file__).resolve().parents[1]
LIB = 'mwn_nbdev'
PASSED = root/'.passed.json'   # notebook -> fingerprint

def named(text):
    "Full names of the library in a string, which may be a program: those with a dot, and those after `import`"
    for a,b in re.findall(rf'\b({LIB}(?:\.\w+)*)(?: +import +\(?([\w, ]+))?', text):
        yield from (f'{a}.{n.split()[0]}' for n in b.split(',') if n.strip())
        if '.' in a: yield a
    if re.search(rf'\bimport +{LIB}\b(?!\.)', text): yield LIB

def imports(code, package):
    "Full names that `code` imports within the library; `from a import b` gives `a.b`, as `b` may be a module"
    for o in ast.walk(ast.parse(code)):
        if isinstance(o, ast.Import): names = [a.name for a in o.names]
        elif isinstance(o, ast.ImportFrom):
            base = resolve_name('.'*o.level+(o.module or ''), package) if o.level else o.module
            names = [f'{base}.{a.name}' for a in o.names]
        elif isinstance(o, ast.Constant) and isinstance(o.value, str): names = named(o.value)
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

def data_of(text):
    "The files of data and the examples that `text` names; any of results/, as their names are often put together"
    yield from (f for f in (root/LIB).glob('*.jsonl') if f.name in text)
    yield from (f for f in (root/'examples').glob('*.py') if f.stem in text)
    if 'results' in text: yield from (root/'results').glob('*.jsonl')

def fingerprint(nb):
    "Of all that the outcome of notebook `nb` depends on within this project"
    code = code_of(nb)
    files = {modules()[m] for m in reach(files_of(imports(code, LIB)))}
    exported = lambda f: f'/{nb.name}' in f.read_text(encoding='utf-8')[:400]
    files |= set(filter(exported, modules().values()))
    files |= {f for m in files for f in data_of(m.read_text(encoding='utf-8')) if f.parent.name==LIB}
    files |= set(data_of(code))
    if 'get_config' in code: files |= {*modules().values(), *(root/'nbs').rglob('*.ipynb'), root/'settings.ini'}
    h = hashlib.sha256(code.encode())
    for f in sorted(files): h.update(f.relative_to(root).as_posix().encode()+f.read_bytes())
    return h.hexdigest()[:16]

def passed(): return json.loads(PASSED.read_text()) if PASSED.exists() else {}

def changed(nbs): return [nb for nb in nbs if passed().get(nb.relative_to(root).as_posix())!=fingerprint(nb)]

def record(nb, mark):
    "Notebook `nb` has passed as `mark`, its fingerprint when it started, has it"
    PASSED.write_text(json.dumps(passed() | {nb.relative_to(root).as_posix(): mark}, indent=1))
