# PyTorch eager on one thread: the same lines of JSON as worker.ts.
import base64, json, math, os, sys, time
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def blas():
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line.lower() or "mkl" in line}
    return ", ".join(sorted({os.path.relpath(path, "/usr/lib") for path in paths})) or "none of its own files"


def tensor(t):
    values = np.frombuffer(base64.b64decode(t["data"]), np.float32 if t["dtype"] == "f32" else np.int32)
    made = torch.from_numpy(values.reshape(t["shape"]).copy())
    return made if t["dtype"] == "f32" else made.long()


def parameters(task):
    """PyTorch keeps matrices that multiply the last axis as [out, in]."""
    found = {}
    for p in task["parameters"]:
        value = tensor(p)
        across = len(p["shape"]) == 2 and not is_table(task, p["name"])
        found[p["name"]] = (value.t().contiguous() if across else value).requires_grad_()
    return found


def is_table(task, name):
    return task["layers"][int(name.split(".")[0][1:])]["kind"] in ("embedding", "positions")


def attention(x, p, heads):
    batch, length, width = x.shape
    qkv = F.linear(x, p["attention.in_proj_weight"], p["attention.in_proj_bias"])
    q, k, v = qkv.view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    scores = q @ k.transpose(-2, -1) / math.sqrt(width // heads)
    mask = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)
    mixed = scores.masked_fill(mask, float("-inf")).softmax(-1) @ v
    joined = mixed.transpose(1, 2).reshape(batch, length, width)
    return F.linear(joined, p["attention.out_proj.weight"], p["attention.out_proj.bias"])


def block(x, p, heads):
    x = x + attention(F.layer_norm(x, x.shape[-1:], p["norm1.weight"], p["norm1.bias"]), p, heads)
    inner = F.layer_norm(x, x.shape[-1:], p["norm2.weight"], p["norm2.bias"])
    inner = F.gelu(F.linear(inner, p["wide.weight"], p["wide.bias"]))
    return x + F.linear(inner, p["narrow.weight"], p["narrow.bias"])


def gru(layer, p):
    net = torch.nn.GRU(p["weight_ih_l0"].shape[1], layer["hidden"], batch_first=True)
    for name in p:
        delattr(net, name)
        net.register_parameter(name, torch.nn.Parameter(p[name].detach()))
    net._flat_weights = [getattr(net, name) for name in net._flat_weights_names]
    return net, list(net.parameters())


def layer_function(layer, p):
    kind = layer["kind"]
    if kind == "linear":
        return lambda x: F.linear(x, p["weight"], p["bias"])
    if kind == "conv":
        return lambda x: F.conv2d(x, p["weight"], p["bias"], layer["stride"], layer["padding"], 1, layer["groups"])
    if kind == "batchNorm":
        mean, deviation = torch.zeros_like(p["weight"]).detach(), torch.ones_like(p["weight"]).detach()
        return lambda x: F.batch_norm(x, mean, deviation, p["weight"], p["bias"], True)
    if kind == "layerNorm":
        return lambda x: F.layer_norm(x, x.shape[-1:], p["weight"], p["bias"])
    return {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "flatten": lambda x: x.flatten(1),
        "last": lambda x: x[:, -1],
        "pool": lambda x: F.max_pool2d(x, layer["size"]),
        "dropout": lambda x: F.dropout(x, layer["p"]),
        "embedding": lambda x: F.embedding(x, p["weight"]),
        "positions": lambda x: x + p["weight"],
        "block": lambda x: block(x, p, layer["heads"]),
    }[kind]


def prepare(task):
    values = parameters(task)
    functions, weights = [], []
    for i, layer in enumerate(task["layers"]):
        own = {name.split(".", 1)[1]: v for name, v in values.items() if name.split(".")[0] == f"l{i}"}
        function, trained = gru(layer, own) if layer["kind"] == "gru" else (layer_function(layer, own), list(own.values()))
        functions.append((lambda x, f=function: f(x)[0]) if layer["kind"] == "gru" else function)
        weights += trained
    settings = task["optimizer"]
    kind = torch.optim.SGD if settings["kind"] == "sgd" else torch.optim.Adam
    optimizer = kind(weights, lr=settings["lr"], weight_decay=settings.get("weightDecay", 0))
    x, y = tensor(task["inputs"]["x"]), tensor(task["inputs"]["y"])

    def forward():
        out = x
        for function in functions:
            out = function(out)
        return out

    def step():
        out = forward()
        loss = F.cross_entropy(out.flatten(0, -2), y.flatten()) if "classes" in task else F.mse_loss(out, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if "clip" in task:
            torch.nn.utils.clip_grad_norm_(weights, task["clip"])
        optimizer.step()
        return loss.item()

    return torch.no_grad()(forward) if task["pass"] == "forward" else step


def run(step, steps):
    losses = []
    start = time.process_time()
    for i in range(steps):
        result = step()
        if i in (0, steps - 1):
            losses.append(result if isinstance(result, float) else result.square().mean().item())
    with open("/proc/self/status") as status:
        resident = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    return {"microseconds": 1e6 * (time.process_time() - start), "losses": losses, "resident": resident}


step = None
for line in sys.stdin:
    message = json.loads(line)
    try:
        if "task" in message:
            step = prepare(message["task"])
            reply = {"version": f"PyTorch {torch.__version__}, BLAS {blas()}"}
        else:
            reply = run(step, message["steps"])
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
    print("answer " + json.dumps(reply), flush=True)
