import { type Caller } from "./service";
import { randomInt } from "node:crypto";
import { readJson, writeAtomically } from "./store";

/** The principal that an access key belongs to. */
export interface Principal {
  account: string;
  arn: string;
  /** `AROA…:session` or `AIDA…`, as in the output of GetCallerIdentity. */
  userId: string;
  /** Seconds since 1970. Absent for keys that do not expire. */
  expires?: number;
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

/** The accounts in this world and the access keys that the sandbox issued. */
export class Accounts {
  private readonly keys: Record<string, Principal>;

  /** `file` stores the keys between runs of the gateway. */
  constructor(
    private readonly file: string,
    readonly ids: readonly string[],
  ) {
    this.keys = readJson<Record<string, Principal>>(file) ?? {};
  }

  /** Whether an account belongs to this world. */
  has(account: string): boolean {
    return this.ids.includes(account);
  }

  add(accessKeyId: string, principal: Principal): void {
    this.keys[accessKeyId] = principal;
    this.save();
  }

  remove(accessKeyId: string): void {
    delete this.keys[accessKeyId];
    this.save();
  }

  /** The principal that an access key belongs to, or `undefined` when the key is unknown or has expired. */
  principal(accessKeyId: string, now: number): Principal | undefined {
    const principal = this.keys[accessKeyId];
    return principal && (principal.expires ?? Infinity) > now ? principal : undefined;
  }

  private save(): void {
    writeAtomically(this.file, JSON.stringify(this.keys));
  }
}

export const callerOf = (principal: Principal, accessKeyId: string, region: string): Caller => ({
  account: principal.account,
  region,
  accessKeyId,
  arn: principal.arn,
});
