import { toErrorData, type ErrorData } from '#contract';
import { errorLines } from './outcome-text.ts';
import { tell, wrapped } from './text.ts';

/** What of this fails now, and so would fail at night. */
export async function lacksOf(...needed: readonly (() => Promise<unknown>)[]): Promise<readonly ErrorData[]> {
  const lacks: ErrorData[] = [];
  for (const ask of needed) await ask().catch((error: unknown) => lacks.push(toErrorData(error)));
  return lacks;
}

/** On standard error: what was made is made, and has been printed. */
export function tellLacks(lacks: readonly ErrorData[]): void {
  for (const lack of lacks)
    tell(
      `${errorLines(lack)
        .flatMap((line) => wrapped(line, 79))
        .join('\n')}\n`,
    );
}
