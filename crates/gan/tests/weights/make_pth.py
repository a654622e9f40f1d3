"""Writes files like those of `torch.save`, of all kinds that people have, without PyTorch.

    python3 make_pth.py

The classes below have the names of PyTorch's, and are reduced and written as PyTorch does: in version 2 (zip) and in
version 1.5 (a stream of pickles). The networks are tiny; their values follow from `value`, which the tests repeat.
Values are multiples of 1/64 below 1, or of 1/8, so that every type of float holds them.
"""

import io
import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path

NZ, NGF, NDF, CHANNELS = 3, 2, 2, 3
FOLDER = Path(__file__).parent


def module(name):
    made = types.ModuleType(name)
    sys.modules[name] = made
    if "." in name:
        parent, _, child = name.rpartition(".")
        setattr(sys.modules.get(parent) or module(parent), child, made)
    return made


def belongs_to(name):
    """Puts a function or class into a module of this name."""

    def put(made):
        made.__module__ = name
        made.__qualname__ = made.__name__
        setattr(sys.modules.get(name) or module(name), made.__name__, made)
        return made

    return put


STORAGES = {}
for class_name, code in [
    ("FloatStorage", "f"),
    ("DoubleStorage", "d"),
    ("HalfStorage", "e"),
    ("BFloat16Storage", "b16"),
    ("LongStorage", "q"),
    ("IntStorage", "i"),
    ("UntypedStorage", "B"),
]:
    STORAGES[code] = belongs_to("torch.storage" if code == "B" else "torch")(type(class_name, (), {}))


def packed(code, values):
    if code == "b16":
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    return struct.pack(f"<{len(values)}{code}", *values)


def strides_of(shape):
    strides = [1] * len(shape)
    for axis in range(len(shape) - 1, 0, -1):
        strides[axis - 1] = strides[axis] * shape[axis]
    return tuple(strides)


class Storage:
    def __init__(self, code, values):
        self.code, self.data, self.len = code, packed(code, values), len(values)


@belongs_to("torch._utils")
def _rebuild_tensor(*_):
    pass


@belongs_to("torch._utils")
def _rebuild_tensor_v2(*_):
    pass


@belongs_to("torch._utils")
def _rebuild_tensor_v3(*_):
    pass


@belongs_to("torch._utils")
def _rebuild_parameter(*_):
    pass


class Dtype:
    def __init__(self, name):
        self.name = name

    def __reduce__(self):
        return self.name


for dtype_name in ["float32", "uint16"]:
    made = Dtype(dtype_name)
    setattr(sys.modules["torch"], dtype_name, made)
    made.__module__, made.__qualname__ = "torch", dtype_name


class Tensor:
    def __init__(self, storage, shape, offset=0, strides=None, rebuild=_rebuild_tensor_v2, dtype=None):
        self.storage, self.shape, self.offset = storage, tuple(shape), offset
        self.strides, self.rebuild, self.dtype = strides or strides_of(shape), rebuild, dtype

    def __reduce_ex__(self, _):
        arguments = (self.storage, self.offset, self.shape, self.strides)
        if self.rebuild is not _rebuild_tensor:
            arguments += (False, OrderedDict())
        if self.rebuild is _rebuild_tensor_v3:
            arguments += (self.dtype,)
        return self.rebuild, arguments


class Parameter:
    def __init__(self, data):
        self.data = data

    def __reduce_ex__(self, _):
        return _rebuild_parameter, (self.data, True, OrderedDict())


def count(shape):
    total = 1
    for size in shape:
        total *= size
    return total


def value(name, i):
    """Element `i` of a tensor, in row-major order."""
    if name.endswith("running_var"):
        return (i % 8 + 1) / 8
    return ((37 * i + 11 * sum(name.encode())) % 101 - 50) / 64


def generator_shapes():
    shapes, width = OrderedDict(), 2 * NGF
    shapes["main.0.weight"] = (NZ, width, 4, 4)
    shapes["main.3.weight"] = (width, NGF, 4, 4)
    shapes["main.6.weight"] = (NGF, CHANNELS, 4, 4)
    return with_batch_norm(shapes, {1: width, 4: NGF})


def discriminator_shapes():
    shapes = OrderedDict()
    shapes["main.0.weight"] = (NDF, CHANNELS, 4, 4)
    shapes["main.2.weight"] = (2 * NDF, NDF, 4, 4)
    shapes["main.5.weight"] = (1, 2 * NDF, 4, 4)
    return with_batch_norm(shapes, {3: 2 * NDF})


def with_batch_norm(shapes, widths):
    for index, width in widths.items():
        for array in ["weight", "bias", "running_mean", "running_var"]:
            shapes[f"main.{index}.{array}"] = (width,)
        shapes[f"main.{index}.num_batches_tracked"] = ()
    return shapes


def tensor(name, shape, code="f", **more):
    if name.endswith("num_batches_tracked"):
        return Tensor(Storage("q", [7]), ())
    return Tensor(Storage(code, [value(name, i) for i in range(count(shape))]), shape, **more)


def state_dict(shapes, prefix="", **more):
    state = OrderedDict((prefix + name, tensor(name, shape, **more)) for name, shape in shapes.items())
    state._metadata = OrderedDict([("", {"version": 1}), ("main", {"version": 1})])
    return state


# Modules saved whole.


def layer(module_name, class_name):
    return belongs_to(module_name)(type(class_name, (), {}))


Sequential = layer("torch.nn.modules.container", "Sequential")
ConvTranspose2d = layer("torch.nn.modules.conv", "ConvTranspose2d")
BatchNorm2d = layer("torch.nn.modules.batchnorm", "BatchNorm2d")
ReLU = layer("torch.nn.modules.activation", "ReLU")
DataParallel = layer("torch.nn.parallel.data_parallel", "DataParallel")
Generator = layer("__main__", "Generator")
MODULES = (Sequential, ConvTranspose2d, BatchNorm2d, ReLU, DataParallel, Generator)


@belongs_to("torch")
class device:
    def __init__(self, kind):
        self.kind = kind

    def __reduce__(self):
        return device, (self.kind,)


def filled(kind, parameters=(), buffers=(), modules=(), **attributes):
    made = kind()
    made.training = True
    made._parameters, made._buffers = OrderedDict(parameters), OrderedDict(buffers)
    made._non_persistent_buffers_set = {"scratch"} if buffers else set()
    made._backward_hooks = OrderedDict()
    made._modules = OrderedDict(modules)
    made.__dict__.update(attributes)
    return made


def whole_generator():
    shapes = generator_shapes()
    layers = []
    for index in range(7):
        own = [(name.rpartition(".")[2], name) for name in shapes if name.split(".")[1] == str(index)]
        is_buffer = lambda array: array.startswith(("running", "num"))
        made = lambda array, name: tensor(name, shapes[name])
        parameters = [(a, Parameter(made(a, n))) for a, n in own if not is_buffer(a)]
        buffers = [(a, made(a, n)) for a, n in own if is_buffer(a)]
        if buffers:
            buffers.append(("scratch", Tensor(Storage("f", [1.0]), (1,))))
        elif parameters:
            parameters.append(("bias", None))
        kind = BatchNorm2d if buffers else ConvTranspose2d if parameters else ReLU
        layers.append((str(index), filled(kind, parameters, buffers, kernel_size=(4, 4))))
    main = filled(Sequential, modules=layers)
    net = filled(Generator, modules=[("main", main)], ngpu=1)
    return filled(DataParallel, modules=[("module", net)], device_ids=[0], src_device_obj=device("cuda"))


# The two containers.


class Pickler(pickle._Pickler):
    def __init__(self, file, protocol, identify):
        super().__init__(file, protocol)
        self.persistent_id = identify

    def save_global(self, made, name=None):
        if isinstance(made, Dtype):
            name = made.name
            self.write(pickle.GLOBAL + f"torch\n{name}\n".encode())
            self.memoize(made)
        else:
            super().save_global(made, name)


class Storages:
    """Identifies storages, by number or, in the old format, by address and with a view."""

    def __init__(self, old, view=False):
        self.found, self.old, self.view, self.classes = [], old, view, set()

    def __call__(self, made):
        if isinstance(made, type) and made in MODULES and self.old and made not in self.classes:
            self.classes.add(made)
            return ("module", made, "/home/someone/main.py", f"class {made.__name__}(nn.Module):\n    pass\n")
        if not isinstance(made, Storage):
            return None
        if made not in self.found:
            self.found.append(made)
        key = str(self.found.index(made) + (94_000_000 if self.old else 0))
        identity = ("storage", STORAGES[made.code], key, "cuda:0" if self.old else "cpu", made.len)
        if self.old:
            identity += ((f"{key}1", 1, made.len - 1) if self.view else None,)
        return identity


def save(name, saved, protocol=2):
    storages, file = Storages(old=False), io.BytesIO()
    Pickler(file, protocol, storages).dump(saved)
    entries = [("data.pkl", file.getvalue()), ("byteorder", b"little")]
    entries += [(f"data/{i}", storage.data) for i, storage in enumerate(storages.found)]
    entries += [("version", b"3\n")]
    with zipfile.ZipFile(FOLDER / name, "w") as archive:
        for path, content in entries:
            info = zipfile.ZipInfo(f"{Path(name).stem}/{path}")
            # PyTorch aligns what it stores.
            info.extra = struct.pack("<HH", 0x4246, 8) + b"Z" * 8
            archive.writestr(info, content)


def save_old(name, saved, view=False):
    storages, file = Storages(old=True, view=view), io.BytesIO()
    sizes = {"short": 2, "int": 4, "long": 4}
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": sizes}
    for header in [0x1950A86A20F9469CFC6C, 1001, machine]:
        pickle.dump(header, file, protocol=2)
    Pickler(file, 2, storages).dump(saved)
    identify = lambda storage: storages(storage)[2]
    keys = sorted(map(identify, storages.found))
    pickle.dump(keys, file, protocol=2)
    for key in keys:
        storage = next(storage for storage in storages.found if identify(storage) == key)
        file.write(struct.pack("<q", storage.len) + storage.data)
    (FOLDER / name).write_bytes(file.getvalue())


def strided():
    """All floats in one storage, each array somewhere in it; a convolution with its axes the other way round."""
    state, floats = OrderedDict(), [9.0] * 5
    shared = Storage("f", [])
    for name, shape in generator_shapes().items():
        if name.endswith("num_batches_tracked"):
            state[name] = Tensor(Storage("i", [1, 2, 7]), (), offset=2)
        elif len(shape) == 4:
            # Channels last, as `memory_format=torch.channels_last` lays them out.
            a, b, h, w = shape
            strides = (h * w * b, 1, w * b, b)
            state[name] = Tensor(shared, shape, len(floats), strides)
            index = lambda i, j, y, x: ((i * b + j) * h + y) * w + x
            for i in range(a):
                floats += [value(name, index(i, j, y, x)) for y in range(h) for x in range(w) for j in range(b)]
        else:
            # Every second number.
            state[name] = Tensor(shared, shape, len(floats), (2,))
            for i in range(shape[0]):
                floats += [value(name, i), 9.0]
    shared.data, shared.len = packed("f", floats), len(floats)
    return state


def of_many_types():
    state = OrderedDict()
    for (name, shape), code in zip(generator_shapes().items(), ["e", "b16", "d"] * 5):
        state[name] = tensor(name, shape, code)
    weight = state["main.0.weight"]
    data = packed("f", [value("main.0.weight", i) for i in range(count(weight.shape))])
    dtype = sys.modules["torch"].float32
    state["main.0.weight"] = Tensor(Storage("B", data), weight.shape, 0, None, _rebuild_tensor_v3, dtype)
    return state


def main():
    generator, discriminator = generator_shapes(), discriminator_shapes()
    save("netG_epoch_24.pth", state_dict(generator))
    save("netD_epoch_24.pth", state_dict(discriminator))
    save("protocol_4.pth", state_dict(generator), protocol=4)
    save("wrapped.pth", {"state_dict": state_dict(generator, "module._orig_mod.netG.")})
    both = {"epoch": 24, "netG": state_dict(generator), "netD": state_dict(discriminator)}
    moments = {0: {"step": 3, "exp_avg": tensor("main.0.weight", generator["main.0.weight"])}}
    both["optimizerG"] = {"state": moments, "param_groups": [{"lr": 2e-4, "params": [0]}]}
    both["losses"], both["device"] = [0.5, 1.5], device("cuda")
    save("run.pth", both)
    save("whole_module.pth", whole_generator())
    save("strided.pth", strided())
    save("types.pth", of_many_types())
    save_old("old.pth", state_dict(generator))
    save_old("old_whole_module.pth", whole_generator())
    # As before PyTorch 0.4: views of storages, and no counts.
    viewed = OrderedDict()
    for name, shape in generator.items():
        if not name.endswith("num_batches_tracked"):
            floats = [9.0] + [value(name, i) for i in range(count(shape))]
            viewed[name] = Tensor(Storage("f", floats), shape, rebuild=_rebuild_tensor)
    save_old("old_views.pth", viewed, view=True)


main()
