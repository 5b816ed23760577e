import { type Caller } from "./service";
import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { readJson, writeAtomically } from "./store";

/** The principal that an access key belongs to. */
export interface Principal {
  account: string;
  arn: string;
  /** `AROA…:session` or `AIDA…`, as in the output of GetCallerIdentity. */
  userId: string;
  /** Seconds since 1970. Absent for keys that do not expire. */
  expires?: number;
  /** Set for the session that a service creates for a function, an execution or a build. */
  ofService?: true;
}

/**
 * The role that AWS Organizations creates in a new account, and that deployments assume. Every account in a world has it from the start.
 * Source: AWS Organizations User Guide, "Accessing member accounts".
 */
export const deploymentRole = "OrganizationAccountAccessRole";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A random identifier in AWS's format, e.g. `AROA` and 17 more characters. */
export const identifier = (prefix: string, length: number): string =>
  prefix + Array.from({ length }, () => letters[randomInt(letters.length)]).join("");

/** A temporary access key, as STS issues it. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Random credentials of a new session. */
export const newSession = (): Session => ({
  accessKeyId: identifier("ASIA", 16),
  secretAccessKey: identifier("", 40),
  sessionToken: identifier("", 120),
});

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether two secrets are equal. The duration does not depend on the position of the first difference. */
export const sameSecret = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

/** A principal, and the SHA-256 of the session token of its key. Tokens must not be written to a file. */
type StoredKey = Principal & { token?: string };

/** The accounts in this world and the access keys that the sandbox issued. All keys are temporary and have a session token. */
export class Accounts {
  private readonly keys: Map<string, StoredKey>;

  /** `file` stores the keys between runs of the gateway. */
  constructor(
    private readonly file: string,
    readonly ids: readonly string[],
  ) {
    this.keys = new Map(Object.entries(readJson<Record<string, StoredKey>>(file) ?? {}));
  }

  /** Whether an account belongs to this world. */
  has(account: string): boolean {
    return this.ids.includes(account);
  }

  add({ accessKeyId, sessionToken }: Pick<Session, "accessKeyId" | "sessionToken">, principal: Principal): void {
    this.keys.set(accessKeyId, { ...principal, token: digest(sessionToken).toString("hex") });
    this.save();
  }

  /** The principal that an access key belongs to, or `undefined` when the key is unknown or has expired. */
  principal(accessKeyId: string, now: number): Principal | undefined {
    const principal = this.keys.get(accessKeyId);
    return principal && (principal.expires ?? Infinity) > now ? principal : undefined;
  }

  /** The principal of a request. Clients keep the session token secret, so its equality replaces the check of the signature. */
  authenticate({ accessKeyId, sessionToken }: { accessKeyId: string; sessionToken?: string }, now: number): Principal | undefined {
    const token = this.keys.get(accessKeyId)?.token;
    if (token === undefined || sessionToken === undefined || digest(sessionToken).toString("hex") !== token) return undefined;
    return this.principal(accessKeyId, now);
  }

  private save(): void {
    writeAtomically(this.file, JSON.stringify(Object.fromEntries(this.keys)));
  }
}

export const callerOf = (principal: Principal, accessKeyId: string, region: string): Caller => ({
  account: principal.account,
  region,
  accessKeyId,
  arn: principal.arn,
});
