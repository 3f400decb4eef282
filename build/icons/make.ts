/** `node build/icons/make.ts`: draws the icons anew into assets/icons. The keep of the brand on a petrol tile, with a mark for each standing. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodePng, type Colour } from './png.ts';
import { averaged, colourAt } from './shape.ts';

const marks: Readonly<Record<string, Colour | null>> = {
  well: null,
  running: [64, 156, 255, 255],
  attention: [232, 17, 35, 255],
};

function draw(size: number, mark: Colour | null): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    const colour = averaged([at % size, Math.floor(at / size)], ([x, y]) => colourAt([(x * 32) / size, (y * 32) / size], mark));
    pixels.set(colour, at * 4);
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
