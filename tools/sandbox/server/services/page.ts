/** One page of a list: at most `max` items from where `token` points to, and the token of the next page, if there is one. Tokens count from the start of the list. */
export function pageOf<T>(all: readonly T[], max: unknown, token: unknown): { items: T[]; next?: string } {
  const start = Number(token ?? 0);
  const end = start + Number(max ?? 100);
  return { items: all.slice(start, end), ...(end < all.length ? { next: String(end) } : {}) };
}
