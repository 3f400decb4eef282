import { isErrorCode } from '#contract';
import { codeSays } from '#contract/errors-de';

/** What a text says that begins with its code, as signed records keep an error; any other is shown as it is. A file of its own, as `code-text.ts` is. */
export function codedSays(text: string, language: string): string {
  const [, code = '', english = ''] = /^([a-z-]+\/[a-z0-9-]+): (.*)$/s.exec(text) ?? [];
  return isErrorCode(code) ? codeSays(code, english, language) : text;
}
