/** The system's own dialogues. They belong to the window, so that it waits for them. */
import { dialog, type BrowserWindow } from 'electron';
import type { PickWish } from '#contract';

export async function pick(window: BrowserWindow | null, { what, start }: PickWish): Promise<string | null> {
  const from = start === '' ? {} : { defaultPath: start };
  if (what === 'new-file') {
    const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(from) : dialog.showSaveDialog(window, from));
    return canceled || filePath === '' ? null : filePath;
  }
  const options: Electron.OpenDialogOptions = {
    ...from,
    properties: what === 'folder' ? ['openDirectory', 'createDirectory', 'promptToCreate'] : ['openFile'],
  };
  const { canceled, filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}
