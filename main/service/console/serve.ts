/** The request handler on a loopback address, for a browser. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { HostkeepError } from '#contract';
import { requestHandler, type RequestHandler } from './handler.ts';
import type { Services } from './services.ts';

export interface Served {
  /** Carries the token in its fragment, which no server, log or referrer ever sees. */
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly services: Services;
  readonly renderer: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Answers `/status` without a token, for monitoring systems on this computer. */
  readonly status?: boolean;
}

const address = '127.0.0.1';

/** @throws HostkeepError input/invalid for a port that cannot be had */
export async function serveConsole({ services, renderer, port, status = false }: ServeOptions): Promise<Served> {
  const token = randomBytes(32).toString('base64url');
  let handle: RequestHandler = () => Promise.resolve(new Response(null, { status: 503 }));
  const server = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 60_000, headersTimeout: 10_000 },
    (message, response) => {
      void reply(message, response, (request) => handle(request));
    },
  );
  server.maxConnections = 256;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new HostkeepError('input/invalid', { port, why: cause.message }, cause)));
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  const origin = `http://${address}:${typeof bound === 'object' && bound !== null ? bound.port : port}`;
  handle = requestHandler({ services, origin, token, renderer, status });
  return {
    url: `${origin}/#token=${token}`,
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function reply(message: IncomingMessage, response: ServerResponse, handle: RequestHandler): Promise<void> {
  try {
    // The handler compares the origin that this makes with its own: another Host is another origin, and refused.
    const answer = await handle(toRequest(message));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) response.end();
    else
      Readable.fromWeb(answer.body)
        .on('error', () => response.destroy())
        .pipe(response);
  } catch {
    // A request line or header that is none, or a connection that broke: there is nobody to tell.
    if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
    response.end('Bad request\n');
  }
}

function toRequest(message: IncomingMessage): Request {
  const url = new URL(message.url ?? '/', `http://${message.headers.host ?? 'nobody'}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const method = message.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    ...(hasBody ? { body: Readable.toWeb(message) as ReadableStream<Uint8Array>, duplex: 'half' } : {}),
  });
}
