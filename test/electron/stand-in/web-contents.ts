/** One page in Chromium: its frames, its preload script, its requests. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { WebContents } from 'electron';
import { toOwn, toWeb } from './address.ts';
import { app, preventable } from './app.ts';
import { chromium, type Cdp, type Fields } from './cdp.ts';
import { deliver } from './ipc-main.ts';
import { answerRequest } from './page-requests.ts';
import { isolatedScript, isolatedWorld, mainWorldScript, receiveFunction, sendBinding } from './preload-worlds.ts';
import { registry } from './registry.ts';
import { session } from './session.ts';

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

interface Frame {
  readonly url: string;
  readonly parent: string | undefined;
}

export class StandInWebContents extends EventEmitter {
  readonly #frames = new Map<string, Frame>();
  readonly #worlds = new Map<number, string>();
  readonly #ready: Promise<{ readonly cdp: Cdp; readonly target: string; readonly on: string }>;
  #openHandler: OpenHandler | null = null;
  /** Where the main process itself sends the page: no event asks whether it may. */
  #expected: string | undefined;
  #top: string | undefined;

  constructor(preload: string | undefined) {
    super();
    app.emit('web-contents-created', {}, this);
    this.#ready = this.#open(preload);
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  getURL(): string {
    return this.#frames.get(this.#top ?? '')?.url ?? '';
  }

  isDestroyed(): boolean {
    return this.#top === 'destroyed';
  }

  reload(): void {
    void this.#ready.then(({ cdp, on }) => cdp.send('Page.reload', {}, on));
  }

  async loadURL(url: string): Promise<void> {
    const { cdp, on } = await this.#ready;
    this.#expected = url;
    await cdp.send('Page.navigate', { url: toWeb(url) }, on);
  }

  async destroy(): Promise<void> {
    const { cdp, target } = await this.#ready;
    this.#top = 'destroyed';
    await cdp.send('Target.closeTarget', { targetId: target }).catch(() => undefined);
  }

  async #open(preload: string | undefined): Promise<{ cdp: Cdp; target: string; on: string }> {
    const cdp = await chromium();
    await session.defaultSession.tell(cdp, 'app://hostkeep');
    const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const on = String(sessionId);
    cdp.listen((method, fields, from) => {
      if (from === on) this.#hear(cdp, on, method, fields);
    });
    const scripts =
      preload === undefined
        ? []
        : [{ source: mainWorldScript }, { source: isolatedScript(readFileSync(preload, 'utf8')), worldName: isolatedWorld }];
    await cdp.send('Page.enable', {}, on);
    await cdp.send('Runtime.enable', {}, on);
    await cdp.send('Runtime.addBinding', { name: sendBinding, executionContextName: isolatedWorld }, on);
    for (const script of scripts) await cdp.send('Page.addScriptToEvaluateOnNewDocument', script, on);
    await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, on);
    return { cdp, target: String(targetId), on };
  }

  #hear(cdp: Cdp, on: string, method: string, fields: Fields): void {
    if (method === 'Page.frameNavigated') this.#navigated(fields['frame'] as Fields);
    else if (method === 'Page.navigatedWithinDocument') this.#moved(String(fields['frameId']), String(fields['url']));
    else if (method === 'Runtime.executionContextCreated') this.#world(fields['context'] as Fields);
    else if (method === 'Runtime.bindingCalled') void this.#message(cdp, on, fields);
    else if (method === 'Fetch.requestPaused') void this.#request(cdp, on, fields);
    else if (method === 'Inspector.targetCrashed') app.emit('render-process-gone', {}, this, { reason: 'crashed', exitCode: 1 });
  }

  #navigated(frame: Fields): void {
    const id = String(frame['id']);
    const parent = frame['parentId'] === undefined ? undefined : String(frame['parentId']);
    if (parent === undefined) this.#top = id;
    this.#frames.set(id, { url: toOwn(`${String(frame['url'])}${String(frame['urlFragment'] ?? '')}`), parent });
  }

  #moved(id: string, url: string): void {
    this.#frames.set(id, { url: toOwn(url), parent: this.#frames.get(id)?.parent });
  }

  #world({ id, name, auxData }: Fields): void {
    if (name === isolatedWorld) this.#worlds.set(Number(id), String((auxData as Fields)['frameId']));
  }

  async #message(cdp: Cdp, on: string, fields: Fields): Promise<void> {
    const contextId = Number(fields['executionContextId']);
    const frame = this.#frames.get(this.#worlds.get(contextId) ?? '');
    const { id, channel, given, open } = JSON.parse(String(fields['payload'])) as {
      readonly id: number;
      readonly channel: string;
      readonly given: readonly unknown[];
      readonly open?: string;
    };
    if (open !== undefined) return this.#wanted(open);
    const senderFrame = frame === undefined ? null : { url: frame.url, parent: frame.parent === undefined ? null : {} };
    const answer = await deliver(channel, { sender: this, senderFrame }, given).then(
      (value) => ({ id, value }),
      (error: unknown) => ({ id, error: String(error) }),
    );
    const expression = `${receiveFunction}(${JSON.stringify(JSON.stringify(answer))})`;
    // The page may have gone while it waited.
    await cdp.send('Runtime.evaluate', { expression, contextId }, on).catch(() => undefined);
  }

  async #request(cdp: Cdp, on: string, fields: Fields): Promise<void> {
    const { requestId, resourceType, frameId, request } = fields as {
      readonly requestId: string;
      readonly resourceType: string;
      readonly frameId: string;
      readonly request: { readonly url: string };
    };
    const url = toOwn(request.url);
    if (resourceType === 'Document' && url !== this.#expected?.replace(/#.*/, '')) {
      const event = preventable({ url, isMainFrame: frameId === this.#top, isSameDocument: false });
      this.emit('will-frame-navigate', event);
      if (event.defaultPrevented) {
        await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, on);
        return;
      }
    }
    if (resourceType === 'Document') this.#expected = undefined;
    await answerRequest(cdp, on, fields).catch(() => undefined);
  }

  /** Chromium itself would open the window first and ask later. */
  #wanted(url: string): void {
    const given = new URL(url, this.getURL()).href;
    if (this.#openHandler?.({ url: given } as never).action === 'deny') registry.denied.push(given);
    else throw new Error('the stand-in opens no second window');
  }
}
