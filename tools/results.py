"""Make stored rows again by the code as it is. Without `--go`, only the list and the estimated minutes.

    python tools/results.py                    # results/*.jsonl: how many rows, how long they take
    python tools/results.py variants --go      # one of them, into results-again/; stopped, it continues
    python tools/results.py cifar10k --go --root data

The rows in results/ stay as they are; the scores of both are compared at the end. Runs of a GPU are made again on a GPU
and runs of a CPU on the CPU, unless `--device` says where all of them are made."""
import argparse, json, re, sys
from pathlib import Path
import torch
from mwn_nbdev.lab.results import Config, Store, code_hash
from mwn_nbdev.lab.sweep import sweep

RESULTS = Path('results')
GPU = re.compile('NVIDIA|Tesla|GeForce|Quadro|Radeon|Instinct')   # in a device's name

# Files with rows that are no runs of a sweep, and what makes them
def by(flags, nb): return f'`python tools/nbtest.py --flags {flags} nbs/experiments/{nb}.ipynb`'
def anew(flags, nb): return by(flags, nb)+' once the file has been moved away (it makes what is missing)'
def prototype(nb, *files): return {k: f'no program here: rows of a prototype, see nbs/{nb}.ipynb' for k in files}
OTHERS = dict(
    bench='`make bench`, `make bench-gpu`', rivals='`compare`, see nbs/00_idea.ipynb', digits=by('slow', 'digits'),
    **{k: anew('slow', 'matrix') for k in ('matrix', 'matrix_flip', 'matrix_fresh')},
    matrix_cifar=anew('data', 'matrix'), traps=anew('slow', 'traps'),
    zoo='`MWN_SCALE=paper python tools/nbtest.py nbs/experiments/zoo.ipynb`',
    **prototype('experiments/matrix', 'search', 'search2', 'search3'),
    **prototype('13_suspects', 'suspects', 'suspects_count', 'suspects_window'))

def is_run(row):
    "Does a config describe this row wholly, so that a sweep can make it again?"
    try: return Config.from_dict(row['config']).id==row['id']
    except (KeyError, TypeError, ValueError): return False

def runs(file):
    "Id -> row of all complete runs in `file`"
    return {r['id']: r for r in Store(file).read(warn=False) if is_run(r) and r['status']=='done' and 'curves' in r}

def faults(files):
    "What is stored without a known way to make it again"
    for n in OTHERS:
        if n not in files: yield f'OTHERS names {n}, and there is no {RESULTS/n}.jsonl'
    for n,f in files.items():
        if n in OTHERS: continue
        lost = [r for r in map(json.loads, f.read_text(encoding='utf-8').splitlines()) if not is_run(r)]
        if lost: yield f"'{f}' has {len(lost)} rows that no sweep makes: say in OTHERS what does, or take them out"

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
    if bad := [*faults(files)]: sys.exit('\n'.join(bad))
    if Path(a.out).resolve()==RESULTS.resolve(): sys.exit('--out: the stored rows stay; name another folder')
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
