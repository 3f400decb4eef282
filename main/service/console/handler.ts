/** The one request handler: web-standard `Request` in, `Response` out. Electron and `hostkeep serve` both use it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { HostkeepError, toErrorData } from '#contract';
import { errorView } from '../state/run-views.ts';
import { consoleRouter } from './router.ts';
import { boundedBody } from './bounded-body.ts';
import { rendererFiles } from './renderer-files.ts';
import type { Services } from './services.ts';
import { answerStatus } from './status-endpoint.ts';

export interface HandlerOptions {
  readonly services: Services;
  /** The page's own origin: `http://127.0.0.1:4711`, `app://hostkeep`. Nothing else is answered. */
  readonly origin: string;
  /** What every call must carry; null where the transport itself is private, as Electron's protocol is. */
  readonly token: string | null;
  /** The built renderer. */
  readonly renderer: string;
  /** Whether `/status` is answered to whoever asks on this computer. */
  readonly status?: boolean;
}

const endpoint = '/api';

export type RequestHandler = (request: Request) => Promise<Response>;

export function requestHandler(options: HandlerOptions): RequestHandler {
  const { services, origin, token } = options;
  const serveFile = rendererFiles(options.renderer, origin);
  const expected = token === null ? null : digest(`Bearer ${token}`);
  return async (request) => {
    const url = new URL(request.url);
    // Of a scheme of our own `url.origin` would be "null".
    const isHere = `${url.protocol}//${url.host}` === origin;
    if (!url.pathname.startsWith(`${endpoint}/`)) {
      if (!isHere) return refusal(403, new HostkeepError('input/refused'));
      const status = options.status === true ? answerStatus(request, services) : undefined;
      return status ?? serveFile(request);
    }
    // Digests of equal length are compared, in a time that does not depend on where they differ; each is always looked at.
    const isOurs = [
      isHere,
      expected === null || timingSafeEqual(expected, digest(request.headers.get('authorization') ?? '')),
      isSameOrigin(request.headers.get('origin'), origin, token === null),
      ['same-origin', null].includes(request.headers.get('sec-fetch-site')),
    ];
    if (isOurs.includes(false)) return refusal(403, new HostkeepError('input/refused'));
    if (request.method !== 'POST') return refusal(405, new HostkeepError('input/invalid', { method: request.method }));
    try {
      return await answer(request, services);
    } catch (error) {
      return refusal(error instanceof HostkeepError && error.code === 'input/too-large' ? 413 : 500, error);
    }
  };
}

async function answer(request: Request, services: Services): Promise<Response> {
  const body = await boundedBody(request);
  const response = await fetchRequestHandler({
    endpoint,
    req: new Request(request.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    router: consoleRouter,
    createContext: () => services,
    // Everything is asked by POST: what is asked for stays out of addresses and logs.
    allowMethodOverride: true,
    allowBatching: false,
  });
  response.headers.set('cache-control', 'no-store');
  response.headers.set('x-content-type-options', 'nosniff');
  return response;
}

/** On a scheme of its own the page's requests carry no origin everywhere; who may ask there is decided before a request is one. */
function isSameOrigin(given: string | null, origin: string, isPrivate: boolean): boolean {
  return given === origin || (isPrivate && given === null);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** In the shape of every other failure, so that the page can tell it like one. */
function refusal(status: number, error: unknown): Response {
  const hostkeep = errorView(toErrorData(error));
  const body = { error: { message: hostkeep.message, code: -32_600, data: { httpStatus: status, hostkeep } } };
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
}
