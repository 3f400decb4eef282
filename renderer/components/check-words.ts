import { useTranslation } from 'react-i18next';
import { checkWords, type CheckSentence, type CheckView, type CheckWords } from '#contract';
import { bytesText, numberText } from '../format/format.ts';
import { germanChecks } from '../texts/checks-de.ts';
import { errorText } from '#contract/errors-de';

/** What a check of a host, a VM, a guest or a target says, in the chosen language. */
export function useCheckWords(): (check: CheckView) => CheckWords {
  const { i18n } = useTranslation();
  return (check) => {
    const { says, remedy, sentence, error } = check;
    if (i18n.language !== 'de') return { says, remedy };
    // A report of an earlier version, kept in a run, has neither.
    if (error !== null && error !== undefined) {
      const told = errorText({ ...error, remedy }, 'de');
      return { says: told.facts === '' ? told.says : `${told.says} (${told.facts})`, remedy: told.remedy };
    }
    return sentence === null || sentence === undefined ? { says, remedy } : checkWords(sentence, germanChecks, written);
  };
}

/** Numbers as the language writes them; a value that has its bytes beside it, too. */
function written(values: CheckSentence['values']): CheckSentence['values'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const bytes = values[`${name}Bytes`];
      if (typeof bytes === 'number') return [name, bytesText(bytes)];
      return [name, typeof value === 'number' ? numberText(value) : value];
    }),
  );
}
