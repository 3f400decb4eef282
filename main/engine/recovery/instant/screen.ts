/** What a picture of a VM's screen tells, and the picture as a PNG. */
import { crc32, deflateSync } from 'node:zlib';
import type { ScreenPicture } from '#engine/ports';

/** `blank`: one colour; `stop`: the blue of a Windows stop screen nearly everywhere; `content`: anything else. */
export type ScreenVerdict = 'content' | 'blank' | 'stop';

/** RGB 565 of the blues of stop screens: of Windows 8 to 11, and of those before. */
const stopBlues: ReadonlySet<number> = new Set([0x03da, 0x03ba, 0x03bb, 0x0010, 0x0015]);
const blankShare = 0.999;
const stopShare = 0.7;

export function judgeScreen({ width, height, rgb565 }: ScreenPicture): ScreenVerdict {
  const counts = new Map<number, number>();
  const pixels = width * height;
  for (let at = 0; at < pixels; at += 1) {
    const colour = rgb565.readUInt16LE(at * 2);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  let [most, count] = [0, 0];
  for (const [colour, times] of counts) if (times > count) [most, count] = [colour, times];
  if (stopBlues.has(most) && count >= pixels * stopShare && count < pixels * blankShare) return 'stop';
  return count >= pixels * blankShare ? 'blank' : 'content';
}

export function pngOf({ width, height, rgb565 }: ScreenPicture): Buffer {
  const row = 1 + width * 3;
  const raw = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = rgb565.readUInt16LE((y * width + x) * 2);
      const at = y * row + 1 + x * 3;
      raw[at] = widened(colour >> 11, 31);
      raw[at + 1] = widened((colour >> 5) & 63, 63);
      raw[at + 2] = widened(colour & 31, 31);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

const widened = (value: number, most: number): number => Math.round((value * 255) / most);

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
