import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { hasCode, HostkeepError } from '#contract';
import type { ChapAccount, ChapAccounts } from '#engine/iscsi';
import { askSecret } from './ask-secret.ts';
import type { Context } from './context.ts';
import { firstLineOf } from './given-file.ts';
import { inputLines } from './input-lines.ts';
import { inHome } from './with-home.ts';

/** How initiators prove themselves; the secrets come from anywhere but the arguments. */
export interface ChapOptions {
  readonly chapUser?: string;
  readonly chapSecretFile?: string;
  readonly chapTargetUser?: string;
  readonly chapTargetSecretFile?: string;
  readonly chapSecretStdin?: boolean;
  readonly rememberChap?: boolean;
}

export function withChapOptions(command: Command): Command {
  return command
    .option('--chap-user <name>', 'ask initiators for this name and a secret of 12 to 255 bytes; needed beyond this computer')
    .option(
      '--chap-secret-file <file>',
      'its secret: the first line of a file (otherwise HOSTKEEP_CHAP_SECRET, the keystore, or a prompt)',
    )
    .option('--chap-target-user <name>', 'prove ourselves to initiators that ask, by this name and another secret')
    .option('--chap-target-secret-file <file>', 'its secret (otherwise HOSTKEEP_CHAP_TARGET_SECRET, the keystore, or a prompt)')
    .option('--chap-secret-stdin', 'read the secrets from standard input, a line each, after the passphrase')
    .option('--remember-chap', 'keep the secrets in the keystore of this computer');
}

/** Null when nobody asks for CHAP. @throws HostkeepError input/missing-option, input/not-found */
export async function chapOf(context: Context, options: ChapOptions): Promise<ChapAccounts | null> {
  const { chapUser, chapTargetUser } = options;
  if (chapUser === undefined) {
    if (chapTargetUser !== undefined) throw new HostkeepError('input/missing-option', { option: '--chap-user NAME' });
    return null;
  }
  const [first, second] = options.chapSecretStdin === true ? await inputLines(context.readsSecret) : [];
  const initiator = await account(context, options, {
    user: chapUser,
    line: first,
    file: options.chapSecretFile,
    variable: 'HOSTKEEP_CHAP_SECRET',
    option: 'chapSecretFile',
  });
  if (chapTargetUser === undefined) return { initiator, target: null };
  const target = await account(context, options, {
    user: chapTargetUser,
    line: second,
    file: options.chapTargetSecretFile,
    variable: 'HOSTKEEP_CHAP_TARGET_SECRET',
    option: 'chapTargetSecretFile',
  });
  return { initiator, target };
}

interface Wanted {
  readonly user: string;
  readonly line: string | undefined;
  readonly file: string | undefined;
  readonly variable: string;
  readonly option: string;
}

async function account(context: Context, options: ChapOptions, wanted: Wanted): Promise<ChapAccount> {
  const { user } = wanted;
  const given = await givenSecret(wanted);
  if (given === undefined) {
    const kept = await keptSecret(context, user);
    if (kept !== undefined) return { user, secret: kept };
  }
  const secret = given ?? (await askSecret(`CHAP secret of ${user}: `, `--${kebab(wanted.option)} FILE or ${wanted.variable}`));
  if (options.rememberChap === true) await withSecrets(context, (secrets) => secrets.set(nameOf(user), secret));
  return { user, secret };
}

async function givenSecret({ line, file, variable, option }: Wanted): Promise<string | undefined> {
  if (line !== undefined) return line;
  if (file !== undefined) return firstLineOf(file, option);
  const found = process.env[variable];
  return found === '' ? undefined : found;
}

/** A computer without a keystore keeps nothing. */
async function keptSecret(context: Context, user: string): Promise<string | undefined> {
  try {
    return await withSecrets(context, (secrets) => secrets.get(nameOf(user)));
  } catch (error) {
    if (hasCode(error, 'secrets/unavailable', 'host/powershell-missing')) return undefined;
    throw error;
  }
}

async function withSecrets<Result>(
  context: Context,
  act: (secrets: Awaited<ReturnType<Context['openHome']>>['secrets']) => Promise<Result>,
): Promise<Result> {
  return inHome(context, async (home) => {
    return await act(home.secrets);
  });
}

function nameOf(user: string): string {
  return `chap-${createHash('sha256').update(user).digest('hex').slice(0, 32)}`;
}

function kebab(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
