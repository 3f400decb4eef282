/** The one place that listens to pages. Who asks is looked at first, then what is asked. */
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import {
  asHostkeepError,
  desktopChannel,
  desktopRequests,
  HostkeepError,
  parseInput,
  toErrorData,
  type Desktop,
  type DesktopAnswer,
  type DesktopRequest,
} from '#contract';
import { isOurs } from './origin.ts';

type Acts = { readonly [Request in DesktopRequest]: (input: Parameters<Desktop[Request]>[0]) => ReturnType<Desktop[Request]> };

export function answerPages(acts: Acts): void {
  for (const request of Object.keys(desktopRequests) as DesktopRequest[])
    ipcMain.handle(desktopChannel(request), async (event, input: unknown): Promise<DesktopAnswer> => {
      try {
        refuseForeign(event);
        const checked = parseInput<unknown>(desktopRequests[request], input);
        return { ok: true, value: await (acts[request] as (input: unknown) => Promise<unknown>)(checked) };
      } catch (error) {
        return { ok: false, error: { ...toErrorData(error), remedy: asHostkeepError(error).remedy } };
      }
    });
}

/** Only the top frame of a page of our own. A frame that is gone by now has nobody to answer. */
function refuseForeign({ senderFrame }: IpcMainInvokeEvent): void {
  if (senderFrame === null || senderFrame.parent !== null || !isOurs(senderFrame.url)) throw new HostkeepError('input/refused');
}
