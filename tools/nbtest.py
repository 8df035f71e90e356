"""Run notebooks as tests: each in a process of its own, in its own folder. Ends with `N passed, N failed`.

    python tools/nbtest.py                                    # all of them
    python tools/nbtest.py nbs/02_noise.ipynb nbs/experiments  # some
    python tools/nbtest.py changed                             # those that an edit since their last pass touches
    python tools/nbtest.py --save nbs/02_noise.ipynb           # and store the outputs, which the docs show

A cell flagged `#| slow`, `#| cuda` or `#| data` (`tst_flags` in settings.ini) is skipped, and keeps its outputs, unless
`--flags` names the flag."""
import argparse, base64, io, multiprocessing as mp, os, signal, sys, time
from concurrent.futures import ThreadPoolExecutor, as_completed
from fastcore.basics import str2bool
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from changed import changed, fingerprint, record

def skipped(cell, flags):
    "Is this a cell not to run: prose, `#| eval: false`, an export call, or one that carries one of `flags`?"
    from nbdev.process import extract_directives
    if cell.cell_type!='code' or 'nbdev_export'+'(' in cell.source: return True
    d = extract_directives(cell, remove=False)
    return d.get('eval:', [''])[0].lower()=='false' or bool(flags & d.keys())

def report(cell):
    "The failing `cell`: its number, its source and what it printed, IPython's traceback included"
    out = ''.join(''.join(o.get('text', '')) for o in cell.get('outputs', []))
    return f'--- cell {cell.idx_} ---\n{cell.source.strip()}\n--- its output ---\n{out.strip()}\n'

def words_of_figure(fig, printer, cycle):
    "What IPython stores beside a picture"
    from describe import describe
    printer.text(describe(fig))

def smaller(cell):
    "Store the pictures of `cell` with 256 colours, which is a third of the size"
    from PIL import Image
    for d in (o.get('data', {}) for o in cell.outputs):
        if 'image/png' not in d: continue
        im,out = Image.open(io.BytesIO(base64.b64decode(''.join(d['image/png'])))).convert('RGBA'),io.BytesIO()
        if im.getextrema()[3][0]<255: continue   # transparent somewhere
        im.convert('RGB').quantize(256, dither=Image.Dither.NONE).save(out, 'PNG', optimize=True)
        d['image/png'] = base64.b64encode(out.getvalue()).decode()

def run_nb(fn, flags, root, save, timeout):
    "Run notebook `fn` but for cells with one of `flags`; return seconds, cells run, cells skipped, error ('' if none)"
    from execnb.nbio import read_nb, write_nb
    from execnb.shell import CaptureShell
    from nbdev.frontmatter import FrontmatterProc
    from nbdev.process import NBProcessor, nb_lang
    nb = read_nb(fn)
    front = getattr(NBProcessor(fn, procs=FrontmatterProc, process=True).nb, 'frontmatter_', {})
    if str2bool(front.get('skip_exec', False)) or nb_lang(nb)!='python': return 0., 0, len(nb.cells), ''
    sys.path.insert(0, str(root)); os.chdir(fn.parent)
    shell,t = CaptureShell(fn),time.time()
    shell.run_line_magic('colors', 'NoColor')
    shell.display_formatter.formatters['text/plain'].for_type_by_name('matplotlib.figure', 'Figure', words_of_figure)
    shell.run('import matplotlib; matplotlib.rcParams["figure.dpi"] = 80; del matplotlib')   # keeps notebooks small
    def late(*_): raise TimeoutError(f'the notebook took more than {timeout} s')
    signal.signal(signal.SIGALRM, late); signal.alarm(timeout)
    n,code,err = 0,[c for c in nb.cells if c.cell_type=='code'],''
    for cell in code:
        if skipped(cell, flags): continue
        n,cell.outputs = n+1,[]
        shell.cell(cell)
        if shell.exc: err = report(cell); break
        if save: smaller(cell)
    signal.alarm(0)
    if save and not err: write_nb(nb, fn)
    return time.time()-t, n, len(code)-n, err

# Every process starts as a copy of one that has imported these and done nothing else: to import them takes seconds.
# `mwn_nbdev` is not among them. Elsewhere than on Linux, libraries of the system do not bear to be copied.
HEAVY = ['execnb.shell', 'nbdev.frontmatter', 'nbdev.process', 'matplotlib', 'numpy', 'pandas', 'seaborn',
         'sklearn.datasets', 'sklearn.model_selection', 'torch', 'torch._dynamo',
         'torch._decomp.decompositions_for_jvp', 'torchvision']
ctx = mp.get_context('forkserver' if sys.platform=='linux' else 'spawn')

def child(pipe, *args):
    import numpy as np, torch
    np.random.seed(); torch.default_generator.seed()   # or all copies draw the same; Python's `random` sees to itself
    pipe.send(run_nb(*args))

def isolated(fn, flags, root, save, timeout):
    "`run_nb` in a process of its own, so that no notebook sees what another left, nor falls with it"
    r,w = ctx.Pipe(False)
    p = ctx.Process(target=child, args=(w, fn, flags, root, save, timeout))
    p.start(); w.close()
    late = not r.poll(timeout+30 if timeout else None)   # stuck where no signal reaches it
    if late: p.kill()
    try: res = r.recv()
    except EOFError: res = None
    p.join()
    if res: return res
    return 0., 0, 0, f'killed: no answer after {timeout+30} s\n' if late else f'its process died, code {p.exitcode}\n'

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('paths', nargs='*', help='notebooks, folders or globs (default: all)')
    p.add_argument('--flags', default='', help='run also cells with these flags, space separated')
    p.add_argument('--save', action='store_true', help='write the outputs into the notebooks')
    p.add_argument('--n_workers', type=int, default=min(os.cpu_count(), 8), help='notebooks at once')
    p.add_argument('--timeout', type=int, default=900, help='seconds for one notebook, 0: no limit')
    a = p.parse_args()
    # one thread per notebook, as several run at once; plots go into the notebook
    os.environ.setdefault('OMP_NUM_THREADS', '1')
    os.environ.update(IN_TEST='1', MPLBACKEND='module://matplotlib_inline.backend_inline')
    cfg = get_config()
    only,a.paths = 'changed' in a.paths,[o for o in a.paths if o!='changed']
    files = sorted({f.absolute() for o in a.paths or [None] for f in nbglob(o, as_path=True)})
    if only: files = changed(files)
    if missing := [o for o in a.paths if not nbglob(o)]: sys.exit(f'no such notebook: {" ".join(missing)}')
    if sys.platform=='linux':
        ctx.set_forkserver_preload(HEAVY)
        # torch says this to whoever imports its rules of forward mode, which `mwn_nbdev.metagrad.tape` does in silence
        said = os.environ.get('PYTHONWARNINGS')
        os.environ['PYTHONWARNINGS'] = ','.join(filter(None, [said, 'ignore:`torch.jit:FutureWarning']))
    flags,failed = set(cfg.tst_flags.split())-set(a.flags.split()),0
    with ThreadPoolExecutor(max(a.n_workers, 1)) as ex:
        marks = {f: fingerprint(f) for f in files}
        last_first = reversed(files)   # what comes late trains most, and should not end alone
        jobs = {ex.submit(isolated, f, flags, cfg.config_path, a.save, a.timeout): f for f in last_first}
        for j in as_completed(jobs):
            (secs,run,skip,err),name = j.result(),os.path.relpath(jobs[j])
            failed += bool(err)
            if not err: record(jobs[j], marks[jobs[j]])
            print(f"{'FAIL' if err else 'ok  '} {name}  {secs:.1f}s  {run} cells run, {skip} skipped", flush=True)
            if err: print(err, flush=True)
    print(f'{len(files)-failed} passed, {failed} failed')
    sys.exit(bool(failed) or not (files or only))

if __name__=='__main__': main()
