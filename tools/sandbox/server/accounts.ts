import { type Caller } from "./service";
import { randomInt } from "node:crypto";
import { readJson, writeAtomically } from "./store";

/** Who an access key belongs to. */
export interface Principal {
  account: string;
  arn: string;
  /** `AROA…:session` or `AIDA…`, as GetCallerIdentity tells it. */
  userId: string;
  /** Seconds since 1970; absent for keys that don't expire. */
  expires?: number;
}

/**
 * The role that AWS Organizations creates in a new account, and that deployments assume. Every account of a world starts with it.
 * Source: AWS Organizations User Guide, "Accessing member accounts".
 */
export const deploymentRole = "OrganizationAccountAccessRole";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A made-up identifier in AWS's form, e.g. `AROA` and 17 more characters. */
export const identifier = (prefix: string, length: number): string =>
  prefix + Array.from({ length }, () => letters[randomInt(letters.length)]).join("");

/** The accounts of this world and the access keys that the gateway has seen being given out. */
export class Accounts {
  private readonly keys: Record<string, Principal>;

  /** `file` keeps the keys between runs of the gateway. */
  constructor(
    private readonly file: string,
    readonly ids: readonly string[],
  ) {
    this.keys = readJson<Record<string, Principal>>(file) ?? {};
  }

  /** Whether an account is one of this world's. */
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

  /** Whom a key belongs to; nobody when it is unknown or has expired. */
  principal(accessKeyId: string, now: number): Principal | undefined {
    const found = this.keys[accessKeyId];
    return found && (found.expires ?? Infinity) > now ? found : undefined;
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
