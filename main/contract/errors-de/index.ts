/** What errors say in German: for the pages and for the notices of the shell. A door of its own, so that commands do not load it. */
export { codeSays, errorText, type ErrorText } from './error-text.ts';
export { germanErrors } from './german-errors.ts';
