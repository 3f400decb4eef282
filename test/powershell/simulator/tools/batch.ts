import { access, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 10;

/** The batch files that diskshadow executes: echo.>"file", if exist "file" exit /b N, ping, goto; anything else fails. */
export async function runBatch(path: string, signal: AbortSignal): Promise<number> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  for (let at = 0; at < lines.length && !signal.aborted; at += 1) {
    const line = lines[at]!;
    const [touch, check, jump] = [
      /^echo\.>"(.+)"$/.exec(line),
      /^if exist "(.+)" exit \/b (\d+)$/.exec(line),
      /^goto (\w+)$/.exec(line),
    ];
    if (touch !== null) await writeFile(touch[1]!, '\r\n');
    else if (check !== null) {
      if (await exists(check[1]!)) return Number(check[2]);
    } else if (jump !== null) {
      const label = lines.indexOf(`:${jump[1]!}`);
      if (label < 0) return 1;
      at = label;
    } else if (line.startsWith('ping ')) await sleep(pollMs);
    else if (!/^(:\w+|@echo off|)$/.test(line)) return 9009;
  }
  return signal.aborted ? 1 : 0;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
