"""Check the built site without a browser: each local link, anchor and file exists, nothing loads from elsewhere, no
Markdown is left over, each picture says what it shows, each page has a head that search engines and previews can use,
and none is too large.

    python docs/check_site.py [_build/html]"""
import gzip, re, sys
from collections import Counter, defaultdict
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

MAX_KB = 1000   # a page with all it loads, compressed as it is sent; but for MathJax, which formulas need
NOT_MADE_HERE = {'genindex', 'search', 'py-modindex'}   # pages of Sphinx, without a sentence of their own
GENERIC = re.compile(r'\W*(an? |the )?(image|picture|figure|fig|plot|graph|chart|diagram|curves?|bars?|output|alt|todo)'
                     r'[\W\d]*', re.I)
RAW = re.compile(r'.{0,30}(?:\]\(|\{py:|:::|\$\$|^#\|).{0,30}')   # Markdown that was not understood
HASH = re.compile(r'[0-9a-f]{16}|\.(png|svg|jpe?g|gif)\b|<Figure', re.I)

class Page(HTMLParser):
    "The ids of a page, where its links lead, what it loads, its pictures and its head"
    def __init__(self, f):
        super().__init__()
        self.ids,self.links,self.loads,self.pictures,self.meta,self.title = set(),[],[],[],{},None
        self.canonical,self.in_title,self.code,self.raw = None,False,0,[]
        self.feed(f.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if self.code: self.code += tag==self.within
        elif tag in ('pre','code','script','style') or 'math' in (a.get('class') or '').split():
            self.code,self.within = 1,tag
        if 'id' in a: self.ids.add(a['id'])
        if tag=='a' and a.get('href'): self.links.append(a['href'])
        if tag in ('img','script','source','iframe') and a.get('src'): self.loads.append(a['src'])
        if tag=='img': self.pictures.append((a.get('src', ''), a.get('alt') or ''))
        if tag=='meta': self.meta[a.get('name') or a.get('property')] = a.get('content')
        if tag=='link' and a.get('rel')=='canonical': self.canonical = a['href']
        if tag=='link' and a.get('rel') in ('stylesheet','icon','preload'): self.loads.append(a['href'])
        if tag=='title' and self.title is None: self.title,self.in_title = '',True

    def handle_endtag(self, tag):
        self.in_title = self.in_title and tag!='title'
        if self.code: self.code -= tag==self.within

    def handle_data(self, data):
        if self.in_title: self.title += data
        if not self.code: self.raw += RAW.findall(data)

def bad_links(f, p, pages, n):
    "Links of page `p` in file `f` that lead nowhere, and what it loads from elsewhere"
    for u in p.links+p.loads:
        s = urlsplit(u)
        if s.scheme in ('data','mailto'): continue
        if s.scheme or s.netloc:
            n['links to outside'] += 1
            if u in p.loads: yield u, 'loaded from outside'
            continue
        n['links within'] += 1
        t = (f.parent/unquote(s.path)).resolve() if s.path else f
        if not t.exists(): yield u, 'no such file'
        elif s.fragment and t in pages and unquote(s.fragment) not in pages[t].ids: yield u, 'no such anchor'

def bad_pictures(p, n):
    "Pictures whose alternative text does not say what they show"
    for src,alt in p.pictures:
        n['pictures'] += 1
        why = 'is missing' if not alt.strip() else 'is the name of a file' if HASH.search(alt) else \
              'says nothing' if len(alt)<15 or GENERIC.fullmatch(alt) else None
        cure = 'give the figure a title and `make run NB=...`, or the cell `#| fig-alt: ...`'
        if why: yield src, f'alternative text {alt!r} {why}: {cure}'

@cache
def sent(f):
    "Bytes of file `f` on the way: a picture as it is, text compressed"
    return f.stat().st_size if f.suffix in ('.png','.jpg','.gif') else len(gzip.compress(f.read_bytes(), 5))

def size(f, p):
    "KB of page `p` with its pictures, styles and scripts"
    ours = [u for u in p.loads if not urlsplit(u).scheme and 'mathjax' not in u]
    files = {(f.parent/unquote(urlsplit(u).path)).resolve() for u in ours}
    return sum(map(sent, {f, *filter(Path.is_file, files)}))/1024

def bad_head(f, p, site):
    "What the head of page `p` lacks; its size"
    if (kb := size(f, p))>MAX_KB: yield f'{kb:.0f} KB', f'at most {MAX_KB}'
    parts = re.split(r' [—-] ', p.title or '')
    if not parts[0] or len(set(parts))<len(parts): yield repr(p.title), 'no title, or one that says the same twice'
    if f.stem in NOT_MADE_HERE: return
    for k in ('description', 'og:title', 'og:description', 'og:image', 'og:url', 'twitter:card'):
        if not p.meta.get(k): yield k, 'not in the head'
    if not p.canonical or p.canonical!=p.meta.get('og:url'): yield str(p.canonical), 'not the canonical address'
    card = (p.meta.get('og:image') or '').partition('/_static/')[2]
    if not (site/'_static'/card).is_file(): yield card, 'the picture of the preview is no file of the site'

def bad_titles(pages, site):
    "Pages that readers cannot tell apart, as they have the same title or the same sentence"
    for what in ('title', 'description'):
        of = defaultdict(list)
        for f,p in pages.items():
            said = p.title if what=='title' else p.meta.get('description')
            if f.stem not in NOT_MADE_HERE: of[said].append(f.relative_to(site).as_posix())
        yield from ((', '.join(fs), f'the same {what}: {said}') for said,fs in of.items() if len(fs)>1)

def main(site):
    site = Path(site).resolve()
    pages = {f: Page(f) for f in site.rglob('*.html') if '_static' not in f.parts}
    own = {f: p for f,p in pages.items() if '_modules' not in f.parts}
    n,bad = Counter(),[]
    for f,p in pages.items(): bad += [(f.relative_to(site), *o) for o in bad_links(f, p, pages, n)]
    for f,p in own.items(): bad += [(f.relative_to(site), *o) for o in (*bad_pictures(p, n), *bad_head(f, p, site))]
    for f,p in own.items(): bad += [(f.relative_to(site), o.strip(), 'Markdown that was not understood') for o in p.raw]
    bad += [('two pages', *o) for o in bad_titles(own, site)]
    for f,u,why in bad: print(f'{f}: {u}: {why}')
    print(f'{len(pages)} pages, {", ".join(f"{v} {k}" for k,v in n.items())}, {len(bad)} bad')
    return bool(bad) or not pages

if __name__=='__main__': sys.exit(main(sys.argv[1] if len(sys.argv)>1 else '_build/html'))
