/** `node build/icons/make.ts`: draws the icons anew into assets/icons. The keep of the brand on a petrol tile, with a mark for each standing. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodePng, type Colour } from './png.ts';

const petrol: Colour = [13, 120, 136, 255];
const white: Colour = [255, 255, 255, 255];
const marks: Readonly<Record<string, Colour | null>> = {
  well: null,
  running: [64, 156, 255, 255],
  attention: [232, 17, 35, 255],
};

type Point = readonly [x: number, y: number];
/** In a square of 32. */
const keep: readonly Point[] = [
  [6, 4],
  [10, 4],
  [10, 7],
  [14, 7],
  [14, 4],
  [18, 4],
  [18, 7],
  [22, 7],
  [22, 4],
  [26, 4],
  [26, 12],
  [24, 15],
  [24, 26],
  [22, 28],
  [19, 28],
  [19, 23],
  [17.5, 20.6],
  [16, 20],
  [14.5, 20.6],
  [13, 23],
  [13, 28],
  [10, 28],
  [8, 26],
  [8, 15],
  [6, 12],
];

function isInside(points: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at, at += 1) {
    const [[ax, ay], [bx, by]] = [points[at]!, points[before]!];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** A tile with round corners. */
function isOnTile([x, y]: Point): boolean {
  const corner = 7;
  const [dx, dy] = [Math.max(corner - x, x - (32 - corner), 0), Math.max(corner - y, y - (32 - corner), 0)];
  return dx * dx + dy * dy <= corner * corner;
}

function colourAt(point: Point, mark: Colour | null): Colour {
  const [x, y] = point;
  const far = Math.hypot(x - 24.5, y - 24.5);
  if (mark !== null && far <= 7.5) return far <= 5.8 ? mark : white;
  if (!isOnTile(point)) return [0, 0, 0, 0];
  const small: Point = [(x - 16) * 1.25 + 16, (y - 16) * 1.25 + 16];
  return isInside(keep, small) ? white : petrol;
}

const samples = 4;

/** Averages many samples of each pixel, weighted by how opaque they are. */
function draw(size: number, mark: Colour | null): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    const sum = [0, 0, 0, 0];
    for (let sample = 0; sample < samples * samples; sample += 1) {
      const x = (((at % size) + ((sample % samples) + 0.5) / samples) * 32) / size;
      const y = ((Math.floor(at / size) + (Math.floor(sample / samples) + 0.5) / samples) * 32) / size;
      const [red, green, blue, opaque] = colourAt([x, y], mark);
      sum[0]! += red * opaque;
      sum[1]! += green * opaque;
      sum[2]! += blue * opaque;
      sum[3]! += opaque;
    }
    const opaque = sum[3]!;
    for (let part = 0; part < 3; part += 1) pixels[at * 4 + part] = opaque === 0 ? 0 : Math.round(sum[part]! / opaque);
    pixels[at * 4 + 3] = Math.round(opaque / (samples * samples));
  }
  return encodePng(size, pixels);
}

const target = new URL('../../assets/icons/', import.meta.url);
await mkdir(target, { recursive: true });
for (const [standing, mark] of Object.entries(marks)) {
  await writeFile(new URL(`tray-${standing}.png`, target), draw(16, mark));
  // Electron takes the larger one by its name where the screen is dense.
  await writeFile(new URL(`tray-${standing}@2x.png`, target), draw(32, mark));
}
await writeFile(new URL('hostkeep-256.png', target), draw(256, null));
process.stdout.write(`Icons are in ${fileURLToPath(target)}.\n`);
