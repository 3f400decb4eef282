import { sidecarName } from './sidecar.ts';
import type { FileTarget } from './target.ts';

/** Of lines that wait to be written. */
const mostBytes = 8 * 1024 * 1024;

export interface ZipSidecar {
  readonly note: FileTarget['note'];
  /** Writes what waits. */
  end(): Promise<void>;
}

/**
 * The sidecar of a zip: a file among the others, which cannot be added to later, so that lines are gathered; of very many files it is in parts,
 * the first as elsewhere, others as `.hostkeep-sidecar-2.jsonl`.
 */
export function zipSidecar(write: (name: string, lines: readonly Uint8Array[]) => Promise<void>): ZipSidecar {
  let lines: Buffer[] = [];
  let [bytes, parts] = [0, 0];
  const end = async (): Promise<void> => {
    if (lines.length === 0) return;
    const part = lines;
    [lines, bytes] = [[], 0];
    parts += 1;
    await write(parts === 1 ? sidecarName : sidecarName.replace('.jsonl', `-${parts}.jsonl`), part);
  };
  return {
    async note(line) {
      const text = Buffer.from(`${JSON.stringify(line)}\n`, 'utf8');
      lines.push(text);
      bytes += text.byteLength;
      if (bytes >= mostBytes) await end();
    },
    end,
  };
}
