import type { World } from '../world.ts';

export interface ToolRun {
  readonly parameters: readonly string[];
  /** Aborted when the process is killed. */
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly code: number;
  readonly output: Buffer;
}

/** A console program of Windows, run inside the simulation for a process that only waits for its end. */
export type Tool = (world: World, run: ToolRun) => Promise<ToolResult>;

/** Text as a console program writes it: in the code page of the console, which for German is 850 and not UTF-8. */
export function consoleText(lines: readonly string[]): Buffer {
  const table: Readonly<Record<string, number>> = { ä: 0x84, ö: 0x94, ü: 0x81, Ä: 0x8e, Ö: 0x99, Ü: 0x9a, ß: 0xe1 };
  return Buffer.from([...lines.join('\r\n')].map((sign) => table[sign] ?? sign.charCodeAt(0)));
}
