import type { ObjectFile } from '#engine/recovery/objects';
import type { Context } from './context.ts';
import { exitCodes } from './failure.ts';
import { staleText } from './object-text.ts';
import { withPoint, type OpenedPoint } from './open-point.ts';

/** An object inside a file of a restore point. */
export async function withObject(
  context: Context,
  { spec, path }: { readonly spec: string; readonly path: string },
  act: (file: ObjectFile, of: OpenedPoint) => Promise<void>,
): Promise<void> {
  await withPoint(context, spec, async (opened) => {
    const { objectFile } = await import('#engine/recovery/objects');
    await act(await objectFile(opened.volumes, path), opened);
  });
}

export function tellStale(): void {
  process.stderr.write(staleText);
  process.exitCode = exitCodes.warning;
}
