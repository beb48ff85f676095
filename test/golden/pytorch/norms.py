"""nn.*Norm*: those of each row by their values, batch norm and instance norm with running statistics by steps of both modes."""
import torch
import torch.nn.functional as F
from cases import Cases, inf, nan, numbers, projection, write_tensor
from samples import samples


def rows():
    cases = Cases()
    both = {"parameters": ("weight", "bias")}
    x, image = numbers(5, 4, seed=200), numbers(5, 4, 3, 2, seed=201)
    weight, bias = numbers(4, seed=202), numbers(4, seed=203)
    layer = lambda shape, **options: lambda x, weight=None, bias=None: F.layer_norm(x, shape, weight, bias, **options)
    cases.add("layerNorm", layer((4,)), x=x, weight=weight, bias=bias, **both)
    cases.add("layerNormLoose", layer((4,), eps=0.5), x=x, weight=weight, parameters=("weight",))
    cases.add("layerNormPlain", layer((4,)), x=x)
    cases.add("layerNormImage", layer((3, 2)), x=image, weight=numbers(3, 2, seed=204), bias=numbers(3, 2, seed=205), **both)
    cases.add("layerNormEqual", layer((4,), eps=0.015625), x=torch.round(x / 8) + 1, weight=weight, bias=bias, **both)
    cases.add("layerNormFar", layer((4,)), x=x + 4096, weight=weight, bias=bias, **both)
    odd = x.clone()
    odd[0, 1], odd[1, 2], odd[2, 3] = nan, inf, -inf
    cases.add("layerNormAnywhere", layer((4,)), x=odd, f32=True)
    for i, (given, options) in enumerate(samples("nn.functional.layer_norm")):
        named = dict(zip(("weight", "bias"), given[2:]))
        cases.add(f"layerNormSample{i}", layer(given[1], **options), x=given[0], parameters=tuple(named), **named)

    def rms(eps=2**-23, dim=(-1,)):
        return lambda x, weight=None: x / torch.sqrt((x * x).mean(dim, keepdim=True) + eps) * (1 if weight is None else weight)

    cases.add("rmsNorm", rms(), x=x, weight=weight, parameters=("weight",))
    cases.add("rmsNormImage", rms(0.5, (-2, -1)), x=image)
    cases.add("rmsNormZero", rms(), x=torch.zeros(5, 4), weight=weight, parameters=("weight",), f32=True)

    group = lambda count, **options: lambda x, weight=None, bias=None: F.group_norm(x, count, weight, bias, **options)
    cases.add("groupNorm", group(2), x=image, weight=weight, bias=bias, **both)
    cases.add("groupNormRows", group(1, eps=0.25), x=x, weight=weight, bias=bias, **both)
    cases.add("groupNormEach", group(4), x=image)
    for i, (given, options) in enumerate(samples("nn.functional.group_norm")):
        named = {key: options.pop(key) for key in ("weight", "bias") if key in options}
        cases.add(f"groupNormSample{i}", group(given[1], **options), x=given[0], parameters=tuple(named), **named)

    instance = lambda **options: lambda x, weight=None, bias=None: F.instance_norm(x, weight=weight, bias=bias, **options)
    cases.add("instanceNorm1d", instance(), x=numbers(5, 2, 4, seed=206))
    cases.add("instanceNorm2d", instance(eps=0.5), x=image, weight=weight, bias=bias, **both)
    return cases.written


def steps():
    """Three steps of both modes: what each gives and its slopes, the running statistics after it, and what evaluation gives then."""
    runs = {}

    def add(name, kind, *shape, **options):
        torch.manual_seed(0)
        layer = kind(shape[1], **options).double()
        if layer.affine:
            layer.weight.data, layer.bias.data = numbers(shape[1], seed=210), numbers(shape[1], seed=211)
        parameters = dict(layer.named_parameters())
        runs[name] = {"parameters": {key: write_tensor(value) for key, value in parameters.items()}, "steps": []}
        for step in range(3):
            x = (numbers(*shape, seed=212 + step) * (step + 1)).requires_grad_()
            weights = projection(x.shape)
            loss = (layer.train()(x) * weights).sum()
            slopes = torch.autograd.grad(loss, [x, *parameters.values()])
            with torch.no_grad():
                output = layer.eval()(x)
            runs[name]["steps"].append({
                "x": write_tensor(x), "loss": write_tensor(loss),
                "gradients": {key: write_tensor(slope) for key, slope in zip(("x", *parameters), slopes)},
                "states": {key: write_tensor(value.double()) for key, value in layer.named_buffers()}, "output": write_tensor(output),
            })

    nn = torch.nn
    add("batchNorm1d", nn.BatchNorm1d, 5, 3)
    add("batchNorm1dLengths", nn.BatchNorm1d, 5, 3, 2, momentum=0.5, eps=0.25)
    add("batchNorm1dAverage", nn.BatchNorm1d, 5, 3, momentum=None)
    add("batchNorm1dPlain", nn.BatchNorm1d, 5, 3, affine=False, momentum=-1.25)
    add("batchNorm1dUntracked", nn.BatchNorm1d, 5, 3, track_running_stats=False)
    add("batchNorm2d", nn.BatchNorm2d, 5, 2, 3, 2)
    add("batchNorm2dOne", nn.BatchNorm2d, 1, 2, 3, 2)
    add("batchNorm3d", nn.BatchNorm3d, 5, 2, 2, 1, 2)
    add("instanceNorm1d", nn.InstanceNorm1d, 5, 2, 4, affine=True, track_running_stats=True)
    add("instanceNorm2d", nn.InstanceNorm2d, 5, 2, 2, 2, track_running_stats=True, momentum=0.25)
    return runs


def second():
    """The gradient of sum(f(x) * f(x)), differentiated once more."""
    cases = Cases()

    def slope(f):
        def apply(x, *others):
            y = f(x, *others)
            return torch.autograd.grad((y * y).sum(), x, create_graph=True)[0]
        return apply

    x = numbers(5, 4, seed=220)
    cases.add("layerNormSlope", slope(lambda x: torch.tanh(F.layer_norm(x, (4,), eps=0.5))), x=x)
    cases.add("groupNormSlope", slope(lambda x: torch.tanh(F.group_norm(x, 2, eps=0.5))), x=numbers(5, 4, 3, seed=221))
    cases.add("attentionSlope", slope(lambda x, y: torch.softmax(x @ y.transpose(-2, -1) / 2, -1) @ y), x=numbers(5, 3, 4, seed=222), y=numbers(5, 2, 4, seed=223))
    return cases.written
