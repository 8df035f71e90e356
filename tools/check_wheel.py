"""Build the source archive and from it the wheel, look at what PyPI would show, install the wheel in an empty folder
elsewhere, and use it there."""
import os, re, subprocess, sys, tarfile, tempfile, zipfile
from email import message_from_bytes
from io import StringIO
from pathlib import Path
from readme_renderer import markdown
from prepare import copy_repo, root

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

def metadata(archive):
    "What the archive says of itself, and the names of its files"
    if archive.suffix=='.whl':
        z = zipfile.ZipFile(archive)
        names,read = z.namelist(),z.read
    else:
        z = tarfile.open(archive)
        names,read = z.getnames(),lambda n: z.extractfile(n).read()
    at = min((n for n in names if n.endswith(('.dist-info/METADATA', '/PKG-INFO'))), key=len)
    return message_from_bytes(read(at)),names

def check_page(archive):
    "The page on PyPI: its text can be rendered, as `twine check` asks, and every link and picture of it is elsewhere"
    m,names = metadata(archive)
    said = StringIO()
    html = markdown.render(m.get_payload(decode=True).decode(), stream=said)
    assert m['Description-Content-Type'].startswith('text/markdown') and html, f'{archive.name}: {said.getvalue()}'
    here = [u for u in re.findall(r'(?:src|href)="([^"]*)"', html) if not u.startswith(('https://', '#'))]
    assert not here and '<img src="https://' in html, f'{archive.name}: not on PyPI: {here}'
    cff = (root/'CITATION.cff').read_text(encoding='utf-8')
    log = (root/'CHANGELOG.md').read_text(encoding='utf-8')
    assert f'version: {m["Version"]}\n' in cff, f'CITATION.cff is not of version {m["Version"]}'
    head = re.search(r'^## (\S+) \((\d{4}-\d\d-\d\d)\)', log, re.M)
    assert head and head[1]==m['Version'], f'the newest section of CHANGELOG.md is not of version {m["Version"]}'
    assert f'date-released: {head[2]}\n' in cff, 'CHANGELOG.md and CITATION.cff differ in the date'
    assert any(n.endswith('mwn_nbdev/py.typed') for n in names), f'{archive.name} has no py.typed'

with tempfile.TemporaryDirectory() as d:
    repo,site = copy_repo(f'{d}/repo'),f'{d}/site'
    run(sys.executable, '-m', 'build', '--no-isolation', '--outdir', f'{d}/dist', str(repo), cwd=d)
    for archive in Path(d, 'dist').iterdir(): check_page(archive)
    whl, = Path(d, 'dist').glob('*.whl')
    run(sys.executable, '-m', 'pip', 'install', '--no-deps', '--target', site, str(whl), cwd=d)
    env = os.environ | dict(PYTHONPATH=site)   # stands before the repository, which .venv points to
    mods = run(sys.executable, '-c', use.format(site=site), cwd=d, env=env)
    run(f'{site}/bin/mwn_train', '--help', cwd=d, env=env)
    print(f'{whl.name}: built, installed, {mods} imported, `mwn_train --help` answers')
