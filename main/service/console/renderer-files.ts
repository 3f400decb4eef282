/** The built renderer, as files. Public code without any secret in it; every answer carries the page's policy. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Where the nonce goes in index.html: style sheets that the UI kit makes carry it. */
const nonceMark = 'HOSTKEEP-NONCE';

/** The policy of every page: own scripts, own styles, nothing from elsewhere, in no frame. */
function contentPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

export function rendererFiles(folder: string, origin: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method not allowed');
    const path = new URL(request.url, origin).pathname;
    // One folder deep and no dots: there is nothing to climb out of.
    const name = /^\/$/.test(path) ? 'index.html' : /^\/((?:assets\/)?[\w-]+(?:\.[\w-]+)*\.\w+)$/.exec(path)?.[1];
    const type = name === undefined ? undefined : types[extname(name)];
    if (name === undefined || type === undefined) return plain(404, 'Not found');
    const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes === undefined) return plain(404, name === 'index.html' ? 'The renderer is not built: npm run build' : 'Not found');
    const nonce = randomBytes(16).toString('base64');
    const body = name === 'index.html' ? bytes.toString('utf8').replaceAll(nonceMark, nonce) : bytes;
    const isHashed = name.startsWith('assets/');
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(Buffer.from(body)), {
      headers: {
        ...safeHeaders(nonce),
        'content-type': type,
        'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-store',
      },
    });
  };
}

function safeHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': contentPolicy(nonce),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  };
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...safeHeaders(''), 'content-type': 'text/plain; charset=utf-8' } });
}
