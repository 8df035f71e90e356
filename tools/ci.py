"""Everything CI checks, one stage after the other, all of them even if one fails: `python tools/ci.py [stage ...]`.

Ends with `N passed, N failed`. A stage whose own last line has that form adds those numbers (each notebook is one
test); any other stage counts as one."""
import os, re, subprocess, sys, time
from pathlib import Path

STAGES = dict(
    sync      = 'tools/prepare.py --check',       # notebooks clean; modules and sidebar as the notebooks make them
    lint      = '-m ruff check --output-format concise .',
    stored    = 'tools/check_notebooks.py',       # what is stored in the notebooks
    notebooks = 'tools/nbtest.py',
    site      = 'docs/make_site.py --force',
    links     = 'docs/check_site.py',
    readme    = 'docs/make_readme.py --check',
    examples  = 'tools/check_readme.py',          # its blocks of code, run as they stand
    wheel     = 'tools/check_wheel.py',           # builds, installs elsewhere, imports
)

def run(cmd):
    "Run `python cmd`, pass on what it prints; return its exit code and its last line"
    last = ''
    pipe = dict(text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with subprocess.Popen([sys.executable, *cmd.split()], **pipe) as p:
        for l in p.stdout:
            print(l, end='', flush=True)
            last = l.strip() or last
    return p.returncode, last

def main(names):
    if unknown := set(names)-set(STAGES): sys.exit(f'no stage {" ".join(unknown)}; there are {" ".join(STAGES)}')
    os.chdir(Path(__file__).parents[1])
    os.environ['PATH'] = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    table,t0 = [],time.time()
    for name in names or STAGES:
        print(f'\n== {name}: python {STAGES[name]}', flush=True)
        t = time.time()
        rc,last = run(STAGES[name])
        m = re.fullmatch(r'(\d+) passed, (\d+) failed', last)
        passed,failed = map(int, m.groups()) if m else (not rc, bool(rc))
        table.append((name, passed, failed or int(bool(rc)), time.time()-t))   # a non-zero exit code is never a pass
    print(f'\n== summary, {time.time()-t0:.0f} s')
    for name,passed,failed,secs in table:
        print(f'{"FAIL" if failed else "ok  "} {name:10} {passed:3} passed {failed:3} failed  {secs:5.0f} s')
    passed,failed = (sum(o[i] for o in table) for i in (1,2))
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed))

if __name__=='__main__': main(sys.argv[1:])
