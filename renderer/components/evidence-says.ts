import { useTranslation } from 'react-i18next';
import { fillIn, type EvidenceCheck } from '#contract';
import { bytesText, numberText } from '../format/format.ts';
import { germanEvidence, germanNotes } from '../texts/evidence-de.ts';
import { errorText } from './error-text.ts';

/** What a check says, in the chosen language where it is known there. */
export function useEvidenceSays(): (check: EvidenceCheck) => string {
  const { i18n } = useTranslation();
  return (check) => (i18n.language === 'de' ? germanSays(check) : check.says);
}

function germanSays({ says, sentence, code }: EvidenceCheck): string {
  if (code !== null) {
    const told = errorText({ code, message: says, details: {}, remedy: '' }, 'de');
    return told.facts === '' ? told.says : `${told.says} (${told.facts})`;
  }
  // A report of an earlier version, kept in a run, has no sentence.
  if (sentence === null || sentence === undefined) return says;
  const { bytes, note, ...values } = sentence.values;
  const written = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? numberText(value) : value]);
  return fillIn(germanEvidence[sentence.id], {
    ...(Object.fromEntries(written) as Record<string, string>),
    ...(bytes === undefined ? {} : { bytes: bytesText(Number(bytes)) }),
    ...(note === undefined ? {} : { note: germanNote(String(note)) }),
  });
}

/** The longest first: one sentence can begin like another. */
const known = Object.entries(germanNotes).toSorted(([a], [b]) => b.length - a.length);

function germanNote(note: string): string {
  return known.reduce((text, [english, german]) => text.replaceAll(english, german), note);
}
