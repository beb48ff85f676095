"""optim.*: the parameters of a small network after each of 20 steps."""
import torch
import torch.nn.functional as F
from cases import integers, numbers, write_tensor

steps = 20
x, y, classes = numbers(5, 2, seed=110), numbers(5, 1, seed=111), integers(0, 2, 1, 1, 0)
start = {
    "hidden.weight": numbers(3, 2, seed=112), "hidden.bias": numbers(3, seed=113),
    "out.weight": numbers(1, 3, seed=114), "out.bias": numbers(1, seed=115),
}
turned = lambda name, value: value.t().contiguous() if name.endswith("weight") else value
sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW


def train(optimizer, clip=None, schedule=None, **options):
    """`schedule`: the learning rate from step 10 on."""
    weights = {name: value.clone().requires_grad_() for name, value in start.items()}
    rule = optimizer(weights.values(), **options)
    losses, trajectory = [], []
    for step in range(steps):
        if schedule is not None and step == 10:
            rule.param_groups[0]["lr"] = schedule
        rule.zero_grad()
        hidden = torch.tanh(F.linear(x, weights["hidden.weight"], weights["hidden.bias"]))
        loss = F.mse_loss(F.linear(hidden, weights["out.weight"], weights["out.bias"]), y)
        loss.backward()
        if clip is not None:
            clip(weights.values())
        rule.step()
        losses.append(loss)
        trajectory.append(torch.cat([turned(name, value).detach().reshape(-1) for name, value in weights.items()]))
    return {"losses": write_tensor(torch.stack(losses)), "trajectory": write_tensor(torch.stack(trajectory))}


def by_norm(limit):
    return lambda weights: torch.nn.utils.clip_grad_norm_(weights, limit)


def by_value(limit):
    return lambda weights: torch.nn.utils.clip_grad_value_(weights, limit)


def optimizers():
    runs = {
        "sgd": train(sgd, lr=0.125),
        "sgdDecay": train(sgd, lr=0.125, weight_decay=0.25),
        "sgdMomentum": train(sgd, lr=0.0625, momentum=0.75),
        "sgdMomentumDecay": train(sgd, lr=0.0625, momentum=0.75, weight_decay=0.125),
        "sgdDampening": train(sgd, lr=0.0625, momentum=0.75, dampening=0.5),
        "sgdDampeningAll": train(sgd, lr=0.0625, momentum=0.75, dampening=1),
        "sgdNesterov": train(sgd, lr=0.0625, momentum=0.75, nesterov=True, weight_decay=0.0625),
        "sgdSchedule": train(sgd, lr=0.125, momentum=0.5, schedule=0.03125),
        "adam": train(adam, lr=0.0625),
        "adamDefaults": train(adam),
        "adamBetas": train(adam, lr=0.0625, betas=(0.5, 0.75)),
        "adamNoBetas": train(adam, lr=0.0625, betas=(0, 0), eps=0.5),
        "adamEps": train(adam, lr=0.0625, eps=0.25),
        "adamDecay": train(adam, lr=0.0625, weight_decay=0.25),
        "adamAmsgrad": train(adam, lr=0.25, betas=(0.5, 0.5), amsgrad=True),
        "adamAmsgradDecay": train(adam, lr=0.25, betas=(0.75, 0.5), amsgrad=True, weight_decay=0.125),
        "adamSchedule": train(adam, lr=0.0625, schedule=0.25),
        "adamw": train(adamw, lr=0.0625),
        "adamwDecay": train(adamw, lr=0.0625, weight_decay=0.5, amsgrad=True),
        "clipNorm": train(sgd, clip=by_norm(0.5), lr=0.25),
        "clipNormDecay": train(adam, clip=by_norm(0.25), lr=0.0625, weight_decay=0.25),
        "clipNormNever": train(sgd, clip=by_norm(1024), lr=0.125),
        "clipValue": train(sgd, clip=by_value(0.125), lr=0.25, momentum=0.5),
    }
    initial = torch.cat([turned(name, value).reshape(-1) for name, value in start.items()])
    return {"x": write_tensor(x), "y": write_tensor(y), "start": write_tensor(initial), "runs": runs}
