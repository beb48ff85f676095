"""Trainings in turns: losses that play against each other, with an optimizer each; and one loss of many parts.

Losses before each of the rounds of turns, and all parameters and running statistics after each round. Networks are given new rows in each round.
"""
import torch
from torch import nn
import torch.nn.functional as F
from cases import numbers, write_tensor

rounds = 20
turned = lambda value: value.t().contiguous() if value.dim() == 2 else value


def mlp(inputs, hidden, outputs, activation):
    return nn.Sequential(nn.Linear(inputs, hidden), activation, nn.Linear(hidden, outputs))


def play(networks, inputs, turns):
    """`networks` by name; `turns`: for each the networks that it trains, the optimizer of their parameters, and its loss."""
    parts = {f"{name}.{key}": value for name, network in networks.items() for key, value in network.double().named_parameters()}
    for i, value in enumerate(parts.values()):
        value.data = numbers(*value.shape, seed=620 + i) / 4
    parts |= {f"{name}.{key}": value for name, network in networks.items() for key, value in network.named_buffers()}
    state = lambda: {key: turned(value.detach().clone().double()) for key, value in parts.items()}
    start = state()
    rules = [rule([value for name in names for value in networks[name].parameters()]) for names, rule, _ in turns]
    losses, trajectory = [], []
    for i in range(len(next(iter(inputs.values())))):
        for rule, (_, _, loss_of) in zip(rules, turns):
            for network in networks.values():
                network.zero_grad()
            loss = loss_of(**{name: value[i] for name, value in inputs.items()})
            loss.backward()
            rule.step()
            losses.append(loss.detach())
        trajectory.append(torch.cat([value.reshape(-1) for value in state().values()]))
    return {
        "inputs": {key: write_tensor(value) for key, value in inputs.items()}, "start": {key: write_tensor(value) for key, value in start.items()},
        "losses": write_tensor(torch.stack(losses)), "trajectory": write_tensor(torch.stack(trajectory)),
    }


def line(rows, seed):
    """Points near the line y = 2 x - 1."""
    x = numbers(rounds, rows, 1, seed=seed)
    return torch.cat([x, 2 * x - 1 + numbers(rounds, rows, 1, seed=seed + 1) / 16], 2)


def gan():
    made, seen = mlp(1, 4, 2, nn.Tanh()), mlp(2, 4, 1, nn.LeakyReLU(0.2))
    ones, zeros = torch.ones(6, 1).double(), torch.zeros(6, 1).double()
    told = F.binary_cross_entropy_with_logits
    return play({"made": made, "seen": seen}, {"noise": numbers(rounds, 6, 1, seed=600), "real": line(6, 601)}, [
        (["seen"], lambda p: torch.optim.Adam(p, lr=0.03125), lambda noise, real: told(seen(real), ones) + told(seen(made(noise).detach()), zeros)),
        (["made"], lambda p: torch.optim.Adam(p, lr=0.015625, betas=(0.5, 0.999)), lambda noise, real: told(seen(made(noise)), ones)),
    ])


def penalised():
    """Wasserstein with a gradient penalty (Gulrajani et al. 2017)."""
    made, seen = mlp(1, 4, 2, nn.Tanh()), mlp(2, 4, 1, nn.Tanh())

    def critic(noise, real, share):
        fake = made(noise).detach()
        between = (share * real + (1 - share) * fake).requires_grad_()
        slope, = torch.autograd.grad(seen(between).sum(), between, create_graph=True)
        return seen(fake).mean() - seen(real).mean() + 10 * ((slope.pow(2).sum(1).sqrt() - 1) ** 2).mean()

    inputs = {"noise": numbers(rounds, 6, 1, seed=604), "real": line(6, 605), "share": numbers(rounds, 6, 1, seed=607, low=0, high=1)}
    return play({"made": made, "seen": seen}, inputs, [
        (["seen"], lambda p: torch.optim.Adam(p, lr=0.015625), critic),
        (["made"], lambda p: torch.optim.RMSprop(p, lr=0.0078125), lambda noise, **_: -seen(made(noise)).mean()),
    ])


def normalised_mlp(inputs, hidden, outputs, activation):
    return nn.Sequential(nn.Linear(inputs, hidden, bias=False), nn.BatchNorm1d(hidden), activation, nn.Linear(hidden, outputs))


def normalised():
    """Batch norms in both networks: those of `seen` move by real and by made rows in its own turn, by made ones alone in the other."""
    made, seen = normalised_mlp(1, 3, 2, nn.Tanh()), normalised_mlp(2, 3, 1, nn.LeakyReLU(0.2))
    ones, zeros = torch.ones(6, 1).double(), torch.zeros(6, 1).double()
    told = F.binary_cross_entropy_with_logits
    return play({"made": made, "seen": seen}, {"noise": numbers(rounds, 6, 1, seed=630)[:3], "real": line(6, 631)[:3]}, [
        (["seen"], lambda p: torch.optim.Adam(p, lr=0.03125), lambda noise, real: told(seen(real), ones) + told(seen(made(noise).detach()), zeros)),
        (["made"], lambda p: torch.optim.SGD(p, lr=0.125), lambda noise, real: told(seen(made(noise)), ones)),
    ])


def normalised_slopes():
    """A critic whose value ends in a batch norm, of which the gradient penalty needs no value but that of its slope."""
    made, seen = mlp(1, 3, 2, nn.Tanh()), nn.Sequential(nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 1, bias=False), nn.BatchNorm1d(1, momentum=None))

    def critic(noise, real):
        between = (0.5 * real + 0.5 * made(noise).detach()).requires_grad_()
        slope, = torch.autograd.grad((seen(between) * real[:, :1]).sum(), between, create_graph=True)
        return (seen(real) * real[:, 1:]).mean() + ((slope.pow(2).sum(1).sqrt() - 1) ** 2).mean()

    return play({"made": made, "seen": seen}, {"noise": numbers(rounds, 6, 1, seed=634)[:3], "real": line(6, 635)[:3]}, [
        (["seen"], lambda p: torch.optim.SGD(p, lr=0.0625), critic),
        (["made"], lambda p: torch.optim.SGD(p, lr=0.0625), lambda noise, real: (seen(made(noise)) * real[:, :1]).mean()),
    ])


def actor_critic():
    """A critic that learns what actions are worth, and an actor that does what the critic values."""
    actor, critic = mlp(2, 4, 1, nn.Tanh()), mlp(3, 4, 1, nn.Tanh())
    worth = lambda state, action: critic(torch.cat([state, action], 1))
    inputs = {"state": numbers(rounds, 6, 2, seed=610), "action": numbers(rounds, 6, 1, seed=611), "reward": numbers(rounds, 6, 1, seed=612)}
    return play({"actor": actor, "critic": critic}, inputs, [
        (["critic"], lambda p: torch.optim.SGD(p, lr=0.03125, momentum=0.5), lambda state, action, reward: F.mse_loss(worth(state, action), reward)),
        (["actor"], lambda p: torch.optim.Adam(p, lr=0.015625), lambda state, **_: -worth(state, actor(state)).mean()),
    ])


def together():
    """One loss of two weighted ones on shared weights, and a penalty on the slopes of what they share."""
    trunk, price, kind = mlp(2, 4, 4, nn.Tanh()), nn.Linear(4, 1), nn.Linear(4, 1)

    def loss(x, y, z):
        x = x.requires_grad_()
        once = trunk(x)
        again = trunk(once[:, :2])
        slope, = torch.autograd.grad(again.sum(), x, create_graph=True)
        return 0.75 * F.mse_loss(price(again), y) + 0.25 * F.mse_loss(torch.tanh(kind(once)), z) + 0.5 * slope.pow(2).mean()

    inputs = {"x": numbers(rounds, 6, 2, seed=613), "y": numbers(rounds, 6, 1, seed=614), "z": numbers(rounds, 6, 1, seed=615) / 2}
    return play({"trunk": trunk, "price": price, "kind": kind}, inputs, [(["trunk", "price", "kind"], lambda p: torch.optim.Adam(p, lr=0.03125), loss)])


def runs():
    return {"gan": gan(), "penalised": penalised(), "actorCritic": actor_critic(), "together": together(),
            "normalised": normalised(), "normalisedSlopes": normalised_slopes()}
