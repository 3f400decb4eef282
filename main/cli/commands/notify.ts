import type { Command } from 'commander';
import { acceptJson, HostkeepError } from '#contract';
import { unknown } from 'valibot';
import { givenOrAsked } from '../ask-secret.ts';
import { contextOf, type Context } from '../context.ts';
import { exitCodes } from '../failure.ts';
import { readGivenFile } from '../given-file.ts';
import { inHome } from '../with-home.ts';

export function notify(program: Command): void {
  const group = program.command('notify').description('mail, webhooks and the event log');
  group
    .command('show')
    .description('where notices go')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { readNotifySettings } = await import('#service');
      await inHome(context, async (home) => {
        context.print(readNotifySettings(home.state), (settings) => JSON.stringify(settings, null, 2));
      });
    });
  group
    .command('set')
    .description('where notices go, from a JSON file as `notify show` prints it')
    .argument('<file>')
    .action(async (file: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const { writeNotifySettings } = await import('#service');
      const given = acceptJson(unknown(), await readGivenFile(file, 'settings'), { code: 'input/invalid', details: { file } });
      await inHome(context, async (home) => {
        context.print(writeNotifySettings(home.state, given), () => 'Saved. Try it with `hostkeep notify test`.');
      });
    });
  group
    .command('secret')
    .description('keep the mail password, or the key of a webhook, in the keystore of this account')
    .argument('<what>', 'mail, or the name of a webhook')
    .action(async (what: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const { mailSecret, webhookSecret } = await import('#service');
      if (!/^[a-z0-9-]{1,40}$/.test(what)) throw new HostkeepError('input/invalid', { what });
      await inHome(context, async (home) => {
        await home.secrets.set(what === 'mail' ? mailSecret : webhookSecret(what), await givenSecret(context, command));
        context.print({ kept: what }, () => 'Kept.');
      });
    });
  group
    .command('test')
    .description('send a test notice everywhere, with everything else that waits')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { deliverNotices, everywhere, putOut, systemClock, testNotice } = await import('#service');
      await inHome(context, async (home) => {
        const now = (): number => systemClock.now();
        putOut(home, testNotice, everywhere, now());
        const done = await deliverNotices({ home, now });
        context.print(done, ({ delivered, waiting, postponed, failed }) =>
          [
            `Delivered ${delivered}; ${waiting} wait to be tried again.`,
            ...[...failed, ...postponed].map((one) => `${one.channel} ${one.target}: ${one.why}`),
          ].join('\n'),
        );
        if (done.waiting > 0 || done.failed.length > 0) process.exitCode = exitCodes.warning;
      });
    });
}

/** Never what the environment says of a repository: a passphrase would go to the mail server. */
async function givenSecret(context: Context, command: Command): Promise<string> {
  const question = 'Password or key: ';
  const { passwordFile } = command.optsWithGlobals<{ passwordFile?: string }>();
  if (context.readsSecret || passwordFile !== undefined) return context.secret(question);
  const variable = 'HOSTKEEP_NOTIFY_SECRET';
  return givenOrAsked(variable, question, `--password-file FILE or ${variable}`);
}
