"""Check what the notebooks hold, without running them: sizes, stored outputs, imports in cells of their own."""
import ast, json, re, sys, tempfile
from pathlib import Path

root = Path(__file__).resolve().parents[1]
MAX_KB, MAX_CELLS, MAX_LINES = 300, 80, 65   # aim for 60 cells, and 40 lines in an exported one
private = [re.escape(f'{o}/') for o in (root, tempfile.gettempdir(), sys.prefix)] + [r'/(?:home|Users|root)/\w+']

def bad_output(o):
    "What is wrong with stored output `o`, if anything"
    if o['output_type']=='error': return f'holds an error: {o["ename"]}'
    if o.get('name')=='stderr': return 'holds warnings or a progress bar (catch the one you mean to show)'
    text = json.dumps(o.get('text') or {k: v for k,v in o['data'].items() if k!='image/png'})
    if m := re.search('|'.join(private), text): return f'holds a path of one machine: {m[0]}'

def bad_source(src):
    "What is wrong with the source of a code cell, if anything"
    if re.search(r'^#\|\s*export[si]?\b', src, re.M):
        return f'exports more than {MAX_LINES} lines: split it' if len(src.splitlines())>MAX_LINES else None
    try: nodes = [*ast.walk(ast.parse(src))]
    except SyntaxError: return   # a magic
    has = lambda *kinds: any(isinstance(o, kinds) for o in nodes)
    if has(ast.Import, ast.ImportFrom) and has(ast.Expr, ast.Assign):
        return 'mixes imports with code; nbdev runs cells that import to make the docs: give imports their own cell'

def check(fn):
    "All that is wrong with notebook `fn`"
    cells = json.loads(fn.read_text(encoding='utf-8'))['cells']
    if (kb := fn.stat().st_size/1024)>MAX_KB: yield f'{kb:.0f} KB, at most {MAX_KB}'
    if len(cells)>MAX_CELLS: yield f'{len(cells)} cells, at most {MAX_CELLS}'
    for i,c in enumerate(cells):
        if c['cell_type']!='code': continue
        yield from (f'cell {i} {o}' for o in [bad_source(''.join(c['source'])), *map(bad_output, c['outputs'])] if o)

if __name__=='__main__':
    nbs = sorted(p for p in (root/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts)
    bad = [f'{p.relative_to(root)}: {o}' for p in nbs for o in check(p)]
    print(*bad, f'{len(nbs)} notebooks, {len(bad)} faults', sep='\n')
    sys.exit(bool(bad))
