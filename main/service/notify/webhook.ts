import { createHmac } from 'node:crypto';
import { asHostkeepError, HostkeepError } from '#contract';

export interface Posting {
  readonly url: string;
  readonly key: string;
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly delivery: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
  readonly timeoutMs?: number;
}

/**
 * Posts JSON, signed: `x-hostkeep-signature: t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>", hex>`. Redirects are not followed:
 * a notice goes where the administrator said. Only the status of the answer counts, and its body is not read.
 * @throws HostkeepError notify/webhook-refused, notify/webhook-unreachable
 */
export async function postWebhook({ url, key, delivery, at, body, timeoutMs = 10_000 }: Posting): Promise<void> {
  const seconds = Math.floor(at / 1000);
  const host = new URL(url).host;
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Hostkeep',
        'x-hostkeep-delivery': delivery,
        'x-hostkeep-signature': `t=${seconds},v1=${signature(key, seconds, body)}`,
      },
      body,
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch (cause) {
    throw new HostkeepError('notify/webhook-unreachable', { host, why: asHostkeepError(cause).message.slice(0, 200) }, cause);
  }
  if (status >= 200 && status < 300) return;
  const passes = status === 408 || status === 429 || status >= 500;
  throw new HostkeepError(passes ? 'notify/webhook-unreachable' : 'notify/webhook-refused', { host, status });
}

export function signature(key: string, seconds: number, body: string): string {
  return createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
}
