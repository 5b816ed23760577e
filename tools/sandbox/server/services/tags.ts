export interface Tag {
  Key: string;
  Value: string;
}

/** The tags after an operation that adds tags. An added tag replaces a tag with the same key. */
export const withTags = (tags: readonly Tag[], added: readonly Tag[]): Tag[] => [
  ...tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)),
  ...added,
];

export const withoutTags = (tags: readonly Tag[], keys: readonly string[]): Tag[] => tags.filter(({ Key }) => !keys.includes(Key));
