"""Writes the fixtures of this folder and the malformed ones: run it where NumPy is installed."""

import io
import pathlib
import struct
import zipfile

import numpy as np

here = pathlib.Path(__file__).parent
broken = here.parent / "Malformed" / "numpy"
broken.mkdir(parents=True, exist_ok=True)


def array(values, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, values, version=version, allow_pickle=True)
    return file.getvalue()


def header(text, data=b"", version=1):
    body = text.encode("latin-1") + b"\n"
    size = struct.pack("<H" if version == 1 else "<I", len(body))
    return b"\x93NUMPY" + bytes([version, 0]) + size + body + data


six = np.arange(6, dtype=np.float32).reshape(2, 3)
valid = {
    "float32.npy": array(six),
    "version2.npy": array(six, (2, 0)),
    "version3.npy": array(six, (3, 0)),
    "float64-big-endian.npy": array(six.astype(">f8")),
    "int16-fortran-big-endian.npy": array(np.asfortranarray(six.astype(">i2"))),
    "complex128-fortran.npy": array(np.asfortranarray(six.astype("c16"))),
    "text.npy": array(np.array([["a", "naïve"], ["", "b\0c"]])),
    "text-fortran-big-endian.npy": array(np.asfortranarray(np.array([["a", "b"], ["c", "d"]], ">U1"))),
    "bytes.npy": array(np.array([b"x", b"yz\xff"])),
    "bool-loose.npy": array(np.array([0, 1, 7], np.uint8).view(bool)),
    "scalar.npy": array(np.float16(1.5)),
    "empty.npy": array(np.zeros((0, 3), np.int64)),
    "bfloat16-by-name.npy": header(
        "{'descr': 'bfloat16', 'fortran_order': False, 'shape': (2,), }", b"\x80\x3f\x00\xc0"),
    "python2.npy": header(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (3L,), }", b"\1\2\3"),
}
for name, data in valid.items():
    (here / name).write_bytes(data)
np.savez(here / "stored.npz", x=six, y=np.int64(7))
np.savez_compressed(here / "deflated.npz", x=six, y=np.int64(7))


class Pipe(io.BytesIO):
    """A file that cannot go back, so that sizes follow the data."""

    def seekable(self):
        return False

    def tell(self):
        raise OSError


def archive(entries, method=zipfile.ZIP_STORED, file=None):
    file = file or io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


entry = ("x.npy", array(six))
(here / "streamed.npz").write_bytes(archive([entry], zipfile.ZIP_DEFLATED, Pipe()))
(here / "no-suffix.npz").write_bytes(archive([("x", entry[1])]))


def patched(data, at, value):
    return data[:at] + value + data[at + len(value):]


whole = archive([entry])
packed = archive([entry], zipfile.ZIP_DEFLATED)
directory = whole.index(b"PK\1\2")
packed_directory = packed.index(b"PK\1\2")
good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
malformed = {
    "pickle.npy": array(np.array([{}], object)),
    "records.npy": array(np.zeros(1, "f4,i4")),
    "void.npy": header(good.replace("<f4", "<V2"), b"\0\0\0\0"),
    "dates.npy": array(np.zeros(1, "M8[s]")),
    "short.npy": array(six)[:-1],
    "long.npy": array(six) + b"\0",
    "negative-extent.npy": header(good.replace("2", "-2"), b"\0" * 8),
    "overflowing-shape.npy": header(good.replace("2,", "4611686018427387904, 4,")),
    "overflowing-size.npy": header(good.replace("2,", "4611686018427387904,")),
    "empty-strings.npy": header(good.replace("<f4", "<U0").replace("2,", "1" + "0" * 15 + ",")),
    "surrogate.npy": header(good.replace("<f4", "<U1").replace("2,", ""), b"\0\xd8\0\0"),
    "deep.npy": header("(" * 2000),
    "no-shape.npy": header("{'descr': '<f4', 'fortran_order': False}"),
    "version9.npy": patched(array(six), 6, b"\x09"),
    "no-end.npz": whole[:-8],
    "bad-checksum.npz": patched(whole, directory - 1, b"\xff"),
    "larger-than-announced.npz": patched(packed, packed_directory + 24, struct.pack("<I", 64)),
    "bomb.npz": patched(packed, packed_directory + 24, struct.pack("<I", 0x7fffffff)),
    "encrypted.npz": patched(whole, directory + 8, b"\1"),
    "other-method.npz": patched(whole, directory + 10, b"\x0e"),
    "other-name.npz": patched(whole, directory + 46, b"y"),
    "twice.npz": archive([entry, ("y.npy", entry[1])]).replace(b"y.npy", b"x.npy"),
    "no-array.npz": archive([("x.npy", b"not an array")]),
    "text.npz": b"not an archive",
}
for name, data in malformed.items():
    (broken / name).write_bytes(data)
two = archive([entry, ("y.npy", entry[1])])
second = two.rindex(b"PK\1\2")
(broken / "overlapping.npz").write_bytes(
    patched(patched(two, second + 42, struct.pack("<I", 0)), second + 46, b"y"))
