"""A figure in words: its titles, axes and legends. They are stored with the picture, and are its alternative text."""
import re

def words(texts):
    "What is said, each thing once; neither numbers alone nor what matplotlib hides"
    said = (' '.join(str(t).split()) for t in texts)
    return [*dict.fromkeys(s for s in said if re.search(r'[^\W\d_]', s) and not s.startswith('_'))]

def kind(ax):
    "What is drawn in `ax`"
    if ax.images or any('Mesh' in type(o).__name__ for o in ax.collections): return 'image'
    if any(type(o).__name__=='BarContainer' for o in ax.containers): return 'bars'   # also with lines
    if any(l.get_linestyle()!='None' for l in ax.lines): return 'curves'
    return 'points' if ax.lines or ax.collections else 'drawing'

def describe_axes(ax):
    "One pair of axes in words, '' if it says nothing"
    x,y = ax.get_xlabel(),ax.get_ylabel()
    axes = f'{y} over {x}' if x and y else x or y
    legend = ax.get_legend()
    names = ', '.join(words(t.get_text() for t in legend.get_texts())) if legend else ''
    said = words([ax.get_title() or ax.get_title('left'), axes, names and f'({names})'])
    return '; '.join(said[:2])+(f' {said[2]}' if said[2:] else '')

def describe(fig, most=400):
    "Figure `fig` in words; `<Figure ...>`, as matplotlib says it, where it has none"
    axes = [ax for ax in fig.axes if ax.get_visible()]
    parts = words([fig.get_suptitle(), *map(describe_axes, axes)])
    if not parts: parts = words(t.get_text() for ax in axes for t in ax.texts)   # a diagram: what its boxes say
    if not parts: return str(fig)
    text = '. '.join(o.rstrip('.') for o in parts)
    kinds = ' and '.join(words(map(kind, axes)))
    text = f'{kinds.capitalize()}: {text}'
    return text if len(text)<=most else text[:most].rsplit('. ' if '. ' in text[:most] else ' ', 1)[0]+', and more'
