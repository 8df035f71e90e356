"""Do what README.md says, as it stands and in its order, in an empty folder elsewhere; ends with `N passed, N failed`.

Blocks of Python share their names, as if typed into one session. Of shell blocks the package's own commands are run;
`make` is asked whether it knows the target; what installs or clones is compared with the project's name, address and
extras."""
import os, re, shlex, subprocess, sys, tempfile, traceback
from configparser import ConfigParser
from pathlib import Path
from packaging.requirements import Requirement

root = Path(__file__).resolve().parents[1]

def blocks(text):
    "Language, first line and source of each block of code"
    for m in re.finditer(r'^```(\w*)\n(.*?)^```$', text, re.S|re.M): yield m[1], text.count('\n', 0, m.start(2))+1, m[2]

def python(src, line, names):
    "Run a block of Python; its lines are numbered as in the README"
    exec(compile('\n'*(line-1)+src, 'README.md', 'exec'), names)

def is_ours(what, ini):
    "Is the requirement `what` this project, with extras that it has?"
    if what.startswith('git+'): what = f'{ini["repo"]} @ {what}'
    r = Requirement(what)
    extras = {k.removesuffix('_requirements') for k in ini if k.endswith('_requirements')}
    return r.name==ini['repo'] and r.extras<=extras and r.url in (None, f'git+{ini["git_url"]}')

def quiet(cmd, **kw): subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL, **kw)

def shell(src, ini):
    "Check each line of a shell block; ValueError if one is wrong, or nothing that is known here"
    for cmd in (c.strip() for l in src.splitlines() for c in re.sub(r'(^|\s)#.*', '', l).split('&&') if c.strip()):
        match shlex.split(cmd):
            case [name, *_] if name.startswith('mwn_'): quiet(shlex.split(cmd))
            case ['make', *targets]: quiet(['make', '-n', *targets], cwd=root)
            case ['pip', 'install', what] if is_ours(what, ini): pass
            case ['git', 'clone', url] if url==ini['git_url']: pass
            case ['cd', name] if name==ini['repo']: pass
            case _: raise ValueError(f'not known to be right: {cmd}')

def main(readme):
    ini = ConfigParser(delimiters=['='])
    ini.read(root/'settings.ini', encoding='utf-8')
    names,passed,failed = {'__name__': '__main__'},0,0
    with tempfile.TemporaryDirectory() as d:
        os.chdir(d)
        sys.path[0] = d   # as in a session that was started here
        for lang,line,src in blocks(readme.read_text(encoding='utf-8')):
            try:
                if lang=='python': python(src, line, names)
                elif lang=='sh': shell(src, ini['DEFAULT'])
                else: raise ValueError(f"a block of '{lang}', neither python nor sh")
                passed += 1; print(f'ok   README.md:{line}', flush=True)
            except Exception:
                failed += 1; traceback.print_exc(); print(f'FAIL README.md:{line}', flush=True)
        os.chdir(root)
    used = Path(sys.modules['mwn_nbdev'].__file__).parents[1]
    if used!=root: sys.exit(f'that was the package in {used}, not that in {root}')
    print(f'{passed} passed, {failed} failed')
    sys.exit(bool(failed) or not passed)

if __name__=='__main__':
    os.environ.setdefault('MPLBACKEND', 'Agg')
    os.environ['PATH'] = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    main(Path(sys.argv[1] if len(sys.argv)>1 else root/'README.md').resolve())
