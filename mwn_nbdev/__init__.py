"""Meta-Weight-Net: learn how much each training sample should count, from a few clean samples."""
__version__ = "0.2.0"

from typing import TYPE_CHECKING

if TYPE_CHECKING:   # for editors; when the program runs, a name is imported when it is asked for
    from .data import Samples, split_dataset
    from .datasets import digits, get_data
    from .estimator import MetaWeightClassifier
    from .huggingface import MetaWeightTrainer
    from .loop.result import Result
    from .metagrad import MetaGradient
    from .method import CE
    from .models import get_net, small_cnn
    from .mwn import MetaWeightNet
    from .own_loop import Reweighter
    from .train import PRESETS, fit, fit_mwn, preset_table
    from .weightnets import load_weight_net, save_weight_net, weight_curve

_where = dict(MetaGradient='metagrad', Samples='data', digits='datasets', get_data='datasets', split_dataset='data', CE='method',
              get_net='models', small_cnn='models', MetaWeightNet='mwn', MetaWeightClassifier='estimator', Reweighter='own_loop',
              MetaWeightTrainer='huggingface',
              PRESETS='train', Result='loop.result', fit='train', fit_mwn='train', preset_table='train',
              load_weight_net='weightnets', save_weight_net='weightnets', weight_curve='weightnets')
__all__ = [*_where]

def __getattr__(name):
    from importlib import import_module
    if name in _where: return getattr(import_module(f'.{_where[name]}', __name__), name)
    from difflib import get_close_matches
    near = get_close_matches(name, __all__, n=1)
    hint = f": did you mean '{near[0]}'?" if near and not name.startswith('_') else ''
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'{hint}")

def __dir__(): return sorted({*globals(), *__all__})
