/** The icon of programs on Windows: one PNG of 256 pixels in an ICO file, which every Windows of today takes. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputs, root } from './places.ts';

export async function makeIcon(): Promise<string> {
  const png = await readFile(join(root, 'assets', 'icons', 'hostkeep-256.png'));
  const head = Buffer.alloc(22);
  // ICONDIR: reserved, type 1, one image; ICONDIRENTRY: 0 stands for 256 pixels, 32 bits a pixel, length and place of the PNG.
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  const to = join(outputs, 'hostkeep.ico');
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, Buffer.concat([head, png]));
  return to;
}
