"""optim.*: the parameters of a small network after some steps; schedules.*: their values in each step."""
import torch
from torch.optim import lr_scheduler as schedulers
import torch.nn.functional as F
from cases import write_tensor
from training import start, turned, x, y

recorded = (1, 2, 3, 7, 12)
names = list(start)


class DocumentedNAdam(torch.optim.Optimizer):
    """torch.optim.NAdam by the formula of its documentation: PyTorch 1.13 multiplies by mu once too often."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for w in group["params"]:
                state = self.state[w]
                t = state["t"] = state.get("t", 0) + 1
                g = w.grad + group["weight_decay"] * w
                mu, following = (beta1 * (1 - 0.96 ** (s * group["momentum_decay"]) / 2) for s in (t, t + 1))
                state["product"] = state.get("product", 1) * mu
                state["m"] = beta1 * state.get("m", 0) + (1 - beta1) * g
                state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * g * g
                m = following * state["m"] / (1 - state["product"] * following) + (1 - mu) * g / (1 - state["product"])
                w -= group["lr"] * m / ((state["v"] / (1 - beta2**t)).sqrt() + group["eps"])


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for w in group["params"]:
                m = self.state[w].get("m", 0)
                direction = torch.sign(beta1 * m + (1 - beta1) * w.grad)
                w -= group["lr"] * (direction + group["weight_decay"] * w)
                self.state[w]["m"] = beta2 * m + (1 - beta2) * w.grad


def loss_of(weights, rows=slice(None)):
    hidden = torch.tanh(F.linear(x[rows], weights["hidden.weight"], weights["hidden.bias"]))
    return F.mse_loss(F.linear(hidden, weights["out.weight"], weights["out.bias"]), y[rows])


def train(optimizer, groups=None, clip=None, schedule=None, average=None, **options):
    """`groups`: settings by the names that they are for, of which the others have none."""
    weights = {name: value.clone().requires_grad_() for name, value in start.items()}
    if groups is None:
        params = list(weights.values())
    else:
        apart = [name for chosen, _ in groups for name in chosen]
        params = [{"params": [weights[name] for name in names if name not in apart]}]
        params += [{"params": [weights[name] for name in chosen], **settings} for chosen, settings in groups]
    rule = optimizer(params, **options)
    scheduler = schedule and schedule(rule)
    rows, mean = [], None
    for step in range(1, max(recorded) + 1):
        rule.zero_grad()
        loss_of(weights).backward()
        if clip is not None:
            clip(weights.values())
        rule.step()
        if scheduler:
            scheduler.step()
        now = torch.cat([turned(name, value).detach().reshape(-1) for name, value in weights.items()])
        if average is not None:
            mean = now.clone() if mean is None else average * mean + (1 - average) * now
        if step in recorded:
            rows.append(now if mean is None else mean)
    return write_tensor(torch.stack(rows))


def by_norm(limit, kind):
    return lambda weights: torch.nn.utils.clip_grad_norm_(weights, limit, norm_type=kind)


def optimizers():
    o = torch.optim
    inf = float("inf")
    biases, hidden = ["hidden.bias", "out.bias"], ["hidden.weight", "hidden.bias"]
    return {
        "sgdMaximize": train(o.SGD, lr=0.0078125, momentum=0.5, weight_decay=0.25, maximize=True),
        "adamMaximize": train(o.Adam, lr=0.0625, weight_decay=0.25, maximize=True),
        "adamwMaximize": train(o.AdamW, lr=0.0625, weight_decay=0.25, maximize=True),
        "rmsprop": train(o.RMSprop),
        "rmspropAlpha": train(o.RMSprop, lr=0.0625, alpha=0.5, eps=0.125, weight_decay=0.25),
        "rmspropCentered": train(o.RMSprop, lr=0.03125, alpha=0.75, centered=True, eps=0.25, maximize=True),
        "rmspropMomentum": train(o.RMSprop, lr=0.015625, momentum=0.75, weight_decay=0.125),
        "rmspropAll": train(o.RMSprop, lr=0.015625, momentum=0.5, centered=True, alpha=0.875, eps=0.0625),
        "adagrad": train(o.Adagrad),
        "adagradDecay": train(o.Adagrad, lr=0.25, lr_decay=0.5, weight_decay=0.25, initial_accumulator_value=0.5, eps=0.125, maximize=True),
        "adadelta": train(o.Adadelta),
        "adadeltaRho": train(o.Adadelta, lr=0.5, rho=0.5, eps=0.0625, weight_decay=0.25, maximize=True),
        "adamax": train(o.Adamax),
        "adamaxBetas": train(o.Adamax, lr=0.0625, betas=(0.5, 0.75), eps=0.125, weight_decay=0.25, maximize=True),
        "nadam": train(DocumentedNAdam, lr=0.0625),
        "nadamDecay": train(DocumentedNAdam, lr=0.0625, betas=(0.75, 0.5), eps=0.125, weight_decay=0.25, momentum_decay=0.5),
        "radam": train(o.RAdam, lr=0.0625),
        "radamBetas": train(o.RAdam, lr=0.0625, betas=(0.5, 0.875), eps=0.125, weight_decay=0.25),
        "radamNever": train(o.RAdam, lr=0.0625, betas=(0, 0)),
        "rprop": train(o.Rprop),
        "rpropSizes": train(o.Rprop, lr=0.25, etas=(0.25, 1.5), step_sizes=(0.03125, 0.5), maximize=False),
        "asgd": train(o.ASGD, lr=0.0625),
        "asgdAll": train(o.ASGD, lr=0.0625, lambd=0.125, alpha=0.5, t0=2, weight_decay=0.25),
        "lion": train(Lion, lr=0.03125),
        "lionDecay": train(Lion, lr=0.03125, betas=(0.5, 0.75), weight_decay=0.5),
        "groupsNoDecay": train(o.AdamW, groups=[(biases, {"weight_decay": 0})], lr=0.0625, weight_decay=0.5),
        "groupsRate": train(o.SGD, groups=[(hidden, {"lr": 0.015625, "momentum": 0}), (["out.bias"], {"momentum": 0.25})], lr=0.0625, momentum=0.75),
        "groupsBetas": train(o.Adam, groups=[(hidden, {"betas": (0.5, 0.5), "amsgrad": True})], lr=0.0625, eps=0.125),
        "clipOne": train(o.SGD, clip=by_norm(0.5, 1), lr=0.25),
        "clipInfinity": train(o.SGD, clip=by_norm(0.5, inf), lr=0.25),
        "average": train(o.SGD, lr=0.125, average=0.75),
        "scheduleStep": train(o.SGD, lr=0.125, momentum=0.5, schedule=lambda rule: schedulers.StepLR(rule, 2, gamma=0.5)),
        "scheduleOneCycle": train(o.SGD, lr=0.125, momentum=0.5, schedule=lambda rule: schedulers.OneCycleLR(rule, 0.25, total_steps=13)),
        "scheduleOneCycleAdam": train(o.Adam, lr=0.125, schedule=lambda rule: schedulers.OneCycleLR(rule, 0.25, total_steps=13)),
        "scheduleGroup": train(
            o.Adam, groups=[(hidden, {"lr": 0.0625})], lr=0.03125, schedule=lambda rule: schedulers.LambdaLR(rule, [lambda t: 1, lambda t: 0.5**t])
        ),
    }


def values(make, steps=24, lr=0.5, every=1):
    """The learning rate and the momentum in each step; a schedule steps after `every` of them."""
    rule = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.5)
    schedule = make(rule)
    rates, momenta = [], []
    for step in range(1, steps + 1):
        rates.append(rule.param_groups[0]["lr"])
        momenta.append(rule.param_groups[0]["momentum"])
        rule.step()
        if step % every == 0:
            schedule.step()
    numbers = lambda each: write_tensor(torch.tensor(each, dtype=torch.float64))
    return {"lr": numbers(rates), **({} if set(momenta) == {0.5} else {"momentum": numbers(momenta)})}


def schedules():
    s = schedulers
    cosine = lambda rule: s.CosineAnnealingLR(rule, 10, eta_min=0.125)
    return {
        "constant": values(lambda rule: s.ConstantLR(rule)),
        "constantFactor": values(lambda rule: s.ConstantLR(rule, factor=0.25, total_iters=7)),
        "linear": values(lambda rule: s.LinearLR(rule)),
        "linearDown": values(lambda rule: s.LinearLR(rule, start_factor=0.75, end_factor=0.125, total_iters=11)),
        "step": values(lambda rule: s.StepLR(rule, 5)),
        "stepGamma": values(lambda rule: s.StepLR(rule, 3, gamma=0.75)),
        "multiStep": values(lambda rule: s.MultiStepLR(rule, [3, 8, 8, 20], gamma=0.5)),
        "exponential": values(lambda rule: s.ExponentialLR(rule, 0.875)),
        "polynomial": values(lambda rule: s.PolynomialLR(rule)),
        "polynomialPower": values(lambda rule: s.PolynomialLR(rule, total_iters=17, power=2.5)),
        "inverseTime": values(lambda rule: s.LambdaLR(rule, lambda t: 1 / (1 + 0.25 * t))),
        "cosineAnnealing": values(cosine),
        "cosineAnnealingEvery": values(cosine, every=4),
        "cosineAnnealingWarmRestarts": values(lambda rule: s.CosineAnnealingWarmRestarts(rule, 5)),
        "cosineAnnealingWarmRestartsLonger": values(lambda rule: s.CosineAnnealingWarmRestarts(rule, 3, T_mult=2, eta_min=0.0625)),
        "cyclic": values(lambda rule: s.CyclicLR(rule, 0.125, 0.5, step_size_up=4)),
        "cyclicTriangular2": values(lambda rule: s.CyclicLR(rule, 0.125, 0.5, step_size_up=3, step_size_down=5, mode="triangular2")),
        "cyclicRange": values(lambda rule: s.CyclicLR(rule, 0.125, 0.5, step_size_up=4, mode="exp_range", gamma=0.875)),
        "oneCycle": values(lambda rule: s.OneCycleLR(rule, 0.5, total_steps=25)),
        "oneCycleLinear": values(
            lambda rule: s.OneCycleLR(
                rule, 0.5, total_steps=25, pct_start=0.5, anneal_strategy="linear", div_factor=4, final_div_factor=8, base_momentum=0.5, max_momentum=0.75
            )
        ),
        "oneCycleThreePhase": values(lambda rule: s.OneCycleLR(rule, 0.5, total_steps=25, pct_start=0.25, three_phase=True)),
        "sequential": values(
            lambda rule: s.SequentialLR(rule, [s.LinearLR(rule, start_factor=0.25, total_iters=6), s.ExponentialLR(rule, 0.75)], milestones=[6])
        ),
    }


metrics = [5, 4, 4.5, 3.999, 4, 3.99, 4, 3, 3.5, 3.2, 3.1, 3, 2.9999, 2, 2.5, 2.4, 2.3, float("nan"), 2.2, 1, 1, 1, 1, 1, 1, 1, 1]


def plateaus():
    """The learning rate after each of `metrics`."""

    def rates(**options):
        rule = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        schedule = schedulers.ReduceLROnPlateau(rule, **options)
        found = []
        for metric in metrics:
            schedule.step(metric)
            found.append(rule.param_groups[0]["lr"])
        return write_tensor(torch.tensor(found, dtype=torch.float64))

    return {
        "metrics": write_tensor(torch.tensor(metrics, dtype=torch.float64)),
        "defaults": rates(),
        "patience": rates(patience=2),
        "threshold": rates(patience=1, factor=0.5, threshold=0.25, min_lr=0.125),
        "difference": rates(patience=1, factor=0.5, threshold=0.25, threshold_mode="abs"),
        "cooldown": rates(patience=0, factor=0.5, cooldown=3),
        "most": rates(mode="max", patience=3, threshold=0.125),
    }
