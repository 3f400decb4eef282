/** How things stand, for monitoring systems that ask over HTTP on this computer. Says what `hostkeep status` says: no secret, no path. */
import type { StatusReport } from '#contract';
import { statusReport } from '../status.ts';
import type { Services } from './services.ts';

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The answer at `/status` and `/status.json`; undefined for every other address. 503 while somebody has to look. */
export function answerStatus(request: Request, services: Services): Response | undefined {
  const { pathname } = new URL(request.url);
  if (pathname !== '/status' && pathname !== '/status.json') return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers });
  // A page of another site may send a request here, but nothing of the answer reaches it, and a browser says where it comes from.
  if (![null, 'none', 'same-origin'].includes(request.headers.get('sec-fetch-site')))
    return new Response(null, { status: 403, headers });
  const report = statusReport(services.home.state, services.now());
  const status = report.level === 'critical' ? 503 : 200;
  return pathname === '/status.json'
    ? Response.json(report, { status, headers })
    : new Response(plainText(report), { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
}

/** The first line is what a Nagios plug-in would print. */
function plainText({ level, summary, alerts }: StatusReport): string {
  return [`HOSTKEEP ${level.toUpperCase()} - ${summary}`, ...alerts.map(({ severity, text }) => `${severity}: ${text}`), ''].join(
    '\n',
  );
}
