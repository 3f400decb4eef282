/** The only file that talks to the request handler. */
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { inferRouterOutputs } from '@trpc/server';
import type { ErrorView } from '#contract';
import type { ConsoleRouter } from '#service/console';
import { desktopFailure } from './desktop.ts';

/** Comes in the address's fragment once, and is kept for this window only. A desktop window has none: its protocol is private. */
function takeToken(): string | null {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', `${location.pathname}#/`);
  }
  return sessionStorage.getItem('token');
}

const token = takeToken();

export const api = createTRPCClient<ConsoleRouter>({
  links: [
    httpLink({
      url: '/api',
      methodOverride: 'POST',
      headers: () => (token === null ? {} : { authorization: `Bearer ${token}` }),
    }),
  ],
});

export type Answers = inferRouterOutputs<ConsoleRouter>;

const unreachable: ErrorView = {
  code: 'internal/bug',
  message: '',
  details: {},
  remedy: '',
};

/** Whatever went wrong, as something that can be told. `unreachable` is the console itself not answering. */
export function failureOf(error: unknown): { readonly unreachable: boolean; readonly view: ErrorView } {
  if (error instanceof TRPCClientError) {
    const data = error.data as { readonly hostkeep?: ErrorView } | undefined;
    if (data?.hostkeep !== undefined) return { unreachable: false, view: data.hostkeep };
    return { unreachable: true, view: unreachable };
  }
  const told = desktopFailure(error);
  if (told !== null) return { unreachable: false, view: told };
  return { unreachable: false, view: { ...unreachable, message: error instanceof Error ? error.message : String(error) } };
}
