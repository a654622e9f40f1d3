"""Features of images by a trained network: an ONNX file, such as make_extractor.py writes.

The network takes (n, 3, size, size) floats, normalised with the mean and standard deviation in its metadata
(`dcgan.mean`, `dcgan.std`), and returns (n, features). Images are resized to its size with a bilinear filter, whose
pixels are centred at halves and which is widened when it makes images smaller.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime

BATCH = 32


class Extractor:
    def __init__(self, path: Path, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that wait awake slow down whatever else the machine does.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        self.size = self.input.shape[2]
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.mean, self.std = (
            np.array(metadata[name].split(), np.float32)[:, None, None] for name in ("dcgan.mean", "dcgan.std")
        )
        self.name = hashlib.sha256(path.read_bytes()).hexdigest()[:12]

    @classmethod
    def at(cls, path: Path, threads: int) -> "Extractor":
        if not path.exists():
            raise SystemExit(f"there is no {path}; `just extractor` makes it, and --extractor names another")
        return cls(path, threads)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features (n, f) of bytes (n, h, w, c). Grey images become RGB; alpha is dropped."""
        images = np.repeat(images, 3, axis=3) if images.shape[3] == 1 else images[..., :3]
        resize = filter_matrix(images.shape[1], self.size)
        batches = []
        for start in range(0, len(images), BATCH):
            x = images[start : start + BATCH].transpose(0, 3, 1, 2).astype(np.float32) / 255
            x = (resize @ x @ resize.T - self.mean) / self.std
            batches.append(self.session.run(None, {self.input.name: x})[0])
        return np.concatenate(batches)


def filter_matrix(side: int, size: int) -> np.ndarray:
    """The matrix (size, side) that resizes a row of pixels."""
    if side == size:
        return np.eye(size, dtype=np.float32)
    scale = side / size
    width = max(scale, 1)
    centres = (np.arange(size)[:, None] + 0.5) * scale - 0.5
    if scale < 1:
        centres = centres.clip(0, side - 1)
    weights = np.maximum(0, 1 - np.abs(np.arange(side)[None] - centres) / width)
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)
