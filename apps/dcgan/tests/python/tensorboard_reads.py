"""Reads the event files of dcgan with TensorBoard's own reader.

    python3 tensorboard_reads.py path/to/dcgan

Needs the packages tensorboard and pillow. Trains a tiny network, kills it, resumes it, and compares what TensorBoard
shows with log.jsonl and the sample grids. Exits with an error if anything differs.
"""

import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer

SMALL = "--image-size 16 --ngf 4 --ndf 4 --nz 5 --batch-size 64 --seed 7 --log-every 1".split()
TAGS = {
    "loss/generator": "loss_g",
    "loss/discriminator_real": "loss_d_real",
    "loss/discriminator_generated": "loss_d_fake",
    "discriminator/real": "d_x",
    "discriminator/generated": "d_g_z",
    "gradient_norm/generator": "grad_norm_g",
    "progress/epoch": "epoch",
}


def log(run):
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def shown(folder):
    """What the reader of older TensorBoards, of TensorFlow and of many scripts gives."""
    reader = event_accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0})
    reader.Reload()
    return reader


def check(run, folder):
    """Compares the events with the files of the run."""
    reader, lines = shown(folder), log(run)
    for tag, name in TAGS.items():
        events = reader.Scalars(tag)
        assert [e.step for e in events] == [line["step"] for line in lines], tag
        for event, line in zip(events, lines):
            assert abs(event.value - line[name]) <= 1e-6 * max(1.0, abs(line[name])), (tag, event, line)
    times = [e.wall_time for e in reader.Scalars("loss/generator")]
    assert times == sorted(times) and abs(times[-1] - time.time()) < 600, times
    grids = {}
    for path in sorted((run / "samples").glob("*.png")):
        image = Image.open(path)
        grids[json.loads(image.text["dcgan"])["steps"]] = (path.read_bytes(), image.size)
    images = reader.Images("samples")
    assert [i.step for i in images] == sorted(grids), (images, sorted(grids))
    for image in images:
        data, size = grids[image.step]
        assert image.encoded_image_string == data and (image.width, image.height) == size, image.step
        Image.open(io.BytesIO(image.encoded_image_string)).load()
    # What TensorBoard itself shows, in which scalars and images are tensors.
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(folder.parent))
    multiplexer.Reload()
    tensors = multiplexer.GetAccumulator(run.name).Tensors("loss/generator")
    assert [t.step for t in tensors][-1] == lines[-1]["step"]
    return len(lines), len(images)


def main(dcgan):
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        run, folder = place / "run", place / "tb" / "run"

        def command(*args):
            subprocess.run([dcgan, *args], cwd=place, check=True, stdout=subprocess.DEVNULL)

        flags = ["--out", "run", "--tensorboard", "tb", "--checkpoint-every", "1"]
        endless = subprocess.Popen(
            [dcgan, "train", *SMALL, *flags, "--epochs", "1000"], cwd=place, stdout=subprocess.DEVNULL
        )
        # A TensorBoard that is open all the time.
        live = None
        while not list((run / "checkpoints").glob("*.ckpt")):
            assert endless.poll() is None, "the run ended"
            if live is None and list(folder.glob("*")):
                live = shown(folder)
            time.sleep(0.01)
        live = live or shown(folder)
        live.Reload()
        endless.kill()
        endless.wait()
        saved = max(int(path.stem.split("_")[1]) for path in (run / "checkpoints").glob("*.ckpt"))
        command("train", "--resume", "run", "--tensorboard", "tb", "--steps", str(saved + 70))
        steps, grids = check(run, folder)
        assert steps == saved + 70, (steps, saved)
        live.Reload()
        found = [e.step for e in live.Scalars("loss/generator")]
        assert found == list(range(1, steps + 1)), (steps, found)
        command("log", "run", "--tensorboard", "tb")
        assert check(run, folder) == (steps, grids)
    print(f"TensorBoard reads {steps} steps and {grids} grids")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()))
