"""Pack what a bare machine with a GPU needs into folders below a size: code, pure Python wheels, data, results so far.

    python tools/kit/build_kit.py OUT --root data    # official CIFAR files, or parts of a kit; CIFAR-10_human.pt
    python tools/kit/build_kit.py OUT --root data --resume BACK   # and what an earlier run of the kit has given back

There, put the folders together and run it: `cp -r part*/. kit; python3 kit/run_kit.py --budget 540`."""
import argparse, json, shutil, subprocess, sys, tempfile
from pathlib import Path
import pixels

HERE = Path(__file__).resolve().parents[2]
PURE = ['fastcore', 'tqdm', 'seaborn']   # what is missing of these there is taken from the kit

def gather(to, root, resume):
    "All files of the kit, as they lie there"
    shutil.copytree(HERE/'mwn_nbdev', to/'src'/'mwn_nbdev', ignore=shutil.ignore_patterns('__pycache__'))
    for f in ('run_kit.py', 'pixels.py'): shutil.copy(Path(__file__).parent/f, to/f)
    (to/'wheels').mkdir(); (to/'results').mkdir(); (to/'data').mkdir()
    get = [sys.executable, '-m', 'pip', 'download', '-q', '--disable-pip-version-check', '--no-deps', '-d', to/'wheels']
    subprocess.run([*get, *PURE], check=True)
    from mwn_nbdev.lab.experiments import EXPERIMENTS
    for k in EXPERIMENTS:
        if (f := HERE/'results'/f'{k}.jsonl').exists(): shutil.copy(f, to/'results'/f.name)
    if resume:
        (to/'resume').mkdir()
        for f in sorted(Path(resume).rglob('*')):
            if f.name.startswith(('ck-', 'rows')): shutil.copy(f, to/'resume'/f.name)
    if not root: return
    packed = [f for f in Path(root).rglob('cifar*') if f.suffix in ('.webp', '.frame') or '-meta-' in f.name]
    for f in packed: shutil.copyfile(f, to/'data'/f.name)
    for name,(folder,_,_) in pixels.SETS.items():
        if name in pixels.there(to/'data') or not (Path(root)/folder).is_dir(): continue
        pixels.press(name, Path(root), to/'data')
    for f in Path(root).glob('CIFAR-*_human.pt'): shutil.copyfile(f, to/'data'/f.name)
    if not pixels.there(to/'data'): raise SystemExit(f"no complete data set in '{root}': name the folder that holds it")

def split(src, out, limit):
    "The files in folders part1, part2, ..., each below `limit` bytes; the first has all but data"
    files = [f for f in sorted(src.rglob('*')) if f.is_file()]
    files.sort(key=lambda f: (f.parent.name=='data', -f.stat().st_size if f.parent.name=='data' else 0))
    room,where = [],{}
    for f in files:
        n = f.stat().st_size
        i = next((i for i,r in enumerate(room) if r>=n and (f.parent.name=='data' or i==0)), len(room))
        if n>limit or (i and f.parent.name!='data'):
            raise SystemExit(f'{f.name} does not fit into a part: allow larger ones')
        if i==len(room): room.append(limit)
        room[i] -= n; where[f] = i
    for f,i in where.items():
        to = out/f'part{i+1}'/f.relative_to(src); to.parent.mkdir(parents=True, exist_ok=True); shutil.copyfile(f, to)
    whole = {f.relative_to(src).as_posix(): f'part{i+1}' for f,i in where.items()}
    (out/'part1'/'manifest.json').write_text(json.dumps(whole, indent=0))
    return [(limit-r)/2**20 for r in room]

if __name__=='__main__':
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('out', type=Path, help='folder for the parts, new or empty')
    ap.add_argument('--root', help='folder of data sets; without one, the kit can do the smoke scale only')
    ap.add_argument('--resume', help='folder of what an earlier run has given back')
    ap.add_argument('--mib', type=float, default=52, help='size of a part at most')
    a = ap.parse_args()
    if a.out.exists() and any(a.out.iterdir()): raise SystemExit(f"the folder '{a.out}' is not empty: choose another")
    sys.path.insert(0, str(HERE))
    with tempfile.TemporaryDirectory() as tmp:
        gather(Path(tmp), a.root, a.resume)
        for i,mib in enumerate(split(Path(tmp), a.out, int(a.mib*2**20)), 1): print(f'{a.out}/part{i}: {mib:.1f} MiB')
