"""Open the built site in headless Chromium (Playwright from PyPI, the system's Chromium) and check what a reader sees.

    python docs/browse_site.py [_build/html] [folder for screenshots]"""
import contextlib, functools, http.server, shutil, sys, threading
from pathlib import Path
from urllib.parse import quote_plus
from playwright.sync_api import TimeoutError, sync_playwright

SCREENS = dict(desk=(1280, 900, 'light'), dark=(1280, 900, 'dark'), phone=(390, 844, 'light'))
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync']

# What readers type, and the pages of which one must come first
QUERIES = {
    'noisy labels': 'idea noise', 'label noise': 'noise idea', 'class imbalance': 'experiments/imbalance',
    'learning rate': 'settings', 'batch size': 'settings', 'quickstart': 'index', 'install': 'index',
    'resume': 'resume', 'checkpoint': 'checkpoint', 'own loop': 'own_loop tutorials/own_loop',
    'own data': 'tutorials/own_data', 'own model': 'tutorials/own_data yours', 'tabular data': 'tutorials/tabular',
    'text': 'tutorials/text', 'hugging face': 'huggingface', 'scikit-learn': 'estimator', 'cleanlab': 'compare',
    'GPU': 'train', 'fit_mwn': 'train', 'focal loss': 'losses', 'mislabelled samples': 'suspects',
    'label errors': 'suspects', 'glossary': 'idea', 'command line': 'cli', 'MetaGradient': 'gradient'}

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *a): pass
    def copyfile(self, *a):
        try: super().copyfile(*a)
        except (BrokenPipeError, ConnectionResetError): pass   # the browser has left the page

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

# Icons that the script of icons does not draw
LOST = """() => [...document.querySelectorAll('i[class*=fa-], svg[data-icon]:not(:has(path[d]))')]
    .map(o => o.outerHTML)"""

# Pictures stretched by more than 3 %; in dark mode the theme gives them a rim, which does not count
BENT = """() => [...document.querySelectorAll('article img')].filter(i => {
  if (!i.clientWidth || !i.naturalWidth) return false;
  const rim = 2 * parseFloat(getComputedStyle(i).paddingTop);
  return Math.abs((i.clientWidth - rim) / (i.clientHeight - rim) / (i.naturalWidth / i.naturalHeight) - 1) > .03;
}).map(i => i.alt)"""

# Text whose colour is too near to that of what lies behind it (a ratio below 3, WCAG's limit for large text)
FAINT = """() => {
  const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const light = c => [.2126, .7152, .0722].reduce((s, w, i) =>
    s + w * (c[i] <= 10 ? c[i] / 3294 : ((c[i] / 255 + .055) / 1.055) ** 2.4), 0);
  const behind = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > .5) return c; }
    return [255, 255, 255]; };
  const bad = new Set();
  const seen = 'article :is(p, li, td, th, dt, dd, h1, h2, h3, a, code, pre, pre span), .bd-sidebar a';
  for (const e of document.querySelectorAll(seen)) {
    const says = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!says || !e.offsetWidth || e.classList.contains('headerlink')) continue;   // that link shows when pointed at
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 3) bad.add(`${e.tagName} ${e.className} "${e.textContent.trim().slice(0, 30)}" ${ratio.toFixed(1)}`);
  }
  return [...bad].slice(0, 5); }"""

# Formulas that are wider than the page; on a phone they scroll
WIDE = """() => [...document.querySelectorAll('div.math')].filter(m => m.scrollWidth > m.clientWidth + 1 &&
    (innerWidth > 1000 || getComputedStyle(m).overflowX === 'hidden')).map(m => m.textContent.trim().slice(0, 60))"""

def look(pg, need, at, scheme):
    "Check the page that `pg` shows"
    if pg.locator('.math').count(): pg.wait_for_selector('mjx-container')
    with contextlib.suppress(TimeoutError): pg.wait_for_function(f'() => !({LOST})().length', timeout=10_000)
    over = pg.evaluate('document.documentElement.scrollWidth-innerWidth')
    need(over<=0, f'{at}: {over}px too wide')
    drawn,wrong = pg.locator('mjx-container').count(),pg.locator('mjx-merror, [data-mjx-error]').count()
    need(pg.locator('.math').count()<=drawn and not wrong, f'{at}: maths')
    wide = pg.evaluate(WIDE)
    need(not wide, f'{at}: formulas wider than the page {wide}')
    broken = pg.evaluate('[...document.images].filter(i=>i.complete && !i.naturalWidth).map(i=>i.src)')
    need(not broken, f'{at}: broken pictures {broken}')
    bent = pg.evaluate(BENT)
    need(not bent, f'{at}: pictures out of proportion {bent}')
    faint = pg.evaluate(FAINT)
    need(not faint, f'{at}: hard to read {faint}')
    lost = pg.evaluate(LOST)
    need(not lost, f'{at}: icons missing {lost}')
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

def queries(b, url, need):
    "Each of `QUERIES` lists a page first that answers it"
    pg = b.new_page()
    for q,ok in QUERIES.items():
        ok = ok.split()
        pg.goto(f'{url}search.html?q={quote_plus(q)}')
        try: pg.wait_for_selector('#search-results li', timeout=5000)
        except TimeoutError: need(False, f'the search finds nothing for {q!r}'); continue
        first = pg.locator('#search-results li > a').first.get_attribute('href').partition('.html')[0]
        need(first in ok, f'the search for {q!r} lists {first} first, not {" or ".join(ok)}')

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
        queries(b, url, need)
        b.close()
    print(f'{need.passed} passed, {need.failed} failed')
    return bool(need.failed) or not pages

if __name__=='__main__': sys.exit(main(*sys.argv[1:]))
