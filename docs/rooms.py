"The rooms of the site, of which its table of contents and `nbs/sidebar.yml` are made."
import sys
from fnmatch import fnmatch
from pathlib import Path
import yaml
from nbdev.doclinks import _nbpath2html

EXTRA = dict(   # pages that are no notebooks: their file, their sentence
    changelog=('CHANGELOG.md', 'What each version brought, for those who use it.'),
    contributing=('CONTRIBUTING.md', 'How to set up, change, test and extend the notebooks, for those who take part.'))

def page(p):
    "`01_core.ipynb` -> `core`: the name Quarto gives the page, which nbdev's doclinks use"
    return _nbpath2html(Path(p)).with_suffix('')

def in_rooms(names):
    "Room -> pages, by `rooms.yml`: an exact name stands where it is written, the rest of a folder where `folder/*` is"
    rooms = yaml.safe_load(Path(__file__).with_suffix('.yml').read_text(encoding='utf-8'))
    listed = [o for v in rooms.values() for o in v]
    twice = {o for o in listed if listed.count(o)>1}
    if twice: sys.exit(f'docs/rooms.yml: {", ".join(sorted(twice))} more than once')
    rest = lambda o: [n for n in names if n not in listed and fnmatch(n, o)] if '*' in o else [o]
    res = {k: [n for o in v for n in rest(o)] for k,v in rooms.items()}
    placed = {n for v in res.values() for n in v}
    lost = sorted(set(names)-placed)
    if lost: sys.exit(f'docs/rooms.yml: no room has {", ".join(lost)}; add it where it is to be read')
    if gone := sorted(placed-set(names)): sys.exit(f'docs/rooms.yml: there is no notebook {", ".join(gone)}')
    return res

def sidebar(nbs):
    "Quarto's sidebar for the notebooks below `nbs`, in rooms"
    paths = [p.relative_to(nbs) for p in nbs.rglob('[!_.]*.ipynb') if '.ipynb_checkpoints' not in p.parts]
    files = {page(p).as_posix(): p.as_posix() for p in sorted(paths)}
    rooms = in_rooms([*files, *EXTRA]).items()
    contents = [dict(section=k, contents=[files[n] for n in v if n in files]) for k,v in rooms]
    return yaml.safe_dump(dict(website=dict(sidebar=dict(contents=contents))), sort_keys=False)
