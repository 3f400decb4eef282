/**
 * Whom jobs run as. SYSTEM needs no password and reaches shares as the computer's account; a NAS outside the domain wants a user of
 * its own. Tasks hold the password themselves, so all of them are registered anew when the account changes, or none.
 */
import { asHostkeepError, HostkeepError } from '#contract';
import type { Scheduler } from '#engine/ports';
import type { Home } from '../home.ts';
import { jobBook } from '../jobs/job-book.ts';
import { setTaskUser, taskUser } from '../state/task-account.ts';

export const taskSecret = 'task-account';

export interface TaskAccount {
  readonly user: string;
  readonly password: string;
}

export interface AccountChange {
  readonly home: Pick<Home, 'state' | 'secrets' | 'newRunId' | 'hosts'>;
  readonly now: () => number;
  /** Of this computer, registering as whatever account is in the state. */
  readonly scheduler: Scheduler;
}

/**
 * Null: SYSTEM. When Task Scheduler refuses the account, everything is as it was.
 * @throws HostkeepError input/invalid, schedule/account-refused, schedule/denied, secrets/*
 */
export async function changeTaskAccount({ home, now, scheduler }: AccountChange, account: TaskAccount | null): Promise<number> {
  if (account !== null) checkUser(account.user);
  const { state, secrets } = home;
  const before = taskUser(state);
  const passwordBefore = before === null ? undefined : await secrets.get(taskSecret);
  const book = jobBook({ home, now, scheduler });
  const put = async (user: string | null, password: string | undefined): Promise<number> => {
    setTaskUser(state, user);
    if (password === undefined) await secrets.delete(taskSecret);
    else await secrets.set(taskSecret, password);
    return book.tellAll();
  };
  try {
    return await put(account?.user ?? null, account?.password);
  } catch (thrown) {
    const error = asHostkeepError(thrown);
    await put(before, passwordBefore).catch((cause: unknown) => {
      throw new HostkeepError(error.code, { ...error.details, undone: asHostkeepError(cause).message }, cause);
    });
    throw error;
  }
}

/** A name without its domain is somebody else on every computer. */
function checkUser(user: string): void {
  if (!/^[^\\@/"\s][^\\@/"]*(\\[^\\@/"]+|@[^\\@/"\s]+)$/.test(user) || user.length > 256)
    throw new HostkeepError('input/invalid', { user, why: 'expected DOMAIN\\name, HOST\\name or name@domain' });
}
