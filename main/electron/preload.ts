/** Runs between the page and the shell, in a world of its own. All that the page gets of it is `hostkeepDesktop`. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Desktop, DesktopAnswer, DesktopRequest } from '#contract';

async function ask(request: DesktopRequest, input: object = {}): Promise<never> {
  const answer = (await ipcRenderer.invoke(`hostkeep:${request}`, input)) as DesktopAnswer;
  // An Error would lose all but its message on the way into the page.
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value as never;
}

const desktop: Desktop = {
  pick: ({ what, start }) => ask('pick', { what, start }),
  preferences: () => ask('preferences'),
  setPreferences: (change) => ask('setPreferences', { ...change }),
  lookForUpdate: () => ask('lookForUpdate'),
  showLogs: () => ask('showLogs'),
};

contextBridge.exposeInMainWorld('hostkeepDesktop', desktop);
