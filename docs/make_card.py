"The picture that a link to the site is previewed with: the name, the sentence and the first figure of the front page."
import base64, io, json, textwrap
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

def front_figure(nb):
    "The first picture that notebook `nb` (a file) holds, None without one"
    for c in json.loads(nb.read_text(encoding='utf-8'))['cells']:
        for o in c.get('outputs', []):
            if png := o.get('data', {}).get('image/png'): return imread(io.BytesIO(base64.b64decode(''.join(png))))

def make_card(title, sentence, nb):
    "1200 x 630 pixels, as bytes"
    fig = Figure(figsize=(12, 6.3), dpi=100, facecolor='white')
    FigureCanvasAgg(fig)
    fig.text(.05, .87, title, size=46, weight='bold', color='#1f4e79', va='center')
    fig.text(.05, .70, textwrap.fill(sentence, 58), size=25, color='#333', va='center', linespacing=1.4)
    if (pic := front_figure(nb)) is not None:
        ax = fig.add_axes((.04, .04, .92, .54))
        ax.imshow(pic)
        ax.axis('off')
    out = io.BytesIO()
    fig.savefig(out, format='png', metadata={'Software': None})
    return out.getvalue()
