"""Meta-Weight-Net (Shu et al., NeurIPS 2019) in one file, with torch alone: to read, and to copy.

    python examples/mwn_minimal.py

trains a small network on points in the plane, of which 60 % have a label that was drawn anew, with 30 clean points,
and prints the accuracy with and without learned weights. The steps are those of algorithm 1 of the paper; the
notebook `44_own_loop` asserts that they are equal to the steps of `mwn_nbdev` (of networks without dropout).
"""
import copy
import torch, torch.nn.functional as F
from torch import nn
from torch.func import functional_call


class WeightNet(nn.Module):
    "From the loss of a sample to its weight in (0,1)"
    def __init__(self, hidden=100):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, hidden), nn.ReLU(), nn.Linear(hidden, 1), nn.Sigmoid())

    def forward(self, losses): # (n,) -> (n,)
        return self.layers(losses[:,None])[:,0]


def losses_of(model, params, buffers, x, y):
    "The loss of each sample, with these parameters and buffers"
    return F.cross_entropy(functional_call(model, params|buffers, (x,)), y, reduction='none')


def step(model, weight_net, optimizer, meta_optimizer, x, y, xm, ym):
    "One step of both networks; (x, y): a training batch, (xm, ym): a clean batch. Gives losses and weights"
    lr = optimizer.param_groups[0]['lr']
    params = dict(model.named_parameters())
    # 5: a virtual step of the classifier, as a function of the weighting net. One update of the buffers stays: this one
    losses = losses_of(model, params, dict(model.named_buffers()), x, y)
    virtual_loss = (weight_net(losses.detach())*losses).mean()
    grads = torch.autograd.grad(virtual_loss, list(params.values()), create_graph=True, allow_unused=True)
    ahead = {k: p if g is None else p-lr*g for (k,p),g in zip(params.items(), grads)}
    # 6: the weighting net goes down the loss of the clean batch after that step
    copies = {k: b.clone() for k,b in model.named_buffers()}
    meta_loss = losses_of(model, ahead, copies, xm, ym).mean()
    theta = list(weight_net.parameters())
    for p,g in zip(theta, torch.autograd.grad(meta_loss, theta)): p.grad = g
    meta_optimizer.step()
    # 7: the real step, with the new weights; the losses are the same, as the classifier has not moved
    copies = {k: b.clone() for k,b in model.named_buffers()}
    losses = losses_of(model, params, copies, x, y)
    with torch.no_grad(): weights = weight_net(losses)
    optimizer.zero_grad()
    (weights*losses).mean().backward()
    optimizer.step()
    return losses.detach(), weights


def points(n, noise=0., seed=0):
    "Three clouds in the plane; a share `noise` of the labels is drawn anew"
    g = torch.Generator().manual_seed(seed)
    y = torch.arange(n)%3
    x = torch.tensor([[0.,2.], [2.,-1.], [-2.,-1.]])[y]+0.9*torch.randn(n, 2, generator=g)
    wrong = torch.rand(n, generator=g)<noise
    return x, torch.where(wrong, torch.randint(3, (n,), generator=g), y), y


def main(epochs=150):
    torch.manual_seed(0)
    x,y,true = points(300, 0.6)
    xm,ym,_ = points(30, seed=1)
    xt,yt,_ = points(1000, seed=2)
    start = nn.Sequential(nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 3))
    plain,model,weight_net = copy.deepcopy(start),copy.deepcopy(start),WeightNet()
    sgd = lambda m: torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9)
    o,p,m = sgd(plain),sgd(model),torch.optim.Adam(weight_net.parameters(), lr=1e-2)
    for _ in range(epochs):
        for i in torch.randperm(len(x)).split(100):
            o.zero_grad(); F.cross_entropy(plain(x[i]), y[i]).backward(); o.step()
            step(model, weight_net, p, m, x[i], y[i], xm, ym)
    acc = {k: (f(xt).argmax(1)==yt).float().mean().item() for k,f in dict(plain=plain, weighted=model).items()}
    with torch.no_grad(): w = weight_net(F.cross_entropy(model(x), y, reduction='none'))
    acc |= {'mean weight, right labels': w[y==true].mean().item(), 'wrong labels': w[y!=true].mean().item()}
    print(', '.join(f'{k} {v:.3f}' for k,v in acc.items()))
    return acc


if __name__=='__main__': main()
