import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { array, integer, literal, maxLength, maxValue, minValue, number, object, pipe } from 'valibot';
import { acceptJson, hasCode, type RestorePoint } from '#contract';
import { errnoOf, writeDurably } from '#files';
import { orderLimit } from './boot-order.ts';

/** The order of a disk of a VM, whichever of its restore points is published: what a boot reads stays where it is, most of it. */
export interface BootOrderFile {
  /** Empty where there is none, or none that can be believed: it is only ever a hint. */
  read(): Promise<readonly number[]>;
  write(offsets: readonly number[]): Promise<void>;
}

const orderSchema = object({
  format: literal('hostkeep-boot-order'),
  version: literal(1),
  offsets: pipe(array(pipe(number(), integer(), minValue(0), maxValue(Number.MAX_SAFE_INTEGER))), maxLength(orderLimit)),
});
/** As many numbers as there may be, with room. */
const fileLimitBytes = 128 * 1024;

export function bootOrderFile(
  folder: string,
  of: { readonly repository: { readonly id: string }; readonly point: RestorePoint },
  index: number,
): BootOrderFile {
  const identity = [of.repository.id, of.point.vmId ?? of.point.vm, String(index)].join('/');
  const path = join(folder, `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`);
  return {
    async read() {
      const text = await readSmall(path);
      try {
        return text === undefined ? [] : acceptJson(orderSchema, text, { code: 'input/invalid' }).offsets;
      } catch (error) {
        if (hasCode(error, 'input/invalid')) return [];
        throw error;
      }
    },
    async write(offsets) {
      if (!(await makeFolder(folder))) return;
      const text = JSON.stringify({ format: 'hostkeep-boot-order', version: 1, offsets });
      await writeDurably(path, text);
    },
  };
}

/** False where what it should lie in is not there: a home that was deleted is not made again. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' || errno === 'ENOENT') return errno === 'EEXIST';
    throw error;
  }
}

/** Undefined when there is no such file, or it is larger than any of ours. */
async function readSmall(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(fileLimitBytes + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytesRead > fileLimitBytes ? undefined : bytes.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
