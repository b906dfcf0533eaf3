#!/usr/bin/env python3
"""Writes Fixtures/Images: one picture of 5 x 3 pixels in every format and variant that is decoded.

Needs Pillow 12 and numpy. Beside each file lies what Pillow decodes it to: FILE.rgb, three bytes a
pixel in row-major order.
"""
import pathlib

import numpy
from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/Images"


def main():
    FOLDER.mkdir(exist_ok=True)
    y, x = numpy.mgrid[0:3, 0:5]
    picture = Image.fromarray(numpy.stack([x * 60, y * 120, 255 - x * y * 31], -1).astype(numpy.uint8))
    grey = picture.convert("L")
    bits = picture.convert("1", dither=Image.Dither.NONE)
    clear = picture.copy()
    clear.putalpha(grey)
    palette = picture.convert("P", palette=Image.Palette.ADAPTIVE)
    for kind in ("bmp", "png", "tif"):
        picture.save(FOLDER / f"colour.{kind}")
        grey.save(FOLDER / f"grey.{kind}")
        bits.save(FOLDER / f"bits.{kind}")
        palette.save(FOLDER / f"palette.{kind}")
    clear.save(FOLDER / "clear.png")
    clear.save(FOLDER / "clear.tif")
    picture.save(FOLDER / "packed.tif", compression="tiff_lzw")
    picture.save(FOLDER / "colour.ppm")
    grey.save(FOLDER / "grey.pgm")
    bits.save(FOLDER / "bits.pbm")
    picture.save(FOLDER / "colour.webp", lossless=True)
    clear.save(FOLDER / "clear.webp", lossless=True)
    picture.save(FOLDER / "lossy.webp", quality=60)
    picture.save(FOLDER / "colour.jp2")
    picture.save(FOLDER / "colour.j2k")
    grey.save(FOLDER / "grey.jp2")
    picture.save(FOLDER / "halved.jpg", quality=80)
    picture.save(FOLDER / "progressive.jpg", quality=90, subsampling=0, progressive=True)
    grey.save(FOLDER / "grey.jpg")
    picture.convert("CMYK").save(FOLDER / "cmyk.jpg")
    for path in sorted(FOLDER.iterdir()):
        if path.suffix != ".rgb":
            pixels = numpy.array(Image.open(path).convert("RGB"))
            path.with_name(path.name + ".rgb").write_bytes(pixels.tobytes())


if __name__ == "__main__":
    main()
