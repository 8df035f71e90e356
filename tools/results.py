"""Make stored rows again by the code as it is. Without `--go`, only the list and the estimated minutes.

    python tools/results.py                    # results/*.jsonl: how many rows, how long they take
    python tools/results.py variants --go      # one of them, into results-again/; stopped, it continues
    python tools/results.py cifar10k --go --root data

The rows in results/ stay as they are; the scores of both are compared at the end."""
import argparse, json, re, sys
from pathlib import Path
from mwn_nbdev.lab.results import Config, Store
from mwn_nbdev.lab.sweep import sweep

RESULTS = Path('results')

def runs(file):
    "Id -> row of all complete runs in `file` that a config describes wholly"
    rows = [r for r in Store(file).read(warn=False) if r.get('status')=='done' and 'curves' in r]
    return {r['id']: r for r in rows if Config.from_dict(r['config']).id==r['id']}

def made_by(file):
    "Where rows come from that are no runs of a sweep"
    if file.stem=='bench': return '`make bench`'
    for nb in sorted(Path('nbs').rglob('*.ipynb')):
        code = nb.read_text(encoding='utf-8')
        if re.search(r'#\| *slow', code) and re.search(rf'\W{file.name}', code):
            return f'`python tools/nbtest.py --flags slow {nb}`'
    return 'a study; its notebook says how'

def minutes(rows): return sum(r['seconds']/r.get('at_once', 1) for r in rows)/60

def compare(stored, again):
    "Largest and mean difference of the scores, in points"
    d = [abs(again[i]['last5']-r['last5']) for i,r in stored.items() if i in again]
    if not d: return 'no row'
    return f'{len(d)} of {len(stored)} rows; they differ by {max(d):.2f} points at most, {sum(d)/len(d):.2f} on average'

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('names', nargs='*', help='files of results/, without .jsonl (default: all)')
    p.add_argument('--go', action='store_true', help='run them')
    p.add_argument('--out', default='results-again', help='folder for the rows')
    p.add_argument('--root', default='data', help='folder of data sets')
    a,files = p.parse_args(),{f.stem: f for f in sorted(RESULTS.glob('*.jsonl'))}
    wrong = set(a.names)-set(files)
    if wrong: sys.exit(f'no rows {", ".join(wrong)}; there are {", ".join(files)}')
    if Path(a.out).resolve()==RESULTS.resolve(): sys.exit('--out: the stored rows stay; name another folder')
    todo = {n: runs(files[n]) for n in a.names or files if 'curves' in json.loads(files[n].open().readline())}
    for n,rows in todo.items():
        devices = ', '.join(sorted({r['device'] for r in rows.values()}))
        print(f'{n:15} {len(rows):4} runs {minutes(rows.values()):7.1f} minutes on {devices}')
    every = [r for rows in todo.values() for r in rows.values()]
    print(f'{"together":15} {len(every):4} runs {minutes(every):7.1f} minutes')
    for n in a.names or files:
        if n not in todo: print(f'{n:15} by {made_by(files[n])}')
    if not a.go: return print('nothing was run; `--go` (make results GO=1) runs the runs above')
    for n,rows in todo.items():
        store = Store(Path(a.out)/f'{n}.jsonl')
        print(sweep([Config.from_dict(r['config']) for r in rows.values()], store, root=a.root))
        print(f'{n}: {compare(rows, {r["id"]: r for r in store.read() if r["status"]=="done"})}')

if __name__=='__main__': main()
