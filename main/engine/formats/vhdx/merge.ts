import { editVhdx } from './editor.ts';

/** Bytes moved at a time. */
const stepBytes = 4 * 1024 * 1024;

/** Writes what a differencing disk holds into its parent. The child stays as it is, so that a merge cut off can be done again. */
export async function mergeIntoParent(childPath: string, parentPath: string, newGuid: () => string): Promise<void> {
  const child = await editVhdx(childPath, newGuid);
  const parent = await editVhdx(parentPath, newGuid);
  try {
    for (const range of child.presentRanges()) {
      for (let done = 0; done < range.length; done += stepBytes) {
        const bytes = Buffer.alloc(Math.min(stepBytes, range.length - done));
        await child.read(range.offset + done, bytes);
        await parent.write(range.offset + done, bytes);
      }
    }
  } finally {
    await parent.close();
    await child.close();
  }
}
