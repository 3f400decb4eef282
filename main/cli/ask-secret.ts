import { HostkeepError } from '#contract';

const elsewhere = '--password-file FILE or HOSTKEEP_PASSWORD';

/** Asks on the terminal without echo. @throws HostkeepError input/missing-option where there is no terminal */
export async function askSecret(question: string, otherwise = elsewhere): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new HostkeepError('input/missing-option', { option: otherwise });
  // Before the question: who answers at once, as a paste does, would see the answer on the screen.
  stdin.setRawMode(true);
  stdin.resume();
  try {
    stderr.write(question);
    return await readKeys();
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** From the environment variable of that name, or asked for. @throws HostkeepError like `askSecret` */
export async function givenOrAsked(variable: string, question: string, otherwise = variable): Promise<string> {
  const given = process.env[variable];
  return given !== undefined && given !== '' ? given : askSecret(question, otherwise);
}

/** Asks twice, for nobody sees what is mistyped. @throws HostkeepError input/invalid where the two differ, and like `askSecret` */
export async function askNewSecret(otherwise = elsewhere): Promise<string> {
  const first = await askSecret('New passphrase: ', otherwise);
  if ((await askSecret('The same once more: ', otherwise)) !== first)
    throw new HostkeepError('input/invalid', { passphrase: 'the two entries differ' });
  return first;
}

function readKeys(): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const onData = (data: Buffer): void => {
      for (const key of data.toString('utf8')) {
        if (key === '\u0003') return finish(() => reject(new HostkeepError('input/cancelled')));
        if (key === '\r' || key === '\n') return finish(() => resolve(typed));
        if (key === '\u007f' || key === '\b') typed = [...typed].slice(0, -1).join('');
        else typed += key;
      }
    };
    const finish = (act: () => void): void => {
      process.stdin.off('data', onData);
      act();
    };
    process.stdin.on('data', onData);
  });
}
