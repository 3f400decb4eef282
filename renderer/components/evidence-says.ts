import { useTranslation } from 'react-i18next';
import { fillIn, isVolumeNoteId, type EvidenceCheck } from '#contract';
import { bytesText, numberText } from '../format/format.ts';
import { germanEvidence } from '../texts/evidence-de.ts';
import { germanVolumeNotes } from '../texts/volume-notes-de.ts';
import { codeSays } from '#contract/errors-de';

/** What a check says, in the chosen language where it is known there. */
export function useEvidenceSays(): (check: EvidenceCheck) => string {
  const { i18n } = useTranslation();
  return (check) => (i18n.language === 'de' ? germanSays(check) : check.says);
}

function germanSays({ says, sentence, code }: EvidenceCheck): string {
  if (code !== null) return codeSays(code, says, 'de');
  // A report of an earlier version, kept in a run, has no sentence.
  if (sentence === null || sentence === undefined) return says;
  const { bytes, noteId, ...values } = sentence.values;
  const written = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? numberText(value) : value]);
  const known = Object.fromEntries(written) as Record<string, string>;
  const isNote = typeof noteId === 'string' && isVolumeNoteId(noteId);
  return fillIn(germanEvidence[sentence.id], {
    ...known,
    ...(bytes === undefined ? {} : { bytes: bytesText(Number(bytes)) }),
    ...(isNote ? { note: fillIn(germanVolumeNotes[noteId], known) } : {}),
  });
}
