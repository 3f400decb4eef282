import { useTranslation } from 'react-i18next';
import { entryOf, type ErrorCode } from '#contract';
import { errorText } from '#contract/errors-de';

/** The sentence of a code of which no more is known. A file of its own: it brings the whole catalogue along, which most pages need not. */
export function useCodeText(): (code: ErrorCode) => string {
  const { i18n } = useTranslation();
  return (code) => {
    const { says, remedy } = entryOf(code);
    return errorText({ code, message: says, details: {}, remedy }, i18n.language).says;
  };
}
