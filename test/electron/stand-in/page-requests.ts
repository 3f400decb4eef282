/** Requests of pages on our own scheme, answered by the handler that the app has registered. */
import { toOwn } from './address.ts';
import type { Cdp, Fields } from './cdp.ts';
import { handlers } from './protocol.ts';

interface Paused {
  readonly requestId: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postData?: string;
  };
}

export async function answerRequest(cdp: Cdp, on: string, fields: Fields): Promise<void> {
  const { requestId, request } = fields as unknown as Paused;
  const url = toOwn(request.url);
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) {
    await cdp.send('Fetch.failRequest', { requestId, errorReason: 'NameNotResolved' }, on);
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, name.toLowerCase() === 'origin' ? toOwn(value) : value]),
  );
  const hasBody = request.postData !== undefined && request.method !== 'GET';
  const response = await handler(
    new Request(url, { method: request.method, headers, ...(hasBody ? { body: request.postData } : {}) }),
  );
  const body = Buffer.from(await response.arrayBuffer());
  await cdp.send(
    'Fetch.fulfillRequest',
    {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: body.toString('base64'),
    },
    on,
  );
}
