/** The pictures of the installer's dialogues, drawn from the icon: a stripe at the left of the first and the last, a banner above the others. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colour } from '../../icons/png.ts';
import { averaged, colourAt, petrol, type Point } from '../../icons/shape.ts';

const white: Colour = [255, 255, 255, 255];
const sea: Colour = [6, 62, 71, 255];

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colour: (point: Point) => Colour;
}

/** Sizes in pixels as Windows Installer's dialogues of 370 by 270 units want them. */
const pictures: Readonly<Record<string, Picture>> = {
  'dialog.bmp': { width: 493, height: 312, colour: stripe },
  'banner.bmp': { width: 493, height: 58, colour: ([x, y]) => iconAt([x - 440, y - 9], 40) ?? white },
};

/** Into a folder; names of the files. */
export async function makePictures(folder: string): Promise<readonly string[]> {
  for (const [name, picture] of Object.entries(pictures)) await writeFile(join(folder, name), encodeBmp(picture));
  return Object.keys(pictures);
}

const stripeWidth = 164;

/** Petrol that grows darker towards the foot, with the icon on it. */
function stripe([x, y]: Point): Colour {
  if (x >= stripeWidth) return white;
  const share = y / 312;
  const mixed = petrol.map((part, at) => part + (sea[at]! - part) * share) as unknown as Colour;
  return iconAt([x - 34, y - 40], 96, mixed) ?? mixed;
}

/** The icon in a square of `size`; the corners of its tile are left to what is below. */
function iconAt([x, y]: Point, size: number, below: Colour = white): Colour | undefined {
  if (x < 0 || y < 0 || x >= size || y >= size) return undefined;
  const found = colourAt([(x * 32) / size, (y * 32) / size], null);
  return found[3] === 0 ? below : found;
}

/** 24 bits a pixel, lines from below, each padded to four bytes (BITMAPFILEHEADER and BITMAPINFOHEADER). */
function encodeBmp({ width, height, colour }: Picture): Buffer {
  const line = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + line * height);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bytes.writeUInt32LE(line * height, 34);
  // 96 dots an inch.
  bytes.writeInt32LE(3780, 38);
  bytes.writeInt32LE(3780, 42);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue] = averaged([x, y], colour);
      bytes.set([blue, green, red], 54 + (height - 1 - y) * line + x * 3);
    }
  return bytes;
}
