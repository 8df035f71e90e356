"""Make stored rows again by the code as it is. Without `--go`, only the list and the estimated minutes.

    python tools/results.py                    # results/*.jsonl: how many rows, how long they take
    python tools/results.py variants --go      # one of them, into results-again/; stopped, it continues
    python tools/results.py cifar10k --go --root data

The rows in results/ stay as they are; the scores of both are compared at the end. Runs of a GPU are made again on a GPU
and runs of a CPU on the CPU, unless `--device` says where all of them are made."""
import argparse, json, re, sys
from contextlib import chdir
from pathlib import Path
import torch
from mwn_nbdev.lab.experiments import EXPERIMENTS
from mwn_nbdev.lab.results import Config, Store, code_hash
from mwn_nbdev.lab.sweep import sweep

RESULTS = Path('results')
GPU = re.compile('NVIDIA|Tesla|GeForce|Quadro|Radeon|Instinct')   # in a device's name

# Files with rows that are no runs of a sweep, and what makes them
def by(flags, nb): return f'`python tools/nbtest.py --flags {flags} nbs/experiments/{nb}.ipynb`'
def anew(flags, nb): return f'{by(flags, nb)} (after moving the file away: stored rows are not repeated)'
def prototype(nb, *files): return {k: f'no program here: rows of a prototype, see nbs/{nb}.ipynb' for k in files}
OTHERS = dict(
    bench='`make bench`, `make bench-gpu`', rivals='`compare`, see nbs/00_idea.ipynb', digits=by('slow', 'digits'),
    **{k: anew('slow', 'matrix') for k in ('matrix', 'matrix_flip', 'matrix_fresh')},
    matrix_cifar=anew('data', 'matrix'), traps=anew('slow', 'traps'),
    zoo='`MWN_SCALE=paper python tools/nbtest.py nbs/experiments/zoo.ipynb`',
    **prototype('experiments/matrix', 'search', 'search2', 'search3'),
    **prototype('13_suspects', 'suspects', 'suspects_count', 'suspects_window'))

# Notebooks that have their own list `runs`, before their first slow cell
LISTS = dict(digits_methods='methods', variants='variants')
# Sweeps that are not complete: at most so many runs of each are missing
PENDING = dict(cifar20k=27, essential=50, flip=359, human=99, imbalance=357)

def listed(nb):
    "Ids of the runs that notebook `nb` has in its list"
    cells = json.loads(nb.read_text(encoding='utf-8'))['cells']
    names = {}
    with chdir(nb.parent):
        for src in (''.join(c['source']) for c in cells if c['cell_type']=='code'):
            if src.startswith('#| slow'): break
            exec(src, names)
    return {getattr(c, 'id', c) for c in names['runs']}   # configs or ids

def plans():
    "File -> ids of what its sweep runs; a run of several experiments is in the file of the first"
    out,seen = {},set()
    for k,e in EXPERIMENTS.items():
        ids = {c.id for c in e.configs()}
        out[k] = ids-seen
        seen |= ids
    # run by `original`, the preset that `cifar10k` once had; shown in nbs/experiments/flip.ipynb
    out['cifar10k'] |= {c.replace(preset='original').id for c in EXPERIMENTS['cifar10k'].configs() if c.method=='mwn'}
    return out | {k: listed(Path('nbs/experiments')/f'{nb}.ipynb') for k,nb in LISTS.items()}

def faults(files):
    "What is wrong with the stored rows: files nobody makes or that are gone, rows of no sweep, rows that are missing"
    planned = plans()
    yield from (f'{n}.jsonl: no program is known that makes it' for n in files if n not in planned and n not in OTHERS)
    yield from (f'{n}.jsonl: is not there' for n in [*OTHERS, *LISTS, *PENDING] if n not in files)
    for n in planned.keys() & files.keys():
        here = {r['id'] for r in Store(files[n]).read(warn=False)}
        foreign,missing = sorted(here-planned[n]),len(planned[n]-runs(files[n]).keys())
        if foreign: yield f'{n}.jsonl: {len(foreign)} rows are of no run of it: {foreign[:3]}'
        if missing>(may := PENDING.get(n, 0)): yield f'{n}.jsonl: {missing} runs are missing, at most {may} are pending'

def runs(file):
    "Id -> row of all complete runs in `file` that a config describes wholly"
    rows = [r for r in Store(file).read(warn=False) if r.get('status')=='done' and 'curves' in r]
    return {r['id']: r for r in rows if Config.from_dict(r['config']).id==r['id']}

def minutes(rows): return sum(r['seconds']/r.get('at_once', 1) for r in rows)/60

def compare(stored, again):
    "Largest and mean difference of the scores, in points"
    d = [abs(again[i]['last5']-r['last5']) for i,r in stored.items() if i in again]
    if not d: return 'no row'
    return f'{len(d)} of {len(stored)} rows; they differ by {max(d):.2f} points at most, {sum(d)/len(d):.2f} on average'

def new_store(file):
    "The store for new rows; rows of other code in it would pass for rows of this code"
    store = Store(file)
    old = {r['src'] for r in store.read() if r.get('src')!=code_hash()}
    if old: sys.exit(f"'{file}' has rows of other code: remove it, or name another folder with --out")
    return store

def make_again(rows, store, root, device):
    "Run what is not in `store`: what a GPU measured on a GPU, the rest on the CPU, unless `device` is given"
    for kind in ('cuda', 'cpu'):
        todo = [Config.from_dict(r['config']) for r in rows.values() if bool(GPU.search(r['device']))==(kind=='cuda')]
        if not todo: continue
        if kind=='cuda' and device is None and not torch.cuda.is_available():
            print(f'{len(todo)} runs of a GPU are left out: there is none here (`--device cpu` runs them, slowly)')
        else: print(sweep(todo, store, root=root, device=device or kind))

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('names', nargs='*', help='files of results/, without .jsonl (default: all)')
    p.add_argument('--go', action='store_true', help='run them')
    p.add_argument('--out', default='results-again', help='folder for the rows')
    p.add_argument('--root', default='data', help='folder of data sets')
    p.add_argument('--device', help='where to run all of them: cpu, cuda, cuda:1, ...')
    a,files = p.parse_args(),{f.stem: f for f in sorted(RESULTS.glob('*.jsonl'))}
    wrong = set(a.names)-set(files)
    if wrong: sys.exit(f'no rows {", ".join(wrong)}; there are {", ".join(files)}')
    if Path(a.out).resolve()==RESULTS.resolve(): sys.exit('--out: the stored rows stay; name another folder')
    if bad := [*faults(files)]: sys.exit('\n'.join(bad))
    todo = {n: runs(files[n]) for n in a.names or files if n not in OTHERS}
    for n,rows in todo.items():
        devices = ', '.join(sorted({r['device'] for r in rows.values()}))
        print(f'{n:15} {len(rows):4} runs {minutes(rows.values()):7.1f} minutes on {devices}')
    every = [r for rows in todo.values() for r in rows.values()]
    print(f'{"together":15} {len(every):4} runs {minutes(every):7.1f} minutes')
    for n in a.names or files:
        if n in OTHERS: print(f'{n:15} by {OTHERS[n]}')
    if not a.go: return print('nothing was run; `--go` (make results GO=1) runs the runs above')
    stores = {n: new_store(Path(a.out)/f'{n}.jsonl') for n in todo}
    for n,rows in todo.items():
        make_again(rows, stores[n], a.root, a.device)
        print(f'{n}: {compare(rows, {r["id"]: r for r in stores[n].read() if r["status"]=="done"})}')

if __name__=='__main__':
    try: main()
    except KeyboardInterrupt: sys.exit('stopped; the rows so far are kept: start again to go on')
