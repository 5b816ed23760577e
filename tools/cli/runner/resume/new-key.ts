// Recognizes a key of AWS KMS that a deployment created and did not use yet. Pure.

/** A key in AWS, with its only policy and the number of its grants. */
export interface ExistingKey {
  /** `KeyMetadata` of `DescribeKey`. */
  metadata: Record<string, unknown>;
  policy: string | undefined;
  grants: number;
}

/** What the deployment requested: the account, and the input `policy`, a JSON text. */
export interface RequestedKey {
  accountId: string;
  policy: unknown;
}

/** Values of a key that `CreateKey` creates without parameters. Source: AWS API `KeyMetadata`. */
const createdAs = {
  KeyManager: "CUSTOMER",
  Origin: "AWS_KMS",
  KeySpec: "SYMMETRIC_DEFAULT",
  KeyUsage: "ENCRYPT_DECRYPT",
  KeyState: "Enabled",
};

/** A policy with one form for equal policies: a single value equals a list of it, and the order of values has no effect. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    return items.length === 1 ? items[0] : items.map((item) => JSON.stringify(item)).sort();
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, canonical(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSamePolicy(a: string, b: string): boolean {
  try {
    const [first, second] = [a, b].map((text) => JSON.stringify(canonical(JSON.parse(text))));
    return first === second;
  } catch {
    return false;
  }
}

/**
 * Whether only the deployment can use the key. A key with the tags of the environment, and another policy or a grant, would let
 * its creator read data of the environment.
 */
export function isNewKey({ metadata, policy, grants }: ExistingKey, requested: RequestedKey): boolean {
  return (
    metadata.AWSAccountId === requested.accountId &&
    metadata.MultiRegion !== true &&
    Object.entries(createdAs).every(([member, value]) => metadata[member] === value) &&
    grants === 0 &&
    policy !== undefined &&
    typeof requested.policy === "string" &&
    isSamePolicy(policy, requested.policy)
  );
}
