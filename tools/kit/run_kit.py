"""Check a bare machine, measure it, and run the queue of experiments within a time limit.

    python3 run_kit.py --budget 540 [--out FOLDER]

It needs python3 with torch, torchvision and their usual company. Start it again to go on: rows and checkpoints are kept
in this folder. With `--out`, new rows and checkpoints are also put there, to be carried away, and into the next kit
(`build_kit.py --resume`)."""
import argparse, importlib.util, json, os, sys, tarfile, tempfile, time, zipfile
from pathlib import Path

BEGAN,KIT = time.time(),Path(__file__).resolve().parent
NEEDED = dict(torch='torch', torchvision='torchvision', numpy='numpy', PIL='pillow', pandas='pandas', tqdm='tqdm',
              matplotlib='matplotlib', sklearn='scikit-learn', fastcore='fastcore', seaborn='seaborn')
MIB = 2**20

def say(*a): print(f'[{time.time()-BEGAN:5.0f} s]', *a, flush=True)

def complete():
    "End here if parts of the kit are missing"
    whole = json.loads((KIT/'manifest.json').read_text())
    gone = {k: part for k,part in whole.items() if not (KIT/k).exists() and not k.startswith('results/')}
    parts = ', '.join(sorted({*gone.values()}))
    if gone: raise SystemExit(f"{len(gone)} files are missing, such as {[*gone][0]}: put {parts} into '{KIT}' as well. "
                              'Nothing has been done')

def packages():
    "Packages on the path: this one first, and those that are missing here from the wheels"
    site = KIT/'site'
    for w in sorted((KIT/'wheels').glob('*.whl')):
        if importlib.util.find_spec(w.name.split('-')[0]) is None and not (site/w.stem).exists():
            zipfile.ZipFile(w).extractall(site); (site/w.stem).touch()
    sys.path[:0] = [str(KIT/'src'), str(KIT)]; sys.path.append(str(site))
    os.environ['PYTHONPATH'] = str(site)   # for processes
    if lacks := [p for k,p in NEEDED.items() if importlib.util.find_spec(k) is None]:
        raise SystemExit(f"this Python lacks {', '.join(lacks)}: install them, or put their wheels into '{KIT}/wheels'")
    import mwn_nbdev
    assert KIT in Path(mwn_nbdev.__file__).parents, f'another mwn_nbdev is in the way: {mwn_nbdev.__file__}'

def checks(device):
    "What must be right on this device; a line for each"
    import torch
    from mwn_nbdev.lab.bench import Start
    from mwn_nbdev.metagrad.reference import meta_grad_ref
    from mwn_nbdev.metagrad.gradient import MetaGradient
    from mwn_nbdev.core import seed_all
    from mwn_nbdev.capture import Graph
    from mwn_nbdev.lab.results import Config, Store
    from mwn_nbdev.lab.runs import run_config
    from mwn_nbdev.lab.sweep import sweep
    def flat(ts): return torch.cat([t.detach().double().flatten().cpu() for t in ts])
    def exact():
        model,V,a,b = Start('resnet8', 8, size=16, dtype='float64')(device)
        want = flat(meta_grad_ref(model, V, a.x, a.y, b.x, b.y, lr=0.1))
        mg = MetaGradient(model, V, engine='tape')
        got = [flat(mg(a.x, a.y, b.x, b.y, 0.1).theta_grads)]
        g = Graph(lambda: mg(a.x, a.y, b.x, b.y, 0.1).theta_grads, device)
        for _ in range(5): got.append(flat(g()))
        assert max((x-want).norm()/want.norm() for x in got)<1e-9
    short = dict(epochs=3, steps_per_epoch=8, deterministic=True)
    tiny = [Config(noise='uniform:0.4', n_train=200, method=m, seed=s, settings=short) for m in ('ce', 'mwn')
            for s in (0, 1)]
    score = lambda r: (r['last5'], r['curves']['loss'])
    def apart():
        with tempfile.TemporaryDirectory() as d:
            s = Store(Path(d)/'a.jsonl'); r = sweep(tiny, s, executor='streams', n_workers=4, device=device, show=False)
            assert r.done==4, r
            assert {r['id']: score(r) for r in s.read()}=={c.id: score(run_config(c, device=device)) for c in tiny}
    def resumed():
        from mwn_nbdev.train import fit
        from mwn_nbdev.datasets import digits
        from mwn_nbdev.models import small_cnn
        from mwn_nbdev.mwn import MetaWeightNet
        d = digits(noise='uniform:0.4', n_train=300)
        def go(**kw):
            seed_all(0)
            return fit(MetaWeightNet(small_cnn(10)), d.train, d.meta, d.test, epochs=3, device=device,
                       deterministic=True, show=False, **kw)
        with tempfile.TemporaryDirectory() as f:
            go(checkpoint=f, stop_epoch=1); r = go(checkpoint=f)
        assert torch.equal(flat(r.model.state_dict().values()), flat(go().model.state_dict().values()))
    passed = []
    for name,f in {'the meta-gradient is exact, recorded and not': exact, 'a run goes on where it was stopped': resumed,
                   'runs side by side end as alone': apart}.items():
        try: f(); passed.append(f); say('ok  ', name)
        except Exception as e: say('FAIL', name, '-', f'{type(e).__name__}: {e}'[:300])
    return apart in passed

def measure(device, store, deep):
    "Steps a second of one run and of four, as rows; with `deep`, what a step runs, compiled and not"
    from mwn_nbdev.lab.bench import Start, add_row, by_streams, conversions, kernels
    net = 'resnet32' if device.type=='cuda' else 'resnet8'
    start = Start(net, 100 if device.type=='cuda' else 4)
    for kind in ('plain, graph, tf32', 'tape, graph, tf32'):
        for n in (1, 4):
            steps = 60 if device.type=='cuda' else 2
            rate = n*steps/by_streams(kind, start, n, device, steps)
            add_row(store, device, '', dict(steps_per_s=rate), step=kind, sharing='streams', runs=n, **start.to_dict())
            say(f'{kind}, {n} at once: {rate:.1f} steps/s')
    for kind in ('tape, graph, tf32', 'tape, graph, bf16', 'tape, compiled, graph, tf32') if deep else ():
        try: names = kernels(kind, start, device)
        except RuntimeError as e: say(f'{kind}: {e}'[:300]); continue
        say(f'{kind}: {names.total()} kernels, {conversions(names)} convert layouts, '
            f"{sum(n for k,n in names.items() if 'triton' in k)} by the compiler")
        say('  ' + ', '.join(f'{n} {k[:60]}' for k,n in names.most_common(12)))

def take_in(stores):
    "Rows and checkpoints that an earlier run has given back"
    for f in sorted((KIT/'resume').glob('rows*.jsonl')):
        done = stores.done()
        for r in map(json.loads, f.read_text().splitlines()):
            if r['id'] in stores.home and r['id'] not in done: stores.add(r)
    for f in sorted((KIT/'resume').glob('ck-*.tar')):
        to = KIT/'results'/'.sweep'/f.stem[3:]
        if not to.exists() and f.stem[3:] not in stores.done():
            to.mkdir(parents=True); tarfile.open(f).extractall(to, filter='data')

def give(stores, before, out):
    "New rows, and checkpoints of runs that were stopped, in files of at most 15 MiB"
    out.mkdir(parents=True, exist_ok=True)
    rows = [r for r in stores.read(warn=False) if r['id'] not in before or r.get('status')!='done']
    (out/'rows.jsonl').write_text(''.join(json.dumps(r)+'\n' for r in rows))
    began = [d for d in (KIT/'results'/'.sweep').glob('*') if (d/'last.pt').exists()]
    far = lambda d: -json.loads((d/'progress.json').read_text())['epochs']
    for d in sorted(began, key=far)[:6]:
        with tarfile.open(out/f'ck-{d.name}.tar', 'w') as t:
            for f in ('last.pt', 'progress.json'): t.add(d/f, f)
        if (out/f'ck-{d.name}.tar').stat().st_size>15*MIB: (out/f'ck-{d.name}.tar').unlink()

if __name__=='__main__':
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--budget', type=float, default=540, help='seconds for all of it')
    ap.add_argument('--workers', type=int, default=4, help='runs at once')
    ap.add_argument('--device', default=None, help='cuda, cuda:1, cpu (default: the GPU)')
    ap.add_argument('--scale', default='paper', help='paper, or smoke: digits, for a rehearsal')
    ap.add_argument('--out', type=Path, help='folder for what is to be carried away')
    ap.add_argument('--only', default='all', help='one experiment')
    ap.add_argument('--skip', default='', help='of: checks,measure')
    ap.add_argument('--look', action='store_true', help='checks and measurements alone, which need no data')
    a = ap.parse_args()
    if a.budget<60: raise SystemExit('a budget below 60 seconds is too short for checks and one epoch: give more')
    if not a.look: complete()
    packages()
    import torch, pixels
    from mwn_nbdev.core import default_device
    from mwn_nbdev.lab.experiments import EXPERIMENTS, Stores, queue, show, source
    from mwn_nbdev.lab.results import Store, device_name
    from mwn_nbdev.lab.sweep import sweep
    device = default_device(a.device)
    say(f'torch {torch.__version__}, Python {sys.version.split()[0]},', device_name(device))
    sets = [*pixels.unpack(KIT/'data', KIT/'data'), 'digits']
    people = [f'{n[:5].upper()}-{n[5:]}_human.pt' for n in sets if n!='digits']
    have = {(n, '') for n in sets} | {(n, 'human') for n,f in zip(sets, people) if (KIT/'data'/f).exists()}
    say('data:', ', '.join(' '.join(filter(None, h)) for h in sorted(have)))
    stores,bench = Stores(a.only, a.scale, KIT/'results'),Store(KIT/'results'/'bench.jsonl')
    take_in(stores); before = stores.done()
    try:
        executor = 'streams' if 'checks' in a.skip or checks(device) else 'processes'
        if 'measure' not in a.skip: measure(device, bench, a.look)
        if a.look: raise SystemExit
        wanted = queue(a.scale) if a.only=='all' else EXPERIMENTS[a.only].configs(a.scale)
        runs = [c for c in wanted if source(c) in have]
        left = a.budget-(time.time()-BEGAN)-10   # for what is given back
        say(f'{len(stores.missing(runs))} of {len(runs)} runs are left, for {left:.0f} seconds')
        r = sweep(runs, stores, left, n_workers=a.workers, root=KIT/'data', device=device, show=False,
                  executor=executor)
        for i,why in r.failed.items(): say(f'{i} failed: {why}')
    finally:
        if a.out: give(stores, before, a.out)
        if a.out and bench.path.exists(): (a.out/'bench.jsonl').write_bytes(bench.path.read_bytes())
    say(f'{len(stores.done()-before)} runs are new')
    for c in [c for c in runs if c.id in stores.done()-before]:
        row = next(r for r in stores.read() if r['id']==c.id)
        print(f"{row['last5']:6.2f} {row['seconds']:6.0f} s  {c}"[:150])
    print(show('essential', a.scale, KIT/'results').to_string())
