"""Writes tiny networks as ONNX files and golden.txt, what PyTorch computes with them.

    pip install torch numpy onnx onnxruntime
    python make.py

Lines of golden.txt: `resize FROM TO`, `batch SIDE CHANNELS` or `features NETWORK SIDE CHANNELS`, a colon, and numbers.
The images are bytes that `images` computes, as the tests do. Results are computed in float64 from float32 weights; the
tests allow 1e-5 of the largest number. onnxruntime must agree with PyTorch before golden.txt is written.

    pooled.onnx    convolution, ReLU, global average, flatten; size, mean and std in the metadata; dynamic batch
    maps.onnx      convolution and ReLU: an output (n, c, h, w); a batch of 3 and no metadata
    others         networks that must be refused, named after the reason
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
SIZE, FEATURES = 12, 5
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
OTHER = (0.25, 0.5, 0.75), (0.5, 0.25, 0.125)
WEIGHT = torch.randn((FEATURES, 3, 3, 3), generator=torch.Generator().manual_seed(1))
BIAS = torch.randn((FEATURES,), generator=torch.Generator().manual_seed(2))


def images(n, side, channels):
    i = np.arange(n * side * side * channels, dtype=np.uint64)
    return ((i * 2654435761 & 0xFFFFFFFF) >> 24).astype(np.uint8).reshape(n, side, side, channels)


def resized(x, size):
    return F.interpolate(x, (size, size), mode="bilinear", align_corners=False, antialias=True)


def preprocessed(images, mean, std):
    x = torch.from_numpy(images).permute(0, 3, 1, 2).double()
    if x.shape[1] == 4:
        x = 255 + (x[:, :3] - 255) * x[:, 3:] / 255
    x = resized(x.expand(-1, 3, -1, -1), SIZE)
    return (x / 255 - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)


def features(x):
    return F.relu(F.conv2d(x, WEIGHT.double(), BIAS.double(), stride=2, padding=1)).mean((2, 3))


def network(name, image, output, metadata=None, more=(), last="Relu", pad=1):
    """A convolution and `last`, then nodes of the given operators."""
    operators = [last, *more]
    window = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [pad] * 4}
    nodes = [helper.make_node("Conv", ["image", "w", "b"], ["y0"], "conv", **window)]
    for i, op in enumerate(operators):
        nodes.append(helper.make_node(op, [f"y{i}"], [f"y{i + 1}"], f"op{i}"))
    nodes[-1].output[0] = "features"
    value = helper.make_tensor_value_info
    arrays = [numpy_helper.from_array(WEIGHT.numpy(), "w"), numpy_helper.from_array(BIAS.numpy(), "b")]
    graph = helper.make_graph(nodes, name, [value("image", TensorProto.FLOAT, image)],
                              [value("features", TensorProto.FLOAT, output)], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, metadata or {})
    onnx.save(model, HERE / f"{name}.onnx")
    return model


def refused():
    """Networks that are no extractors."""
    maps = ["n", FEATURES, SIZE // 2, SIZE // 2]
    network("open_size", ["n", 3, "h", "w"], ["n", FEATURES, "a", "b"])
    network("not_square", ["n", 3, SIZE, SIZE + 2], ["n", FEATURES, SIZE // 2, SIZE // 2 + 1])
    network("channels_last", ["n", SIZE, SIZE, 3], maps)
    network("rank_3", [3, SIZE, SIZE], maps[1:])
    network("huge", ["n", 3, 1 << 40, 1 << 40], maps)
    network("huge_padding", ["n", 3, SIZE, SIZE], maps, pad=1 << 62)
    network("huge_batch", [1 << 40, 3, SIZE, SIZE], maps)
    network("bad_mean", ["n", 3, SIZE, SIZE], maps, {"dcgan.mean": "0.5 0.5"})
    network("bad_std", ["n", 3, SIZE, SIZE], maps, {"dcgan.mean": "0 0 0", "dcgan.std": "1 1 0"})
    network("no_std", ["n", 3, SIZE, SIZE], maps, {"dcgan.mean": "0 0 0"})
    network("no_operator", ["n", 3, SIZE, SIZE], maps, last="Frobnicate")
    network("one_row", ["n", 3, SIZE, SIZE], [1] * 4, more=["ReduceMean"])
    network("one_flat_row", ["n", 3, SIZE, SIZE], [1] * 2, more=["ReduceMean", "Flatten"])
    network("integers", ["n", 3, SIZE, SIZE], [4], more=["Shape"])
    network("infinite", ["n", 3, SIZE, SIZE], maps, more=["Exp", "Exp", "Exp"])


def main():
    size = {"dcgan.size": str(SIZE)}
    metadata = size | {"dcgan." + key: " ".join(map(str, value)) for key, value in zip(("mean", "std"), OTHER)}
    pooled = network("pooled", ["n", 3, "h", "w"], ["n", FEATURES], metadata, more=["GlobalAveragePool", "Flatten"])
    maps = network("maps", [3, 3, SIZE, SIZE], [3, FEATURES, SIZE // 2, SIZE // 2])
    refused()

    lines = []
    for source, to in [(3, 5), (8, 5), (7, 7), (1, 3), (9, 2)]:
        plane = torch.from_numpy(images(1, source, 1)[..., 0])[None].double()
        lines.append((f"resize {source} {to}", resized(plane, to)))
    for side, channels in [(5, 1), (12, 3), (5, 4)]:
        lines.append((f"batch {side} {channels}", preprocessed(images(1, side, channels), *OTHER)[:, :, ::5, ::5]))
    for model, mean_std, n in [(pooled, OTHER, 2), (maps, IMAGENET, 4)]:
        for side, channels in [(12, 3), (8, 3), (30, 3), (8, 1), (8, 4)]:
            x = preprocessed(images(n, side, channels), *mean_std)
            wanted = features(x)
            session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
            got = session.run(None, {"image": x[: 3 if model is maps else n].float().numpy()})[0]
            got = got.mean((2, 3)) if got.ndim == 4 else got
            np.testing.assert_allclose(got, wanted[: len(got)].numpy(), rtol=1e-5, atol=1e-5)
            lines.append((f"features {model.graph.name} {side} {channels}", wanted))
    text = "".join(f"{name}: {' '.join(f'{v:.7g}' for v in values.flatten().tolist())}\n" for name, values in lines)
    (HERE / "golden.txt").write_text(text)


if __name__ == "__main__":
    main()
