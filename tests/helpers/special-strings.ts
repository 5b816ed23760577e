// Defines strings for script tests.

/** Strings with characters that are special in a shell or in Python. */
export const specialStrings = [
  "O'Brien",
  'say "hi"',
  "$(touch broken)",
  "`touch broken`",
  "${HOME}",
  "a\\'b\\",
  "--global",
  "Ana Horvat-Šimić",
  "a;touch broken",
  "!!",
  "*",
];
