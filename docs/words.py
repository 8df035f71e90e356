"""What the search of the site knows: each page's words, weighted by where they stand (`_static/search.js` ranks)."""
import functools, json
from collections import defaultdict
from pathlib import Path
from docutils import nodes
from sphinx import addnodes
from sphinx.search.en import SearchEnglish

split = SearchEnglish({})
stem = functools.cache(split.stem)
ALIAS = {stem(k): stem(v) for k,v in dict(noisy='noise', unbalanced='imbalance', imbalanced='imbalance',
         cuda='gpu', pictures='images', picture='image').items()}

# What readers call the subject of a page, beside the words of its title
KEYWORDS = {
    'index': 'quickstart, installation, getting started', 'idea': 'noisy labels, algorithm, glossary, how it works',
    'noise': 'noisy labels, label noise', 'suspects': 'mislabelled samples, label errors, wrong labels, data cleaning',
    'tutorials/own_data': 'own data, own model, custom data set, images', 'tutorials/tabular': 'tabular data, CSV file',
    'tutorials/own_loop': 'own training loop, Lightning', 'tutorials/text': 'text classification',
    'tutorials/language_model': 'fine-tuning an LLM', 'tutorials/preferences': 'reward model, DPO, RLHF',
    'tutorials/processes': 'several GPUs, distributed training, DDP, torchrun', 'yours': 'own model',
    'tutorials/meta_gradient': 'influence of training samples', 'train': 'fit_mwn, GPU, presets',
    'settings': 'learning rate, batch size, optimizer, hyperparameters', 'resume': 'resume, continue, interrupted run',
    'experiments/imbalance': 'class imbalance, rare classes, long tail', 'compare': 'cleanlab, baselines, rivals',
    'cli': 'command line', 'compiled': 'speed, torch.compile', 'huggingface': 'transformers, Trainer',
    'estimator': 'scikit-learn, sklearn', 'methods': 'list of methods, baselines', 'datasets': 'CIFAR-10, Clothing1M'}

def stems(text):
    "The words of `text` as Sphinx's search in the browser stems them"
    words = (stem(w) for w in split.split(text.lower()) if w not in split.stopwords and not w.isdigit())
    return [ALIAS.get(w, w) for w in words]

def weight(node):
    "How much the words of `node` say about their page"
    while node.parent is not None:
        if isinstance(node, nodes.title): return 4. if node.parent.parent.parent else 12.
        if isinstance(node, nodes.literal_block): return .2
        if isinstance(node, addnodes.desc_signature): return 1.
        if isinstance(node, addnodes.desc_content): return .5
        if isinstance(node, nodes.paragraph) and 'description' in node['classes']: return 6.
        node = node.parent
    return 1.

def page_words(tree, keywords):
    "Stem -> weight in the page; also of two stems side by side, if they are so more than once"
    res = defaultdict(float)
    for w,text in [*((weight(t), t.astext()) for t in tree.findall(nodes.Text)), *((12., k) for k in keywords)]:
        found = stems(text)
        for s in [*found, *map(' '.join, zip(found, found[1:]))]: res[s] += w
    return {k: v for k,v in res.items() if ' ' not in k or v>=2}

def heads(tree):
    "Heading, anchor, stems: the sections of a page"
    for s in tree.findall(nodes.section):
        h = s.next_node(nodes.title).astext()
        if s.parent.parent: yield h, s['ids'][0], stems(h)

def prior(name):
    "Who searches wants to use it: then how it works, then what was measured, last what was changed"
    if name in ('index','idea') or name.startswith('tutorials/'): return 1.2
    return .5 if name=='changelog' else .85 if name.startswith('experiments/') else 1.

def write_words(app, exc):
    "`words.js`: the pages, and in which pages each stem stands with which weight"
    if exc or app.builder.format!='html': return
    docs,index = [],defaultdict(list)
    gone = KEYWORDS.keys()-app.env.found_docs
    if gone: raise ValueError(f'docs/words.py: there is no page {", ".join(gone)}')
    for i,name in enumerate(sorted(app.env.found_docs)):
        tree = app.env.get_doctree(name)
        keywords = [k for k in KEYWORDS.get(name, '').split(', ') if k]
        words = page_words(tree, keywords)
        size = round(sum(v for k,v in words.items() if ' ' not in k))
        title = app.env.titles[name].astext()
        about = dict(title=title, named=stems(title), topics=[stems(k) for k in keywords], heads=[*heads(tree)])
        docs.append(dict(name=name, prior=prior(name), size=size) | about)
        for s,w in words.items(): index[s].append((i, round(w, 1)))
    data = dict(docs=docs, index=index, alias=ALIAS, mean=sum(d['size'] for d in docs)/len(docs))
    Path(app.outdir, '_static/words.js').write_text(f'const SITE_WORDS = {json.dumps(data)};\n', encoding='utf-8')
