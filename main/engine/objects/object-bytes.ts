import { HostkeepError, type ErrorCode } from '#contract';

/** The bytes of a file, in a guest or here. */
export interface ObjectBytes {
  readonly sizeBytes: number;
  /** Fills `target` with the bytes from `offset` on, which must lie within the file. */
  read(offset: number, target: Uint8Array): Promise<void>;
}

/** Reads of small structures, with the pages they lie on kept for their neighbours. */
export interface PagedBytes {
  readonly sizeBytes: number;
  /** A copy. @throws HostkeepError with the format's own code when the range leaves the file */
  bytes(offset: number, length: number): Promise<Buffer>;
}

const pageBytes = 64 * 1024;
const keptPages = 64;

export function paged(source: ObjectBytes, code: ErrorCode): PagedBytes {
  const kept = new Map<number, Promise<Buffer>>();
  const load = async (page: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(Math.min(pageBytes, source.sizeBytes - page * pageBytes));
    await source.read(page * pageBytes, bytes);
    return bytes;
  };
  const pageAt = (page: number): Promise<Buffer> => {
    const known = kept.get(page);
    if (known !== undefined) return known;
    if (kept.size >= keptPages) kept.delete(kept.keys().next().value!);
    const loading = load(page);
    kept.set(page, loading);
    loading.catch(() => kept.delete(page));
    return loading;
  };
  return {
    sizeBytes: source.sizeBytes,
    async bytes(offset, length) {
      const isInside = Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset <= source.sizeBytes - length;
      if (!isInside) throw new HostkeepError(code, { structure: 'file', offset, length, fileBytes: source.sizeBytes });
      const target = Buffer.alloc(length);
      for (let done = 0; done < length;) {
        const page = Math.floor((offset + done) / pageBytes);
        const bytes = await pageAt(page);
        done += bytes.copy(target, done, offset + done - page * pageBytes);
      }
      return target;
    },
  };
}
