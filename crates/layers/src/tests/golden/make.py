"""Writes layers.safetensors: forward and backward passes of each layer in PyTorch, in double precision.

    pip install torch numpy safetensors
    python make.py

Inputs are stored in f32, so that both sides start from the same numbers; results are stored in f64.
Arrays are in this project's order: N, H, W, C for activations and (kernel, kernel, c_in, c_out) for
weights. For a transposed convolution, c_in and c_out are those of the convolution that it transposes.
permute(2, 3, 1, 0) converts PyTorch's weights of both kinds.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(0)
out = {}


def draw(*shape, scale=1.0, shift=0.0):
    return (torch.randn(*shape) * scale + shift).double()


def put(name, tensor, dtype=torch.float64):
    tensor = tensor.detach()
    if tensor.dim() == 4:
        tensor = tensor.permute(0, 2, 3, 1)
    out[name] = tensor.to(dtype).contiguous()


def put_weight(name, tensor, dtype=torch.float64):
    out[name] = tensor.detach().permute(2, 3, 1, 0).to(dtype).contiguous()


def convolution(kind, kernel, stride, pad, size, activation, name):
    c_in, c_out = 3, 5
    x = draw(2, c_in, *size).requires_grad_()
    shape = (c_out, c_in) if kind == "conv" else (c_in, c_out)
    w = draw(*shape, kernel, kernel, scale=0.3).requires_grad_()
    f = F.conv2d if kind == "conv" else F.conv_transpose2d
    y = activation(f(x, w, stride=stride, padding=pad))
    dy = draw(*y.shape)
    y.backward(dy)
    key = f"{kind}.{kernel}.{stride}.{pad}.{name}"
    put(f"{key}.x", x, torch.float32)
    put_weight(f"{key}.w", w, torch.float32)
    put(f"{key}.dy", dy, torch.float32)
    put(f"{key}.y", y)
    put(f"{key}.dx", x.grad)
    put_weight(f"{key}.dw", w.grad)


def batch_norm():
    c = 6
    norm = torch.nn.BatchNorm2d(c).double()
    with torch.no_grad():
        norm.weight.copy_(draw(c, scale=0.2, shift=1.0))
        norm.bias.copy_(draw(c, scale=0.2))
        norm.running_mean.copy_(draw(c))
        norm.running_var.copy_(draw(c).abs() + 0.5)
    put("norm.gamma", norm.weight, torch.float32)
    put("norm.beta", norm.bias, torch.float32)
    put("norm.running_mean", norm.running_mean, torch.float32)
    put("norm.running_var", norm.running_var, torch.float32)
    x = draw(3, c, 4, 5, scale=2.0, shift=1.0).requires_grad_()
    put("norm.x", x, torch.float32)
    with torch.no_grad():
        put("norm.infer", F.relu(norm.eval()(x)))
    y = F.leaky_relu(norm.train()(x), 0.2)
    dy = draw(*y.shape)
    y.backward(dy)
    put("norm.dy", dy, torch.float32)
    put("norm.y", y)
    put("norm.dx", x.grad)
    put("norm.dgamma", norm.weight.grad)
    put("norm.dbeta", norm.bias.grad)
    put("norm.tracked_mean", norm.running_mean)
    put("norm.tracked_var", norm.running_var)


def loss():
    # For the extreme logits, log(sigmoid) would be infinite in f32.
    logits = torch.tensor([-120.0, -20.0, -3.5, -0.1, 0.0, 0.7, 4.0, 18.0, 95.0]).double()
    out["bce.logits"] = logits.float()
    for target in (0, 1):
        l = logits.clone().requires_grad_()
        value = F.binary_cross_entropy_with_logits(l, torch.full_like(l, target))
        value.backward()
        out[f"bce.{target}.loss"] = value.detach().reshape(1)
        out[f"bce.{target}.gradient"] = l.grad


def leaky(x):
    return F.leaky_relu(x, 0.2)


for kernel, stride, pad in [(4, 2, 1), (4, 1, 0), (3, 1, 1), (5, 3, 2)]:
    convolution("conv", kernel, stride, pad, (8, 7), leaky, "leaky")
    convolution("transpose", kernel, stride, pad, (4, 3), F.relu, "relu")
    convolution("transpose", kernel, stride, pad, (4, 3), torch.tanh, "tanh")
batch_norm()
loss()
save_file(out, str(Path(__file__).parent / "layers.safetensors"), {"torch": torch.__version__.split("+")[0]})
