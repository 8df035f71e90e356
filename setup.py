"Packaging, read from `settings.ini` (edit there, not here); the name and the Python version are in `pyproject.toml`."
from configparser import ConfigParser
from pathlib import Path
from shlex import split
from setuptools import setup, find_packages

here = Path(__file__).parent
ini = ConfigParser(delimiters=['='])
ini.read(here/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']
lib = cfg['lib_path']

readme = (here/'README.md').read_text(encoding='utf-8') if (here/'README.md').exists() else ''

setup(
    version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(), license='Apache-2.0',
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'],
    long_description=readme,
    long_description_content_type='text/markdown',
    packages=find_packages(include=[lib, f'{lib}.*']), include_package_data=True, zip_safe=False,
    install_requires=split(cfg['requirements']),
    extras_require={k.removesuffix('_requirements'): split(v) for k,v in cfg.items() if k.endswith('_requirements')},
    entry_points=dict(console_scripts=split(cfg['console_scripts']), nbdev=[f'{lib}={lib}._modidx:d']),
    package_data={lib: ['py.typed', '*.jsonl']},
    project_urls={'Documentation': f'{cfg["doc_host"]}{cfg["doc_baseurl"]}', 'Source': cfg['git_url'],
                  'Issues': f'{cfg["git_url"]}/issues',
                  'Changelog': f'{cfg["git_url"]}/blob/{cfg["branch"]}/CHANGELOG.md',
                  'Paper': 'https://arxiv.org/abs/1902.07379'},
    classifiers=['Development Status :: 3 - Alpha', f'Intended Audience :: {cfg["audience"]}',
                 'Intended Audience :: Developers', 'Operating System :: OS Independent',
                 *(f'Programming Language :: Python :: {v}' for v in
                   ('3', '3 :: Only', '3.11', '3.12', '3.13', '3.14')),
                 'Topic :: Scientific/Engineering :: Artificial Intelligence', 'Typing :: Typed'],
)
