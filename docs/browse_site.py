"""Open the built site in headless Chromium (Playwright from PyPI, the system's Chromium) and check what a reader sees.

    python docs/browse_site.py [_build/html] [folder for screenshots]"""
import functools, http.server, shutil, sys, threading
from pathlib import Path
from playwright.sync_api import sync_playwright

SCREENS = dict(desk=(1280, 900, 'light'), dark=(1280, 900, 'dark'), phone=(390, 844, 'light'))
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync']

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *a): pass

def serve(site):
    "Serve folder `site` on a free port; return its address"
    srv = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=srv.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{srv.server_port}/'

class Checks:
    "Counts what holds and tells what does not"
    def __init__(self): self.passed = self.failed = 0
    def __call__(self, ok, what):
        if ok: self.passed += 1
        else: self.failed += 1; print('FAIL', what, flush=True)

def look(pg, need, at, scheme):
    "Check the page that `pg` shows"
    if pg.locator('.math').count(): pg.wait_for_selector('mjx-container')
    over = pg.evaluate('document.documentElement.scrollWidth-innerWidth')
    need(over<=0, f'{at}: {over}px too wide')
    drawn,wrong = pg.locator('mjx-container').count(),pg.locator('mjx-merror, [data-mjx-error]').count()
    need(pg.locator('.math').count()<=drawn and not wrong, f'{at}: maths')
    broken = pg.evaluate('[...document.images].filter(i=>i.complete && !i.naturalWidth).map(i=>i.src)')
    need(not broken, f'{at}: broken pictures {broken}')
    bg = pg.evaluate('getComputedStyle(document.body).backgroundColor')
    need((sum(map(int, bg.strip('rgba()').split(',')[:3]))<200)==(scheme=='dark'), f'{at}: background {bg}')

def all_pages(b, url, pages, shots, need):
    "Each page on each screen: looks right, no errors in the console, nothing from outside"
    for screen,(w,h,scheme) in SCREENS.items():
        pg = b.new_context(viewport=dict(width=w, height=h), color_scheme=scheme).new_page()
        errs,outside = [],[]
        pg.on('pageerror', lambda e, errs=errs: errs.append(str(e)))
        pg.on('console', lambda m, errs=errs: errs.append(m.text) if m.type=='error' else None)
        pg.on('request', lambda r, out=outside: None if r.url.startswith((url,'data:')) else out.append(r.url))
        for q in pages:
            errs.clear(); outside.clear()
            pg.goto(url+q); pg.wait_for_load_state('networkidle')
            look(pg, need, f'{screen} {q}', scheme)
            need(not errs, f'{screen} {q}: console {errs}')
            need(not outside, f'{screen} {q}: loads {outside}')
            if shots: pg.screenshot(path=f'{shots}/{screen}-{q.replace("/","_")[:-5]}.png', full_page=True)

def search_and_links(b, url, pages, need):
    "A documented symbol leads to its source and is found by the search; a symbol in prose leads to its entry"
    pg = b.new_page()
    has = lambda sel: next((q for q in pages if pg.goto(url+q) and pg.locator(sel).count()), None)
    need(has('dt.sig-object'), 'no API entry anywhere')
    name = pg.locator('dt.sig-object').first.get_attribute('id').split('.')[-1]
    pg.locator('dt.sig-object .viewcode-link').first.click()
    need('_modules' in pg.url, f'[source] leads to {pg.url}')
    pg.goto(f'{url}search.html?q={name}'); pg.wait_for_selector('#search-results li')
    need(name in pg.locator('#search-results').inner_text(), f'the search does not find {name}')
    need(has('article p a.reference:has(code.py-obj)'), 'no link from prose to an API entry anywhere')
    pg.locator('article p a.reference:has(code.py-obj)').first.click()
    anchor = pg.evaluate('decodeURIComponent(location.hash.slice(1))')
    need(anchor and pg.evaluate('a => !!document.getElementById(a)', anchor), f'a symbol in prose leads to {pg.url}')

def main(site='_build/html', shots=None):
    site,need = Path(site).resolve(),Checks()
    chrome = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
    if not chrome: sys.exit('No Chromium here; on Debian: sudo apt install chromium')
    if shots: Path(shots).mkdir(parents=True, exist_ok=True)
    pages = sorted(str(p.relative_to(site)) for p in site.rglob('*.html') if not {'_static','_modules'} & set(p.parts))
    url = serve(site)
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=chrome, headless=True, args=FLAGS)
        all_pages(b, url, pages, shots, need)
        search_and_links(b, url, pages, need)
        b.close()
    print(f'{need.passed} passed, {need.failed} failed')
    return bool(need.failed) or not pages

if __name__=='__main__': sys.exit(main(*sys.argv[1:]))
