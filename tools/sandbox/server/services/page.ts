/**
 * One page of a list: at most `max` (default 100) items from the position in `token`, and the token for the next page, if any.
 * A token is the position in the list.
 */
export function pageOf<T>(all: readonly T[], max: unknown, token: unknown): { items: T[]; next?: string } {
  const start = Number(token ?? 0);
  const end = start + Number(max ?? 100);
  return { items: all.slice(start, end), ...(end < all.length ? { next: String(end) } : {}) };
}

/** One page of a list, by the input members `MaxResults` and `NextToken`. `more` contains `NextToken` if there is a next page. */
export function page<T>(
  all: readonly T[],
  { MaxResults, NextToken }: { MaxResults?: unknown; NextToken?: unknown },
): { items: T[]; more: { NextToken?: string } } {
  const { items, next } = pageOf(all, MaxResults, NextToken);
  return { items, more: next === undefined ? {} : { NextToken: next } };
}
