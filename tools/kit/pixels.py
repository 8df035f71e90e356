"""The official CIFAR files, small enough to travel, and back again byte for byte.

Pictures pressed as if they were one take 60 % of their bytes (WebP without loss, 100 x 100 in a mosaic). What is around
them in a file, labels and names, lies beside as `.frame`."""
import hashlib, zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
SETS = {   # name -> folder, files that stay as they are, files of pictures with their official MD5
    'cifar10': ('cifar-10-batches-py', ['batches.meta'], {
        'data_batch_1': 'c99cafc152244af753f735de768cd75f', 'data_batch_2': 'd4bba439e000b95fd0a9bffe97cbabec',
        'data_batch_3': '54ebc095f3ab1f0389bbae665268c751', 'data_batch_4': '634d18415352ddfa80567beed471001a',
        'data_batch_5': '482c414d41f54cd18b22e5b47cb7c3cb', 'test_batch': '40351d587109b95175f43aff81a1287e'}),
    'cifar100': ('cifar-100-python', ['meta'], {
        'train': '16019d7e3df5f24257cddd939b257f8d', 'test': 'f0ef6b0ae62326f3e7ffdfab6717acfc'}),
}

def md5(b): return hashlib.md5(b).hexdigest()

def press(name, root, out):
    "Write the parts of data set `name` in the folder `root` into the folder `out`"
    folder,plain,files = SETS[name]
    for f in plain: (out/f'{name}-meta-{f}').write_bytes((root/folder/f).read_bytes())
    for f,official in files.items():
        b = (root/folder/f).read_bytes()
        if md5(b)!=official: raise SystemExit(f'{root/folder/f} is not the official file: fetch it again')
        n = next(n for n in (10_000, 50_000) if n<=len(b)//3072<2*n)*3072
        at = b.index(b'T'+n.to_bytes(4, 'little'))+5   # where Python 2 has pickled a string of so many bytes
        frame = at.to_bytes(4, 'little')+b[:at]+b[at+n:]
        (out/f'{name}-{f}.frame').write_bytes(zlib.compress(frame, 9))
        for i,px in enumerate(np.frombuffer(b[at:at+n], np.uint8).reshape(-1, 100, 100, 3, 32, 32)):
            mosaic = Image.fromarray(px.transpose(0,3,1,4,2).reshape(3200, 3200, 3))
            mosaic.save(out/f'{name}-{f}-{i}.webp', lossless=True, quality=70, method=2)

def unpress(parts, name, f):
    "The official bytes of a file"
    _,_,files = SETS[name]
    frame = zlib.decompress((parts/f'{name}-{f}.frame').read_bytes())
    at,frame = int.from_bytes(frame[:4], 'little'),frame[4:]
    def pixels(p):
        return np.asarray(Image.open(p)).reshape(100,32,100,32,3).transpose(0,2,4,1,3).tobytes()
    b = frame[:at]+b''.join(map(pixels, sorted(parts.glob(f'{name}-{f}-*.webp'))))+frame[at:]
    if md5(b)!=files[f]:
        raise SystemExit(f'{name}-{f}: the MD5 is not the official one, so a part is damaged: pack it again')
    return b

def there(parts):
    "The data sets whose parts are all in the folder `parts`"
    def whole(name):
        _,plain,files = SETS[name]
        n = lambda f: 5 if f=='train' else 1   # mosaics of 10,000 pictures
        parts_of = [f'{f}{e}' for f in files for e in ('.frame', *(f'-{i}.webp' for i in range(n(f))))]
        return all((parts/f'{name}-{f}').exists() for f in [*parts_of, *(f'meta-{f}' for f in plain)])
    return [n for n in SETS if whole(n)]

def unpack(parts, out):
    "Write the official files of all data sets that are whole; their names"
    jobs = []
    for name in there(parts):
        folder,plain,files = SETS[name]
        (out/folder).mkdir(parents=True, exist_ok=True)
        for f in plain: (out/folder/f).write_bytes((parts/f'{name}-meta-{f}').read_bytes())
        jobs += [(out/folder/f, name, f) for f,m in files.items()
                 if not (out/folder/f).exists() or md5((out/folder/f).read_bytes())!=m]
    def write(job): job[0].write_bytes(unpress(parts, *job[1:]))
    with ThreadPoolExecutor(6) as pool: list(pool.map(write, jobs))
    return there(parts)
