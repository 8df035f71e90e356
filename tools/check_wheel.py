"""Build the source archive and from it the wheel, install that in an empty folder elsewhere, and use it there."""
import os, subprocess, sys, tempfile
from pathlib import Path
from prepare import copy_repo

use = '''
import importlib, pkgutil, mwn_nbdev
mods = [m.name for m in pkgutil.walk_packages(mwn_nbdev.__path__, 'mwn_nbdev.')]
for m in mods: importlib.import_module(m)
assert mwn_nbdev.__file__.startswith({site!r}), mwn_nbdev.__file__
assert len(mwn_nbdev.lab.results.paper_cells())==258   # the data that ships with the package
from pathlib import Path
import mwn_nbdev as mwn, torch
assert (Path(mwn.__file__).parent/'py.typed').exists()
x,y = torch.randn(60, 2),torch.arange(60)%3
r = mwn.fit_mwn(torch.nn.Linear(2, 3), (x, y), (x[:9]+1, y[:9]), epochs=1, batch_size=30, device='cpu', show=False)
assert len(r.samples)==60
print(len(mods), 'modules')
'''

def run(*cmd, **kw):
    "What `cmd` prints; the end of everything if it fails"
    r = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw)
    if r.returncode: sys.exit(f'{r.stdout}failed: {" ".join(cmd)}')
    return r.stdout.strip()

with tempfile.TemporaryDirectory() as d:
    repo,site = copy_repo(f'{d}/repo'),f'{d}/site'
    run(sys.executable, '-m', 'build', '--no-isolation', '--outdir', f'{d}/dist', str(repo), cwd=d)
    whl, = Path(d, 'dist').glob('*.whl')
    run(sys.executable, '-m', 'pip', 'install', '--no-deps', '--target', site, str(whl), cwd=d)
    env = os.environ | dict(PYTHONPATH=site)   # stands before the repository, which .venv points to
    mods = run(sys.executable, '-c', use.format(site=site), cwd=d, env=env)
    run(f'{site}/bin/mwn_train', '--help', cwd=d, env=env)
    print(f'{whl.name}: built, installed, {mods} imported, `mwn_train --help` answers')
