"""Everything CI checks, in this order, all of it even if one stage fails: `python tools/ci.py [stage ...]`.

Ends with `N passed, N failed`. A stage whose own last line has that form adds those numbers (each notebook is one
test); any other stage counts as one. What comes after the notebooks runs beside them, and is printed after them."""
import os, re, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

STAGES = dict(
    sync      = 'tools/prepare.py --check',       # notebooks clean; modules and sidebar as the notebooks make them
    lint      = '-m ruff check --output-format concise .',
    stored    = 'tools/check_notebooks.py',       # what is stored in the notebooks
    rows      = 'tools/results.py',               # all stored rows are known, and what makes them again
    notebooks = 'tools/nbtest.py',
    site      = 'docs/make_site.py --force',
    links     = 'docs/check_site.py',
    readme    = 'docs/make_readme.py --check',
    examples  = 'tools/check_readme.py',          # its blocks of code, run as they stand
    wheel     = 'tools/check_wheel.py',           # builds, installs elsewhere, imports
)

def run(cmd, show):
    "Run `python cmd`, show its lines as they come; return its exit code, all its lines and its seconds"
    t,lines = time.time(),[]
    pipe = dict(text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with subprocess.Popen([sys.executable, *cmd.split()], **pipe) as p:
        for l in p.stdout:
            lines.append(l); show(l)
    return p.returncode, lines, time.time()-t

def show(l): print(l, end='', flush=True)

def result(rc, lines, secs):
    "What the stage counts as: passed, failed, seconds"
    m = re.fullmatch(r'(\d+) passed, (\d+) failed', ''.join(lines).strip().rpartition('\n')[2].strip())
    passed,failed = map(int, m.groups()) if m else (not rc, bool(rc))
    return passed, failed or int(bool(rc)), secs   # a non-zero exit code is never a pass

def main(names):
    if unknown := set(names)-set(STAGES): sys.exit(f'no stage {" ".join(unknown)}; there are {" ".join(STAGES)}')
    os.chdir(Path(__file__).parents[1])
    os.environ['PATH'] = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    os.environ.pop('PYTHONDONTWRITEBYTECODE', None)   # or each notebook compiles the package again
    os.environ.setdefault('OMP_NUM_THREADS', '1')     # stages side by side would wait for each other's threads
    names,table,beside,t0 = names or list(STAGES),{},{},time.time()
    with ThreadPoolExecutor(1) as ex:
        for i,name in enumerate(names):
            show(f'\n== {name}: python {STAGES[name]}\n')
            if name=='notebooks': beside = {o: ex.submit(run, STAGES[o], lambda l: None) for o in names[i+1:]}
            if name in beside: out = beside[name].result(); show(''.join(out[1]))
            else: out = run(STAGES[name], show)
            table[name] = result(*out)
    print(f'\n== summary, {time.time()-t0:.0f} s')
    for name,(passed,failed,secs) in table.items():
        print(f'{"FAIL" if failed else "ok  "} {name:10} {passed:3} passed {failed:3} failed  {secs:5.0f} s')
    passed,failed = (sum(o[i] for o in table.values()) for i in (0,1))
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))

if __name__=='__main__': main(sys.argv[1:])
