"""nn.scaledDotProductAttention, nn.multiheadAttention and the layers of transformers. Their matrices are [out, in] in PyTorch."""
import torch
from torch.nn.utils.stateless import functional_call
from cases import Cases, integers, numbers
from samples import samples

dot_product = lambda q, k, v, **options: torch.nn.functional._scaled_dot_product_attention(q, k, v, need_attn_weights=True, **options)


def pattern(*shape):
    """A mask in which each row has both."""
    return torch.tensor([i % 3 == 1 for i in range(torch.Size(shape).numel())]).reshape(shape)


def dot_products():
    cases = Cases()
    q, k, v = numbers(5, 4, 6, seed=230), numbers(5, 3, 6, seed=231), numbers(5, 3, 2, seed=232)
    given = {"x": q, "y": k, "z": v}
    part = lambda which, **options: lambda *inputs: dot_product(*inputs, **options)[which]
    cases.add("attention", part(0), **given)
    cases.add("attentionWeights", lambda q, k: dot_product(q, k, k)[1], x=q, y=k)
    cases.add("attentionSelf", lambda x: dot_product(x, x, x)[0], x=numbers(5, 3, 2, seed=233))
    cases.add("attentionMasked", part(0, attn_mask=~pattern(4, 3)), **given)
    cases.add("attentionIntegers", lambda q, k, v, i: dot_product(q, k, v, attn_mask=i.bool()[:, None, :])[0],
              **given, i=integers([1, 0, 0], [1, 1, 1], [0, 2, 1], [0, 0, -1], [1, 0, 1]))
    cases.add("attentionBiased", part(0, attn_mask=numbers(4, 3, seed=234)), **given)
    cases.add("attentionScaled", lambda q, k, v: torch.softmax(q @ k.transpose(-2, -1) * 0.25, -1) @ v, **given)
    cases.add("attentionFar", part(0), f32=True, x=q * 256, y=k * 256, z=v)
    cases.add("attentionNothing", lambda *inputs: dot_product(*(x.detach() for x in inputs), attn_mask=torch.tensor([[True, False, True], [False, False, False]]))[0],
              x=numbers(5, 2, 2, seed=235), y=numbers(5, 3, 2, seed=236), z=v)
    # In [-9, 9] they make weights of 1 and slopes that f32 rounds away.
    wanted = lambda arguments, options: options["dropout_p"] == 0 and options["need_attn_weights"]
    for i, (arguments, options) in enumerate(samples("nn.functional._scaled_dot_product_attention", wanted)):
        cases.add(f"attentionSample{i}", part(0, is_causal=options["is_causal"]), **{key: value / 8 for key, value in zip("xyz", arguments)})
    return cases.written


matrices = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight", "linear1.weight", "linear2.weight")


def run(cases, name, module, apply, seed, **inputs):
    """The module with parameters of its own shapes; `apply` calls it with the inputs and picks a result."""
    shapes = {key: value.shape for key, value in module.named_parameters()}
    parameters = {key: numbers(*shape, seed=seed + i) / (2 if len(shape) == 1 else 4) for i, (key, shape) in enumerate(shapes.items())}
    keys = list(parameters)

    def function(*tensors):
        given, weights = tensors[: len(inputs)], tensors[len(inputs):]
        return apply(lambda *arguments, **options: functional_call(module, dict(zip(keys, weights)), arguments, options), *given)

    transposed = tuple(key for key in keys if key.endswith(matrices))
    cases.add(name, function, parameters=tuple(keys), transposed=transposed, **inputs, **parameters)


def multiheads():
    cases = Cases()
    q, k, v = numbers(5, 3, 4, seed=240), numbers(5, 2, 3, seed=241), numbers(5, 2, 2, seed=242)
    make = lambda **options: torch.nn.MultiheadAttention(4, 2, batch_first=True, dtype=torch.float64, **options)
    one = lambda which=0, **options: lambda call, x: call(x, x, x, **options)[which]
    run(cases, "multihead", make(), one(), 250, x=q)
    run(cases, "multiheadPlain", make(bias=False), one(), 250, x=q)
    run(cases, "multiheadWidths", make(kdim=3, vdim=2), lambda call, x, y, z: call(x, y, z)[0], 260, x=q, y=k, z=v)
    run(cases, "multiheadPair", make(), lambda call, x, y: call(x, y, y)[0], 250, x=q, y=numbers(5, 2, 4, seed=243))
    run(cases, "multiheadWeights", make(), one(1), 250, x=q)
    run(cases, "multiheadWeightsByHead", make(), one(1, average_attn_weights=False), 250, x=q)
    run(cases, "multiheadMasked", make(), one(attn_mask=pattern(3, 3)), 250, x=q)
    run(cases, "multiheadByHead", make(), one(attn_mask=pattern(8, 3, 3)), 250, x=numbers(4, 3, 4, seed=240))
    run(cases, "multiheadBiased", make(), one(attn_mask=numbers(3, 3, seed=244)), 250, x=q)
    run(cases, "multiheadCausal", make(), one(attn_mask=torch.ones(3, 3).triu(1).bool()), 250, x=q)
    run(cases, "multiheadPadded", make(), lambda call, x, i: call(x, x, x, key_padding_mask=i.bool())[0], 250, x=q,
        i=integers([0, 0, 1], [0, 0, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]))
    run(cases, "multiheadAll", make(), lambda call, x, i: call(x, x, x, attn_mask=torch.ones(3, 3).triu(1).bool(), key_padding_mask=i.bool())[0],
        250, x=q, i=integers([0, 0, 1], [0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]))
    return cases.written


def transformers():
    cases = Cases()
    x, memory = numbers(5, 3, 4, seed=270), numbers(5, 2, 4, seed=271)
    settings = {"dim_feedforward": 3, "dropout": 0.0, "batch_first": True, "dtype": torch.float64}
    encoder = lambda **options: torch.nn.TransformerEncoderLayer(4, 2, **settings, **options)
    decoder = lambda **options: torch.nn.TransformerDecoderLayer(4, 2, **settings, **options)
    causal = torch.ones(3, 3).triu(1).bool()
    padding = integers([0, 0, 1], [0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1])
    run(cases, "encoder", encoder(), lambda call, x: call(x), 280, x=x)
    run(cases, "encoderFirst", encoder(norm_first=True, activation="gelu", layer_norm_eps=0.25), lambda call, x: call(x), 280, x=x)
    run(cases, "encoderMasked", encoder(), lambda call, x, i: call(x, src_mask=causal, src_key_padding_mask=i.bool()), 280, x=x, i=padding)
    run(cases, "encoderTanh", encoder(activation=torch.tanh), lambda call, x: call(x, src_mask=numbers(3, 3, seed=272)), 280, x=x)
    run(cases, "decoder", decoder(), lambda call, x, y: call(x, y), 300, x=x, y=memory)
    run(cases, "decoderFirst", decoder(norm_first=True), lambda call, x, y: call(x, y, tgt_mask=causal), 300, x=x, y=memory)
    run(cases, "decoderMasked", decoder(activation="gelu"),
        lambda call, x, y, i: call(x, y, tgt_mask=causal, tgt_key_padding_mask=i.bool(), memory_mask=pattern(3, 2)), 300, x=x, y=memory, i=padding)
    run(cases, "decoderPadded", decoder(), lambda call, x, y, i: call(x, y, memory_key_padding_mask=i.bool()), 300, x=x, y=memory,
        i=integers([0, 1], [0, 0], [1, 0], [0, 0], [0, 1]))
    return cases.written
