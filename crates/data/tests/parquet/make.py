"""Makes the tables of this folder, as the library `datasets` lays them out: pip install pyarrow pillow"""

import io

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def png(level):
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (level, 2 * level, 255 - level)).save(out, "PNG")
    return out.getvalue()


images = [png(1), None, png(3), b"no image", png(5), png(6)[:60], png(7)]
column = pa.array(
    [{"bytes": bytes, "path": f"{i}.png"} for i, bytes in enumerate(images)],
    pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
)
labels = pa.array(range(7), pa.int64())
for codec in ["snappy", "zstd"]:
    table = pa.table({"label": labels, "image": column, "checksum": [b"x"] * 7})
    pq.write_table(table, f"{codec}.parquet", compression=codec, row_group_size=4)
pq.write_table(pa.table({"jpg": [png(8), png(9)]}), "binary.parquet", compression="none")
pq.write_table(pa.table({"text": ["a", "b"], "label": [1, 2]}), "texts.parquet")
