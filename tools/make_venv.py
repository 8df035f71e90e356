"""Make a virtual environment that has pip, on a machine with nothing but Python: `python3 tools/make_venv.py .venv`.

Debian and Ubuntu ship `venv` without `ensurepip` (that is in the package python3-venv); then pip comes from PyPI.
Written for any Python 3, so that an old one gets a message and not a SyntaxError."""
import hashlib, json, os, shutil, subprocess, sys, tempfile
from configparser import ConfigParser
from urllib.parse import urljoin
from urllib.request import urlopen

def run(*cmd): return subprocess.call(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0

def check_version():
    ini = ConfigParser(delimiters=['='], interpolation=None)
    ini.read(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'settings.ini'))
    need = ini['DEFAULT']['min_python']
    if sys.version_info[:2] < tuple(int(o) for o in need.split('.')):
        sys.exit('Python %s or newer is needed; %s is %d.%d. Is there a newer one? make demo PYTHON=python3.12'
                 % ((need, sys.executable) + sys.version_info[:2]))

def fetch_pip(folder):
    "The newest pip from PyPI, checked against its published sha256, as a file in `folder`"
    api = 'https://pypi.org/pypi/pip/json'
    with urlopen(api, timeout=60) as r: files = json.loads(r.read().decode())['urls']
    f = [o for o in files if o['packagetype']=='bdist_wheel'][0]
    with urlopen(urljoin(api, f['url']), timeout=60) as r: data = r.read()
    if hashlib.sha256(data).hexdigest() != f['digests']['sha256']: raise OSError('%(url)s: wrong checksum' % f)
    path = os.path.join(folder, f['filename'])
    with open(path, 'wb') as w: w.write(data)
    return path

def main(venv):
    check_version()
    py = os.path.join(venv, 'bin', 'python')
    if run(py, '-m', 'pip', '--version') if os.path.exists(py) else run(sys.executable, '-m', 'venv', venv): return
    shutil.rmtree(venv, ignore_errors=True)
    try:
        if not run(sys.executable, '-m', 'venv', '--without-pip', venv): raise OSError('`python -m venv` fails')
        with tempfile.TemporaryDirectory() as d:
            whl = fetch_pip(d)
            # a wheel can run from itself
            subprocess.check_call([py, whl+'/pip', 'install', '--quiet', '--no-index', whl])
    except (OSError, ValueError, LookupError, subprocess.CalledProcessError) as e:
        shutil.rmtree(venv, ignore_errors=True)
        sys.exit('Cannot make the environment %s (%s). On Debian or Ubuntu: sudo apt install python3-venv' % (venv, e))

if __name__=='__main__': main(sys.argv[1])
