export interface Tag {
  Key: string;
  Value: string;
}

/** Tags after an operation that adds some. An added tag replaces one with the same key. */
export const withTags = (tags: readonly Tag[], added: readonly Tag[]): Tag[] => [
  ...tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)),
  ...added,
];

export const withoutTags = (tags: readonly Tag[], keys: readonly string[]): Tag[] => tags.filter(({ Key }) => !keys.includes(Key));
