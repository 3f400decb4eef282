import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { literal, object, variant } from 'valibot';
import { acceptJson, hex, type RunId, type Schema } from '#contract';
import { makeFolders } from '#files';

/** What the process that Task Scheduler starts is to do besides what its schedule says. */
export type StartRequest =
  | { readonly kind: 'run' }
  /** Only look whether the job could do its work, and report that as the run of this id. */
  | { readonly kind: 'check'; readonly run: RunId };

const schema: Schema<StartRequest> = variant('kind', [
  object({ kind: literal('run') }),
  object({ kind: literal('check'), run: hex(6) }),
]);

/** A start by hand: a task takes no arguments at its start, so a file per job says what this one is for. */
const fileOf = (home: string, id: string): string => join(home, 'starts', id);

export async function asksForStart(home: string, id: string, request: StartRequest): Promise<void> {
  await makeFolders(join(home, 'starts'));
  await writeFile(fileOf(home, id), JSON.stringify(request));
}

export async function withdrawStart(home: string, id: string): Promise<void> {
  await rm(fileOf(home, id), { force: true });
}

/** What somebody asked of this start, null where nobody did; asking is used up by it. @throws HostkeepError state/damaged */
export async function takeStart(home: string, id: string): Promise<StartRequest | null> {
  const path = fileOf(home, id);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    await rm(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return acceptJson(schema, text, { code: 'state/damaged', details: { start: id } });
}
