import type { ErrorView } from '../console/views.ts';
import { germanErrors } from './german-errors.ts';

export interface ErrorText {
  readonly says: string;
  readonly facts: string;
  readonly remedy: string;
}

/** The sentence of an error, its facts, and its remedy. The catalogue's own English where no translation exists. */
export function errorText(error: ErrorView, language: string): ErrorText {
  // A sentence may have brackets of its own: facts stand behind its end.
  const [says = error.message, facts = ''] = /^(.*?[.!?])(?: \((.*)\))?$/s.exec(error.message)?.slice(1) ?? [];
  const german = language === 'de' ? germanErrors[error.code] : undefined;
  return {
    says: german?.[0] ?? says,
    facts: facts.replace(/hresult (\d+)/, (_all, number: string) => `0x${Number(number).toString(16).toUpperCase()}`),
    remedy: german === undefined ? error.remedy : filledIn(german[1], error.details),
  };
}

/** A sentence that a code stands behind, with its facts, in the chosen language: of lists that keep no more of a failure. */
export function codeSays(code: ErrorView['code'], english: string, language: string): string {
  if (language !== 'de') return english;
  const { says, facts } = errorText({ code, message: english, details: {}, remedy: '' }, language);
  return facts === '' ? says : `${says} (${facts})`;
}

/** `<host>` and the like become what is known of this failure, as in the catalogue's own remedies. */
function filledIn(remedy: string, details: ErrorView['details']): string {
  return remedy.replace(/<(\w+)>/g, (placeholder, name: string) => {
    const known = Object.hasOwn(details, name) ? details[name] : null;
    return typeof known === 'string' && known !== '' ? known : placeholder;
  });
}
