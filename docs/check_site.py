"""Check the built site without a browser: each local link, anchor and file exists, and nothing loads from elsewhere."""
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

class Page(HTMLParser):
    "The ids of a page, where its links lead, and what it loads"
    def __init__(self, f):
        super().__init__()
        self.ids,self.links,self.loads = set(),[],[]
        self.feed(f.read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if 'id' in a: self.ids.add(a['id'])
        if tag=='a' and a.get('href'): self.links.append(a['href'])
        if tag in ('img','script','source','iframe') and a.get('src'): self.loads.append(a['src'])
        if tag=='link' and a.get('rel') not in ('canonical','next','prev'): self.loads.append(a['href'])

def main(site):
    site = Path(site).resolve()
    pages = {f: Page(f) for f in site.rglob('*.html') if '_static' not in f.parts}
    bad,n = [],Counter()
    for f,p in pages.items():
        for u in p.links+p.loads:
            s = urlsplit(u)
            if s.scheme in ('data','mailto'): continue
            if s.scheme or s.netloc:
                n['links to outside'] += 1
                if u in p.loads: bad.append((f, u, 'loaded from outside'))
                continue
            n['links within'] += 1
            t = (f.parent/unquote(s.path)).resolve() if s.path else f
            if not t.exists(): bad.append((f, u, 'no such file'))
            elif s.fragment and t in pages and unquote(s.fragment) not in pages[t].ids:
                bad.append((f, u, 'no such anchor'))
    for f,u,why in bad: print(f'{f.relative_to(site)}: {u}: {why}')
    print(f'{len(pages)} pages, {", ".join(f"{v} {k}" for k,v in n.items())}, {len(bad)} bad')
    return bool(bad) or not pages

if __name__=='__main__': sys.exit(main(sys.argv[1] if len(sys.argv)>1 else '_build/html'))
