/**
 * What a program says, by id: English here, other languages in the renderer's texts. What is kept has the English beside the id, so that a reader
 * that does not know the id has it too.
 */
export interface Sentence<Id extends string> {
  readonly id: Id;
  readonly values: Readonly<Record<string, string | number>>;
}

/** `{{name}}` becomes its value; what has none stays. */
export function fillIn(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
