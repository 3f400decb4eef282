import { takeFault } from '../world.ts';
import type { Instance, Method } from './instance.ts';

/** Pictures of screens: a running VM shows stripes, one that is off has none. */
const thumbnail: Method = async (world, given) => {
  const [width, height] = [Number(given['WidthPixels']), Number(given['HeightPixels'])];
  const vm = world.made.get((given['TargetSystem'] as Instance).Key.replace(/^now-/, ''));
  const fault = takeFault(world, 'GetVirtualSystemThumbnailImage');
  if (vm?.state !== 'Running' || fault === 'refused') return { ReturnValue: 32775 };
  const image = Buffer.alloc(width * height * 2);
  if (fault === undefined) for (let at = 0; at < width * height; at += 1) image.writeUInt16LE((at * 2654435761) & 0xffff, at * 2);
  return { ReturnValue: 0, ImageData: image.toString('base64') };
};

export const screenMethods: Readonly<Record<string, Method>> = { GetVirtualSystemThumbnailImage: thumbnail };
