"""Write `README.md` from `nbs/index.ipynb` as `nbdev_readme` does, but without Quarto; `--check` only compares."""
import base64, html, json, re, sys
from urllib.parse import urljoin
from pathlib import Path
from fastcore.script import call_parse
from nbdev.serve import proc_nbs
sys.path.insert(0, str(Path(__file__).parent))
from make_site import cfg, root, base, page, front, alert, alt_text, not_code, options, _re_callout, _re_nb

pics = 'index_files/figure-commonmark'   # where Quarto puts them
raw = f'https://raw.githubusercontent.com/{cfg.user}/{cfg.repo}/{cfg.branch}'   # PyPI has no files beside the text

def picture(o, opts, name):
    "A picture among the outputs, at the size of the notebook"
    width = o.get('metadata', {}).get('image/png', {}).get('width')
    size = f' width="{width}"' if width else ''
    return f'<img src="{raw}/{name}" alt="{html.escape(alt_text(o, opts))}"{size}>'

def output(o, opts, name, files):
    "One output as Markdown; a picture is added to `files`"
    d = o.get('data', {})
    if 'image/png' in d:
        files[name] = base64.b64decode(''.join(d['image/png']))
        return picture(o, opts, name)
    if 'text/markdown' in d: return text(''.join(d['text/markdown']))
    txt = ''.join(d.get('text/plain') or o.get('text') or '')
    return re.sub(r'^(?=.)', '    ', txt.rstrip(), flags=re.M)

def text(s):
    "Prose of the notebook for GitHub: links lead to the website, pictures are found in nbs/, callouts become alerts"
    def links(s):
        s = _re_nb.sub(lambda m: f'{m[1]}{urljoin(base, page(m[2]).as_posix())}.html{m[3]}', s)
        return re.sub(r'(!\[[^\]]*\]\()(?!\w+:|/)', rf'\1{raw}/nbs/', s)
    return not_code(links, _re_callout.sub(alert, s)).strip()

def to_md(nb):
    "The Markdown of processed notebook `nb`, and its pictures"
    res,files = [],{}
    for i,c in enumerate(nb['cells'], 1):
        src = ''.join(c['source'])
        if c['cell_type']=='raw' and (fm := front(src)):
            res += [f"# {fm['title']}", '<!-- Made from nbs/index.ipynb by `make prepare`: edit there. -->']
            if fm.get('description'): res.append('> '+fm['description'])
        elif c['cell_type']=='markdown' and not src.startswith('<!-- WARNING'): res.append(text(src))
        elif c['cell_type']=='code':
            opts,code = options(src)
            no = lambda k, opts=opts: opts.get(k, '').lower()=='false'
            if no('include'): continue
            if code and not no('echo'):
                if res and res[-1].startswith('```python\n'): code = res.pop()[10:-4]+'\n\n'+code   # one block
                res.append(f'```python\n{code}\n```')
            if no('output'): continue
            res += [output(o, opts, f'{pics}/cell-{i}-output-{j}.png', files) for j,o in enumerate(c['outputs'], 1)]
    return '\n\n'.join(filter(None, res))+'\n', files

@call_parse
def main(check:bool=False): # Only say whether it is up to date?
    "Write `README.md`"
    md,files = to_md(json.loads((proc_nbs()/cfg.readme_nb).read_text(encoding='utf-8')))
    files['README.md'] = md.encode()
    stale = [k for k,v in files.items() if not (root/k).exists() or (root/k).read_bytes()!=v]
    gone = [k for p in (root/pics).glob('*') if (k := p.relative_to(root).as_posix()) not in files]
    if check:
        print('README.md is up to date' if not stale+gone else f'`make prepare` would change {" ".join(stale+gone)}')
        sys.exit(bool(stale+gone))
    for k in gone: (root/k).unlink()
    for k in stale:
        (root/k).parent.mkdir(parents=True, exist_ok=True)
        (root/k).write_bytes(files[k])
    print('wrote', *stale) if stale else print('README.md was up to date')
