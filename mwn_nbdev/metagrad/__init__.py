"""The exact gradient of a meta loss through a training step. This folder needs torch and nothing else: copy it if you like."""
from .check import ConsistencyError
from .gradient import MetaGradient
from .reference import coefficients, cross_entropy, meta_grad_ref
from .step import MetaStep

__all__ = ['ConsistencyError', 'MetaGradient', 'MetaStep', 'coefficients', 'cross_entropy', 'meta_grad_ref']
